// One connection on its way in, as the gate hands it to the server.
import type { Caller } from "../../../net/address/caller.ts";

/**
 * Says why somebody is turned away. `blocked`: until the host says otherwise. `busy`: trying again is worth it. `passwordChanged`: this happens only to those
 * on their way in.
 */
export interface TurnedAway {
	readonly kind: "turnedAway";
	readonly why: "blocked" | "busy" | "passwordChanged";
}

/** Says how a visit stands or has ended at the gate: `usedUp` after three wrong guesses on it, `gotBlocked` when the last of them was the sixth. */
export interface VisitTally {
	/** Counts the wrong guesses. */
	readonly guesses: number;
	readonly end: "usedUp" | "gotBlocked" | TurnedAway["why"] | undefined;
}

/** Answers a guess. `left` counts the guesses that are left on this connection; after 0 it is closed. */
export type GuessOutcome = { readonly kind: "right" } | { readonly kind: "wrong"; readonly left: number } | TurnedAway;

/** A Visit is one connection on its way in. */
export interface Visit {
	readonly caller: Caller;
	/** Fires when the connection must go: its place was taken, or its caller was blocked. The reason is a `TurnedAway["why"]`. */
	readonly signal: AbortSignal;
	/** Waits for this caller's turn to have a channel made with them: whoever makes room meanwhile has cost nothing. `false` when the visit is over instead. */
	mayOpen(): Promise<boolean>;
	/** Waits until this caller may have a knock looked at: bounded for each caller, so that nobody's crowd holds up another. `false` when the visit is over. */
	mayKnock(): Promise<boolean>;
	/** Waits for this caller's turn to cost the host a computation; `false` when the visit is over instead. */
	mayCompute(): Promise<boolean>;
	/** Waits until a guess may be checked without holding up what people in the room say. */
	mayGuess(): Promise<void>;
	/**
	 * Checks one guess and records it, in one step: nothing can come between. `check` is not called when the guess is not allowed; it must
	 * not wait for anything. Once it returned `right`, or `left` 0, the visit has no more guesses.
	 */
	guess(check: () => boolean): GuessOutcome;
	/** Returns how the visit stands; after its end it goes on saying how it ended. */
	tally(): VisitTally;
	/** Ends the visit: the connection is in, or gone. It is safe to call twice. */
	end(): void;
}

/** Answers a new connection. `noRoom`: it is one of a crowd that comes too fast for each of it to crowd out another one, and is worth nothing but to be cut. */
export type Admittance =
	| { readonly kind: "admitted"; readonly visit: Visit }
	| { readonly kind: "noRoom" }
	| TurnedAway;
