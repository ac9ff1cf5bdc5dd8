// `node:timers/promises` in a page: the one wait that a guest's code uses.

/** Waits; rejects when the signal ends the wait before. */
export function setTimeout(
	ms: number,
	value?: unknown,
	{ signal }: { readonly signal?: AbortSignal } = {},
): Promise<unknown> {
	const { promise, resolve, reject } = Promise.withResolvers<unknown>();
	if (signal?.aborted) return Promise.reject(signal.reason);
	const timer = globalThis.setTimeout(() => {
		signal?.removeEventListener("abort", abort);
		resolve(value);
	}, ms);
	const abort = (): void => {
		globalThis.clearTimeout(timer);
		reject(signal?.reason);
	};
	signal?.addEventListener("abort", abort, { once: true });
	return promise;
}
