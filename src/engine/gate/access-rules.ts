// Holds the rules by which a host lets people in beyond the password, and what is told about a knock when it is over.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { KnockOutcome } from "../api/gate.ts";

/** Holds what the host has decided beyond the password. It is asked each time, so a change holds from the next question on. */
export interface AccessRules {
	isPaused(): boolean;
	/** Returns how many people there may be in the room, the host included. */
	memberCap(): number;
	/** Tells whether the owner of the caller's network is blocked. It answers soon, also when the owner is not known. */
	isOwnerBlocked(caller: Caller): Promise<boolean>;
	isKeyBlocked(fingerprint: Fingerprint): boolean;
	/** Is called once for each knock, when it is over. */
	onKnock(knock: Knock): void;
	/** Is called when somebody shows a seat of this person's and may be somebody else. */
	onSeatAlarm(fingerprint: Fingerprint, what: SeatAlarm): void;
	/** Is told that somebody else than the first has come with a personal invite, and the right password. */
	onInviteAlarm(label: string, who: { readonly fingerprint: Fingerprint; readonly name: string }): void;
	/** Calls `onChange` when an answer may be another one now. The function that is returned ends that. */
	watch(onChange: () => void): () => void;
}

/**
 * Says what is wrong with a seat. `retired`: it was good once, so there are two who have it. `stolen`: it is good, and whoever shows it does not have the key
 * it belongs to.
 */
export type SeatAlarm = "retired" | "stolen";

/** Says how a knock ended. `who` is the key that was shown, with the name that came with it, not cleaned. */
export interface Knock {
	readonly caller: Caller;
	/** The invite that was shown, whatever the Transport: the friend's name of a personal one, or "" for the room's. */
	readonly invite?: string;
	readonly outcome: KnockOutcome;
	/** Counts the wrong guesses. */
	readonly guesses: number;
	readonly who?: { readonly fingerprint: Fingerprint; readonly name: string; readonly isProven: boolean };
}
