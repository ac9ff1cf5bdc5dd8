// The history of a home: one encrypted file, opened when it is first wanted, and what is done to it by itself: lines disappear, the index follows, old ones go.
import { isStoreFailure } from "../../store/failure.ts";
import { type HistoryTrouble, historyRefusal, type OpenHistoryOutcome } from "../../store/history/history-file.ts";
import { HistoryRows } from "../../store/history/history-rows.ts";
import type { HistoryQuery, LineEntry } from "../api/content.ts";
import type { RoomKey } from "../api/room-key.ts";
import { fitsOf, newestRows, oldestRows } from "./history-search.ts";
import { disappearedRest, lineNameOf, lineOf, type Readers } from "./line-codec.ts";
import { RoomHistory } from "./room-history.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** The index of words follows when nothing was said for so long, so many lines at once. */
const quietMs = 2_000;
const indexedAtOnce = 200;
/** An index that has to be made anew because much was deleted waits so long, so that nobody can keep this computer at it. */
const staleMs = 60_000;
/** So many old lines are let go at once: about 15 ms. */
const sweptAtOnce = 500;
/** What was kept of a room is looked through when it has been open for so long, so many lines at once: about 5 ms. */
const checkMs = 3_000;
const checkedAtOnce = 500;
/** What was deleted leaves the log of changes so soon. */
const settleMs = 1_000;
/** Node's timers hold no more. */
const maxTimerMs = 2 ** 31 - 1;

export interface HistoriesOptions {
	/** Where the file is, for people. */
	readonly path: string;
	/** Opens the file; `undefined` while the identity is locked. */
	readonly open: () => OpenHistoryOutcome | undefined;
	/** Tells whether there is a file. */
	readonly exists: () => boolean;
	/** Says who we are and how people are shown; `undefined` while the identity is locked. */
	readonly readers: (room: RoomKey) => Readers | undefined;
	/** Counts how often the file was opened to be written to, in another file. */
	readonly generation: { get(): number; set(generation: number): void };
	/** Returns milliseconds since the epoch, and by a clock that only goes forward. */
	readonly now: () => number;
	readonly uptime: () => number;
	/** Parts of a room's lines are older than others: somebody has put back older pages of the file. */
	readonly onMixed: (room: RoomKey) => void;
	/** The disk has begun to fail for a room, or works again. */
	readonly onTrouble: (room: RoomKey, trouble: HistoryTrouble | undefined, lost: number) => void;
}

/** What a room's lines are kept in, or why they can't be. `isOlder`: the file is an older copy than the last one, as after a backup. */
export type OpenedHistory =
	| { readonly kind: "open"; readonly history: RoomHistory; readonly isOlder: boolean }
	| { readonly kind: "refused"; readonly trouble: HistoryTrouble };

/** A line that was found, with its room. */
export interface FoundLine {
	readonly room: RoomKey;
	readonly line: LineEntry;
}

/** What is done to the file by itself, a while later. */
type Chore = "disappear" | "index" | "settle" | "sweep" | "check";

/** Owns the file. */
export class Histories {
	readonly #options: HistoriesOptions;
	readonly #rooms = new Map<RoomKey, RoomHistory>();
	readonly #timers = new Map<Chore, NodeJS.Timeout>();
	/** From which rooms old lines are still to be let go, and how many days of each stay. */
	readonly #toSweep = new Map<RoomKey, number>();
	/** The rooms of which it is still to be seen whether all of their lines belong together, the one that is looked at first. */
	readonly #toCheck = new Set<RoomKey>();
	#checked: RoomKey | undefined;
	#rows: HistoryRows | undefined;
	#isWriting = false;
	#isOlder = false;
	/** The wall clock and the one that only goes forward, when the file was opened. */
	#opened = { at: 0, uptime: 0 };
	#madeAnewAt = Number.NEGATIVE_INFINITY;
	/** When the next line is to disappear, ms since the epoch. */
	#nextAt = Number.POSITIVE_INFINITY;

	constructor(options: HistoriesOptions) {
		this.#options = options;
	}

	/** Opens what is kept of a room, to keep more. `undefined` while the identity is locked. */
	of(room: RoomKey): OpenedHistory | undefined {
		const readers = this.#options.readers(room);
		const opened = readers && this.#openRows();
		if (readers === undefined || opened === undefined) return undefined;
		if (opened.kind === "refused") return opened;
		try {
			this.#startWriting(opened.rows);
		} catch (error) {
			return { kind: "refused", trouble: this.#troubleOf(error) };
		}
		const { path, now, onTrouble } = this.#options;
		this.#rooms.get(room)?.close();
		const history = new RoomHistory({
			...readers,
			room,
			path,
			rows: opened.rows,
			now,
			wrote: (line) => this.#wrote(line),
			onTrouble: (trouble, lost) => onTrouble(room, trouble, lost),
		});
		this.#rooms.set(room, history);
		this.#toCheck.add(room);
		this.#later("check", checkMs);
		return { kind: "open", history, isOlder: this.#isOlder };
	}

	/** The room is over, or its lines are kept no longer. */
	leave(room: RoomKey): void {
		this.#rooms.get(room)?.close();
		this.#rooms.delete(room);
	}

	/** Looks for what was said, newest `limit`, oldest first. `before`: the number of a row. */
	async newest(query: HistoryQuery, before = Number.MAX_SAFE_INTEGER): Promise<readonly FoundLine[] | HistoryTrouble> {
		if (this.#rows === undefined && !this.#options.exists()) return [];
		return this.#reading(async (rows) => {
			const found = await newestRows(rows, query, fitsOf(query), before, query.limit);
			return found.toReversed().flatMap((row) => this.#foundOf(row));
		});
	}

	/** Looks for what was said in a room after the line `query.after`, oldest first. */
	async oldest(query: HistoryQuery & { readonly room: RoomKey }): Promise<readonly FoundLine[] | HistoryTrouble> {
		const { room, after = "", limit } = query;
		if (this.#rows === undefined && !this.#options.exists()) return [];
		return this.#reading(async (rows) => {
			const id = after === "" ? 0 : (this.rowOf(room, after) ?? Number.MAX_SAFE_INTEGER);
			const found = await oldestRows(rows, room, fitsOf(query), id, limit);
			return found.flatMap((row) => this.#foundOf(row));
		});
	}

	/** Returns the number of a line's row. */
	rowOf(room: RoomKey, entryId: string): number | undefined {
		const readers = this.#options.readers(room);
		const name = readers && lineNameOf(entryId, readers.self);
		if (name === undefined || (this.#rows === undefined && !this.#options.exists())) return undefined;
		let id: number | undefined;
		this.#using((rows) => {
			id = rows.find(room, name.author, name.content)?.id;
		});
		return id;
	}

	/** Counts the lines on disk; 0 where they can't be read. */
	count(): number {
		if (this.#rows === undefined && !this.#options.exists()) return 0;
		let count = 0;
		this.#using((rows) => {
			for (const lines of rows.rooms().values()) count += lines;
		});
		return count;
	}

	/** Lets go what is older than each room's days: the first lines now, the others soon. Those with 0 days are forgotten. Those that are not named stay. */
	sweep(days: ReadonlyMap<RoomKey, number>): void {
		if (this.#rows === undefined && !this.#options.exists()) return;
		for (const [room, most] of days) this.#toSweep.set(room, most);
		this.#using((rows) => {
			this.#sweepOn(rows);
			this.#disappear();
		});
	}

	/** Lets some lines of one room after the other go, until it has found enough. */
	#sweepOn(rows: HistoryRows): void {
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

	/** Forgets a room, or everything. Returns why that could not be done. */
	forget(room: RoomKey | undefined): HistoryTrouble | undefined {
		if (this.#rows === undefined && !this.#options.exists()) return undefined;
		return this.#using((rows) => {
			for (const one of room === undefined ? rows.rooms().keys() : [room]) rows.forget(one);
			rows.settle();
		});
	}

	close(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		for (const room of this.#rooms.values()) room.close();
		this.#rooms.clear();
		try {
			if (this.#isWriting) this.#rows?.settle();
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
		}
		this.#rows?.close();
		this.#rows = undefined;
	}

	#foundOf(row: Parameters<typeof lineOf>[0]): readonly FoundLine[] {
		const readers = this.#options.readers(row.room);
		const line = readers && lineOf(row, readers);
		return line === undefined ? [] : [{ room: row.room, line }];
	}

	#openRows():
		| { readonly kind: "open"; readonly rows: HistoryRows }
		| { readonly kind: "refused"; readonly trouble: HistoryTrouble }
		| undefined {
		if (this.#rows !== undefined) return { kind: "open", rows: this.#rows };
		const outcome = this.#options.open();
		if (outcome?.kind !== "open") return outcome;
		try {
			this.#rows = new HistoryRows(outcome.database);
		} catch (error) {
			outcome.database.close();
			return { kind: "refused", trouble: this.#troubleOf(error) };
		}
		this.#opened = { at: this.#options.now(), uptime: this.#options.uptime() };
		return { kind: "open", rows: this.#rows };
	}

	/** From here on this process is the one that writes. The count outside is behind the one in the file, never before it. */
	#startWriting(rows: HistoryRows): void {
		if (this.#isWriting) return;
		const { generation } = this.#options;
		const [inside, outside] = [rows.generation(), generation.get()];
		const next = Math.max(inside, outside) + 1;
		rows.setGeneration(next);
		generation.set(next);
		this.#isOlder = inside < outside;
		this.#isWriting = true;
		this.#disappear();
	}

	async #reading<T>(work: (rows: HistoryRows) => Promise<readonly T[]>): Promise<readonly T[] | HistoryTrouble> {
		const opened = this.#openRows();
		if (opened === undefined) return [];
		if (opened.kind === "refused") return opened.trouble;
		try {
			return await work(opened.rows);
		} catch (error) {
			return this.#troubleOf(error);
		}
	}

	#using(work: (rows: HistoryRows) => void): HistoryTrouble | undefined {
		const opened = this.#openRows();
		if (opened?.kind === "refused") return opened.trouble;
		try {
			if (opened) work(opened.rows);
			return undefined;
		} catch (error) {
			return this.#troubleOf(error);
		}
	}

	/** Says what the disk did wrong; throws anything else on. */
	#troubleOf(error: unknown): HistoryTrouble {
		if (!isStoreFailure(error)) throw error;
		return { path: this.#options.path, why: historyRefusal(error), detail: error.message };
	}

	#wrote({ gone, isEdited, disappearsAt }: LineEntry): void {
		if (gone !== undefined || isEdited) this.#later("settle", settleMs);
		if (disappearsAt !== undefined) this.#wakeFor(disappearsAt);
		else this.#later("index", quietMs);
	}

	/** The wall clock, unless somebody has set it back since the file was opened: nothing stays longer for that. */
	#time(): number {
		const { now, uptime } = this.#options;
		return Math.max(now(), this.#opened.at + uptime() - this.#opened.uptime);
	}

	#disappear(): void {
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
		if (what === "sweep") {
			if (this.#rows) this.#sweepOn(this.#rows);
			return;
		}
		if (what === "check") {
			if (this.#rows) this.#checkOn(this.#rows);
			return;
		}
		if (what === "disappear") this.#disappear();
		else if (what === "settle") this.#rows?.settle();
		else this.#follow();
	}

	/** Looks on through the lines of the rooms that are to be checked. */
	#checkOn(rows: HistoryRows): void {
		const [room] = this.#toCheck;
		if (room === undefined) return;
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
}
