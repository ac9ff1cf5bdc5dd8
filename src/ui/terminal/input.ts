// The keyboard as Ink reads it: the terminal's input without the terminal's own answers, which are told apart (terminal-answers.ts).
import { Readable } from "node:stream";
import {
	type AnswerState,
	askBackground,
	type Colour,
	expectAnswer,
	freshAnswers,
	letGo,
	readAnswers,
	unwatchScheme,
	watchScheme,
} from "./answers.ts";

/** What is needed of the terminal's input. */
export type TerminalSource = Pick<
	NodeJS.ReadStream,
	"isTTY" | "setRawMode" | "setEncoding" | "on" | "off" | "pause" | "resume" | "ref" | "unref"
>;

/** Longer than the parts of one answer take from each other on a slow line; Escape is a little slower while an answer is waited for. */
const unsureMs = 50;

/** Has a terminal's manners, so that Ink takes it for one. Out of raw mode it reads nothing: then the terminal is someone else's. */
export class TerminalInput extends Readable {
	readonly isTTY: boolean;
	readonly #source: TerminalSource;
	readonly #write: (sequence: string) => void;
	readonly #listeners = new Set<() => void>();
	#background: Colour | undefined;
	#answers: AnswerState = freshAnswers;
	#timer: NodeJS.Timeout | undefined;
	#answered = Promise.withResolvers<void>();

	/** `write`: to the terminal, at once. */
	constructor(source: TerminalSource, write: (sequence: string) => void) {
		super();
		this.isTTY = source.isTTY;
		this.#source = source;
		this.#write = write;
		source.setEncoding("utf8");
		source.on("data", this.#onData);
		source.on("end", this.#onEnd);
	}

	/** Asks for the background, and to be told when it changes. Answers go to the listeners. */
	askBackground(): void {
		if (this.#answers.expected === 0) this.#answered = Promise.withResolvers();
		this.#answers = expectAnswer(this.#answers);
		this.#write(askBackground + watchScheme);
	}

	/** Wants no more answers; resolves when none is on its way, so that none lands in the person's shell. */
	stopAsking(): Promise<void> {
		this.#write(unwatchScheme);
		return this.#answers.expected === 0 ? Promise.resolve() : this.#answered.promise;
	}

	/** As the terminal told it last; `undefined` until it does. */
	readonly background = (): Colour | undefined => this.#background;

	/** `listener` is called whenever the background is told. Returns what ends that. */
	readonly onBackground = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	};

	setRawMode(isRaw: boolean): this {
		this.#source.setRawMode(isRaw);
		if (isRaw) this.#source.resume();
		else this.#source.pause();
		return this;
	}

	ref(): this {
		this.#source.ref();
		return this;
	}

	unref(): this {
		this.#source.unref();
		return this;
	}

	/** Reads no more. */
	close(): void {
		clearTimeout(this.#timer);
		this.#source.off("data", this.#onData);
		this.#source.off("end", this.#onEnd);
		this.#source.pause();
	}

	override _read(): void {
		// Pushed as it comes: nobody types faster than it is read.
	}

	readonly #onData = (chunk: Buffer | string): void => {
		clearTimeout(this.#timer);
		const { state, keys, answers, isUnsure } = readAnswers(this.#answers, String(chunk));
		this.#answers = state;
		if (isUnsure) this.#timer = setTimeout(this.#letGo, unsureMs);
		if (keys !== "") this.push(keys);
		for (const answer of answers) {
			if (answer.kind === "schemeChanged") this.askBackground();
			if (answer.kind !== "background") continue;
			this.#background = answer.colour;
			for (const listener of [...this.#listeners]) listener();
		}
		if (state.expected === 0) this.#answered.resolve();
	};

	readonly #letGo = (): void => {
		const { state, keys } = letGo(this.#answers);
		this.#answers = state;
		this.push(keys);
	};

	readonly #onEnd = (): void => {
		this.#letGo();
		this.push(null);
	};
}
