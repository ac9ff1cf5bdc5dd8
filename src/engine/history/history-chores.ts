// What is done to the history by itself: lines disappear, the index of words follows, old lines go, and what is there is looked through for older pages.
import { isStoreFailure } from "../../store/failure.ts";
import type { HistoryRows } from "../../store/history/history-rows.ts";
import type { LineEntry } from "../api/content.ts";
import type { RoomKey } from "../api/room-key.ts";
import { disappearedRest } from "./line-codec.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** The index of words follows when nothing was said for this long, this many lines at once. */
const quietMs = 2_000;
const indexedAtOnce = 200;
/** An index that has to be made anew because much was deleted waits this long, so that nobody can keep this computer at it. */
const staleMs = 60_000;
/** This many old lines are removed at once, which takes about 15 ms. */
const sweptAtOnce = 500;
/** The history of a room is checked when the room has been open for this long. It is checked `checkedAtOnce` lines at a time, which takes about 5 ms. */
const checkMs = 3_000;
const checkedAtOnce = 500;
/** After this many milliseconds deleted lines are removed from the database's log of changes too. */
const settleMs = 1_000;
/** A timer of Node waits for no longer than this; more would make it fire at once. */
const maxTimerMs = 2 ** 31 - 1;

/** Names what is done to the file by itself, a while later. */
type Chore = "disappear" | "index" | "settle" | "sweep" | "check";

export interface HistoryChoresOptions {
	/** Returns milliseconds since the epoch, and by a clock that only goes forward. */
	readonly now: () => number;
	readonly uptime: () => number;
	/** Parts of a room's lines are older than others: somebody has put back older pages of the file. */
	readonly onMixed: (room: RoomKey) => void;
}

/** Has nothing to do until the file is open (`begin`). Whoever has opened the file stops it. */
export class HistoryChores {
	readonly #options: HistoryChoresOptions;
	readonly #timers = new Map<Chore, NodeJS.Timeout>();
	/** The rooms whose old lines are still to be removed, with the number of days that stay. */
	readonly #toSweep = new Map<RoomKey, number>();
	/** Lists the rooms of which it is still to be seen whether all of their lines belong together; the first one is looked at next. */
	readonly #toCheck = new Set<RoomKey>();
	#checked: RoomKey | undefined;
	#rows: HistoryRows | undefined;
	/** The wall clock and the one that only goes forward, when the file was opened. */
	#opened = { at: 0, uptime: 0 };
	#madeAnewAt = Number.NEGATIVE_INFINITY;
	/** The time at which the next line is to disappear, in milliseconds since the epoch. */
	#nextAt = Number.POSITIVE_INFINITY;

	constructor(options: HistoryChoresOptions) {
		this.#options = options;
	}

	/** Begins the chores of a file that was just opened. */
	begin(rows: HistoryRows): void {
		this.#rows = rows;
		this.#opened = { at: this.#options.now(), uptime: this.#options.uptime() };
	}

	stop(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#rows = undefined;
	}

	/** Looks through what was kept of a room, once it has been open for a while. */
	check(room: RoomKey): void {
		this.#toCheck.add(room);
		this.#later("check", checkMs);
	}

	/** Lets go what is older than each room's days: the first lines now, the others soon. It throws when the disk fails. */
	sweep(days: ReadonlyMap<RoomKey, number>): void {
		for (const [room, most] of days) this.#toSweep.set(room, most);
		this.#sweepOn();
		this.disappear();
	}

	/** Is told that a line was written. */
	wrote({ gone, isEdited, disappearsAt }: LineEntry): void {
		if (gone !== undefined || isEdited) this.#later("settle", settleMs);
		if (disappearsAt !== undefined) this.#wakeFor(disappearsAt);
		else this.#later("index", quietMs);
	}

	/** Returns the time by the wall clock, in milliseconds since the epoch. Where somebody has set it back since the file was opened it goes on all the same, so that nothing stays longer for that. */
	#time(): number {
		const { now, uptime } = this.#options;
		return Math.max(now(), this.#opened.at + uptime() - this.#opened.uptime);
	}

	/** Lets lines disappear whose time has come, and wakes for the next. */
	disappear(): void {
		const rows = this.#rows;
		if (rows?.disappear(this.#time(), disappearedRest)) this.#later("settle", settleMs);
		const next = rows?.nextDisappearance();
		this.#nextAt = Number.POSITIVE_INFINITY;
		if (next !== undefined) this.#wakeFor(next);
	}

	#wakeFor(at: number): void {
		if (this.#timers.has("disappear") && at >= this.#nextAt) return;
		clearTimeout(this.#timers.get("disappear"));
		this.#timers.delete("disappear");
		this.#nextAt = at;
		this.#later("disappear", Math.min(maxTimerMs, Math.max(0, at - this.#time())));
	}

	/** Does something a while later. What is to be done already keeps its time; the index waits until it is quiet. */
	#later(what: Chore, afterMs: number): void {
		if (this.#timers.has(what) && what !== "index") return;
		clearTimeout(this.#timers.get(what));
		const timer = setTimeout(() => {
			this.#timers.delete(what);
			try {
				this.#do(what);
			} catch (error) {
				// What could not be done is done the next time; that the disk fails is told by the next line.
				if (!isStoreFailure(error)) throw error;
			}
		}, afterMs);
		this.#timers.set(what, timer.unref());
	}

	#do(what: Chore): void {
		if (what === "sweep") this.#sweepOn();
		else if (what === "check") this.#checkOn();
		else if (what === "disappear") this.disappear();
		else if (what === "settle") this.#rows?.settle();
		else this.#follow();
	}

	/** Looks on through the lines of the rooms that are to be checked. */
	#checkOn(): void {
		const [room] = this.#toCheck;
		const rows = this.#rows;
		if (room === undefined || !rows) return;
		if (this.#checked !== room) rows.beginCheck(room);
		this.#checked = room;
		const found = rows.checkOn(checkedAtOnce);
		if (found !== "more") {
			this.#checked = undefined;
			this.#toCheck.delete(room);
		}
		if (this.#toCheck.size > 0) this.#later("check", 0);
		if (found === "wrong") this.#options.onMixed(room);
	}

	#follow(): void {
		const rows = this.#rows;
		if (!rows?.isIndexBehind()) return;
		const wait = rows.isIndexStale() ? this.#madeAnewAt + staleMs - this.#options.uptime() : 0;
		if (wait > 0) {
			this.#later("index", wait);
			return;
		}
		if (rows.isIndexStale()) this.#madeAnewAt = this.#options.uptime();
		if (rows.index(indexedAtOnce)) this.#later("index", 0);
	}

	/** Lets some lines of one room after the other go, until it has found enough. */
	#sweepOn(): void {
		const rows = this.#rows;
		if (!rows) return;
		const now = this.#options.now();
		for (const [room, most] of this.#toSweep) {
			const cutoff = Math.max(0, now - most * dayMs);
			const gone = most === 0 ? rows.forget(room) : rows.sweep(room, cutoff, now, sweptAtOnce);
			const isMore = most > 0 && gone === sweptAtOnce;
			if (!isMore) this.#toSweep.delete(room);
			if (gone > 0) this.#later("settle", settleMs);
			if (gone > 0) this.#later("index", quietMs);
			if (!isMore) continue;
			this.#later("sweep", 0);
			return;
		}
	}
}
