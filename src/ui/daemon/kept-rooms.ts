// The rooms that are kept, opened by the background process when it starts and when the identity has been unlocked.
import type { Engine } from "../../engine/api/api.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { refusalWords } from "../words/refusals.ts";

/**
 * Goes back to the rooms of others that are kept, each once: whoever leaves one then has left it. A room of one's own needs its password, so that one is
 * opened by a window (`rt host --keep NAME`). Returns what ends the looking.
 */
export function openKeptRooms(engine: Engine, log: (line: string) => void): () => void {
	const seen = new Set<RoomKey>();
	const look = (): void => {
		const { identity, keptRooms = [], rooms } = engine.snapshot();
		if (identity.kind !== "ready") return;
		for (const { room, name, role } of keptRooms) {
			const isNew = !seen.has(room) && rooms.every((one) => one.room !== room);
			seen.add(room);
			if (!isNew) continue;
			if (role === "host") log("a room of your own is kept and not open: rt host --keep NAME opens it");
			else void join(engine, name, log);
		}
	};
	look();
	return engine.subscribe(look);
}

async function join(engine: Engine, target: string, log: (line: string) => void): Promise<void> {
	const outcome = await engine.perform({ kind: "join", target, beside: true });
	if (outcome.kind === "refused") log(`a room that is kept could not be opened: ${refusalWords(outcome)}`);
}
