// The shape of the database, as an ordered list of steps: step n brings it from version n to n + 1. Steps that were released never change.
import type Database from "better-sqlite3";

/** Every table is STRICT with CHECKs, so that `quick_check` at opening vouches for types and ranges, and rows need no second validation. */
const FIRST = `
CREATE TABLE settings (
	key TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identities (
	fingerprint TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('local', 'gpg')),
	has_passphrase INTEGER NOT NULL CHECK (has_passphrase IN (0, 1)),
	gnupg_home TEXT,
	created_at INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 9007199254740991),
	sealed_key BLOB,
	CHECK ((kind = 'local') = (sealed_key IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
	id TEXT NOT NULL PRIMARY KEY,
	turn INTEGER NOT NULL CHECK (turn BETWEEN 0 AND 9007199254740991),
	sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_names (
	skeleton TEXT NOT NULL,
	contact TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
	turn INTEGER NOT NULL CHECK (turn BETWEEN 0 AND 9007199254740991),
	PRIMARY KEY (skeleton, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE recent_rooms (
	id TEXT NOT NULL PRIMARY KEY,
	sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE strikes (
	knocker TEXT NOT NULL PRIMARY KEY,
	count INTEGER NOT NULL CHECK (count BETWEEN 1 AND 1000),
	last_at INTEGER NOT NULL CHECK (last_at BETWEEN 0 AND 9007199254740991)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
	kind TEXT NOT NULL CHECK (kind IN ('address', 'cidr', 'fingerprint', 'asn')),
	subject TEXT NOT NULL,
	address TEXT NOT NULL,
	reason TEXT NOT NULL CHECK (reason IN ('strikes', 'byHand')),
	since INTEGER NOT NULL CHECK (since BETWEEN 0 AND 9007199254740991),
	until INTEGER CHECK (until BETWEEN 0 AND 9007199254740991),
	note TEXT,
	PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
`;

/** The table of knocks. `who` is sealed: with whom someone talks is nobody else's business. */
const KNOCKS = `
CREATE TABLE knocks (
	id TEXT NOT NULL PRIMARY KEY,
	at INTEGER NOT NULL CHECK (at BETWEEN 0 AND 9007199254740991),
	last_at INTEGER NOT NULL CHECK (last_at BETWEEN 0 AND 9007199254740991),
	knocker TEXT NOT NULL,
	address TEXT NOT NULL,
	place TEXT,
	outcome TEXT NOT NULL CHECK (outcome IN ('joined', 'gaveUp', 'wrong', 'disconnected', 'blocked', 'turnedAway', 'busy',
		'paused', 'full', 'passwordChanged', 'failed')),
	guesses INTEGER NOT NULL CHECK (guesses BETWEEN 0 AND 9007199254740991),
	count INTEGER NOT NULL CHECK (count BETWEEN 1 AND 9007199254740991),
	addresses INTEGER NOT NULL CHECK (addresses BETWEEN 1 AND 1000),
	who BLOB
) STRICT, WITHOUT ROWID;
`;

/** The table of mappings. `text` is what undoes the mapping, as JSON; it is read back through a schema. */
const OWN_MAPPINGS = `
CREATE TABLE own_mappings (
	nonce TEXT NOT NULL PRIMARY KEY,
	process_id INTEGER NOT NULL CHECK (process_id BETWEEN 1 AND 9007199254740991),
	text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** The table of the rooms that are open on this home. `room` is the SHA-256 of the room's id, in hex. */
const OWN_ROOMS = `
CREATE TABLE own_rooms (
	room TEXT NOT NULL PRIMARY KEY,
	opened_at INTEGER NOT NULL CHECK (opened_at BETWEEN 0 AND 9007199254740991)
) STRICT, WITHOUT ROWID;
`;

/**
 * The tables of rooms that are kept. Everything that says which room it is, who is in it or what was said is sealed; numbers of places, sizes and times are in
 * clear, so that what is too old or too much is found without the vault.
 */
const KEPT_ROOMS = `
CREATE TABLE kept_rooms (
	room TEXT NOT NULL PRIMARY KEY,
	record BLOB NOT NULL,
	state BLOB NOT NULL,
	shown INTEGER NOT NULL CHECK (shown BETWEEN 0 AND 9007199254740991)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_people (
	room TEXT NOT NULL REFERENCES kept_rooms (room) ON DELETE CASCADE,
	part TEXT NOT NULL CHECK (part IN ('member', 'seat')),
	person TEXT NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (room, part, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_messages (
	room TEXT NOT NULL REFERENCES kept_rooms (room) ON DELETE CASCADE,
	seq INTEGER NOT NULL CHECK (seq BETWEEN 1 AND 9007199254740991),
	at INTEGER NOT NULL CHECK (at BETWEEN 0 AND 9007199254740991),
	size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 9007199254740991),
	sealed BLOB NOT NULL,
	PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_outgoing (
	room TEXT NOT NULL REFERENCES kept_rooms (room) ON DELETE CASCADE,
	id TEXT NOT NULL,
	turn INTEGER NOT NULL CHECK (turn BETWEEN 0 AND 9007199254740991),
	sealed BLOB NOT NULL,
	PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;
`;

/**
 * Which files a host keeps ciphertext of (store/files/spool.ts). `owner`: the program that has them, by the name of its lock; "" where they outlive programs. `size`
 * and `slot` are in bytes, `keep_until` in ms since the epoch.
 */
const SPOOLED_FILES = `
CREATE TABLE spooled_files (
	id TEXT NOT NULL PRIMARY KEY,
	owner TEXT NOT NULL,
	room TEXT NOT NULL,
	size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 9007199254740991),
	slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 9007199254740991),
	keep_until INTEGER NOT NULL CHECK (keep_until BETWEEN 0 AND 9007199254740991)
) STRICT, WITHOUT ROWID;
`;

/** The table of files that are under way; what each is, is sealed. */
const FILE_RECORDS = `
CREATE TABLE file_records (
	file TEXT NOT NULL PRIMARY KEY,
	at INTEGER NOT NULL CHECK (at BETWEEN 0 AND 9007199254740991),
	sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** The table of what people have posted, our own posts among them. All of it is sealed; `feed` is absent while only the key to it is there. */
const FEEDS = `
CREATE TABLE feeds (
	person TEXT NOT NULL PRIMARY KEY,
	head BLOB NOT NULL,
	feed BLOB
) STRICT, WITHOUT ROWID;
`;

const MIGRATIONS: readonly string[] = [
	FIRST,
	KNOCKS,
	OWN_MAPPINGS,
	OWN_ROOMS,
	KEPT_ROOMS,
	SPOOLED_FILES,
	FILE_RECORDS,
	FEEDS,
];

/** The number by which SQLite's file header says whose file it is: "RTAL". */
export const APPLICATION_ID = 0x5254414c;

/** The version this program reads and writes (SQLite's `user_version`). */
export const CURRENT_VERSION = MIGRATIONS.length;

/** Brings the database to `target`, each step in a transaction of its own; another process may be doing the same at the same time. */
export function migrate(database: Database.Database, target: number = CURRENT_VERSION): void {
	let version = -1;
	const step = database.transaction(() => {
		// Read inside the transaction: another process may have been faster.
		version = Number(database.pragma("user_version", { simple: true }));
		const sql = version < target ? MIGRATIONS[version] : undefined;
		if (sql === undefined) return;
		database.exec(sql);
		database.pragma(`application_id = ${APPLICATION_ID}`);
		database.pragma(`user_version = ${version + 1}`);
	});
	// Runs once more when there is nothing left to do: taking the write lock also proves that the file can be written.
	do step.immediate();
	while (version < target);
}
