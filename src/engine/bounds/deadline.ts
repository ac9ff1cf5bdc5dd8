// Limits time, and leaves nothing behind when the limit is not needed any more.

export interface Deadline {
	readonly signal: AbortSignal;
	/** Takes the limit back. The signal fires no more. */
	done(): void;
}

/**
 * Makes a signal that fires with `signal`, with its reason, or after `timeoutMs`. Those of `AbortSignal.timeout` can't be taken back: each of a flood of
 * strangers would leave one behind for ten seconds, and collecting them holds up what people in the room say.
 */
export function deadline(signal: AbortSignal, timeoutMs: number): Deadline {
	const either = new AbortController();
	const timer = setTimeout(() => either.abort("time is up"), timeoutMs).unref();
	const onAbort = (): void => either.abort(signal.reason);
	if (signal.aborted) onAbort();
	else signal.addEventListener("abort", onAbort, { once: true });
	return {
		signal: either.signal,
		done() {
			clearTimeout(timer);
			signal.removeEventListener("abort", onAbort);
		},
	};
}
