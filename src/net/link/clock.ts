// Time as something that is passed in, so that tests need not wait.

export interface Clock {
	/** ms since the epoch. */
	now(): number;
	/** Calls `then` once, after `delayMs`; the returned function calls it off. */
	after(delayMs: number, then: () => void): () => void;
}

/** The system's clock. */
export const realClock: Clock = {
	now: Date.now,
	after(delayMs, then) {
		const timer = setTimeout(then, delayMs);
		return () => clearTimeout(timer);
	},
};
