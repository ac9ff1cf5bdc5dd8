// What routers were asked to open, so that the next start can remove what a crash left open.
import * as v from "valibot";
import type { Store } from "./db.ts";

/** At most this many records are kept, which is more than one program with a few ports ever has. */
const MAX_KEPT = 64;

/** A KeptMapping is one record. `text` is the caller's, as JSON; `processId` is that of the program that asked the router. */
export interface KeptMapping {
	readonly nonce: string;
	readonly processId: number;
	readonly text: string;
}

/** Keeps the mappings of one database. */
export interface OwnMappings {
	/** Adds the record, or puts it in place of the one with the same nonce. */
	keep(mapping: KeptMapping): void;
	forget(nonce: string): void;
	all(): readonly KeptMapping[];
}

const ROW = v.strictObject({
	nonce: v.pipe(v.string(), v.maxLength(64)),
	process_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
	text: v.pipe(v.string(), v.maxLength(2048)),
});

/** Opens the mappings kept in `store`. */
export function ownMappingsIn(store: Store): OwnMappings {
	const upsert = store.database.prepare<[string, number, string]>(
		"INSERT INTO own_mappings (nonce, process_id, text) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET text = excluded.text",
	);
	const remove = store.database.prepare<[string]>("DELETE FROM own_mappings WHERE nonce = ?");
	const select = store.database.prepare<[number]>("SELECT * FROM own_mappings LIMIT ?");
	return {
		keep: ({ nonce, processId, text }) => void upsert.run(nonce, processId, text),
		forget: (nonce) => void remove.run(nonce),
		all: () =>
			select.all(MAX_KEPT).flatMap((row) => {
				const parsed = v.safeParse(ROW, row);
				if (!parsed.success) return [];
				const { nonce, process_id: processId, text } = parsed.output;
				return [{ nonce, processId, text }];
			}),
	};
}
