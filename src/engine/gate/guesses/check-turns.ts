// Turns at checking passwords: a token bucket over all of them, dealt out to the waiting callers in rotation, so that no one's crowd holds up another.
import type { Clock } from "../../../net/link/clock.ts";
import { TokenBucket } from "../../../net/link/token-bucket.ts";
import { BoundedMap } from "../../bounds/bounded-map.ts";

/** Says how many turns there are: on average, and at once after a quiet time. */
export interface TurnRate {
	readonly perSecond: number;
	readonly burst: number;
}

/** Gives out the turns from one bucket for the whole host. Waiting costs a Promise, so whoever asks bounds how many wait. */
export class CheckTurns {
	readonly #bucket: TokenBucket;
	readonly #clock: Clock;
	/** Holds those who wait, in the order of their next turn, each with a queue of their own. */
	readonly #queues = new Map<string, (() => void)[]>();
	#stopTimer: (() => void) | undefined;

	constructor({ perSecond, burst }: TurnRate, clock: Clock) {
		this.#bucket = new TokenBucket(perSecond, burst, clock.now());
		this.#clock = clock;
	}

	/** Resolves with `true` when it is this caller's turn, and with `false` as soon as `signal` fires. */
	take(caller: string, signal: AbortSignal): Promise<boolean> {
		if (signal.aborted) return Promise.resolve(false);
		return new Promise((resolve) => {
			const onTurn = () => {
				signal.removeEventListener("abort", onAbort);
				resolve(true);
			};
			const onAbort = () => {
				this.#withdraw(caller, onTurn);
				resolve(false);
			};
			signal.addEventListener("abort", onAbort, { once: true });
			this.#queues.set(caller, [...(this.#queues.get(caller) ?? []), onTurn]);
			this.#deal();
		});
	}

	#deal(): void {
		const now = this.#clock.now();
		for (const [caller, [onTurn, ...rest]] of this.#queues) {
			if (!this.#bucket.admits(now)) break;
			// Behind all others: a Map iterates in insertion order, and this loop meets what is inserted while it runs.
			this.#queues.delete(caller);
			if (rest.length > 0) this.#queues.set(caller, rest);
			onTurn?.();
		}
		this.#stopTimer?.();
		this.#stopTimer = undefined;
		if (this.#queues.size === 0) return;
		this.#stopTimer = this.#clock.after(this.#bucket.waitMs(now), () => this.#deal());
	}

	#withdraw(caller: string, onTurn: () => void): void {
		const rest = (this.#queues.get(caller) ?? []).filter((waiting) => waiting !== onTurn);
		if (rest.length > 0) this.#queues.set(caller, rest);
		else this.#queues.delete(caller);
		if (this.#queues.size > 0) return;
		this.#stopTimer?.();
		this.#stopTimer = undefined;
	}
}

/** Callers whose buckets are remembered; who is forgotten begins with a full one. */
const maximumCallers = 1_000;

/** Gives each caller a bucket of their own. */
export class TurnsOfEach {
	readonly #rate: TurnRate;
	readonly #clock: Clock;
	readonly #byCaller = new BoundedMap<string, CheckTurns>(maximumCallers);

	constructor(rate: TurnRate, clock: Clock) {
		this.#rate = rate;
		this.#clock = clock;
	}

	/** Resolves with `true` when it is this caller's turn, and with `false` as soon as `signal` fires. */
	take(caller: string, signal: AbortSignal): Promise<boolean> {
		const turns = this.#byCaller.get(caller) ?? new CheckTurns(this.#rate, this.#clock);
		this.#byCaller.set(caller, turns);
		return turns.take(caller, signal);
	}
}
