// What the home keeps on the disk, by what it is to a person.
import { dirname } from "node:path";
import type { Store } from "../../store/db.ts";
import { type KeptTable, keptIn } from "../../store/kept.ts";
import type { KeptKind, Told } from "../api/told.ts";

const kinds: Readonly<Record<KeptTable, KeptKind>> = {
	identities: "ownKeys",
	contacts: "contacts",
	recent_rooms: "recentRooms",
	strikes: "strikes",
	blocks: "blocks",
	knocks: "knocks",
	own_mappings: "openedPorts",
	own_rooms: "openRooms",
	kept_rooms: "keptRooms",
	kept_messages: "waitingMessages",
	spooled_files: "spooledFiles",
	file_records: "filesUnderWay",
	feeds: "feeds",
	settings: "settings",
};

/** Counts what the database and the history keep, and says in which folder it is. What there is none of is left out. */
export function keptOnDisk(store: Store, historyLines = 0): Pick<Told, "disk" | "home"> {
	const tables = [...keptIn(store)].flatMap(([table, count]) => (count === 0 ? [] : [{ kind: kinds[table], count }]));
	const { memory, name } = store.database;
	const disk = historyLines === 0 ? tables : [...tables, { kind: "history" as const, count: historyLines }];
	return { disk, ...(memory ? {} : { home: dirname(name) }) };
}
