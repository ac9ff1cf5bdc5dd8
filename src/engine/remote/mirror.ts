// A copy of the engine's views that follows what the background process tells, step by step.
import type { Entry, HomeView, RoomView, Snapshot, Timeline, TimelineChanges } from "../api/api.ts";
import type { Changed, FeedStep, RoomChanges } from "../api/changes.ts";
import type { EndCode } from "../api/codes.ts";
import type { LineEntry } from "../api/content.ts";
import type { RoomKey } from "../api/room-key.ts";

/** The view of a room that is not there. */
const noRoom: RoomView = { phase: { kind: "idle" }, people: [], timeline: { length: 0, at: () => undefined } };

const emptyHome: HomeView = { identity: { kind: "none" }, rooms: [], recentRooms: [], routeTerms: {} };

/** Holds the entries of one room, as far as they have come here. */
export class MirrorTimeline implements Timeline {
	#placed: Entry[] = [];
	#waiting: readonly LineEntry[] = [];
	/** The number of the first entry here; entries are counted from the first one there ever was. */
	#base = 0;
	/** The number of the oldest entry that the engine still has. */
	#first = 0;
	readonly #numbers = new Map<string, number>();

	get length(): number {
		return this.#placed.length + this.#waiting.length;
	}

	/** Tells whether the engine has older entries than are here. */
	get hasOlder(): boolean {
		return this.#first < this.#base;
	}

	at(index: number): Entry | undefined {
		return index < this.#placed.length ? this.#placed[index] : this.#waiting[index - this.#placed.length];
	}

	indexOf(id: string): number | undefined {
		const number = this.#numbers.get(id);
		if (number !== undefined) return number - this.#base;
		const waiting = this.#waiting.findIndex((line) => line.id === id);
		return waiting < 0 ? undefined : this.#placed.length + waiting;
	}

	follow({ first, from, added, replaced, waiting, isWhole }: TimelineChanges): void {
		if (isWhole === true) {
			this.#placed = [];
			this.#numbers.clear();
			this.#base = from;
		}
		this.#first = first;
		this.#append(added);
		for (const entry of replaced) {
			const number = this.#numbers.get(entry.id);
			if (number !== undefined) this.#placed[number - this.#base] = entry;
		}
		if (waiting !== undefined) this.#waiting = waiting;
		this.#letGo(first - this.#base);
	}

	/** Puts a page of older entries before those that are here. */
	prepend(entries: readonly Entry[]): void {
		this.#base -= entries.length;
		this.#placed = [...entries, ...this.#placed];
		for (const [index, { id }] of entries.entries()) this.#numbers.set(id, this.#base + index);
	}

	/** Notes that nothing older is to be had: what was let go meanwhile is not asked for again. */
	endOlder(): void {
		this.#first = this.#base;
	}

	#append(entries: readonly Entry[]): void {
		for (const entry of entries) {
			this.#numbers.set(entry.id, this.#base + this.#placed.length);
			this.#placed.push(entry);
		}
	}

	#letGo(count: number): void {
		if (count <= 0) return;
		for (const { id } of this.#placed.slice(0, count)) this.#numbers.delete(id);
		this.#placed = this.#placed.slice(count);
		this.#base += count;
	}
}

interface MirrorRoom {
	view: Omit<RoomView, "timeline" | "room">;
	readonly timeline: MirrorTimeline;
}

/** Keeps the copies of home and rooms for the engine that follows. */
export class Mirror {
	#home: HomeView = emptyHome;
	#version = 0;
	#seq = 0;
	readonly #rooms = new Map<RoomKey, MirrorRoom>();
	readonly #drawn = new Map<RoomKey | undefined, Snapshot>();

	/** Takes in a step. Returns `false` where one is missing before it: then everything has to be asked for anew. */
	follow(step: FeedStep): boolean {
		const isWhole = step.kind === "state" && step.isWhole === true;
		if (step.seq !== this.#seq + 1 && !isWhole) return false;
		this.#seq = step.seq;
		if (step.kind === "event") return true;
		if (isWhole) {
			this.#home = emptyHome;
			this.#rooms.clear();
		}
		this.#home = merged(this.#home, step.home);
		for (const [room, changes] of Object.entries(step.rooms)) this.#followRoom(room, changes);
		for (const room of step.gone) this.#rooms.delete(room);
		this.changed();
		return true;
	}

	changed(): void {
		this.#version += 1;
		this.#drawn.clear();
	}

	/** Shows that every room is over, with `code`, because nobody tells anything any more. */
	lost(code: EndCode): void {
		for (const room of this.#rooms.values()) room.view = { ...room.view, phase: { kind: "ended", code } };
		const rooms = this.#home.rooms.map((room) => ({ ...room, state: "ended" as const }));
		this.#home = { ...this.#home, rooms };
		this.changed();
	}

	timeline(room: RoomKey): MirrorTimeline | undefined {
		return this.#rooms.get(room)?.timeline;
	}

	/** Returns the rooms of which older entries can be asked for. */
	roomsWithOlder(): readonly RoomKey[] {
		return [...this.#rooms].filter(([, { timeline }]) => timeline.hasOlder).map(([room]) => room);
	}

	snapshot(room: RoomKey | undefined): Snapshot {
		const drawn = this.#drawn.get(room) ?? this.#draw(room);
		this.#drawn.set(room, drawn);
		return drawn;
	}

	#followRoom(room: RoomKey, { view = {}, lines }: RoomChanges): void {
		const known = this.#rooms.get(room) ?? {
			view: { phase: { kind: "idle" }, people: [] },
			timeline: new MirrorTimeline(),
		};
		this.#rooms.set(room, known);
		known.view = merged(known.view, view);
		if (lines !== undefined) known.timeline.follow(lines);
	}

	#draw(room: RoomKey | undefined): Snapshot {
		const found = room === undefined ? undefined : this.#rooms.get(room);
		const shown = found ? { ...found.view, timeline: found.timeline } : noRoom;
		// A room that was left keeps its name, so that whoever looked at it hears of its end.
		return { ...this.#home, ...shown, ...(room === undefined ? {} : { room }), version: this.#version };
	}
}

/** Returns a view with what has changed of it; what is `null` is not there any more. */
function merged<View extends object>(view: View, changes: Changed<View>): View {
	const all = Object.entries({ ...view, ...changes });
	return Object.fromEntries(all.filter(([, value]) => value !== null)) as View;
}
