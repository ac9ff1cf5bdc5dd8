// Reads the terminal's input: gives its bytes to the machine of input-machine.ts, keeps the machine's time, and hands the events to the screen.
import type { After } from "./after.ts";
import { askBackground, type Colour } from "./answers.ts";
import {
	expectAnswer,
	freshInput,
	type InputEvent,
	type InputState,
	type InputStep,
	inputSilent,
	readInput,
} from "./input-machine.ts";

/** The part of the terminal's input stream that is needed here. */
export type TerminalSource = Pick<NodeJS.ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "pause" | "resume">;

/** Reads the input of one terminal, from `open` to `close`. Between `pause` and `resume` it reads nothing, because the terminal is another program's. */
export class TerminalInput {
	readonly #source: TerminalSource;
	readonly #write: (sequence: string) => void;
	readonly #after: After;
	readonly #listeners = new Set<(event: InputEvent) => void>();
	readonly #backgroundListeners = new Set<() => void>();
	#background: Colour | undefined;
	#hasFocus: boolean | undefined;
	#state: InputState = freshInput;
	#stopWaiting: () => void = () => {};
	#answered = Promise.withResolvers<void>();
	#isReading = false;

	/** Makes a closed input. `write` sends a sequence to the terminal at once, and `after` waits. */
	constructor(source: TerminalSource, write: (sequence: string) => void, after: After) {
		this.#source = source;
		this.#write = write;
		this.#after = after;
	}

	/** Hands every event to `listener`. Reading begins with the first listener, so that nothing typed before it is lost. Returns what ends it. */
	readonly listen = (listener: (event: InputEvent) => void): (() => void) => {
		this.#listeners.add(listener);
		this.#read();
		return () => void this.#listeners.delete(listener);
	};

	/** Asks the terminal for its background. The answer goes to those who called `onBackground`. */
	askBackground(): void {
		if (this.#state.expected === 0) this.#answered = Promise.withResolvers();
		this.#state = expectAnswer(this.#state);
		this.#write(askBackground);
	}

	/** Resolves when no answer is on its way any more, so that none lands in the shell or in another program. */
	answered(): Promise<void> {
		return this.#state.expected === 0 ? Promise.resolve() : this.#answered.promise;
	}

	/** Returns the background as the terminal told it last; `undefined` until it does. */
	readonly background = (): Colour | undefined => this.#background;

	/** Calls `listener` whenever the background is told. Returns what ends that. */
	readonly onBackground = (listener: () => void): (() => void) => {
		this.#backgroundListeners.add(listener);
		return () => void this.#backgroundListeners.delete(listener);
	};

	/** Returns whether the window has the focus, in terminals that tell (mode 1004); `undefined` until it changes for the first time. */
	readonly hasFocus = (): boolean | undefined => this.#hasFocus;

	/** Takes the keyboard: every byte comes as it is typed. Sets the mode anew even if the terminal seems to be in it: while the program was stopped, a shell may have set another. */
	takeKeyboard(): void {
		if (!this.#source.isTTY) return;
		this.#source.setRawMode(false);
		this.#source.setRawMode(true);
		if (this.#listeners.size > 0) this.#read();
	}

	/** Gives the keyboard back to the terminal's line editor, and reads no more. */
	giveKeyboardBack(): void {
		this.#stopReading();
		if (this.#source.isTTY) this.#source.setRawMode(false);
	}

	#read(): void {
		if (this.#isReading) return;
		this.#isReading = true;
		this.#source.on("data", this.#onData);
		this.#source.on("end", this.#onSilence);
		this.#source.resume();
	}

	#stopReading(): void {
		this.#stopWaiting();
		this.#isReading = false;
		this.#source.off("data", this.#onData);
		this.#source.off("end", this.#onSilence);
		this.#source.pause();
	}

	readonly #onData = (chunk: Buffer): void => {
		this.#stopWaiting();
		this.#take(readInput(this.#state, chunk));
	};

	readonly #onSilence = (): void => this.#take(inputSilent(this.#state));

	#take({ state, events, waitMs }: InputStep): void {
		this.#state = state;
		if (waitMs !== undefined) this.#stopWaiting = this.#after(waitMs, this.#onSilence);
		for (const event of events) {
			if (event.kind === "schemeChanged") this.askBackground();
			if (event.kind === "focus") this.#hasFocus = event.hasFocus;
			if (event.kind === "background") {
				this.#background = event.colour;
				for (const listener of [...this.#backgroundListeners]) listener();
			}
			for (const listener of [...this.#listeners]) listener(event);
		}
		if (this.#state.expected === 0) this.#answered.resolve();
	}
}
