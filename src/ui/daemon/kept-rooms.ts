// The rooms that are kept, opened by the background process when it starts and when the identity has been unlocked.
import type { Engine } from "../../engine/api/api.ts";
import type { KeptSummary, RoomKey } from "../../engine/api/room-key.ts";
import { refusalWords } from "../words/refusals.ts";
import { unreadableRoomsWords } from "../words/rooms/room-list.ts";

/**
 * Goes on with the rooms that are kept, each once: whoever leaves one then has left it. A room of one's own is opened with the password that it has.
 * Returns what ends the looking.
 */
export function openKeptRooms(engine: Engine, log: (line: string) => void): () => void {
	const seen = new Set<RoomKey>();
	let unreadable = 0;
	const look = (): void => {
		const { identity, keptRooms = [], rooms, unreadableRooms = 0 } = engine.snapshot();
		if (identity.kind !== "ready") return;
		if (unreadableRooms > unreadable) log(unreadableRoomsWords(unreadableRooms));
		unreadable = unreadableRooms;
		for (const kept of keptRooms) {
			const { room } = kept;
			const isNew = !seen.has(room) && rooms.every((one) => one.room !== room);
			seen.add(room);
			if (!isNew) continue;
			void open(engine, kept, log);
		}
	};
	look();
	return engine.subscribe(look);
}

async function open(
	engine: Engine,
	{ name, role, fingerprint }: KeptSummary,
	log: (line: string) => void,
): Promise<void> {
	const isOwn = role === "host" && fingerprint === undefined;
	const outcome = await engine.perform(
		isOwn
			? { kind: "host", password: "", wish: { keep: name }, beside: true }
			: { kind: "join", target: fingerprint ?? name, beside: true },
	);
	if (outcome.kind === "refused") log(`a room that is kept could not be opened: ${refusalWords(outcome)}`);
}
