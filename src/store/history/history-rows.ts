// What is kept of what was said: lines by room, in their order, with what became of each. All of the file is encrypted; nothing here knows by which key.
import type Database from "better-sqlite3";
import { WordIndex } from "./full-text.ts";
import { type FoundLine, readingStatements, writingStatements } from "./history-statements.ts";
import { RoomTotals } from "./room-totals.ts";

/** A line as it is kept. `rest` is the keeper's own text, with what nobody searches by. */
export interface HistoryLine {
	readonly room: string;
	/** The fingerprint of whoever said it. */
	readonly author: string;
	/** The id that its author gave it. */
	readonly content: Uint8Array;
	/** The author's name then. */
	readonly name: string;
	/** The time when it came, in milliseconds since the epoch. */
	readonly at: number;
	/** The text, which is "" once the line is gone. */
	readonly text: string;
	/** The quote of the line that it answers. */
	readonly quote?: string | undefined;
	/** The line that it answers, where that was here. */
	readonly answers?: { readonly author: string; readonly content: Uint8Array } | undefined;
	/** Milliseconds since the epoch. */
	readonly disappearsAt?: number | undefined;
	readonly rest: string;
}

/** A line as it is found. Ids grow in the order of the room. */
export interface HistoryRow extends Omit<HistoryLine, "answers"> {
	readonly id: number;
}

function rowOf({ quote, disappears_at, ...row }: FoundLine): HistoryRow {
	return {
		...row,
		...(quote === null ? {} : { quote }),
		...(disappears_at === null ? {} : { disappearsAt: disappears_at }),
	};
}

/** Owns the database. Every call that writes is safe from a killed process when it returns, and throws SQLite's error when the disk fails. */
export class HistoryRows {
	readonly #database: Database.Database;
	readonly #words: WordIndex;
	readonly #totals: RoomTotals;
	readonly #reads: ReturnType<typeof readingStatements>;
	readonly #writes: ReturnType<typeof writingStatements>;

	/** `partLines` is for tests (`WordIndex`). */
	constructor(database: Database.Database, partLines?: number) {
		this.#database = database;
		this.#words = new WordIndex(database, partLines);
		this.#totals = new RoomTotals(database);
		this.#countOnce();
		this.#reads = readingStatements(database);
		this.#writes = writingStatements(database);
	}

	/** Counts the totals of a file of version 1, which had none. */
	#countOnce(): void {
		if (this.#words.fact("counted") !== 0) return;
		this.#together(() => {
			this.#totals.countAll();
			this.#words.setFact("counted", 1);
		});
	}

	/** Begins to check whether all of a room's lines belong together (`checkOn`). */
	beginCheck(room: string): void {
		this.#totals.begin(room);
	}

	/** Goes on with the check by at most `most` lines. `wrong`: parts of the file are older than others. */
	checkOn(most: number): "more" | "right" | "wrong" {
		return this.#together(() => this.#totals.goOn(most));
	}

	/** Keeps a line, or what it has become. `now`: ms since the epoch. */
	put(line: HistoryLine, now: number): void {
		this.#together(() => this.#put(line, now));
	}

	/** Finds one line. */
	find(room: string, author: string, content: Uint8Array): HistoryRow | undefined {
		const found = this.#reads.find.get({ room, author, content });
		return found && rowOf(found);
	}

	/** Finds the lines that have this id; people may use the same. */
	named(room: string, content: Uint8Array): readonly HistoryRow[] {
		return this.#reads.named.all({ room, content }).map(rowOf);
	}

	/** Returns the newest `limit` lines before the one with this id, or of all without it, oldest first. */
	before(room: string, id: number | undefined, limit: number): readonly HistoryRow[] {
		return this.#reads.before
			.all({ room, id: id ?? Number.MAX_SAFE_INTEGER, limit })
			.map(rowOf)
			.reverse();
	}

	/** Returns the oldest `limit` lines after the one with this id, oldest first. */
	after(room: string, id: number, limit: number): readonly HistoryRow[] {
		return this.#reads.after.all({ room, id, limit }).map(rowOf);
	}

	/** Returns the id of the first line that came at `at` or later, for whoever looks for a moment; `undefined` when there is none. */
	since(room: string, at: number): number | undefined {
		return this.#reads.since.get({ room, at }) ?? undefined;
	}

	/** Returns the lines of all rooms, or of one, that come before `id` and wait to be looked at one by one: newest first. */
	scan(room: string | undefined, id: number, limit: number): readonly HistoryRow[] {
		return this.#reads.scan.all({ room: room ?? null, id, limit }).map(rowOf);
	}

	/** Returns the newest `limit` lines with these folded words (three characters or more) before `id`, newest first, as far as the index has come. */
	search(room: string | undefined, words: string, id: number, limit: number): readonly HistoryRow[] {
		const phrase = `"${words.replaceAll('"', '""')}"`;
		const search = () => this.#words.search({ room: room ?? null, phrase, id, limit });
		// In one picture: another process may let parts of the index go meanwhile.
		return this.#database.transaction(search).deferred().map(rowOf);
	}

	/** Returns the lines that are to disappear, of all rooms or of one, newest first: they are in no index. */
	disappearing(room: string | undefined, id: number): readonly HistoryRow[] {
		return this.#reads.disappearing.all({ room: room ?? null, id }).map(rowOf);
	}

	/** Takes the next lines into the index. Returns whether there may be more. */
	index(most: number): boolean {
		return this.#together(() => this.#words.follow(most));
	}

	/** Tells whether a part of the index is to be made anew, because much was deleted line by line. */
	isIndexStale(): boolean {
		return this.#words.isStale();
	}

	isIndexBehind(): boolean {
		return this.#words.isBehind();
	}

	/** Replaces what answers quote of a line by what it says now: in all of them when it is gone, else in the newest `most`. */
	requote(room: string, author: string, content: Uint8Array, quote: string, most: number): void {
		this.#together(() => {
			const answered = this.#reads.idOf.get({ room, author, content });
			if (answered !== undefined) this.#writes.requote.run({ answered, quote, most: quote === "" ? -1 : most });
		});
	}

	/** Leaves nothing but a mark of lines whose time is over. `gone` is their `rest` then. Returns whether there were any. */
	disappear(until: number, gone: string): boolean {
		return this.#together(() => {
			const due = this.#reads.due.all({ until });
			for (const { id } of due) {
				this.#writes.requote.run({ answered: id, quote: "", most: -1 });
				this.#writes.empty.run({ id, gone });
			}
			return due.length > 0;
		});
	}

	/** Returns when the next line is to disappear, in ms since the epoch. */
	nextDisappearance(): number | undefined {
		return this.#reads.nextDue.get() ?? undefined;
	}

	/**
	 * Lets go what was kept before `cutoff`, at most `most` lines, and their words. Only the oldest go: a line with an older time behind one that is young enough
	 * was kept while the clock was set back. Returns how many went.
	 */
	sweep(room: string, cutoff: number, now: number, most: number): number {
		return this.#together(() => {
			const ids = this.#reads.tooOld.all({ room, cutoff, now, most });
			for (const id of ids) this.#writes.drop.run({ id });
			this.#words.letGo([...new Set(ids.map((id) => Math.floor((id - 1) / this.#words.partLines)))]);
			return ids.length;
		});
	}

	/** Forgets a room. Returns how many lines there were. */
	forget(room: string): number {
		return this.#together(() => {
			const parts = this.#reads.partsOf.all({ room, partLines: this.#words.partLines });
			this.#totals.undone();
			const { id } = this.#reads.room.get({ room }) ?? { id: 0 };
			// The room first: its total does not have to follow every line.
			this.#writes.forgetRoom.run({ id });
			const { changes } = this.#writes.forget.run({ id });
			this.#words.letGo(parts);
			return changes;
		});
	}

	/** Counts the lines of each room. */
	rooms(): ReadonlyMap<string, number> {
		return new Map(this.#reads.rooms.all().map(({ key, count }) => [key, count]));
	}

	/** Returns how often the file was opened to be written to: a smaller number than the last is an older copy. */
	generation(): number {
		return this.#words.fact("generation");
	}

	setGeneration(generation: number): void {
		this.#words.setFact("generation", generation);
	}

	/** Removes what was deleted from the log of changes beside the file as well. */
	settle(): void {
		this.#database.pragma("wal_checkpoint(TRUNCATE)");
	}

	close(): void {
		this.#database.close();
	}

	#put(line: HistoryLine, now: number): void {
		const { room: key, author: fingerprint, content, name, at, text, quote, answers, disappearsAt, rest } = line;
		const found = this.#reads.state.get({ room: key, author: fingerprint, content });
		const values = { text, quote: quote ?? null, disappears_at: disappearsAt ?? null, rest };
		if (found !== undefined) {
			this.#writes.update.run({ id: found.id, ...values });
			this.#words.changed(found, { id: found.id, text, disappears_at: values.disappears_at });
			return;
		}
		const answered = answers && this.#reads.idOf.get({ room: key, ...answers });
		this.#writes.addRoom.run({ key });
		this.#writes.addAuthor.run({ fingerprint });
		this.#writes.insert.run({ key, fingerprint, content, name, at, now, answers: answered ?? null, ...values });
	}

	#together<T>(work: () => T): T {
		try {
			return this.#database.transaction(work).immediate();
		} catch (error) {
			this.#totals.undone();
			throw error;
		}
	}
}
