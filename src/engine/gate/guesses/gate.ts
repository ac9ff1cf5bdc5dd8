// The gate for one caller, as a pure machine: who may guess the password, how often, and who is blocked. It keeps, checks and sends nothing itself.
//
//              wrong: strikes + 1, the third on one connection ends it
//                 ┌──────┐
//   unblock       │      ▼        sixth wrong, or by hand
//  ┌─────────▶ free(strikes 0–5) ──────────────────────────▶ blocked ─┐
//  │              ▲      │                                            │
//  │              └──────┘                                            │
//  │      right: strikes 0                                            │
//  └──────────────────────────────────────────────────────────────────┘

/** One connection may make this many wrong guesses. */
const guessesPerConnection = 3;
/** This many wrong guesses in all block a caller, over however many connections. */
export const strikesToBlock = 6;

/** Holds what outlives connections and restarts. A block takes the place of the strikes that led to it. */
export type Standing = { readonly kind: "free"; readonly strikes: number } | { readonly kind: "blocked" };

/** Holds what the gate knows of one caller. `visits` are the connections that have not proven the password yet, each with the wrong guesses it has made. */
export interface GateState {
	readonly standing: Standing;
	readonly visits: ReadonlyMap<number, number>;
}

/** Says what can happen. Visits come, go and are numbered by the gatekeeper; a number is used once. */
export type GateInput =
	/** Is given only after `mayGuess` has said so, and with nothing in between. */
	| { readonly kind: "guess"; readonly visit: number; readonly isRight: boolean }
	| { readonly kind: "block" }
	| { readonly kind: "unblock" };

/** Says what is to be done about it, in this order. */
export type GateOutput =
	/** Puts the strikes on record, which must be done before anything is answered. */
	| { readonly kind: "keepStrikes"; readonly count: number }
	| { readonly kind: "forgetStrikes" }
	| { readonly kind: "keepBlock"; readonly reason: "strikes" | "byHand" }
	| { readonly kind: "forgetBlock" }
	/** Answers a guess. `left` counts the guesses that are left on this connection; after 0 it is closed. */
	| { readonly kind: "right" }
	| { readonly kind: "wrong"; readonly left: number }
	/** Is told to the host. `attempts` counts the wrong guesses in all. */
	| { readonly kind: "strike"; readonly attempts: number; readonly isDisconnected: boolean }
	| { readonly kind: "blocked"; readonly reason: "strikes" | "byHand" }
	/** Ends another connection of this caller. */
	| { readonly kind: "closeVisit"; readonly visit: number };

type Step = readonly [GateState, readonly GateOutput[]];

/** After this many wrong guesses in all a shared invite is closed for good. */
const strikesToClose = 100;
const firstCoolingMs = 60_000;
const longestCoolingMs = 60 * 60_000;

/** Tells how wrong guesses count. `shared`: an invite that many people have cools down after every third and blocks nobody before the hundredth. */
export type GateRule = "caller" | "shared";

/** Returns until when a shared invite lets nobody guess (ms since the epoch), given its wrong guesses and when the last was. */
export function coolsUntil(strikes: number, lastAt: number): number {
	if (strikes === 0 || strikes % guessesPerConnection !== 0) return 0;
	return lastAt + Math.min(longestCoolingMs, firstCoolingMs * 2 ** (strikes / guessesPerConnection - 1));
}

/**
 * Tells whether a visit may guess. It may not when its connection has no guesses left, has already proven the password or is not one of ours, nor when its
 * caller is blocked: another process may have done that while the visit was under way.
 */
export function mayGuess({ standing, visits }: GateState, visit: number): boolean {
	return standing.kind === "free" && visits.has(visit);
}

/** Returns what the gate is after `input`, and what is to be done. */
export function stepGate(state: GateState, input: GateInput, rule: GateRule): Step {
	switch (input.kind) {
		case "guess":
			return input.isRight ? rightGuess(state, input.visit, rule) : wrongGuess(state, input.visit, rule);
		case "block":
			return block(state, "byHand");
		case "unblock":
			return [
				{ standing: { kind: "free", strikes: 0 }, visits: state.visits },
				[{ kind: "forgetBlock" }, { kind: "forgetStrikes" }],
			];
	}
}

function rightGuess({ standing, visits }: GateState, visit: number, rule: GateRule): Step {
	// One of those who share an invite may be right while another guesses.
	if (rule === "shared") return [{ standing, visits: without(visits, visit) }, [{ kind: "right" }]];
	const next: GateState = { standing: { kind: "free", strikes: 0 }, visits: without(visits, visit) };
	const hadStrikes = standing.kind === "free" && standing.strikes > 0;
	return [next, hadStrikes ? [{ kind: "forgetStrikes" }, { kind: "right" }] : [{ kind: "right" }]];
}

function wrongGuess(state: GateState, visit: number, rule: GateRule): Step {
	const { standing, visits } = state;
	const most = rule === "shared" ? strikesToClose : strikesToBlock;
	const attempts = Math.min(standing.kind === "free" ? standing.strikes + 1 : most, most);
	const guesses = (visits.get(visit) ?? 0) + 1;
	if (attempts === most) {
		const [next, outputs] = block({ standing, visits: without(visits, visit) }, "strikes");
		return [next, [{ kind: "wrong", left: 0 }, { kind: "strike", attempts, isDisconnected: true }, ...outputs]];
	}
	const left = Math.min(guessesPerConnection - guesses, most - attempts);
	const isDisconnected = left <= 0;
	const next: GateState = {
		standing: { kind: "free", strikes: attempts },
		visits: isDisconnected ? without(visits, visit) : new Map(visits).set(visit, guesses),
	};
	return [
		next,
		[
			{ kind: "keepStrikes", count: attempts },
			{ kind: "wrong", left: Math.max(left, 0) },
			{ kind: "strike", attempts, isDisconnected },
		],
	];
}

function block({ visits }: GateState, reason: "strikes" | "byHand"): Step {
	const closing = [...visits.keys()].map((visit) => ({ kind: "closeVisit", visit }) as const);
	return [
		{ standing: { kind: "blocked" }, visits: new Map() },
		[{ kind: "keepBlock", reason }, { kind: "forgetStrikes" }, { kind: "blocked", reason }, ...closing],
	];
}

function without(visits: ReadonlyMap<number, number>, visit: number): ReadonlyMap<number, number> {
	const rest = new Map(visits);
	rest.delete(visit);
	return rest;
}
