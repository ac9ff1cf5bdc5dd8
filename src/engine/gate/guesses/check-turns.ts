// Turns at checking passwords: a token bucket over all of them, dealt out to the waiting neighbourhoods and callers in rotation, so that no one's crowd holds up another.
import type { Clock } from "../../../net/link/clock.ts";
import { TokenBucket } from "../../../net/link/token-bucket.ts";
import { BoundedMap } from "../../bounds/bounded-map.ts";

/** Says how many turns there are: on average, and at once after a quiet time. */
export interface TurnRate {
	readonly perSecond: number;
	readonly burst: number;
}

/** Holds the waiting callers of one neighbourhood in the order of their next turn, each with a queue of their own. */
type Queues = Map<string, (() => void)[]>;

/** Takes the first of a Map; what is put back comes behind all others, because a Map iterates in insertion order. */
function takeFirst<Value>(map: Map<string, Value>): readonly [string, Value] | undefined {
	for (const first of map) {
		map.delete(first[0]);
		return first;
	}
	return undefined;
}

/**
 * Gives out the turns from one bucket for the whole host: to each neighbourhood in rotation, and in it to each caller. Waiting costs a Promise, so whoever asks
 * bounds how many wait.
 */
export class CheckTurns {
	readonly #bucket: TokenBucket;
	readonly #clock: Clock;
	/** Holds those who wait, by neighbourhood, in the order of their next turn. */
	readonly #waiting = new Map<string, Queues>();
	#stopTimer: (() => void) | undefined;

	constructor({ perSecond, burst }: TurnRate, clock: Clock) {
		this.#bucket = new TokenBucket(perSecond, burst, clock.now());
		this.#clock = clock;
	}

	/** Resolves with `true` when it is this caller's turn, and with `false` as soon as `signal` fires. */
	take(caller: string, signal: AbortSignal, neighbourhood = caller): Promise<boolean> {
		if (signal.aborted) return Promise.resolve(false);
		return new Promise((resolve) => {
			const onTurn = () => {
				signal.removeEventListener("abort", onAbort);
				resolve(true);
			};
			const onAbort = () => {
				this.#withdraw(neighbourhood, caller, onTurn);
				resolve(false);
			};
			signal.addEventListener("abort", onAbort, { once: true });
			const queues: Queues = this.#waiting.get(neighbourhood) ?? new Map();
			queues.set(caller, [...(queues.get(caller) ?? []), onTurn]);
			this.#waiting.set(neighbourhood, queues);
			this.#deal();
		});
	}

	#deal(): void {
		const now = this.#clock.now();
		while (this.#waiting.size > 0 && this.#bucket.admits(now)) this.#next()?.();
		this.#stopTimer?.();
		this.#stopTimer = undefined;
		if (this.#waiting.size === 0) return;
		this.#stopTimer = this.#clock.after(this.#bucket.waitMs(now), () => this.#deal());
	}

	/** Takes out whose turn it is; the neighbourhood and the caller come behind all others. */
	#next(): (() => void) | undefined {
		const [neighbourhood, queues] = takeFirst(this.#waiting) ?? [];
		const [caller, [onTurn, ...rest]] = (queues && takeFirst(queues)) ?? ["", []];
		if (rest.length > 0) queues?.set(caller, rest);
		if (neighbourhood !== undefined && queues !== undefined && queues.size > 0)
			this.#waiting.set(neighbourhood, queues);
		return onTurn;
	}

	#withdraw(neighbourhood: string, caller: string, onTurn: () => void): void {
		const queues = this.#waiting.get(neighbourhood);
		const rest = (queues?.get(caller) ?? []).filter((waiting) => waiting !== onTurn);
		if (rest.length > 0) queues?.set(caller, rest);
		else queues?.delete(caller);
		if (queues?.size === 0) this.#waiting.delete(neighbourhood);
		if (this.#waiting.size > 0) return;
		this.#stopTimer?.();
		this.#stopTimer = undefined;
	}
}

/** The buckets of at most this many callers are remembered; a caller who is forgotten begins with a full one. */
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
