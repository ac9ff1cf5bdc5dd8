// The index of words: finds lines by any part of what they say, three characters or more. It follows behind what is kept, in slices, and is made of parts: what is let go costs no more than the parts it was in.
import type Database from "better-sqlite3";
import { type FoundLine, type IndexedLine, searchStatement } from "./history-statements.ts";

/** A part has the lines of this many ids. Making one anew takes 0.4 s of the processor's time, in slices; all of 100,000 lines took seven. */
const PART_LINES = 8_192;
/**
 * Taking one line out of a part exactly costs some milliseconds, so only so many are within one time of making the part anew; beyond that it is made anew as
 * a whole. Nobody who deletes their lines one after another can hold up the others' programs.
 */
const EXACT_REMOVALS = 20;
/** Only lines that can be read and that stay are in the index. */
const IS_INDEXED = "disappears_at IS NULL AND text <> ''";

/** Makes text comparable: no case, no accents, compatible forms made one. */
export function folded(text: string): string {
	// Upper case first: "ß" and "SS" are the same then.
	return text
		.normalize("NFKD")
		.replace(/\p{Mn}+/gu, "")
		.toUpperCase()
		.toLowerCase();
}

const isWorthIndexing = ({ text, disappears_at }: IndexedLine): boolean => disappears_at === null && text !== "";

/** A Part is a part of the index. Lines up to `upto` are in it, and something in it is wrong if `is_stale`. */
interface Part {
	readonly number: number;
	readonly upto: number;
	readonly is_stale: number;
}

/** Says what is looked for. `room`: `null` for all of them · `id`: only lines before it. */
export interface WordQuery {
	readonly room: string | null;
	readonly phrase: string;
	readonly id: number;
	readonly limit: number;
}

interface PartStatements {
	readonly add: Database.Statement<[number, string]>;
	readonly remove: Database.Statement<[number, string]>;
	readonly empty: Database.Statement<[]>;
	readonly search: Database.Statement<[WordQuery], FoundLine>;
}

function indexStatements(database: Database.Database) {
	return {
		fact: database.prepare<[string], number>("SELECT value FROM fact WHERE name = ?").pluck(),
		setFact: database.prepare<[string, number]>(
			"INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
		),
		next: database.prepare<[number, number, number], IndexedLine>(
			`SELECT id, text, disappears_at FROM line WHERE id > ? AND id <= ? AND ${IS_INDEXED} ORDER BY id LIMIT ?`,
		),
		newest: database.prepare<[], number>("SELECT coalesce(max(id), 0) FROM line").pluck(),
		isAny: database.prepare<[number, number], number>("SELECT 1 FROM line WHERE id > ? AND id <= ? LIMIT 1").pluck(),
		part: database.prepare<[number], Part>("SELECT number, upto, is_stale FROM part WHERE number = ?"),
		parts: database.prepare<[], Part>("SELECT number, upto, is_stale FROM part ORDER BY number DESC"),
		setPart: database.prepare<[Part]>(
			`INSERT INTO part VALUES (@number, @upto, @is_stale)
			ON CONFLICT DO UPDATE SET upto = excluded.upto, is_stale = excluded.is_stale`,
		),
		dropPart: database.prepare<[number]>("DELETE FROM part WHERE number = ?"),
	};
}

/** A WordIndex is used inside the transactions of whoever owns the database. `partLines` is for tests: a file has one for good. */
export class WordIndex {
	readonly partLines: number;
	readonly #database: Database.Database;
	readonly #statements: ReturnType<typeof indexStatements>;
	readonly #parts = new Map<number, PartStatements>();
	readonly #removals = new Map<number, number>();

	constructor(database: Database.Database, partLines = PART_LINES) {
		this.#database = database;
		this.partLines = partLines;
		this.#statements = indexStatements(database);
	}

	/** Returns a number that the file keeps of itself. */
	fact(name: string): number {
		return this.#statements.fact.get(name) ?? 0;
	}

	setFact(name: string, value: number): void {
		this.#statements.setFact.run(name, value);
	}

	/** Is told that a line has changed. */
	changed(before: IndexedLine, now: IndexedLine): void {
		if (before.id > this.fact("indexed")) return;
		const wasIn = isWorthIndexing(before);
		const isIn = isWorthIndexing(now);
		if (wasIn === isIn && before.text === now.text) return;
		const part = this.#partOf(before.id);
		// It is taken in later as it is then.
		if (part.is_stale !== 0 || before.id > part.upto) return;
		if (wasIn && !this.#takeOut(part, before)) return;
		if (isIn) this.#in(part.number).add.run(now.id, folded(now.text));
	}

	/** Is told that lines of these parts are gone, with their words. A part in which lines are left is made anew, in slices. */
	letGo(numbers: readonly number[]): void {
		const { part, isAny, dropPart } = this.#statements;
		for (const number of numbers) {
			const found = part.get(number);
			if (found === undefined) continue;
			const [first, last] = this.#span(number);
			if (isAny.get(first - 1, last) !== undefined) {
				this.#empty(found);
				continue;
			}
			this.#parts.delete(number);
			this.#removals.delete(number);
			this.#database.exec(`DROP TABLE ${tableOf(number)}`);
			dropPart.run(number);
		}
	}

	/** Takes the next `most` lines in: new ones, then those of parts that are made anew. Returns whether there may be more. */
	follow(most: number): boolean {
		const { newest, next } = this.#statements;
		const [indexed, last] = [this.fact("indexed"), newest.get() ?? 0];
		if (last <= indexed) return this.#mend(most);
		const lines = next.all(indexed, last, most);
		for (const line of lines) {
			const part = this.#partOf(line.id);
			// One that is made anew comes to it by itself.
			if (part.is_stale === 0 && line.id <= part.upto) this.#in(part.number).add.run(line.id, folded(line.text));
		}
		const isMore = lines.length === most;
		this.setFact("indexed", isMore ? (lines.at(-1)?.id ?? last) : last);
		return isMore || this.#unfinished() !== undefined;
	}

	/** Tells whether `follow` has something to do. */
	isBehind(): boolean {
		return (this.#statements.newest.get() ?? 0) > this.fact("indexed") || this.#unfinished() !== undefined;
	}

	/** Tells whether so much was deleted line by line that a part has to be made anew. */
	isStale(): boolean {
		return this.#statements.parts.all().some(({ is_stale }) => is_stale !== 0);
	}

	/** Finds the newest lines, newest first, as far as the index has come. */
	search(query: WordQuery): readonly FoundLine[] {
		const found: FoundLine[] = [];
		for (const { number } of this.#statements.parts.all()) {
			const limit = query.limit - found.length;
			if (limit === 0) break;
			if (this.#span(number)[0] < query.id) found.push(...this.#in(number).search.all({ ...query, limit }));
		}
		return found;
	}

	/** Goes on with one part that is made anew. */
	#mend(most: number): boolean {
		const part = this.#unfinished();
		if (part === undefined) return false;
		const begun = part.is_stale === 0 ? part : this.#empty(part);
		const [, last] = this.#span(begun.number);
		const lines = this.#statements.next.all(begun.upto, Math.min(last, this.fact("indexed")), most);
		for (const { id, text } of lines) this.#in(begun.number).add.run(id, folded(text));
		const upto = lines.length === most ? (lines.at(-1)?.id ?? last) : last;
		this.#statements.setPart.run({ ...begun, upto });
		return this.#unfinished() !== undefined;
	}

	#unfinished(): Part | undefined {
		return this.#statements.parts
			.all()
			.find(({ number, upto, is_stale }) => is_stale !== 0 || upto < this.#span(number)[1]);
	}

	/** Takes a line out exactly. `false`: too many were, and the part is wrong from here on; whoever searches makes it anew first. */
	#takeOut(part: Part, { id, text }: IndexedLine): boolean {
		const removals = (this.#removals.get(part.number) ?? 0) + 1;
		this.#removals.set(part.number, removals);
		if (removals > EXACT_REMOVALS) {
			this.#statements.setPart.run({ ...part, is_stale: 1 });
			return false;
		}
		this.#in(part.number).remove.run(id, folded(text));
		return true;
	}

	/** Removes all words of a part. */
	#empty({ number }: Part): Part {
		this.#in(number).empty.run();
		this.#removals.delete(number);
		const emptied = { number, upto: this.#span(number)[0] - 1, is_stale: 0 };
		this.#statements.setPart.run(emptied);
		return emptied;
	}

	/** Returns the first and the last id of a part. */
	#span(number: number): readonly [number, number] {
		return [number * this.partLines + 1, (number + 1) * this.partLines];
	}

	/** Returns the part of a line; a new one is made, and lacks nothing. */
	#partOf(id: number): Part {
		const number = Math.floor((id - 1) / this.partLines);
		const found = this.#statements.part.get(number);
		if (found !== undefined) return found;
		const table = tableOf(number);
		// It has no text of its own (FTS5's contentless tables), and what is taken out of it is overwritten.
		this.#database.exec(`CREATE VIRTUAL TABLE ${table} USING fts5 (text, content = '', tokenize = 'trigram');
			INSERT INTO ${table} (${table}, rank) VALUES ('secure-delete', 1);`);
		const added = { number, upto: this.#span(number)[1], is_stale: 0 };
		this.#statements.setPart.run(added);
		return added;
	}

	#in(number: number): PartStatements {
		const known = this.#parts.get(number);
		if (known !== undefined) return known;
		const [database, table] = [this.#database, tableOf(number)];
		const made: PartStatements = {
			add: database.prepare(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`),
			remove: database.prepare(`INSERT INTO ${table} (${table}, rowid, text) VALUES ('delete', ?, ?)`),
			empty: database.prepare(`INSERT INTO ${table} (${table}) VALUES ('delete-all')`),
			search: searchStatement(database, table),
		};
		this.#parts.set(number, made);
		return made;
	}
}

const tableOf = (number: number): string => `word_${number}`;
