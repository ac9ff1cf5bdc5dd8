// How much is read of what neighbours send: so many messages a second from each, and so many from all. Pure but for the clock that is passed in.

/** One neighbour may send so many messages at once: an honest one answers for several programs once in a while. */
const BURST_OF_ONE = 20;
const EACH_SECOND_OF_ONE = 10;
const BURST_OF_ALL = 200;
const EACH_SECOND_OF_ALL = 100;
/** So many neighbours are told apart. More of them in a second is a flood under made-up addresses. */
const MAX_NEIGHBOURS = 256;

interface Bucket {
	tokens: number;
	at: number;
}

/** Counts the messages of one socket, which owns it. It is mutable. */
export class LanRates {
	readonly #now: () => number;
	readonly #neighbours = new Map<string, Bucket>();
	readonly #all: Bucket;

	/** Begins to count. `now` returns milliseconds that never go back. */
	constructor(now: () => number) {
		this.#now = now;
		this.#all = { tokens: BURST_OF_ALL, at: now() };
	}

	/** Tells whether one more message from there is read. */
	admits(address: string): boolean {
		const now = this.#now();
		const own = this.#neighbours.get(address) ?? this.#newNeighbour(address, now);
		if (own === undefined || !take(own, now, EACH_SECOND_OF_ONE, BURST_OF_ONE)) return false;
		return take(this.#all, now, EACH_SECOND_OF_ALL, BURST_OF_ALL);
	}

	#newNeighbour(address: string, now: number): Bucket | undefined {
		if (this.#neighbours.size >= MAX_NEIGHBOURS) this.#forgetQuiet(now);
		if (this.#neighbours.size >= MAX_NEIGHBOURS) return undefined;
		const bucket = { tokens: BURST_OF_ONE, at: now };
		this.#neighbours.set(address, bucket);
		return bucket;
	}

	/** Forgets those who were quiet for so long that nothing counts against them. */
	#forgetQuiet(now: number): void {
		const quietMs = (BURST_OF_ONE / EACH_SECOND_OF_ONE) * 1_000;
		for (const [address, { at }] of this.#neighbours) if (now - at > quietMs) this.#neighbours.delete(address);
	}
}

function take(bucket: Bucket, now: number, eachSecond: number, burst: number): boolean {
	bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * eachSecond);
	bucket.at = now;
	if (bucket.tokens < 1) return false;
	bucket.tokens -= 1;
	return true;
}
