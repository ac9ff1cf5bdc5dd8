// The rooms that programs on this home have open, so that a second window is told that a room is its own before it asks for a password.
import { createHash } from "node:crypto";
import type { Store } from "./db.ts";

/** At most this many rooms are kept. A program that is killed leaves its own behind, which does no harm, because no other room ever has the same id. */
const MAX_KEPT = 64;

/** Keeps the open rooms of one database. A room is kept as a hash of its id. */
export interface OwnRooms {
	opened(roomId: Uint8Array, at: number): void;
	closed(roomId: Uint8Array): void;
	has(roomId: Uint8Array): boolean;
}

const hashOf = (roomId: Uint8Array): string => createHash("sha256").update(roomId).digest("hex");

/** Opens the rooms kept in `store`. */
export function ownRoomsIn(store: Store): OwnRooms {
	const insert = store.database.prepare<[string, number]>(
		"INSERT INTO own_rooms (room, opened_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
	);
	const trim = store.database.prepare<[number]>(
		"DELETE FROM own_rooms WHERE room NOT IN (SELECT room FROM own_rooms ORDER BY opened_at DESC LIMIT ?)",
	);
	const remove = store.database.prepare<[string]>("DELETE FROM own_rooms WHERE room = ?");
	const find = store.database.prepare<[string], number>("SELECT 1 FROM own_rooms WHERE room = ?").pluck();
	return {
		opened: (roomId, at) =>
			store.transact(() => {
				insert.run(hashOf(roomId), at);
				trim.run(MAX_KEPT);
			}),
		closed: (roomId) => void remove.run(hashOf(roomId)),
		has: (roomId) => find.get(hashOf(roomId)) !== undefined,
	};
}
