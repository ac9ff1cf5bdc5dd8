// Who in a room has asked for a feed, and up to which post each of them has it, so that nobody is given what they have.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { hasInChain, type LastPost } from "./difference.ts";
import type { Feed } from "./feed.ts";

/** Remembers of this many people and feeds what they have; of others it is taken that they have nothing. */
const remembered = 1_024;

/** Knows who lacks what of which feed, during one stay in a room. */
export class Askers {
	readonly #lasts = new BoundedMap<string, LastPost>(remembered);
	readonly #asking = new BoundedMap<string, Fingerprint>(remembered);

	/** Is told which post of a feed is the newest that somebody has. */
	has(of: Fingerprint, from: Fingerprint, last: LastPost): void {
		this.#lasts.set(`${of} ${from}`, last);
	}

	/** Is told that somebody lacks something of a feed. */
	asks(of: Fingerprint, from: Fingerprint): void {
		this.#asking.set(`${of} ${from}`, of);
	}

	/** Returns up to which post all who have asked for a feed have what it goes on from, and forgets that they asked; `undefined` where somebody needs all of it. */
	haveUpTo(feed: Feed, of: Fingerprint): number | undefined {
		const asking = this.#keysOf(of);
		const lasts = asking.map((key) => this.#lasts.get(key));
		this.answered(of);
		const known = lasts.flatMap((last) => (last && hasInChain(feed, last) ? last.seq : []));
		return known.length > 0 && known.length === asking.length ? Math.min(...known) : undefined;
	}

	/** Forgets who has asked for a feed, because all of them were given it. What they said is good for one answer: whoever asks again could not use it. */
	answered(of: Fingerprint): void {
		for (const key of this.#keysOf(of)) {
			this.#asking.delete(key);
			this.#lasts.delete(key);
		}
	}

	#keysOf(of: Fingerprint): readonly string[] {
		return [...this.#asking].flatMap(([key, whose]) => (whose === of ? key : []));
	}
}
