// What is told again only after a while, so that a flood of the same is no flood of news.
import { BoundedMap } from "../../bounds/bounded-map.ts";

/** At most this many topics are remembered; the ones told longest ago are forgotten, and may then be told again. */
const maximumTopics = 1_000;

/** Remembers which topics were told lately; `now` returns milliseconds since some fixed moment. */
export class SeldomTopics {
	readonly #quietMs: number;
	readonly #now: () => number;
	readonly #toldAt = new BoundedMap<string, number>(maximumTopics);

	constructor(quietMs: number, now: () => number) {
		this.#quietMs = quietMs;
		this.#now = now;
	}

	/** Tells whether this topic has been quiet for long enough; then it counts as told now. */
	isDue(topic: string): boolean {
		const toldAt = this.#toldAt.get(topic);
		const now = this.#now();
		if (toldAt !== undefined && now - toldAt < this.#quietMs) return false;
		this.#toldAt.set(topic, now);
		return true;
	}
}
