// Who asks in a room for what goes with a post, and when they are answered: not by everybody at once, and nobody again and again.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";

/** The author answers soon. */
const authorMs = 50;
/** Others wait so long, and up to so much longer: the first of them answers for all. */
const othersMs = 200;
const spreadMs = 800;
/** Whoever asks again for a file is answered after so long, and after twice as long each further time. */
const firstPauseMs = 5_000;
const lastPauseMs = 10 * 60_000;
/** Remembers so many who asked, and for what. */
const remembered = 1_024;
/** So many answers may be due at a time. */
const mostDue = 64;

interface Asked {
	readonly at: number;
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

	/** Somebody asks for a file. `answer` is called when it is our turn, if nobody else has answered by then. */
	heard(id: string, from: Fingerprint, isAuthor: boolean, answer: () => void): void {
		const now = this.#clock.now();
		const who = `${id} ${from}`;
		const before = this.#asked.get(who);
		if (before && now < before.at + before.pauseMs) return;
		if (this.#due.size >= mostDue) return;
		const pauseMs = before ? Math.min(2 * before.pauseMs, lastPauseMs) : firstPauseMs;
		this.#asked.set(who, { at: now, pauseMs });
		if (this.#due.has(id)) return;
		const waitMs = isAuthor ? authorMs : othersMs + this.#random() * spreadMs;
		const callOff = this.#clock.after(waitMs, () => {
			this.#due.delete(id);
			answer();
		});
		this.#due.set(id, callOff);
	}

	/** Somebody else gives the file. */
	answered(id: string): void {
		this.#due.get(id)?.();
		this.#due.delete(id);
	}

	close(): void {
		for (const callOff of this.#due.values()) callOff();
		this.#due.clear();
	}
}
