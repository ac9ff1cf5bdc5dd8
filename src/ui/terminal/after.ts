// Waiting as a function that is passed in, so that tests need not wait. The clock of `net` is not within a view's reach.

/** Calls `run` once, after `delayMs`. The function that is returned calls it off. */
export type After = (delayMs: number, run: () => void) => () => void;

/** Waits by the timers of this process. */
export const afterDelay: After = (delayMs, run) => {
	const timer = setTimeout(run, delayMs);
	return () => clearTimeout(timer);
};
