// Gives the terminal to the shell or to another program, and takes it again: for Ctrl-Z, for signals from outside that stop the program, and for the person's editor.
import { setTimeout as wait } from "node:timers/promises";
import type { Tty } from "../terminal/tty.ts";

/** A terminal answers within this or, on a slow line, into the program that comes next; nobody waits longer for that. */
const answerTimeoutMs = 200;
/** The words of a pause stand on the terminal within this, or it takes nothing anyway. */
const wordsTimeoutMs = 500;
/** A signal that was sent arrives within this. A stop signal stops the program meanwhile; after `fg` the rest of it passes. */
const signalDelayMs = 50;

/** Holds what a pause needs to know. */
interface PausesOptions {
	readonly tty: Tty;
	/** The terminal can be asked for its background. */
	readonly canAsk: boolean;
	/** Returns what is said on the shell's own screen while the program is stopped. */
	readonly words: () => string;
}

/** Waits until what was asked of the terminal is answered, so that no answer is typed into the program that has it next. */
export async function answered({ input }: Tty): Promise<void> {
	const late = new AbortController();
	await Promise.race([input.answered(), wait(answerTimeoutMs, undefined, { signal: late.signal })]);
	late.abort();
}

/** Says whose the terminal is: our own, the shell's until the program is continued, or another program's that was started from here. */
type Holder = "ours" | "shell" | "program";

/** Handles the pauses of one terminal, from `listen` to `close`. */
export class Pauses {
	readonly #options: PausesOptions;
	#holder: Holder = "ours";

	constructor(options: PausesOptions) {
		this.#options = options;
	}

	/** Listens for the signals that stop and continue a program. Windows has none of them, so that nothing comes there. */
	listen(): void {
		process.on("SIGTSTP", this.suspend).on("SIGCONT", this.#continued);
	}

	/** Listens no more. */
	close(): void {
		process.off("SIGTSTP", this.suspend).off("SIGCONT", this.#continued);
	}

	/** Returns whether another program has the terminal, with the keys that interrupt. */
	isLent(): boolean {
		return this.#holder === "program";
	}

	/** Gives the terminal back and stops the whole process group, as when the terminal itself had sent the signal. Where nothing can stop it (no job control), it goes on at once. */
	readonly suspend = async (): Promise<void> => {
		if (process.platform === "win32" || this.#holder !== "ours") return;
		this.#holder = "shell";
		const { tty, words } = this.#options;
		await answered(tty);
		await this.#lend(async () => {
			tty.output.write(words());
			await tty.output.caughtUp(wordsTimeoutMs);
			process.kill(0, "SIGTSTP");
			await wait(signalDelayMs);
		});
	};

	/** Gives the terminal to another program while `work` goes on. Ctrl-C, Ctrl-\ and Ctrl-Z in it are its own, also where it leaves them to the terminal, which tells us too. */
	readonly handOver = async (work: () => Promise<void>): Promise<void> => {
		if (this.#holder !== "ours") return;
		this.#holder = "program";
		await answered(this.#options.tty);
		await this.#lend(work);
	};

	// Without our own listener the system does with SIGTSTP what it does with every program.
	async #lend(work: () => Promise<void>): Promise<void> {
		process.off("SIGTSTP", this.suspend);
		try {
			await this.#options.tty.lend(work);
		} finally {
			// The Ctrl-C that ended an editor was sent to us as well, and may arrive after its end.
			if (this.#holder === "program") await wait(signalDelayMs);
			process.on("SIGTSTP", this.suspend);
			this.#taken();
		}
	}

	// Another terminal may show us now (tmux, screen), or the same one in other colours.
	#taken(): void {
		this.#holder = "ours";
		if (this.#options.canAsk) this.#options.tty.input.askBackground();
	}

	// Stopped by SIGSTOP, which nothing can see coming: the shell has set the keyboard to its own mode, and written on our screen.
	readonly #continued = (): void => {
		if (this.#holder !== "ours") return;
		this.#options.tty.giveBack();
		this.#options.tty.take();
		this.#taken();
	};
}
