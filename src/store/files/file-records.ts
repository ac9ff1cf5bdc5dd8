// Files that are under way, so that they go on after the program was started again: whose, in which room, by which key, where to. All of it sealed.
import type { Store } from "../db.ts";
import type { Sealer } from "../sealer.ts";

/** A record as it is found. `bytes` is absent where it can't be opened, because it was altered or sealed under another vault. */
export interface FoundRecord {
	/** Milliseconds since the epoch when it was written. */
	readonly at: number;
	readonly bytes: Uint8Array | undefined;
}

/** The records of one database. Each call is on disk (safe from a killed process) when it returns. */
export interface FileRecords {
	all(): readonly FoundRecord[];
	/** Sets the record of a name, which is not kept in clear. */
	set(name: string, at: number, bytes: Uint8Array): void;
	forget(name: string): void;
	/** Forgets what was written before `at`. */
	forgetBefore(at: number): void;
}

interface Row {
	readonly file: string;
	readonly at: number;
	readonly sealed: Uint8Array;
}

/** Opens the records in `store`. */
export function fileRecordsIn(store: Store, sealer: Sealer): FileRecords {
	const { database } = store;
	const select = database.prepare<[], Row>("SELECT file, at, sealed FROM file_records ORDER BY at, file");
	const upsert = database.prepare<[string, number, Uint8Array]>(
		"INSERT INTO file_records VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, sealed = excluded.sealed",
	);
	const remove = database.prepare<[string]>("DELETE FROM file_records WHERE file = ?");
	const removeOld = database.prepare<[number]>("DELETE FROM file_records WHERE at < ?");
	const idOf = (name: string): string => sealer.blind("file_records", "file", name);
	return {
		all: () =>
			select.all().map(({ file, at, sealed }) => ({
				at,
				bytes: sealer.open("file_records", "sealed", file, sealed),
			})),
		set(name, at, bytes) {
			const file = idOf(name);
			upsert.run(file, at, sealer.seal("file_records", "sealed", file, bytes));
		},
		forget: (name) => void remove.run(idOf(name)),
		forgetBefore: (at) => void removeOld.run(at),
	};
}
