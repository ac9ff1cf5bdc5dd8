// Owns the gate: every guess is on record before it is answered, connections that have not proven the password are bounded, and the host is told.
import { Caller } from "../../../net/address/caller.ts";
import { type Clock, realClock } from "../../../net/link/clock.ts";
import { TokenBucket } from "../../../net/link/token-bucket.ts";
import type { Block, BlockKind } from "../../../store/blocks.ts";
import type { Store } from "../../../store/db.ts";
import { isStoreFailure } from "../../../store/failure.ts";
import { SpreadTurns } from "../../bounds/spread-turns.ts";
import { CheckTurns, type TurnRate, TurnsOfEach } from "./check-turns.ts";
import { type GateInput, type GateOutput, type GateRule, type GateState, mayGuess, stepGate } from "./gate.ts";
import { PendingVisits } from "./pending-visits.ts";
import { type BlockDetails, GateRecords } from "./records.ts";
import { SeldomTopics } from "./seldom-topics.ts";
import type { Admittance, GuessOutcome, TurnedAway, Visit, VisitTally } from "./visit.ts";

/** Holds what was weighed and is no part of the protocol. A check costs the host less than 1 ms. */
export interface GateLimits {
	readonly pendingPerCaller: number;
	/** The most connections on which nothing has been shown yet, where a Transport has no callers. */
	readonly pendingUnnamed: number;
	readonly pendingInAll: number;
	/** Limits how fast a crowd may take places on the way in from itself. Strangers of the crowd who come faster are cut. So those who have a place keep it until their turn, and a thousand strangers a second cost the host little memory, because nothing of them lives long. */
	readonly crowdedOut: TurnRate;
	/** Limits the channels that are made with all strangers. One costs about 2 ms, and many at once would hold up the lines of those who are in. */
	readonly channels: TurnRate;
	readonly checks: TurnRate;
	/** Limits the knocks that are looked at for each caller; one costs about 2 ms. */
	readonly knocks: TurnRate;
	/** Within this time the host hears at most once that the same caller is turned away. */
	readonly quietMs: number;
}

const defaultLimits: GateLimits = {
	pendingPerCaller: 24,
	pendingUnnamed: 32,
	pendingInAll: 64,
	crowdedOut: { perSecond: 20, burst: 64 },
	channels: { perSecond: 100, burst: 4 },
	checks: { perSecond: 40, burst: 4 },
	knocks: { perSecond: 20, burst: 20 },
	quietMs: 60_000,
};

/** Stands for everybody whom nothing tells from others yet. */
const unnamed = Caller.named("somebody without an address", "global");

/** Says what the host is told. */
export type GateAlert =
	| {
			readonly kind: "strike";
			readonly caller: Caller;
			/** Counts the wrong guesses in all. */
			readonly attempts: number;
			readonly disconnected: boolean;
	  }
	| { readonly kind: "blocked"; readonly caller: Caller; readonly reason: Block["reason"] }
	| { readonly kind: "turnedAway"; readonly caller: Caller; readonly why: TurnedAway["why"] }
	/** Guesses can't be recorded, so none are answered. `reason` is what the system says. */
	| { readonly kind: "storageFailed"; readonly reason: string };

/** Answers a block by hand. */
export type BlockOutcome = { readonly kind: "blocked" } | { readonly kind: "refused"; readonly why: BlockRefusal };

/** Says why nothing was blocked. `loopback`: the host would lock out their own machine. */
type BlockRefusal = "loopback" | "storageFailed";

/** Holds what a gatekeeper works with. */
export interface GatekeeperOptions {
	readonly store: Store;
	readonly onAlert: (alert: GateAlert) => void;
	readonly limits?: Partial<GateLimits>;
	/** Milliseconds since the epoch. */
	readonly now?: () => number;
	readonly clock?: Clock;
}

/**
 * Keeps the gate of one home: who may guess the password and who is blocked. Several processes may keep it together; they count together. Whoever has opened
 * the store closes it.
 */
export class Gatekeeper {
	readonly #records: GateRecords;
	readonly #onAlert: (alert: GateAlert) => void;
	readonly #limits: GateLimits;
	readonly #clock: Clock;
	readonly #turns: CheckTurns;
	readonly #channels: CheckTurns;
	readonly #knocks: TurnsOfEach;
	/** What strangers cost is computed a piece at a time, for all of them: four pieces in a row would hold up every line for as long as they take. */
	readonly #spread = new SpreadTurns();
	readonly #pending = new PendingVisits();
	readonly #crowdedOut: TokenBucket;
	readonly #seldom: SeldomTopics;
	#lastVisit = 0;

	constructor(options: GatekeeperOptions) {
		this.#records = new GateRecords(options.store, options.now ?? Date.now);
		this.#onAlert = options.onAlert;
		this.#limits = { ...defaultLimits, ...options.limits };
		this.#clock = options.clock ?? realClock;
		const { perSecond, burst } = this.#limits.crowdedOut;
		this.#crowdedOut = new TokenBucket(perSecond, burst, this.#clock.now());
		this.#turns = new CheckTurns(this.#limits.checks, this.#clock);
		this.#channels = new CheckTurns(this.#limits.channels, this.#clock);
		this.#knocks = new TurnsOfEach(this.#limits.knocks, this.#clock);
		this.#seldom = new SeldomTopics(this.#limits.quietMs, () => this.#clock.now());
	}

	/** Tells whether `knock` would have anything else to say to this caller now than that there is no room. */
	hasRoomFor(caller: Caller): boolean {
		if (!this.#isFull() || !this.#pending.isOfTheCrowd(caller)) return true;
		return this.#crowdedOut.waitMs(this.#clock.now()) === 0 || this.#whyNot(caller) !== undefined;
	}

	/** Answers each new connection before anything is computed for it. */
	knock(caller: Caller): Admittance {
		const why = this.#whyNot(caller);
		if (why !== undefined) {
			// Who is blocked is worth knowing one by one; a crowd is one piece of news.
			this.#alertOnce(why === "busy" ? why : `blocked ${caller.key}`, { kind: "turnedAway", caller, why });
			return { kind: "turnedAway", why };
		}
		if (this.#isFull()) {
			if (this.#pending.isOfTheCrowd(caller) && !this.#crowdedOut.admits(this.#clock.now())) return { kind: "noRoom" };
			this.#pending.makeRoomFor(caller);
		}
		return { kind: "admitted", visit: this.#admit(caller) };
	}

	/** Takes in a new connection of somebody whom nothing tells from others yet; the oldest such makes room. They may not guess. */
	knockUnnamed(): Visit {
		const waiting = [...this.#pending.guessesOf(unnamed).keys()];
		const [oldest] = waiting;
		if (oldest !== undefined && waiting.length >= this.#limits.pendingUnnamed) this.#pending.dismiss(oldest, "busy");
		return this.#admit(unnamed);
	}

	/** Waits until somebody who is turned away may have a channel in which they are told why; `false` when `signal` fires first. */
	mayTell(caller: Caller, signal: AbortSignal): Promise<boolean> {
		return this.#turnOf(this.#channels, caller, signal);
	}

	/** Blocks a caller and dismisses their connections that are on their way in. */
	block(caller: Caller, details: BlockDetails = {}): BlockOutcome {
		// Strikes block loopback like any other, so that the rule can be tried on one machine; a slip of the hand does not.
		if (caller.scope === "loopback") return refuse("loopback");
		const advanced = this.#guarded(() => this.#advance(caller, () => ({ kind: "block" }), details));
		return advanced === undefined ? refuse("storageFailed") : { kind: "blocked" };
	}

	/** Lifts the block and clears the strikes. Returns whether there was anything to lift. */
	unblock(caller: Caller): boolean {
		const advanced = this.#guarded(() => this.#advance(caller, () => ({ kind: "unblock" })));
		const standing = advanced?.before.standing;
		return standing !== undefined && (standing.kind === "blocked" || standing.strikes > 0);
	}

	/** Blocks a range, a key or a network owner, and dismisses everybody on the way in whom that blocks. Returns `false` when it can't be recorded. */
	blockOther(kind: Exclude<BlockKind, "address">, subject: string, details: BlockDetails = {}): boolean {
		const kept = this.#guarded(() => this.#records.put(kind, subject, details));
		if (kept) this.recheck();
		return kept !== undefined;
	}

	/** Lifts such a block. Returns whether there was one. */
	unblockOther(kind: Exclude<BlockKind, "address">, subject: string): boolean {
		return this.#guarded(() => this.#records.remove(kind, subject)) === true;
	}

	/** Tells whether exactly this is blocked. What cannot be looked up counts as blocked: a failing disk must not open the gate. */
	isBlocked(kind: BlockKind, subject: string): boolean {
		return this.#guarded(() => this.#records.has(kind, subject)) ?? true;
	}

	/** Tells whether this caller is blocked, by itself, by its network or by a range. What cannot be looked up counts as blocked. */
	isCallerBlocked(caller: Caller): boolean {
		return this.#guarded(() => this.#records.standingOf(caller))?.kind !== "free";
	}

	/** Returns the blocked subjects of one kind. */
	subjects(kind: BlockKind): readonly string[] {
		return this.#guarded(() => this.#records.subjects(kind)) ?? [];
	}

	/** Returns how many wrong guesses of a caller are on record. */
	strikesOf(caller: Caller): number {
		return this.#guarded(() => this.#records.strikesOf(caller)) ?? 0;
	}

	/** Dismisses those on their way in who are blocked by now: blocks can also come from another process. */
	recheck(): void {
		const isBlocked = ({ caller }: Visit): boolean =>
			this.#guarded(() => this.#records.standingOf(caller))?.kind === "blocked";
		this.#pending.dismissAll("blocked", isBlocked);
	}

	/** Returns the blocks in force, newest first. */
	list(): readonly Block[] {
		return this.#guarded(() => this.#records.blocks()) ?? [];
	}

	/** Dismisses everyone who is on their way in. */
	dismissAll(why: TurnedAway["why"]): void {
		this.#pending.dismissAll(why);
	}

	#isFull(): boolean {
		return this.#pending.size >= this.#limits.pendingInAll;
	}

	#whyNot(caller: Caller): TurnedAway["why"] | undefined {
		const standing = this.#guarded(() => this.#records.standingOf(caller));
		if (standing?.kind === "blocked") return "blocked";
		const isFull = this.#pending.countOf(caller) >= this.#limits.pendingPerCaller;
		return standing === undefined || isFull || this.#isCooling(caller) ? "busy" : undefined;
	}

	#isCooling(caller: Caller): boolean {
		return ruleOf(caller) === "shared" && this.#guarded(() => this.#records.isCooling(caller)) !== false;
	}

	#admit(caller: Caller): Visit {
		const number = ++this.#lastVisit;
		const dismissal = new AbortController();
		const over = new AbortController();
		const tally: MutableTally = { guesses: 0, end: undefined };
		const visit: Visit = {
			caller,
			signal: dismissal.signal,
			tally: () => ({ guesses: tally.guesses, end: tally.end ?? dismissal.signal.reason }),
			mayOpen: async () => this.#pending.has(number) && this.#turnOf(this.#channels, caller, over.signal),
			mayKnock: async () => this.#pending.has(number) && this.#turnOf(this.#knocks, caller, over.signal),
			mayCompute: async () => this.#pending.has(number) && this.#turnOf(this.#turns, caller, over.signal),
			mayGuess: () => this.#spread.next(),
			guess: (check) => this.#guess(number, visit, tally, check),
			end: () => this.#pending.end(number),
		};
		this.#pending.add(number, { visit, guesses: 0, dismissal, over });
		return visit;
	}

	async #turnOf(turns: CheckTurns | TurnsOfEach, caller: Caller, signal: AbortSignal): Promise<boolean> {
		if (!(await turns.take(caller.key, signal, caller.neighbourhood))) return false;
		await this.#spread.next();
		return !signal.aborted;
	}

	#guess(number: number, visit: Visit, tally: MutableTally, check: () => boolean): GuessOutcome {
		// The check runs inside the transaction: two processes on one home can't both give away the sixth guess.
		const judge = (state: GateState): GateInput | undefined =>
			mayGuess(state, number) && !this.#isCooling(visit.caller)
				? { kind: "guess", visit: number, isRight: check() }
				: undefined;
		const advanced = this.#guarded(() => this.#advance(visit.caller, judge));
		if (advanced === undefined) {
			// A guess that can't be recorded is not answered, right or wrong: a full disk must not make guessing free.
			this.#pending.dismiss(number, "busy");
			return { kind: "turnedAway", why: "busy" };
		}
		count(tally, advanced.outputs);
		for (const output of advanced.outputs) if (output.kind === "right" || output.kind === "wrong") return output;
		if (advanced.before.standing.kind === "blocked") return { kind: "turnedAway", why: "blocked" };
		return visit.signal.aborted || this.#isCooling(visit.caller)
			? { kind: "turnedAway", why: "busy" }
			: { kind: "wrong", left: 0 };
	}

	/** Handles one event: it is decided and recorded in one transaction, then acted on, then told. Nothing happens when `decide` has no input. */
	#advance(caller: Caller, decide: (state: GateState) => GateInput | undefined, details?: BlockDetails): Advanced {
		const advanced = this.#records.record(
			caller,
			(standing) => {
				const before = { standing, visits: this.#pending.guessesOf(caller) };
				const input = decide(before);
				const [after, outputs] = input === undefined ? [before, []] : stepGate(before, input, ruleOf(caller));
				return { before, after, outputs };
			},
			details,
		);
		for (const output of advanced.outputs) {
			if (output.kind === "closeVisit") this.#pending.dismiss(output.visit, "blocked");
		}
		this.#pending.update(caller, advanced.after.visits);
		for (const output of advanced.outputs) this.#tell(caller, output);
		return advanced;
	}

	#tell(caller: Caller, output: GateOutput): void {
		if (output.kind === "strike") {
			const { attempts, isDisconnected: disconnected } = output;
			this.#onAlert({ kind: "strike", caller, attempts, disconnected });
		} else if (output.kind === "blocked") {
			this.#onAlert({ kind: "blocked", caller, reason: output.reason });
		}
	}

	/** Does the work. It returns `undefined` when the database failed, of which the host is told. */
	#guarded<Result>(work: () => Result): Result | undefined {
		try {
			return work();
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			this.#alertOnce("storage", { kind: "storageFailed", reason: error.message });
			return undefined;
		}
	}

	/** Tells an alert once in a while: a flood of connections must not become a flood of alerts. */
	#alertOnce(topic: string, alert: GateAlert): void {
		if (this.#seldom.isDue(topic)) this.#onAlert(alert);
	}
}

const ruleOf = ({ invite }: Caller): GateRule =>
	invite !== undefined && invite.label === undefined ? "shared" : "caller";

/** A MutableTally is a `VisitTally` while it is still counted. */
interface MutableTally {
	guesses: number;
	end: VisitTally["end"];
}

function count(tally: MutableTally, outputs: readonly GateOutput[]): void {
	for (const output of outputs) {
		if (output.kind === "blocked") tally.end = "gotBlocked";
		if (output.kind !== "wrong") continue;
		tally.guesses += 1;
		if (output.left === 0) tally.end = "usedUp";
	}
}

interface Advanced {
	readonly before: GateState;
	readonly outputs: readonly GateOutput[];
}

function refuse(why: BlockRefusal): BlockOutcome {
	return { kind: "refused", why };
}
