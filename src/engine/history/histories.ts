// The history of a home: one encrypted file, opened when it is first wanted. What is done to it by itself is in history-chores.ts.
import { isStoreFailure } from "../../store/failure.ts";
import { type HistoryTrouble, historyRefusal, type OpenHistoryOutcome } from "../../store/history/history-file.ts";
import { HistoryRows } from "../../store/history/history-rows.ts";
import type { HistoryLine, HistoryQuery } from "../api/content.ts";
import type { RoomKey } from "../api/room-key.ts";
import { HistoryChores, type HistoryChoresOptions } from "./history-chores.ts";
import { fitsOf, newestRows, oldestRows } from "./history-search.ts";
import { lineNameOf, lineOf, type Readers } from "./line-codec.ts";
import { RoomHistory } from "./room-history.ts";

export interface HistoriesOptions extends HistoryChoresOptions {
	/** The path of the file, for people to read. */
	readonly path: string;
	/** Opens the file; `undefined` while the identity is locked. */
	readonly open: () => OpenHistoryOutcome | undefined;
	/** Tells whether there is a file. */
	readonly exists: () => boolean;
	/** Says who we are and how people are shown; `undefined` while the identity is locked. */
	readonly readers: (room: RoomKey) => Readers | undefined;
	/** Counts how often the file was opened to be written to, in another file. */
	readonly generation: { get(): number; set(generation: number): void };
	/** Is called when the disk has begun to fail for a room, or works again. */
	readonly onTrouble: (room: RoomKey, trouble: HistoryTrouble | undefined, lost: number) => void;
}

/** An OpenedHistory is what a room's lines are kept in, or why they can't be. `isOlder`: the file is an older copy than the last one, as after a backup. */
export type OpenedHistory =
	| { readonly kind: "open"; readonly history: RoomHistory; readonly isOlder: boolean }
	| { readonly kind: "refused"; readonly trouble: HistoryTrouble };

/** Owns the file. */
export class Histories {
	readonly #options: HistoriesOptions;
	readonly #rooms = new Map<RoomKey, RoomHistory>();
	readonly #chores: HistoryChores;
	#rows: HistoryRows | undefined;
	#isWriting = false;
	#isOlder = false;

	constructor(options: HistoriesOptions) {
		this.#options = options;
		this.#chores = new HistoryChores(options);
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
			wrote: (line) => this.#chores.wrote(line),
			onTrouble: (trouble, lost) => onTrouble(room, trouble, lost),
		});
		this.#rooms.set(room, history);
		this.#chores.check(room);
		return { kind: "open", history, isOlder: this.#isOlder };
	}

	/** Closes the history of a room that is over, or whose lines are kept no longer. */
	leave(room: RoomKey): void {
		this.#rooms.get(room)?.close();
		this.#rooms.delete(room);
	}

	/** Looks for what was said, newest `limit`, oldest first. `before`: the number of a row. */
	async newest(
		query: HistoryQuery,
		before = Number.MAX_SAFE_INTEGER,
	): Promise<readonly HistoryLine[] | HistoryTrouble> {
		if (this.#rows === undefined && !this.#options.exists()) return [];
		return this.#reading(async (rows) => {
			const found = await newestRows(rows, query, fitsOf(query), before, query.limit);
			return found.toReversed().flatMap((row) => this.#foundOf(row));
		});
	}

	/** Looks for what was said in a room after the line `query.after`, oldest first. */
	async oldest(query: HistoryQuery & { readonly room: RoomKey }): Promise<readonly HistoryLine[] | HistoryTrouble> {
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
		this.#using(() => this.#chores.sweep(days));
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
		this.#chores.stop();
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

	#foundOf(row: Parameters<typeof lineOf>[0]): readonly HistoryLine[] {
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
		this.#chores.begin(this.#rows);
		return { kind: "open", rows: this.#rows };
	}

	/** Makes this process the one that writes. The count outside is behind the one in the file, and never ahead of it. */
	#startWriting(rows: HistoryRows): void {
		if (this.#isWriting) return;
		const { generation } = this.#options;
		const [inside, outside] = [rows.generation(), generation.get()];
		const next = Math.max(inside, outside) + 1;
		rows.setGeneration(next);
		generation.set(next);
		this.#isOlder = inside < outside;
		this.#isWriting = true;
		this.#chores.disappear();
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
}
