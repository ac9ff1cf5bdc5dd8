// Holds the rules by which a host lets people in beyond the password, and what is told about a knock when it is over.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { KnockOutcome } from "../api/gate.ts";

/** What the host has decided beyond the password. Asked anew each time, so a change holds from the next question on. */
export interface AccessRules {
	isPaused(): boolean;
	/** People in the room at most, the host included. */
	memberCap(): number;
	/** Answers soon, also when it does not know. */
	isOwnerBlocked(caller: Caller): Promise<boolean>;
	isKeyBlocked(fingerprint: Fingerprint): boolean;
	/** Told once of each knock, when it is over. */
	onKnock(knock: Knock): void;
	/** Somebody has shown a seat of this person's who may be somebody else. */
	onSeatAlarm(fingerprint: Fingerprint, what: SeatAlarm): void;
	/** `onChange` is called when an answer may be another one now. The function that is returned ends that. */
	watch(onChange: () => void): () => void;
}

/** `retired`: a seat that was good once, so there are two who have it. `stolen`: a good seat without the key it belongs to. */
export type SeatAlarm = "retired" | "stolen";

/** How a knock ended. `who`: the key that was shown, with the name that came with it, as it came. */
export interface Knock {
	readonly caller: Caller;
	readonly outcome: KnockOutcome;
	/** Wrong ones. */
	readonly guesses: number;
	readonly who?: { readonly fingerprint: Fingerprint; readonly name: string; readonly isProven: boolean };
}
