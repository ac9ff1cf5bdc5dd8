// Who owns a home: one process at a time, by a lock that the system itself lifts when the process ends, however it ends.
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

const LOCK_FILE = "owner.lock";
const OWNER_FILE = "owner.json";
const OWNER_ONLY = 0o600;

/** Says who owns the home. It is a hint for people: the lock is what counts. */
export interface HomeOwner {
	readonly pid: number;
	/** Milliseconds since the epoch. */
	readonly since: number;
}

export type HomeLockOutcome =
	| { readonly kind: "taken"; readonly release: () => void }
	/** Somebody else has it. `owner` is absent when they have not said yet who they are. */
	| { readonly kind: "held"; readonly owner?: HomeOwner };

/**
 * Takes the lock of a home, or says who has it. It is a lock of SQLite's on an empty database of its own (fcntl on POSIX, LockFileEx on Windows), which a
 * killed process cannot leave behind. The home must be there already.
 */
export function takeHomeLock(home: string, owner: HomeOwner): HomeLockOutcome {
	const release = takeLock(join(home, LOCK_FILE));
	if (release === undefined) return held(home);
	writeFileSync(join(home, OWNER_FILE), JSON.stringify(owner), { mode: OWNER_ONLY });
	return { kind: "taken", release };
}

/**
 * Takes the lock of a file, which is made if it is missing, and returns what gives it back; `undefined` while another process has it. A killed process
 * leaves no lock behind.
 */
export function takeLock(path: string): (() => void) | undefined {
	closeSync(openSync(path, "a", OWNER_ONLY));
	const database = new Database(path, { timeout: 0 });
	try {
		database.pragma("locking_mode = EXCLUSIVE");
		database.exec("BEGIN EXCLUSIVE");
		return () => void database.close();
	} catch (error) {
		database.close();
		if (error instanceof Database.SqliteError && error.code === "SQLITE_BUSY") return undefined;
		throw error;
	}
}

function held(home: string): HomeLockOutcome {
	try {
		const said: unknown = JSON.parse(readFileSync(join(home, OWNER_FILE), "utf8"));
		if (typeof said !== "object" || said === null || !("pid" in said) || !("since" in said)) return { kind: "held" };
		const { pid, since } = said;
		return Number.isSafeInteger(pid) && Number.isSafeInteger(since)
			? { kind: "held", owner: { pid: Number(pid), since: Number(since) } }
			: { kind: "held" };
	} catch {
		return { kind: "held" };
	}
}
