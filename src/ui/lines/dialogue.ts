// A conversation in lines with a person or a pipe: says things, asks questions, and keeps secrets off the screen.
import type { Readable, Writable } from "node:stream";
import { decodeLine, type LineRead, LineReader } from "./line-reader.ts";
import { LineWriter } from "./line-writer.ts";
import { rowsOf } from "./terminal-rows.ts";
import { soon } from "./with-timeout.ts";

/** A line may have this many bytes, more than anything that can be said in a room. */
const lineLimitBytes = 64 * 1024;
/** A secret may have this many bytes: names, passwords and passphrases are short. */
const secretLimitBytes = 1024;
const outputLimits = { lines: 10_000, bytes: 16 * 1024 * 1024 };
/** An output that nobody reads may hold up the end for this long. */
const flushTimeoutMs = 3000;

/** Answers a question. `ended`: the input is over, or Ctrl-C or Ctrl-D was pressed. */
export type Answer = { readonly kind: "text"; readonly text: string } | { readonly kind: "ended" };

/** Says what a terminal's output offers beyond a Writable (see node:tty WriteStream); it changes with the window. */
type MaybeTerminal = Writable & { readonly columns?: number };

/** Owns an input and an output. `onBroken` is called once when the output is gone or is not read for far too long. */
export class Dialogue {
	readonly reader: LineReader;
	readonly #output: MaybeTerminal;
	readonly #writer: LineWriter;
	#unusableLines = 0;

	constructor(input: Readable, output: MaybeTerminal, onBroken: (reason: "overflow" | "closed") => void) {
		this.reader = new LineReader(input);
		this.#output = output;
		this.#writer = new LineWriter(output, outputLimits, onBroken);
	}

	/** Tells whether a person types here, not a pipe or file. */
	get isTerminal(): boolean {
		return this.reader.isTerminal;
	}

	/** Returns how many lines were too long or no text, and so not taken. */
	get unusableLines(): number {
		return this.#unusableLines;
	}

	/** Prints lines, at a terminal broken into rows that tell a new line from more of the last. */
	say(...lines: readonly string[]): void {
		const columns = this.#output.columns;
		for (const line of lines) this.sayWhole(...(columns === undefined ? [line] : rowsOf(line, columns)));
	}

	/** Prints lines as they are, so that they can be copied: for the program's own words only. */
	sayWhole(...lines: readonly string[]): void {
		for (const line of lines) this.#writer.write(line);
	}

	/** Says the question and waits for a line. */
	ask(question: string): Promise<Answer> {
		this.say(question);
		return this.nextLine();
	}

	/** Asks as `ask` does; at a terminal what is typed does not appear. */
	askSecret(question: string): Promise<Answer> {
		return this.#until(() => this.reader.nextSecret(secretLimitBytes), question);
	}

	/** Returns the next usable line; unusable ones are refused aloud. It waits while the output is not being read. */
	nextLine(): Promise<Answer> {
		return this.#until(() => this.reader.next(lineLimitBytes));
	}

	/** Gives the output time to be read, and the terminal its echo back. */
	async close(): Promise<void> {
		await soon(this.#writer.flushed(), flushTimeoutMs);
		this.reader.close();
	}

	/** Reads until there is a usable line. The question follows the start of the reading: whoever types as soon as it appears finds the echo off already. */
	async #until(read: () => Promise<LineRead>, question?: string): Promise<Answer> {
		for (let hasAsked = question === undefined; ; hasAsked = true) {
			await this.#writer.drained();
			const reading = read();
			if (!hasAsked && question !== undefined) this.say(question);
			const line = await reading;
			if (line.kind === "end" || line.kind === "interrupted") return { kind: "ended" };
			const text = line.kind === "line" ? decodeLine(line.bytes) : undefined;
			if (text !== undefined) return { kind: "text", text };
			this.#unusableLines += 1;
			this.say(
				line.kind === "tooLong"
					? "That line is too long; it was not taken."
					: "That line is not UTF-8 text; it was not taken.",
			);
		}
	}
}
