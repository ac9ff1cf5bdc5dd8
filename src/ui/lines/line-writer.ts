// Writes lines to an output that may read slowly: what it does not take yet waits here, in order and bounded, and nothing is lost silently.
import type { Writable } from "node:stream";

/** Says how much may wait before the reader counts as gone. */
export interface WriterLimits {
	readonly lines: number;
	readonly bytes: number;
}

/** At most this much may wait for a program that does not read. A window is not told what it does not take, so far less waits for it. */
export const standardLimits: WriterLimits = { lines: 10_000, bytes: 64 * 1024 * 1024 };

/** Owns an output for the length of a run. `onBroken` is called once, when too much waits (`overflow`) or the output is gone (`closed`). */
export class LineWriter {
	readonly #output: Writable;
	readonly #limits: WriterLimits;
	readonly #onBroken: (reason: "overflow" | "closed") => void;
	readonly #waiters: (() => void)[] = [];
	readonly #queue: string[] = [];
	#queueBytes = 0;
	#isBlocked = false;
	#isBroken = false;

	constructor(output: Writable, limits: WriterLimits, onBroken: (reason: "overflow" | "closed") => void) {
		this.#output = output;
		this.#limits = limits;
		this.#onBroken = onBroken;
		// A listener for the length of the process: without one a reader that goes away (EPIPE) would crash us.
		output.on("error", () => this.#break("closed"));
		output.once("close", () => this.#break("closed"));
		output.on("drain", () => this.#flush());
	}

	/** Tells whether what is written now has to wait. */
	get isBlocked(): boolean {
		return this.#isBlocked;
	}

	/** Takes one line (without its end). Lines that come after the output broke are dropped: `onBroken` has told. */
	write(line: string): void {
		if (this.#isBroken) return;
		const text = `${line}\n`;
		if (!this.#isBlocked) {
			this.#isBlocked = !this.#output.write(text);
			return;
		}
		this.#queue.push(text);
		this.#queueBytes += Buffer.byteLength(text);
		if (this.#queue.length > this.#limits.lines || this.#queueBytes > this.#limits.bytes) this.#break("overflow");
	}

	/** Resolves when everything written so far was taken by the output, or when it broke. */
	drained(): Promise<void> {
		if (this.#isBroken || !this.#isBlocked) return Promise.resolve();
		return new Promise((resolve) => this.#waiters.push(resolve));
	}

	/** Resolves when the system has everything written so far, or when the output broke: from then on the process may end. */
	async flushed(): Promise<void> {
		await this.drained();
		if (this.#isBroken) return;
		await new Promise<void>((resolve) => {
			this.#waiters.push(resolve);
			this.#output.write("", () => resolve());
		});
	}

	#flush(): void {
		this.#isBlocked = false;
		let taken = 0;
		for (const text of this.#queue) {
			taken += 1;
			this.#queueBytes -= Buffer.byteLength(text);
			if (this.#output.write(text)) continue;
			this.#isBlocked = true;
			break;
		}
		this.#queue.splice(0, taken);
		if (!this.#isBlocked) this.#release();
	}

	#break(reason: "overflow" | "closed"): void {
		if (this.#isBroken) return;
		this.#isBroken = true;
		this.#queue.length = 0;
		this.#release();
		this.#onBroken(reason);
	}

	#release(): void {
		for (const resolve of this.#waiters.splice(0)) resolve();
	}
}
