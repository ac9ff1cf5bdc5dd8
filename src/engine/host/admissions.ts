// Who may enter next: one guest at a time has the turn, because an admission is good only until the group's next epoch.

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
