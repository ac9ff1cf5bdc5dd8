// `node:events` in a page: the one wait that giving files needs.

interface Emitter {
	once(event: string, listener: () => void): unknown;
	removeListener(event: string, listener: () => void): unknown;
}

/** Waits for an event; rejects when the signal ends the wait, or with what is told as "error" before. */
export function once(emitter: Emitter, event: string, { signal }: { readonly signal: AbortSignal }): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	if (signal.aborted) return Promise.reject(signal.reason);
	const abort = (): void => reject(signal.reason);
	emitter.once(event, resolve);
	emitter.once("error", reject);
	signal.addEventListener("abort", abort);
	return promise.finally(() => {
		emitter.removeListener(event, resolve);
		emitter.removeListener("error", reject);
		signal.removeEventListener("abort", abort);
	});
}
