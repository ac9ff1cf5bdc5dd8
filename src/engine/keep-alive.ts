// Tells a dead Link from a quiet one: each side says "still here" every few seconds, and whoever hears nothing for too long gives up.
import { frameType } from "./frame.ts";
import type { FrameStream } from "./frame-stream.ts";

export const pingEveryMs = 10_000;
export const deadAfterMs = 30_000;

/** Owns two timers from construction to `stop`. `dead` fires when nothing was heard for `deadAfterMs`. */
export class KeepAlive {
	readonly #dead = new AbortController();
	readonly #ping: NodeJS.Timeout;
	readonly #watch: NodeJS.Timeout;

	constructor(frames: FrameStream) {
		this.#ping = setInterval(() => frames.send(frameType.ping), pingEveryMs).unref();
		this.#watch = setTimeout(() => this.#dead.abort(), deadAfterMs).unref();
	}

	get dead(): AbortSignal {
		return this.#dead.signal;
	}

	/** Something was heard. */
	heard(): void {
		this.#watch.refresh();
	}

	stop(): void {
		clearInterval(this.#ping);
		clearTimeout(this.#watch);
	}
}
