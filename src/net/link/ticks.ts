// What is looked at again and again, by one timer for everybody: looks of all rooms fall on the same moments, and between them the whole program sleeps.
//
// A timer for each look and each room would wake the processor a thousand times a minute for ten rooms in which nothing happens.
import { type Clock, realClock } from "./clock.ts";

/** A look that is due this soon after another one is done together with it, in ms, because Node's timers come a millisecond early or late. */
const SLACK_MS = 20;

type Look = () => void;

/** Holds all looks that have the same distance between them. */
interface Row {
	readonly everyMs: number;
	dueMs: number;
	/** Holds each look with the moment before which it is not called. */
	readonly looks: Map<Look, number>;
}

/** Calls all looks of this process. It has one timer at most, and none while there are no looks. */
class Ticks {
	readonly #clock: Clock;
	readonly #rows = new Map<number, Row>();
	#callOff: (() => void) | undefined;
	#wakesAtMs = Number.POSITIVE_INFINITY;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	add(everyMs: number, look: Look): () => void {
		const nowMs = this.#clock.now();
		const row = this.#rows.get(everyMs) ?? { everyMs, dueMs: nextOf(everyMs, nowMs), looks: new Map() };
		this.#rows.set(everyMs, row);
		row.looks.set(look, nowMs + everyMs - SLACK_MS);
		this.#plan();
		return () => {
			if (!row.looks.delete(look) || row.looks.size > 0) return;
			// Another row with the same distance may have taken its place by now.
			if (this.#rows.get(everyMs) === row) this.#rows.delete(everyMs);
			if (this.#rows.size === 0) this.#rest();
		};
	}

	/** Sets the timer to what is due first. */
	#plan(): void {
		const firstMs = Math.min(...[...this.#rows.values()].map(({ dueMs }) => dueMs));
		if (firstMs >= this.#wakesAtMs) return;
		this.#callOff?.();
		this.#wakesAtMs = firstMs;
		this.#callOff = this.#clock.after(Math.max(1, firstMs - this.#clock.now()), () => this.#wake(), true);
	}

	#rest(): void {
		this.#callOff?.();
		this.#callOff = undefined;
		this.#wakesAtMs = Number.POSITIVE_INFINITY;
	}

	#wake(): void {
		this.#rest();
		const nowMs = this.#clock.now();
		const due = [...this.#rows.values()].filter(({ dueMs }) => dueMs <= nowMs + SLACK_MS);
		for (const row of due) row.dueMs = nextOf(row.everyMs, nowMs);
		if (this.#rows.size > 0) this.#plan();
		for (const { looks } of due) {
			for (const [look, notBeforeMs] of [...looks]) if (nowMs >= notBeforeMs && looks.has(look)) look();
		}
	}
}

/** Returns the next moment that is a multiple of `everyMs`, so that the looks of all rows fall together. What is due within the slack counts as done. */
function nextOf(everyMs: number, nowMs: number): number {
	return (Math.floor((nowMs + SLACK_MS) / everyMs) + 1) * everyMs;
}

const ticksOf = new WeakMap<Clock, Ticks>();

/**
 * Calls `look` every `everyMs` until the returned function is called: for the first time when at least `everyMs` have passed and less than twice that. When the
 * program was stopped or its computer slept, the calls that were missed are one. Waiting for it keeps no program running.
 */
export function every(everyMs: number, look: () => void, clock: Clock = realClock): () => void {
	const ticks = ticksOf.get(clock) ?? new Ticks(clock);
	ticksOf.set(clock, ticks);
	// A function of its own for each caller: the same look may be wanted twice.
	return ticks.add(everyMs, () => look());
}
