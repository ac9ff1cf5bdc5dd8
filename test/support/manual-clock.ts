// Time that stands still until a test moves it.
import type { Clock } from "../../src/net/link/clock.ts";

export interface ManualClock extends Clock {
	/** Moves time on, doing what falls due on the way, in order. */
	advance(milliseconds: number): void;
	/** Moves time on as if the program had been stopped: what fell due meanwhile is done at the next `advance`. */
	skip(milliseconds: number): void;
	/** Counts what is still to be done. */
	readonly waiting: number;
}

/** Begins at 0. */
export function manualClock(): ManualClock {
	let now = 0;
	const due = new Set<{ readonly at: number; readonly work: () => void }>();
	return {
		now: () => now,
		after(delayMs, work) {
			const timer = { at: now + delayMs, work };
			due.add(timer);
			return () => due.delete(timer);
		},
		advance(milliseconds) {
			const end = now + milliseconds;
			for (;;) {
				const [next] = [...due].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at);
				if (next === undefined) break;
				due.delete(next);
				now = Math.max(now, next.at);
				next.work();
			}
			now = end;
		},
		skip(milliseconds) {
			now += milliseconds;
		},
		get waiting() {
			return due.size;
		},
	};
}
