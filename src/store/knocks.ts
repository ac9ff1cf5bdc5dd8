// Who has knocked: a bounded log for the host to look at later. Not what the gate decides by; strikes and blocks are kept elsewhere.
import type { Store } from "./db.ts";

/** At most this many rows are kept; beyond that the oldest are dropped. */
const MAX_KNOCK_ROWS = 10_000;

/** A KnockRow is one row: a knock, or a burst of them folded into one. Times are in milliseconds since the epoch. */
export interface KnockRow {
	/** The id, by which rows sort in the order of the first knock (see `knockId`). */
	readonly id: string;
	readonly at: number;
	readonly lastAt: number;
	/** The caller's key (net/address/caller.ts). */
	readonly knocker: string;
	readonly address: string;
	/** Is what was known of the place, as JSON. */
	readonly place: string | undefined;
	readonly outcome: string;
	readonly guesses: number;
	readonly count: number;
	readonly addresses: number;
	/** Who it was, sealed for this table, column "who" and this row's id. */
	readonly who: Uint8Array | undefined;
}

/** Keeps the log of one database. */
export interface Knocks {
	/** Adds the rows, or puts each in place of the one with its id; all in one transaction. */
	put(rows: readonly KnockRow[]): void;
	/** Returns the rows, newest first, read as they are asked for. Nothing may be written while it goes on. */
	newestFirst(): Iterable<KnockRow>;
}

interface Raw extends Omit<KnockRow, "lastAt" | "place" | "who"> {
	readonly last_at: number;
	readonly place: string | null;
	readonly who: Uint8Array | null;
}

/** Returns an id that sorts after all of earlier times. `unique` is anything that no other knock of the same moment has. */
export function knockId(at: number, unique: string): string {
	// 9007199254740991 has 11 digits in base 36.
	return `${at.toString(36).padStart(11, "0")}-${unique}`;
}

/** Opens the log kept in `store`; `maxRows` is for tests. */
export function knocksIn(store: Store, maxRows: number = MAX_KNOCK_ROWS): Knocks {
	const upsert = store.database.prepare<[Raw]>(
		`INSERT INTO knocks (id, at, last_at, knocker, address, place, outcome, guesses, count, addresses, who)
		VALUES (:id, :at, :last_at, :knocker, :address, :place, :outcome, :guesses, :count, :addresses, :who)
		ON CONFLICT DO UPDATE SET last_at = excluded.last_at, place = excluded.place, guesses = excluded.guesses,
			count = excluded.count, addresses = excluded.addresses, who = excluded.who`,
	);
	const select = store.database.prepare<[], Raw>("SELECT * FROM knocks ORDER BY id DESC");
	const countRows = store.database.prepare<[], number>("SELECT count(*) FROM knocks").pluck();
	const prune = store.database.prepare<[number]>(
		"DELETE FROM knocks WHERE id IN (SELECT id FROM knocks ORDER BY id LIMIT ?)",
	);
	return {
		put(rows) {
			store.transact(() => {
				for (const row of rows) upsert.run(rawFrom(row));
				const excess = (countRows.get() ?? 0) - maxRows;
				if (excess > 0) prune.run(excess);
			});
		},
		*newestFirst() {
			for (const row of select.iterate()) yield rowFrom(row);
		},
	};
}

function rawFrom({ lastAt, place, who, ...row }: KnockRow): Raw {
	return { ...row, last_at: lastAt, place: place ?? null, who: who ?? null };
}

function rowFrom({ last_at: lastAt, place, who, ...row }: Raw): KnockRow {
	return { ...row, lastAt, place: place ?? undefined, who: who ?? undefined };
}
