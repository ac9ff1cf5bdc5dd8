// Time as something that is passed in, so that tests need not wait.

/**
 * Returns the milliseconds since some fixed moment, by a clock that only goes forward because neither a person nor the network sets it. Every span of time is
 * measured by it.
 */
export const uptime = (): number => performance.now();

/** A source of time that only goes forward. */
export interface Clock {
	/** Returns the milliseconds since some fixed moment. */
	now(): number;
	/** Calls `then` once, after `delayMs`; the returned function calls it off. With `isIdle` waiting for it is no reason to keep the program running. */
	after(delayMs: number, then: () => void, isIdle?: boolean): () => void;
}

/** This clock tells the real time of this process. */
export const realClock: Clock = {
	now: uptime,
	after(delayMs, then, isIdle = false) {
		const timer = setTimeout(then, delayMs);
		if (isIdle) timer.unref();
		return () => clearTimeout(timer);
	},
};
