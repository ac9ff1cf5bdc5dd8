// Opens the database file, or says why it can't be used; nothing that is wrong with the file ever throws.
import { chmodSync, closeSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { codeOf } from "./failure.ts";
import { type HomeOutcome, prepareHome } from "./home.ts";
import { takeLock } from "./home-lock.ts";
import { APPLICATION_ID, CURRENT_VERSION, migrate } from "./migrations.ts";

/** The database's file name inside the home directory. */
export const DATABASE_FILE = "rt.db";

/** A statement waits this long for another process's transaction: far longer than any of ours, short enough not to seem hung. */
const BUSY_TIMEOUT_MS = 4_000;
const OPEN_TRIES = 20;
const OPEN_RETRY_MS = 50;
const OWNER_ONLY = 0o600;

/** A Store is an open database. Whoever has opened it closes it. */
export interface Store {
	readonly database: Database.Database;
	/** Runs `work` in one transaction that holds the write lock from the start; it is undone when `work` throws. Inside another one it joins it. */
	transact<T>(work: () => T): T;
	/**
	 * Runs `work` as `transact` does, and has it on disk before it returns, even if the power fails the moment after. It cannot be called inside another
	 * transaction.
	 */
	transactDurably<T>(work: () => T): T;
	/** Returns a number that is another one after another process has written to the file. It costs next to nothing. */
	versionByOthers(): number;
	/** Closes the database. It may be called twice. */
	close(): void;
}

/** Says why a database cannot be used, told apart because each needs other advice. */
export type StoreRefusal =
	| "damaged"
	| "foreign"
	| "newer"
	| "busy"
	| "cannotLock"
	| "notPermitted"
	| "diskFull"
	| "other";

/** Says what is wrong with the database or the home directory. `detail` is what the system says; it is "" when `why` says it all. */
export interface StoreTrouble {
	readonly path: string;
	readonly why: StoreRefusal | Extract<HomeOutcome, { kind: "refused" }>["why"];
	readonly detail: string;
}

/** Says what came of opening the database. */
export type OpenStoreOutcome =
	| { readonly kind: "open"; readonly store: Store }
	| { readonly kind: "refused"; readonly trouble: StoreTrouble };

/** Opens the database in `home`, making both if they are missing: directory 0700, files 0600. Several processes may have it open. */
export function openStore(home: string): OpenStoreOutcome {
	const prepared = prepareHome(home);
	if (prepared.kind === "refused") {
		const { why, detail } = prepared;
		return { kind: "refused", trouble: { path: home, why, detail } };
	}
	const path = join(home, DATABASE_FILE);
	for (let tries = 1; ; tries++) {
		const outcome = tryOpen(path);
		if (outcome.kind === "open" || outcome.trouble.why !== "busy") return outcome;
		if (tries === 1 && !canLock(home)) return refuse("cannotLock", path);
		// Switching to WAL and recovering after a crash need the file for themselves, and SQLite does not always wait for that.
		if (tries === OPEN_TRIES) return outcome;
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, OPEN_RETRY_MS);
	}
}

/** Tells whether there is anything in a table, without opening what is sealed in it. */
export function hasRows({ database }: Store, table: "feeds" | "kept_rooms"): boolean {
	return database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined;
}

/** Opens a database that is gone when it is closed. */
export function openMemoryStore(): Store {
	const database = new Database(":memory:");
	configure(database);
	migrate(database);
	return storeOver(database);
}

/** Tells whether files in the home can be locked. SQLite says of a disk that has no locks left or knows none (ENOLCK) what it says of a file in use. */
function canLock(home: string): boolean {
	const path = join(home, `lock-${process.pid}.tmp`);
	try {
		const release = takeLock(path);
		release?.();
		return release !== undefined;
	} catch {
		return false;
	} finally {
		rmSync(path, { force: true });
	}
}

function tryOpen(path: string): OpenStoreOutcome {
	let database: Database.Database | undefined;
	try {
		const found = statSync(path, { throwIfNoEntry: false });
		if (found === undefined) createEmpty(path);
		else if (!found.isFile()) return refuse("foreign", path);
		database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
		const refusal = identify(database);
		if (refusal !== undefined) {
			database.close();
			return refuse(refusal, path);
		}
		// This goes by path, never by file descriptor: closing one would drop the locks this process holds on the file (POSIX, sqlite.org/howtocorrupt.html §2.2).
		if (process.platform !== "win32") chmodSync(path, OWNER_ONLY);
		configure(database);
		migrate(database);
		return { kind: "open", store: storeOver(database) };
	} catch (error) {
		database?.close();
		return refuse(refusalFor(error), path, error);
	}
}

/** Creates the file, which SQLite would do with the umask's mode; its -wal and -shm files take over the mode of this one. */
export function createEmpty(path: string): void {
	try {
		closeSync(openSync(path, "wx", OWNER_ONLY));
	} catch (error) {
		if (codeOf(error) !== "EEXIST") throw error;
	}
}

/**
 * Looks at the file without writing: another program's database is left as it was. It does so in one transaction, because another process may be migrating it.
 */
function identify(database: Database.Database): StoreRefusal | undefined {
	database.pragma("trusted_schema = OFF");
	return database.transaction(() => identifySnapshot(database)).deferred();
}

function identifySnapshot(database: Database.Database): StoreRefusal | undefined {
	const applicationId = database.pragma("application_id", { simple: true });
	const version = Number(database.pragma("user_version", { simple: true }));
	const schema = schemaOf(database);
	if (applicationId === 0 && version === 0 && schema === "[]") return undefined;
	if (applicationId !== APPLICATION_ID) return "foreign";
	if (version > CURRENT_VERSION) return "newer";
	if (version < 1 || schema !== expectedSchema(version)) return "damaged";
	// No table has a secondary index, so quick_check leaves nothing out. It also checks types, NOT NULL and CHECK.
	return database.pragma("quick_check(1)", { simple: true }) === "ok" ? undefined : "damaged";
}

/** Returns the schema as text: a planted trigger or view, or a table bent by damage, shows as a difference. */
function schemaOf(database: Database.Database): string {
	return JSON.stringify(database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").all());
}

function expectedSchema(version: number): string {
	const fresh = new Database(":memory:");
	try {
		migrate(fresh, version);
		return schemaOf(fresh);
	} finally {
		fresh.close();
	}
}

/** Prepares an open database of ours: nothing in its file is trusted, nothing that was deleted lingers, and a killed process loses nothing. */
export function configure(database: Database.Database): void {
	database.pragma("trusted_schema = OFF");
	database.pragma("foreign_keys = ON");
	database.pragma("cell_size_check = ON");
	// Private keys that were replaced, and what was forgotten, do not linger in free pages.
	database.pragma("secure_delete = ON");
	database.pragma("journal_mode = WAL");
	// In WAL, NORMAL never corrupts and survives kill -9; only a power cut may take the last moments. FULL would hold up the host's
	// event loop for an fsync at every wrong guess, which an attacker could ask for at will. What must not be lost uses transactDurably.
	database.pragma("synchronous = NORMAL");
}

function storeOver(database: Database.Database): Store {
	const transact = <T>(work: () => T): T => database.transaction(work).immediate();
	return {
		database,
		transact,
		transactDurably(work) {
			database.pragma("synchronous = FULL");
			try {
				return transact(work);
			} finally {
				database.pragma("synchronous = NORMAL");
			}
		},
		// sqlite.org/pragma.html#pragma_data_version: changes made through this connection don't count.
		versionByOthers: () => Number(database.pragma("data_version", { simple: true })),
		close: () => database.close(),
	};
}

/** Says why the file or the disk failed, by the code of SQLite's error. */
export function refusalFor(error: unknown): StoreRefusal {
	const code = codeOf(error);
	if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return "busy";
	if (/^SQLITE_IOERR_(?:LOCK|RDLOCK|UNLOCK|CHECKRESERVEDLOCK|SHM)/.test(code)) return "cannotLock";
	if (code === "SQLITE_NOTADB") return "foreign";
	if (/^SQLITE_(FULL|IOERR_WRITE)$|^ENOSPC$|^EDQUOT$/.test(code)) return "diskFull";
	if (/^SQLITE_(READONLY|PERM|AUTH|CANTOPEN)|^EACCES$|^EPERM$|^EROFS$/.test(code)) return "notPermitted";
	// SQLITE_ERROR here means SQL of ours that this file's schema can't run.
	if (/^SQLITE_(CORRUPT|ERROR|MISMATCH|CONSTRAINT|TOOBIG|FORMAT|IOERR_SHORT_READ)/.test(code)) return "damaged";
	return "other";
}

function refuse(why: StoreRefusal, path: string, cause?: unknown): OpenStoreOutcome {
	return { kind: "refused", trouble: { path, why, detail: cause instanceof Error ? cause.message : "" } };
}
