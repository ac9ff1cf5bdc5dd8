// Who asks in a room for what goes with a post, and when they are answered: not by everybody at once, and nobody again and again.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { longerPauseMs, turnMs } from "./feed-pace.ts";

/** At most this many questions are remembered: who asked, and for what. */
const remembered = 1_024;
/** At most this many answers may be due at a time. */
const mostDue = 64;

interface Asked {
	readonly at: number;
	/** Whoever asks again before this time is over is not answered. */
	readonly pauseMs: number;
}

/** Decides about what is asked for during one stay; `close` ends it. */
export class Wants {
	readonly #clock: Clock;
	readonly #random: () => number;
	readonly #due = new Map<string, () => void>();
	readonly #asked = new BoundedMap<string, Asked>(remembered);

	constructor(clock: Clock, random: () => number = Math.random) {
		this.#clock = clock;
		this.#random = random;
	}

	/** Is told that somebody asks for a file. `answer` is called when it is our turn, if nobody else has answered by then. */
	heard(id: string, from: Fingerprint, isAuthor: boolean, answer: () => void): void {
		const now = this.#clock.now();
		const who = `${id} ${from}`;
		const before = this.#asked.get(who);
		if (before && now < before.at + before.pauseMs) return;
		if (this.#due.size >= mostDue) return;
		const pauseMs = longerPauseMs(before?.pauseMs);
		this.#asked.set(who, { at: now, pauseMs });
		if (this.#due.has(id)) return;
		const waitMs = turnMs(isAuthor, this.#random);
		const callOff = this.#clock.after(waitMs, () => {
			this.#due.delete(id);
			answer();
		});
		this.#due.set(id, callOff);
	}

	/** Is told that somebody else gives the file. */
	answered(id: string): void {
		this.#due.get(id)?.();
		this.#due.delete(id);
	}

	close(): void {
		for (const callOff of this.#due.values()) callOff();
		this.#due.clear();
	}
}
