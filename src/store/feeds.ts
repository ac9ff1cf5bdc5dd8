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

interface HeadRow {
	readonly person: string;
	readonly head: Uint8Array;
}

interface Sealed {
	readonly sealed: Uint8Array | null;
}

/** Opens the feeds in `store`. */
export function feedsIn(store: Store, sealer: Sealer): Feeds {
	const { database } = store;
	const all = database.prepare<[], HeadRow>("SELECT person, head FROM feeds ORDER BY person");
	// A feed is large: whoever asks for the head alone does not read it.
	const selects = {
		head: database.prepare<[string], Sealed>("SELECT head AS sealed FROM feeds WHERE person = ?"),
		feed: database.prepare<[string], Sealed>("SELECT feed AS sealed FROM feeds WHERE person = ?"),
	};
	const upsert = database.prepare<[string, Uint8Array, Uint8Array | null]>(
		"INSERT INTO feeds VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET head = excluded.head, feed = coalesce(excluded.feed, feed)",
	);
	const drop = database.prepare<[string]>("UPDATE feeds SET feed = NULL WHERE person = ?");
	const idOf = (person: string): string => sealer.blind("feeds", "person", person);
	const find = (person: string, column: "head" | "feed"): Uint8Array | undefined => {
		const id = idOf(person);
		const sealed = selects[column].get(id)?.sealed;
		return sealed ? sealer.open("feeds", column, id, sealed) : undefined;
	};
	return {
		version: () => store.versionByOthers(),
		together: (work) => store.transact(work),
		heads: () => all.all().flatMap(({ person, head }) => sealer.open("feeds", "head", person, head) ?? []),
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
