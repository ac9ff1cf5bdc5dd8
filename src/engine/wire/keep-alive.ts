// Tells a dead Link from a quiet one: each side says "still here" every few seconds, and whoever hears nothing for too long gives up.
import { type Clock, realClock } from "../../net/link/clock.ts";
import { every } from "../../net/link/ticks.ts";
import { frameType } from "./frame.ts";
import type { FrameStream } from "./frame-stream.ts";

export const pingEveryMs = 10_000;
/** After this many silent steps of `pingEveryMs` the other side counts as gone. The steps are counted, not timed: a program that was stopped, or slept with its computer, has not listened meanwhile. */
const deadAfterTicks = 3;
export const deadAfterMs = deadAfterTicks * pingEveryMs;

/** Looks from construction to `stop`, but not where both sides are in one program. `dead` fires when nothing was heard for `deadAfterMs`, times the patience of the frames. */
export class KeepAlive {
	readonly #dead = new AbortController();
	readonly #stop: () => void;
	#silentTicks = 0;

	constructor(frames: FrameStream, clock: Clock = realClock) {
		const tick = (): void => {
			this.#silentTicks += 1;
			if (this.#silentTicks >= deadAfterTicks * frames.patience) this.#dead.abort();
			frames.send(frameType.ping);
		};
		this.#stop = frames.isInside ? () => {} : every(pingEveryMs, tick, clock);
	}

	get dead(): AbortSignal {
		return this.#dead.signal;
	}

	/** Is called when something was heard. */
	heard(): void {
		this.#silentTicks = 0;
	}

	stop(): void {
		this.#stop();
	}
}
