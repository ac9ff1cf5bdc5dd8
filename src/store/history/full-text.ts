// The index of words: finds lines by any part of what they say, three characters or more. It follows behind what is kept, in slices.
import type Database from "better-sqlite3";

/**
 * Taking one line out of the index exactly costs up to 25 ms with 100,000 lines, so only so many are within one time of making it anew; beyond that the whole
 * index is made anew. Nobody who deletes their lines one after another can hold up the others' programs.
 */
const EXACT_REMOVALS = 20;
/** What is in the index: what can be read and stays. */
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

/** A line as the index sees it. */
export interface IndexedLine {
	readonly id: number;
	readonly text: string;
	readonly disappears_at: number | null;
}

const isWorthIndexing = ({ text, disappears_at }: IndexedLine): boolean => disappears_at === null && text !== "";

/** Is used inside the transactions of whoever owns the database. */
export class WordIndex {
	readonly #fact: Database.Statement<[string], number>;
	readonly #setFact: Database.Statement<[string, number]>;
	readonly #next: Database.Statement<[number, number], IndexedLine>;
	readonly #newest: Database.Statement<[], number>;
	readonly #add: Database.Statement<[number, string]>;
	readonly #remove: Database.Statement<[number, string]>;
	readonly #empty: Database.Statement<[]>;
	#removals = 0;

	constructor(database: Database.Database) {
		this.#fact = database.prepare<[string], number>("SELECT value FROM fact WHERE name = ?").pluck();
		this.#setFact = database.prepare("INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");
		this.#next = database.prepare(
			`SELECT id, text, disappears_at FROM line WHERE id > ? AND ${IS_INDEXED} ORDER BY id LIMIT ?`,
		);
		this.#newest = database.prepare<[], number>("SELECT coalesce(max(id), 0) FROM line").pluck();
		this.#add = database.prepare("INSERT INTO word (rowid, text) VALUES (?, ?)");
		this.#remove = database.prepare("INSERT INTO word (word, rowid, text) VALUES ('delete', ?, ?)");
		this.#empty = database.prepare("INSERT INTO word (word) VALUES ('delete-all')");
	}

	/** A number of the file's own. */
	fact(name: string): number {
		return this.#fact.get(name) ?? 0;
	}

	setFact(name: string, value: number): void {
		this.#setFact.run(name, value);
	}

	/** A line has changed, or is to go: `now` is `undefined` then. */
	changed(before: IndexedLine, now: IndexedLine | undefined): void {
		if (before.id > this.fact("indexed")) return;
		const wasIn = isWorthIndexing(before);
		const isIn = now !== undefined && isWorthIndexing(now);
		if (wasIn && isIn && before.text === now.text) return;
		if (wasIn) this.#takeOut(before);
		if (isIn && this.fact("stale") === 0) this.#add.run(now.id, folded(now.text));
	}

	/** Much has changed at once: the index is made anew, in slices. */
	reset(): void {
		this.#empty.run();
		this.#removals = 0;
		this.setFact("indexed", 0);
		this.setFact("stale", 0);
	}

	/** Takes the next `most` lines in. Returns whether there may be more. */
	follow(most: number): boolean {
		if (this.fact("stale") !== 0) this.reset();
		const lines = this.#next.all(this.fact("indexed"), most);
		for (const { id, text } of lines) this.#add.run(id, folded(text));
		const isMore = lines.length === most;
		const upTo = isMore ? (lines.at(-1)?.id ?? 0) : (this.#newest.get() ?? 0);
		if (upTo > this.fact("indexed")) this.setFact("indexed", upTo);
		return isMore;
	}

	/** Tells whether `follow` has something to do. */
	isBehind(): boolean {
		return this.fact("stale") !== 0 || (this.#newest.get() ?? 0) > this.fact("indexed");
	}

	#takeOut({ id, text }: IndexedLine): void {
		if (this.fact("stale") !== 0) return;
		this.#removals += 1;
		// From here on it is wrong, and whoever searches makes it anew first.
		if (this.#removals > EXACT_REMOVALS) this.setFact("stale", 1);
		else this.#remove.run(id, folded(text));
	}
}
