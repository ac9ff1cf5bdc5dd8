// Runs one piece of work at a time, first come first served, where work must not overlap.

/** Runs each piece of work after all earlier ones have settled, or have taken longer than the time limit. */
export class Turns {
	readonly #limitMs: number | undefined;
	#last: Promise<unknown> = Promise.resolve();

	/** Makes an empty row. `limitMs` is the time in milliseconds that one turn may hold up the next; without it a turn lasts as long as its work. */
	constructor(limitMs?: number) {
		this.#limitMs = limitMs;
	}

	/** Resolves or rejects with what `work` does. Work that goes on after its turn is over is not called off. */
	run<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#last.then(work);
		this.#last = Promise.race([result.catch(() => undefined), ...this.#limit(this.#last)]);
		return result;
	}

	/** Resolves when all work that was given so far has had its turn. */
	async settled(): Promise<void> {
		await this.#last;
	}

	#limit(begin: Promise<unknown>): readonly Promise<unknown>[] {
		const limitMs = this.#limitMs;
		if (limitMs === undefined) return [];
		return [begin.then(() => new Promise((resolve) => setTimeout(resolve, limitMs).unref()))];
	}
}
