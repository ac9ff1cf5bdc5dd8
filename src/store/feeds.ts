// What people have posted, as it is kept: for each person a head, which says what there is, and the feed itself. All of it sealed, and found by keyed names.
import type { Store } from "./db.ts";
import type { Sealer } from "./sealer.ts";

/** The feeds of one database. Each call is on disk (safe from a killed process) when it returns. */
export interface Feeds {
	/** Returns a number that is another one whenever another program has changed the database. */
	version(): number;
	/** Does several things at once: all of them, or none when `work` throws. */
	together<T>(work: () => T): T;
	/** Returns the heads, as far as they can be opened. */
	heads(): readonly Uint8Array[];
	head(person: string): Uint8Array | undefined;
	/** Returns the feed of a person; absent where there is none, or it can't be opened. */
	feed(person: string): Uint8Array | undefined;
	/** Sets the head of a person; without `feed` the feed stays as it is. */
	set(person: string, head: Uint8Array, feed?: Uint8Array): void;
	/** Drops the feed of a person; the head stays. */
	dropFeed(person: string): void;
}

interface Row {
	readonly person: string;
	readonly head: Uint8Array;
	readonly feed: Uint8Array | null;
}

/** Opens the feeds in `store`. */
export function feedsIn(store: Store, sealer: Sealer): Feeds {
	const { database } = store;
	const all = database.prepare<[], Pick<Row, "person" | "head">>("SELECT person, head FROM feeds ORDER BY person");
	const select = database.prepare<[string], Row>("SELECT * FROM feeds WHERE person = ?");
	const upsert = database.prepare<[string, Uint8Array, Uint8Array | null]>(
		"INSERT INTO feeds VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET head = excluded.head, feed = coalesce(excluded.feed, feed)",
	);
	const drop = database.prepare<[string]>("UPDATE feeds SET feed = NULL WHERE person = ?");
	const idOf = (person: string): string => sealer.blind("feeds", "person", person);
	const open = (column: "head" | "feed", { person, [column]: sealed }: Row): Uint8Array | undefined =>
		sealed === null ? undefined : sealer.open("feeds", column, person, sealed);
	const find = (person: string, column: "head" | "feed"): Uint8Array | undefined => {
		const row = select.get(idOf(person));
		return row && open(column, row);
	};
	return {
		version: () => Number(database.pragma("data_version", { simple: true })),
		together: (work) => store.transact(work),
		heads: () => all.all().flatMap((row) => open("head", { ...row, feed: null }) ?? []),
		head: (person) => find(person, "head"),
		feed: (person) => find(person, "feed"),
		set(person, head, feed) {
			const id = idOf(person);
			const sealed = feed === undefined ? null : sealer.seal("feeds", "feed", id, feed);
			upsert.run(id, sealer.seal("feeds", "head", id, head), sealed);
		},
		dropFeed: (person) => void drop.run(idOf(person)),
	};
}
