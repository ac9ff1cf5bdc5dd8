// Tokens that come back at a steady rate. Pure but for the time that is passed in: milliseconds that never go back.

/** Says how often something may be done. It is mutable. */
export class TokenBucket {
	readonly #perSecond: number;
	readonly #most: number;
	#tokens: number;
	#at: number;

	constructor(perSecond: number, most: number, now: number) {
		this.#perSecond = perSecond;
		this.#most = most;
		this.#tokens = most;
		this.#at = now;
	}

	/** Takes `count` tokens, even if that leaves less than none. Returns for how many milliseconds nothing more may be taken. */
	take(count: number, now: number): number {
		this.#fill(now);
		this.#tokens -= count;
		return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1_000);
	}

	/** Takes one token if there is one. */
	admits(now: number): boolean {
		this.#fill(now);
		if (this.#tokens < 1) return false;
		this.#tokens -= 1;
		return true;
	}

	/** Returns for how many milliseconds there is no token yet, rounded up, so that there is one then. */
	waitMs(now: number): number {
		this.#fill(now);
		return Math.max(0, Math.ceil(((1 - this.#tokens) * 1_000) / this.#perSecond));
	}

	isFull(now: number): boolean {
		this.#fill(now);
		return this.#tokens >= this.#most;
	}

	#fill(now: number): void {
		this.#tokens = Math.min(this.#most, this.#tokens + ((now - this.#at) / 1_000) * this.#perSecond);
		this.#at = now;
	}
}
