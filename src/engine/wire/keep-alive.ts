// Tells a dead Link from a quiet one: each side says "still here" every few seconds, and whoever hears nothing for too long gives up.
import { frameType } from "./frame.ts";
import type { FrameStream } from "./frame-stream.ts";

export const pingEveryMs = 10_000;
/**
 * After so many silent steps of `pingEveryMs` the other side is gone. They are counted, not timed: a program that was stopped, or slept with its computer, has
 * not listened meanwhile.
 */
const deadAfterTicks = 3;
export const deadAfterMs = deadAfterTicks * pingEveryMs;

/** Owns a timer from construction to `stop`. `dead` fires when nothing was heard for `deadAfterMs`, times the patience of the frames. */
export class KeepAlive {
	readonly #dead = new AbortController();
	readonly #timer: NodeJS.Timeout;
	#silentTicks = 0;

	constructor(frames: FrameStream) {
		this.#timer = setInterval(() => {
			this.#silentTicks += 1;
			if (this.#silentTicks >= deadAfterTicks * frames.patience) this.#dead.abort();
			frames.send(frameType.ping);
		}, pingEveryMs).unref();
	}

	get dead(): AbortSignal {
		return this.#dead.signal;
	}

	/** Is called when something was heard. */
	heard(): void {
		this.#silentTicks = 0;
	}

	stop(): void {
		clearInterval(this.#timer);
	}
}
