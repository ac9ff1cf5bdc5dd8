// Wrong guesses by whoever made them, while they are not blocked. The gate (engine/gate/guesses/gate.ts) decides; this only remembers.
import type { Store } from "./db.ts";

/** At most this many rows are kept; beyond that those that struck longest ago are dropped. Blocks are kept elsewhere and never dropped. */
const MAX_STRIKE_ROWS = 100_000;

/** Keeps the strikes of one database. */
export interface Strikes {
	/** Returns how many wrong guesses this caller has made since its last right one. */
	of(knocker: string): number;
	/** Returns when the last wrong guess of this caller was, in ms since the epoch; 0 when there is none. */
	lastAt(knocker: string): number;
	/** Sets the count, 1 or more; `at` in ms since the epoch. */
	set(knocker: string, count: number, at: number): void;
	/** Forgets the strikes of a caller. Returns whether there was anything to clear. */
	clear(knocker: string): boolean;
}

/** Opens the strikes kept in `store`; `maxRows` is for tests. */
export function strikesIn(store: Store, maxRows: number = MAX_STRIKE_ROWS): Strikes {
	const select = store.database.prepare<[string], number>("SELECT count FROM strikes WHERE knocker = ?").pluck();
	const upsert = store.database.prepare<[string, number, number]>(
		"INSERT INTO strikes (knocker, count, last_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = excluded.count, last_at = excluded.last_at",
	);
	const last = store.database.prepare<[string], number>("SELECT last_at FROM strikes WHERE knocker = ?").pluck();
	const remove = store.database.prepare<[string]>("DELETE FROM strikes WHERE knocker = ?");
	const countRows = store.database.prepare<[], number>("SELECT count(*) FROM strikes").pluck();
	const prune = store.database.prepare<[number]>(
		"DELETE FROM strikes WHERE knocker IN (SELECT knocker FROM strikes ORDER BY last_at LIMIT ?)",
	);
	// Counting is slow at this size, so it is done only when the rows written since the last count could have filled the table.
	const slack = Math.ceil(maxRows / 100);
	let rowsAtMost = countRows.get() ?? 0;

	function makeRoom(): void {
		rowsAtMost += 1;
		if (rowsAtMost <= maxRows) return;
		rowsAtMost = countRows.get() ?? 0;
		const excess = rowsAtMost - (maxRows - slack);
		if (excess <= 0) return;
		prune.run(excess);
		rowsAtMost -= excess;
	}

	return {
		of: (knocker) => select.get(knocker) ?? 0,
		lastAt: (knocker) => last.get(knocker) ?? 0,
		set(knocker, count, at) {
			upsert.run(knocker, count, at);
			makeRoom();
		},
		clear: (knocker) => remove.run(knocker).changes > 0,
	};
}
