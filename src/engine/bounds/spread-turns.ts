// Spreads out work for strangers: one piece in each turn of the event loop, so that what people in the room say goes between.

/** Deals out one turn in each turn of the event loop, first come first served. */
export class SpreadTurns {
	readonly #waiting: (() => void)[] = [];

	/** Resolves in a turn of the event loop in which nobody else's `next` does. */
	next(): Promise<void> {
		return new Promise((resolve) => {
			this.#waiting.push(resolve);
			if (this.#waiting.length === 1) setImmediate(this.#deal);
		});
	}

	/** Runs between two looks at what has come from the network. An immediate that is asked for in here has to wait until after the next look. */
	readonly #deal = (): void => {
		this.#waiting.shift()?.();
		if (this.#waiting.length > 0) setImmediate(this.#deal);
	};
}
