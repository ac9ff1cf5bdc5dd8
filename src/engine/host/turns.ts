// One at a time, first come first served: for work that must not overlap.

/** Runs each piece of work after all earlier ones have settled. */
export class Turns {
	#last: Promise<unknown> = Promise.resolve();

	/** Resolves or rejects with what `work` does. */
	run<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#last.then(work);
		this.#last = result.catch(() => undefined);
		return result;
	}
}
