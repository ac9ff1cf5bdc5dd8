// What is kept on disk of one room's lines. A disk that fails is told once and tried again; meanwhile lines wait in memory, within bounds.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { isStoreFailure } from "../../store/failure.ts";
import { type HistoryTrouble, historyRefusal } from "../../store/history/history-file.ts";
import type { HistoryRow, HistoryRows } from "../../store/history/history-rows.ts";
import type { LineEntry } from "../api/content.ts";
import { contentNamed, keptLineOf, lineNameOf, lineOf, type Readers } from "./line-codec.ts";
import type { KeptLine, LineKeeper } from "./line-keeper.ts";

/** At most this many lines wait for a disk that fails, and this much text in UTF-16 units. Further lines are lost to the history, and counted. */
const maxWaiting = 10_000;
const maxWaitingUnits = 8 * 1024 * 1024;
const tryAgainMs = 10_000;

export interface RoomHistoryOptions extends Readers {
	readonly room: string;
	readonly path: string;
	readonly rows: HistoryRows;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	/** Something was written: what is to disappear, and the index of words, may have something to do. */
	readonly wrote: (line: LineEntry) => void;
	/** The disk has begun to fail; with `undefined` it works again, and `lost` lines are not kept. */
	readonly onTrouble: (trouble: HistoryTrouble | undefined, lost: number) => void;
}

/** Keeps the lines of a room in the history. Nothing here throws when the disk fails. */
export class RoomHistory implements LineKeeper {
	readonly #options: RoomHistoryOptions;
	readonly #waiting = new Map<string, LineEntry>();
	#waitingUnits = 0;
	#lost = 0;
	#isFailing = false;
	#again: NodeJS.Timeout | undefined;
	#isClosed = false;

	constructor(options: RoomHistoryOptions) {
		this.#options = options;
	}

	get self(): Fingerprint {
		return this.#options.self;
	}

	keep(line: LineEntry): void {
		if (this.#isClosed) return;
		const isWorking = !this.#isFailing || this.#catchUp();
		if (!isWorking || !this.#write(line)) this.#wait(line);
	}

	changed(line: LineEntry): void {
		if (!this.#isClosed && this.find(line.id) !== undefined) this.keep(line);
	}

	find(id: string): LineEntry | undefined {
		const waiting = this.#waiting.get(id);
		if (waiting !== undefined) return waiting;
		const { room, rows, self } = this.#options;
		const name = lineNameOf(id, self);
		return name && this.#read(() => this.#lineOf(rows.find(room, name.author, name.content)), undefined);
	}

	findNamed(id: string): LineEntry | undefined {
		const { room, rows } = this.#options;
		const content = contentNamed(id);
		const found = content === undefined ? [] : this.#read(() => rows.named(room, content), []);
		return found.length === 1 ? this.#lineOf(found[0]) : undefined;
	}

	requote(id: string, quote: string, most: number): void {
		const { room, rows, self } = this.#options;
		const name = lineNameOf(id, self);
		if (name !== undefined) this.#read(() => rows.requote(room, name.author, name.content, quote, most), undefined);
	}

	before(row: number | undefined, limit: number): readonly KeptLine[] {
		const { room, rows } = this.#options;
		return this.#read(() => rows.before(room, row, limit), []).flatMap((found) => {
			const line = this.#lineOf(found);
			return line === undefined ? [] : [{ row: found.id, line }];
		});
	}

	/** Keeps nothing any more. What still waits for the disk is tried once more. */
	close(): void {
		if (this.#isClosed) return;
		if (this.#isFailing) this.#catchUp();
		this.#isClosed = true;
		clearTimeout(this.#again);
	}

	#lineOf(row: HistoryRow | undefined): LineEntry | undefined {
		return row && lineOf(row, this.#options);
	}

	#write(line: LineEntry): boolean {
		const { room, rows, now, self, wrote } = this.#options;
		const kept = keptLineOf(room, line, self);
		if (kept === undefined) return true;
		try {
			rows.put(kept, now());
		} catch (error) {
			this.#failed(error);
			return false;
		}
		wrote(line);
		return true;
	}

	#wait(line: LineEntry): void {
		const isFull = this.#waiting.size >= maxWaiting || this.#waitingUnits > maxWaitingUnits;
		if (isFull && !this.#waiting.has(line.id)) {
			this.#lost += 1;
			return;
		}
		this.#waitingUnits += line.text.length - (this.#waiting.get(line.id)?.text.length ?? 0);
		this.#waiting.set(line.id, line);
	}

	/** Writes what waits, oldest first. Returns whether all of it is on disk. */
	#catchUp(): boolean {
		for (const [id, line] of this.#waiting) {
			if (!this.#write(line)) return false;
			this.#waiting.delete(id);
			this.#waitingUnits -= line.text.length;
		}
		this.#isFailing = false;
		clearTimeout(this.#again);
		this.#options.onTrouble(undefined, this.#lost);
		this.#lost = 0;
		return true;
	}

	#failed(error: unknown): void {
		if (!isStoreFailure(error)) throw error;
		clearTimeout(this.#again);
		this.#again = setTimeout(() => this.#catchUp(), tryAgainMs);
		this.#again.unref();
		if (this.#isFailing) return;
		this.#isFailing = true;
		this.#options.onTrouble({ path: this.#options.path, why: historyRefusal(error), detail: error.message }, 0);
	}

	#read<T>(work: () => T, otherwise: T): T {
		try {
			return work();
		} catch (error) {
			this.#failed(error);
			return otherwise;
		}
	}
}
