// Time as something that is passed in, so that tests need not wait.

/** Returns milliseconds since some fixed moment, by a clock that only goes forward: neither a person nor the network sets it. For every span of time. */
export const uptime = (): number => performance.now();

/** Time that only goes forward. */
export interface Clock {
	/** Milliseconds since some fixed moment. */
	now(): number;
	/** Calls `then` once, after `delayMs`; the returned function calls it off. */
	after(delayMs: number, then: () => void): () => void;
}

/** The real time of this process. */
export const realClock: Clock = {
	now: uptime,
	after(delayMs, then) {
		const timer = setTimeout(then, delayMs);
		return () => clearTimeout(timer);
	},
};
