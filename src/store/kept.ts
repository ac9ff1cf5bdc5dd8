// How much each table keeps, for a person who wants to know what is on the disk.
import type { Store } from "./db.ts";

/** The tables that keep something of its own. `contact_names` only finds rows of `contacts`, and what else is kept of a room goes with its row. */
const KEPT_TABLES = [
	"identities",
	"contacts",
	"recent_rooms",
	"strikes",
	"blocks",
	"knocks",
	"own_mappings",
	"own_rooms",
	"kept_rooms",
	"kept_messages",
	"spooled_files",
	"settings",
	"file_records",
	"feeds",
] as const;

export type KeptTable = (typeof KEPT_TABLES)[number];

/** Returns the number of rows of each table. */
export function keptIn(store: Store): ReadonlyMap<KeptTable, number> {
	const count = (table: KeptTable): number =>
		Number(store.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
	return new Map(KEPT_TABLES.map((table) => [table, count(table)]));
}
