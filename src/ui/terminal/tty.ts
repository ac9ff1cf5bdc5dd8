// The terminal that the full screen has: its input, its output, its modes and the picture on it, taken and given back as one.

import type { After } from "./after.ts";
import { TerminalInput, type TerminalSource } from "./input.ts";
import { TerminalModes } from "./modes.ts";
import { type SizedStream, TerminalOutput, type TerminalSink } from "./output.ts";
import { Painter } from "./painter.ts";

/** Says what a terminal is made of: where keys come from, where bytes go, whose size it has, and how to wait. */
export interface TtyParts {
	readonly source: TerminalSource;
	readonly sink: TerminalSink;
	readonly stream: SizedStream;
	readonly after: After;
}

/** A new size is drawn as soon as the screen knows it. When a window has come back to the size it had, the screen has nothing new to draw. */
const restoreMs = 50;

/** A Tty is one terminal. It is ours from `take` to `giveBack`, and for good no longer after `close`. */
export class Tty {
	readonly input: TerminalInput;
	readonly output: TerminalOutput;
	readonly modes: TerminalModes;
	readonly painter: Painter;
	readonly #stopResizing: () => void;
	#isOurs = false;
	#title = "";
	#isClosed = false;

	constructor({ source, sink, stream, after }: TtyParts) {
		this.output = new TerminalOutput(sink, stream, after);
		this.input = new TerminalInput(source, this.output.write, after);
		this.modes = new TerminalModes(this.output.write);
		this.painter = new Painter(this.output);
		for (const mode of ["alternateScreen", "cutRows", "bracketedPaste", "focus"] as const) this.modes.set(mode, true);
		let cancel = () => {};
		// Registered before the screen's own listener: what the terminal made of the old picture is not known when the screen draws.
		this.#stopResizing = this.output.onResize(() => {
			this.painter.forget();
			cancel();
			cancel = after(restoreMs, () => this.painter.restore());
		});
	}

	/** Takes the terminal: keyboard, modes, and the newest picture drawn whole. */
	take(): void {
		if (this.#isClosed) return;
		// The keyboard first: where we are in the background, the system stops us here, before anything is drawn.
		this.input.takeKeyboard();
		this.modes.take();
		this.#isOurs = true;
		this.say(this.#title);
		this.painter.resume();
	}

	/** Gives the terminal back as it was. Nothing is drawn until it is taken again. */
	giveBack(): void {
		if (!this.#isOurs) return;
		this.#isOurs = false;
		this.painter.pause();
		this.modes.giveBack();
		this.input.giveKeyboardBack();
	}

	/** Gives the terminal to somebody else while `work` goes on. */
	async lend(work: () => Promise<void>): Promise<void> {
		this.giveBack();
		try {
			await work();
		} finally {
			this.take();
		}
	}

	/** Says something to the terminal beside the picture, such as the bell. Only while it is ours, and never in the middle of a frame. */
	say(sequence: string): void {
		if (this.#isOurs) this.output.write(sequence);
	}

	/** Sets the title of the window by this sequence for as long as the terminal is ours; "" brings the person's own back. */
	setTitle(sequence: string): void {
		if (sequence === this.#title) return;
		this.#title = sequence;
		this.modes.set("title", sequence !== "");
		this.say(sequence);
	}

	/** Gives the terminal back for good. */
	close(): void {
		this.giveBack();
		this.#isClosed = true;
		this.#stopResizing();
	}
}
