// Opens the file of the history, which is encrypted as a whole, or says why it can't be used; nothing that is wrong with it ever throws.
import { chmodSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { configure, createEmpty, refusalFor, type StoreRefusal } from "../db.ts";
import { FROM_VERSION_1, HISTORY_APPLICATION_ID, HISTORY_SCHEMA, HISTORY_VERSION } from "./schema.ts";

/** The file's name inside the home directory. */
const HISTORY_FILE = "history.db";
/** The size of its key in bytes. */
const HISTORY_KEY_BYTES = 32;

/** ChaCha20-Poly1305 for each page (SQLite3 Multiple Ciphers, "sqleet"). */
const CIPHER = "chacha20";
/** Stands before a key of 32 bytes that needs no derivation. */
const RAW_KEY = "raw:";
/** A statement waits this long for another process, which may be taking words into the index. */
const BUSY_TIMEOUT_MS = 4_000;
const OWNER_ONLY = 0o600;

/** Says what is wrong with the file. `unreadable`: it is damaged, or another vault's · `newer`: a newer version has made it. `detail` is what the system says. */
export interface HistoryTrouble {
	readonly path: string;
	readonly why: "unreadable" | Exclude<StoreRefusal, "damaged" | "foreign">;
	readonly detail: string;
}

export type OpenHistoryOutcome =
	| { readonly kind: "open"; readonly database: Database.Database }
	| { readonly kind: "refused"; readonly trouble: HistoryTrouble };

/** Returns where the history of a home is. */
export const historyPath = (home: string): string => join(home, HISTORY_FILE);

/** Tells whether there is a history in this home. */
export const hasHistory = (home: string): boolean =>
	statSync(historyPath(home), { throwIfNoEntry: false }) !== undefined;

/**
 * Opens the history of a home, which is made if it is missing, with mode 0600. `key` has 32 bytes and is not kept. Several processes may have it open.
 */
export function openHistoryFile(home: string, key: Uint8Array): OpenHistoryOutcome {
	const path = historyPath(home);
	let database: Database.Database | undefined;
	try {
		const found = statSync(path, { throwIfNoEntry: false });
		if (found === undefined) createEmpty(path);
		else if (!found.isFile()) return refused(path, "unreadable");
		database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
		if (process.platform !== "win32") chmodSync(path, OWNER_ONLY);
		unlock(database, key);
		const why = prepare(database);
		if (why === undefined) return { kind: "open", database };
		database.close();
		return refused(path, why);
	} catch (error) {
		database?.close();
		return refused(path, historyRefusal(error), error);
	}
}

/** Opens a history that is gone when it is closed. */
export function openMemoryHistory(): Database.Database {
	const database = new Database(":memory:");
	prepare(database);
	return database;
}

/** Removes the history of a home with what SQLite keeps beside it. Nobody may have it open. */
export function removeHistory(home: string): void {
	for (const ending of ["", "-wal", "-shm", "-journal"]) rmSync(`${historyPath(home)}${ending}`, { force: true });
}

/** Says why the history failed, by SQLite's error. */
export function historyRefusal(error: unknown): HistoryTrouble["why"] {
	const why = refusalFor(error);
	return why === "damaged" || why === "foreign" ? "unreadable" : why;
}

/** An Encrypted is what better-sqlite3-multiple-ciphers has beyond better-sqlite3, whose types these are. The bytes are copied. */
type Encrypted = Database.Database & { key(key: Buffer): void };

/** Gives the database its key, as bytes, so that the key stands in no statement; the copy here is wiped. */
function unlock(database: Database.Database, key: Uint8Array): void {
	if (key.length !== HISTORY_KEY_BYTES) throw new RangeError(`the key of the history has ${HISTORY_KEY_BYTES} bytes`);
	const raw = Buffer.concat([Buffer.from(RAW_KEY), key]);
	database.pragma(`cipher = '${CIPHER}'`);
	(database as Encrypted).key(raw);
	raw.fill(0);
}

function prepare(database: Database.Database): HistoryTrouble["why"] | undefined {
	// What is sorted or set aside in a statement must not lie unencrypted in a temporary file.
	database.pragma("temp_store = MEMORY");
	configure(database);
	return database.transaction(() => identify(database)).immediate();
}

function identify(database: Database.Database): HistoryTrouble["why"] | undefined {
	const version = Number(database.pragma("user_version", { simple: true }));
	const application = database.pragma("application_id", { simple: true });
	if (version === 0 && application === 0) {
		database.exec(HISTORY_SCHEMA);
		database.pragma(`application_id = ${HISTORY_APPLICATION_ID}`);
		database.pragma(`user_version = ${HISTORY_VERSION}`);
		return undefined;
	}
	if (application !== HISTORY_APPLICATION_ID || version < 1) return "unreadable";
	if (version > HISTORY_VERSION) return "newer";
	if (version === 1) database.exec(FROM_VERSION_1);
	if (version < HISTORY_VERSION) database.pragma(`user_version = ${HISTORY_VERSION}`);
	return undefined;
}

function refused(path: string, why: HistoryTrouble["why"], cause?: unknown): OpenHistoryOutcome {
	return { kind: "refused", trouble: { path, why, detail: cause instanceof Error ? cause.message : "" } };
}
