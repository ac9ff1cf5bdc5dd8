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

/** How long a guest has to answer an admission before the turn passes on. Its answer is still taken if nobody entered meanwhile. */
export const turnTimeoutMs = 3_000;

/** Hands out the turn in order of asking. */
export class Admissions {
	#last: Promise<unknown> = Promise.resolve();

	/** Runs `work` when it is this guest's turn; the turn ends with it, or after `turnTimeoutMs` at the latest. */
	turn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#last.then(work);
		this.#last = Promise.race([
			result.catch(() => undefined),
			this.#last.then(() => new Promise((resolve) => setTimeout(resolve, turnTimeoutMs).unref())),
		]);
		return result;
	}
}
