// What happened in a room, in order: what has its place, then the person's own lines that wait for theirs.
import type { Entry, Timeline } from "./api.ts";

/** Older entries are let go beyond this; nothing is on disk. */
export const maxEntries = 200_000;
/** Entries let go at once, so that the cost is paid seldom. */
const letGoEntries = 20_000;

/** Mutable, owned by one Room. */
export class RoomTimeline implements Timeline {
	#placed: Entry[] = [];
	#waiting: Entry[] = [];

	get length(): number {
		return this.#placed.length + this.#waiting.length;
	}

	at(index: number): Entry | undefined {
		return index < this.#placed.length ? this.#placed[index] : this.#waiting[index - this.#placed.length];
	}

	add(entry: Entry): void {
		if (this.#placed.length >= maxEntries) this.#placed = this.#placed.slice(letGoEntries);
		this.#placed.push(entry);
	}

	addWaiting(entry: Entry): void {
		this.#waiting.push(entry);
	}

	/** The waiting line has its place now: after everything that came before. */
	placeWaiting(id: string): Extract<Entry, { kind: "line" }> | undefined {
		const index = this.#waiting.findIndex((entry) => entry.id === id);
		const entry = this.#waiting[index];
		if (entry?.kind !== "line") return undefined;
		this.#waiting.splice(index, 1);
		const placed = { ...entry, delivery: { kind: "sent" } as const };
		this.add(placed);
		return placed;
	}
}
