// How much is read of what neighbours send: so many messages a second from each, and so many from all. Pure but for the clock that is passed in.
import { TokenBucket } from "../link/token-bucket.ts";

/** One neighbour may send at most this many messages at once: an honest one answers for several programs once in a while. */
const BURST_OF_ONE = 20;
const EACH_SECOND_OF_ONE = 10;
const BURST_OF_ALL = 200;
const EACH_SECOND_OF_ALL = 100;
/** At most this many neighbours are told apart. More of them in a second are a flood under made-up addresses. */
const MAX_NEIGHBOURS = 256;

/** Counts the messages of one socket, which owns it. It is mutable. */
export class LanRates {
	readonly #now: () => number;
	readonly #neighbours = new Map<string, TokenBucket>();
	readonly #all: TokenBucket;

	/** Begins to count. `now` returns milliseconds that never go back. */
	constructor(now: () => number) {
		this.#now = now;
		this.#all = new TokenBucket(EACH_SECOND_OF_ALL, BURST_OF_ALL, now());
	}

	/** Tells whether one more message from there is read. */
	admits(address: string): boolean {
		const now = this.#now();
		const own = this.#neighbours.get(address) ?? this.#newNeighbour(address, now);
		if (own === undefined || !own.admits(now)) return false;
		return this.#all.admits(now);
	}

	#newNeighbour(address: string, now: number): TokenBucket | undefined {
		if (this.#neighbours.size >= MAX_NEIGHBOURS) this.#forgetQuiet(now);
		if (this.#neighbours.size >= MAX_NEIGHBOURS) return undefined;
		const bucket = new TokenBucket(EACH_SECOND_OF_ONE, BURST_OF_ONE, now);
		this.#neighbours.set(address, bucket);
		return bucket;
	}

	/** Forgets those who were quiet for so long that nothing counts against them. */
	#forgetQuiet(now: number): void {
		for (const [address, bucket] of this.#neighbours) if (bucket.isFull(now)) this.#neighbours.delete(address);
	}
}
