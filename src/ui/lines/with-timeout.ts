// Waits for something, but not for ever.

/** Resolves with true when `work` settled (rejections count too), with false when `timeoutMs` passed before. */
export async function soon(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const timer = setTimeout(resolve, timeoutMs, false);
	work.then(
		() => resolve(true),
		() => resolve(true),
	);
	const isSettled = await promise;
	clearTimeout(timer);
	return isSettled;
}
