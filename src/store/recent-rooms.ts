// The rooms joined last, so that they can be offered again. Sealed: where someone has been is nobody else's business.
import * as v from "valibot";
import type { Store } from "./db.ts";
import { readJson, type Sealer } from "./sealer.ts";

/** At most this many rooms are remembered; the ones joined longest ago are dropped. */
export const MAX_RECENT_ROOMS = 20;

/** One room. `target` is as the person typed it, `lastJoinedAt` is in milliseconds since the epoch. */
const ROOM = v.strictObject({
	target: v.string(),
	lastJoinedAt: v.number(),
	/** The host's name, as the person saw it. */
	hostName: v.exactOptional(v.string()),
	/** The host's key, and the six words of it. */
	fingerprint: v.exactOptional(v.string()),
	words: v.exactOptional(v.pipe(v.array(v.string()), v.readonly())),
	/** Leads to whichever room the host has open later. */
	later: v.exactOptional(v.string()),
});
type StoredRoom = Readonly<v.InferOutput<typeof ROOM>>;

/** Keeps the recent rooms of one database. */
export interface RecentRooms {
	/** Returns the rooms, the one joined last first. */
	list(): readonly StoredRoom[];
	/** Keeps a room. What leads to its host's later rooms is taken over from their former ones, and where it has led here, one row stands for both. */
	remember(room: StoredRoom): void;
}

/** Opens the recent rooms kept in `store`. */
export function recentRoomsIn(store: Store, sealer: Sealer): RecentRooms {
	const selectAll = store.database.prepare<[], { id: string; sealed: Uint8Array }>("SELECT * FROM recent_rooms");
	const upsert = store.database.prepare<[string, Uint8Array]>(
		"INSERT INTO recent_rooms (id, sealed) VALUES (?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
	);
	const remove = store.database.prepare<[string]>("DELETE FROM recent_rooms WHERE id = ?");
	const idOf = (target: string) => sealer.blind("recent_rooms", "id", target);

	function readable(): { readonly id: string; readonly room: StoredRoom | undefined }[] {
		return selectAll
			.all()
			.map(({ id, sealed }) => ({ id, room: readJson(ROOM, sealer.open("recent_rooms", "sealed", id, sealed)) }))
			.sort((a, b) => (b.room?.lastJoinedAt ?? -1) - (a.room?.lastJoinedAt ?? -1));
	}

	const list = (): readonly StoredRoom[] => readable().flatMap(({ room }) => (room === undefined ? [] : [room]));

	return {
		list,
		remember(room) {
			const { target, fingerprint } = room;
			const ofHost = fingerprint === undefined ? [] : list().filter((one) => one.fingerprint === fingerprint);
			const later = room.later ?? ofHost.find((one) => one.later !== undefined)?.later;
			const id = idOf(target);
			const bytes = new TextEncoder().encode(JSON.stringify({ ...room, ...(later && { later }) }));
			store.transact(() => {
				for (const former of ofHost) if (former.later === target) remove.run(idOf(former.target));
				upsert.run(id, sealer.seal("recent_rooms", "sealed", id, bytes));
				for (const old of readable().slice(MAX_RECENT_ROOMS)) remove.run(old.id);
			});
		},
	};
}
