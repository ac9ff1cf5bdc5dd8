// What is said in a room as views see it: lines and what becomes of them, typing, disappearing messages, verification. Part of api.ts.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Person } from "./people.ts";

/**
 * How far an own line has come. `sending`: not yet ordered by the host · `sent`: the host has given it its place and passed it on · `unheard`: it has its place,
 * and nobody else was in the room · `reached`: `count` of the
 * `of` others have shown that they have it (whoever came later, or left without it, is not counted) · `failed`: the room was over before it was sent; it waits
 * at the end of the timeline until we are with the same host again, where `retry` says it anew and `delete` drops it.
 */
export type Delivery =
	| { readonly kind: "sending" }
	| { readonly kind: "sent" }
	| { readonly kind: "unheard" }
	| { readonly kind: "reached"; readonly count: number; readonly of: number }
	| { readonly kind: "failed" };

/** The line that a line answers. */
export interface ReplyView {
	/** The id of the entry that is answered; absent when that line is not here. */
	readonly id?: string;
	/** The name of its author. */
	readonly name: string;
	/** The beginning of the line, as one line of text; "" when it is gone. */
	readonly text: string;
	/** The line is not here: what it said is what the answering person says it said. */
	readonly isUnchecked?: true;
}

/** One emoji and who reacted with it, first come first. */
export interface Reaction {
	readonly emoji: string;
	readonly people: readonly { readonly fingerprint: Fingerprint; readonly name: string }[];
	/** We are one of them. */
	readonly isMine: boolean;
}

/** Something a person said. It is replaced in place when any of this changes. */
export interface LineEntry {
	readonly kind: "line";
	readonly id: string;
	/** ms since the epoch, when it came here. */
	readonly at: number;
	readonly from: Person;
	/** "" once it is gone. */
	readonly text: string;
	/** How far the line has come; a line of somebody else is always `sent`. */
	readonly delivery: Delivery;
	/** Said with /me: `text` goes on from the name, e.g. "waves". */
	readonly isAction?: true;
	readonly reply?: ReplyView;
	readonly isEdited?: true;
	/** Only a mark is left: its author took it back, or its time was over. */
	readonly gone?: "deleted" | "disappeared";
	/** At least one, when there. */
	readonly reactions?: readonly Reaction[];
	/** Somebody else says our name. */
	readonly mentionsMe?: true;
	/** ms since the epoch, when it will disappear. */
	readonly disappearsAt?: number;
}

/**
 * A run of the shared-secret check with one person. `asking`: we asked, and wait for them to type the secret · `asked`: they asked; `verifyAnswer` answers, or
 * `verifyAbort` · `checking`: both have typed it · the rest are ends: `matched` (both are verified now) · `mismatched`: another secret, or somebody is in
 * between · `declined`, `timedOut`, `left`: nothing was found out.
 */
export interface VerificationView {
	readonly person: Person;
	readonly state: "asking" | "asked" | "checking" | "matched" | "mismatched" | "declined" | "timedOut" | "left";
	/** What the asking person wrote so that the other knows which secret is meant. */
	readonly question?: string;
}

/** The talk of the room beside its lines. */
export interface TalkView {
	/** Others who are typing at the moment. */
	readonly typing: readonly Person[];
	/** Lines disappear so many seconds after they came; absent: they stay. */
	readonly disappearAfterSeconds?: number;
	/** The run under way, or the last one until the next. */
	readonly verification?: VerificationView;
	/** Whether others are told when we type (kept on this computer). */
	readonly isTellingTyping: boolean;
}

/** What may be done with what is said. `id`: an `Entry.id`, or the id of a `message` event when no two people used the same. */
export type ContentCommand =
	/** `isAction`: as said with /me, the text without "/me ". */
	| { readonly kind: "send"; readonly text: string; readonly replyTo?: string; readonly isAction?: boolean }
	/** Own lines only. Shown when the change has its place in the order. */
	| { readonly kind: "edit"; readonly id: string; readonly text: string }
	| { readonly kind: "delete"; readonly id: string }
	/** Adds our reaction, or takes it back. One emoji. */
	| { readonly kind: "react"; readonly id: string; readonly emoji: string }
	/** May be called for each key: what is sent is bounded. */
	| { readonly kind: "typing"; readonly isTyping: boolean }
	/** Whether others are told when we type. */
	| { readonly kind: "setTellTyping"; readonly isOn: boolean }
	/** The host's. `seconds`: 1 to 2,419,200 (four weeks); "off": lines stay. Lines that are there already keep their time. */
	| { readonly kind: "setDisappearing"; readonly seconds: number | "off" }
	/** Says a failed line again, under the id it had. */
	| { readonly kind: "retry"; readonly id: string }
	/** Answers with `Outcome.words`: six words, the same for both. When the other reads the same, `verify` remembers it. */
	| { readonly kind: "verifyWords"; readonly fingerprint: string }
	/** Asks a person for a secret that only they and we know; what we think it is never leaves this program. */
	| { readonly kind: "verifyAsk"; readonly fingerprint: string; readonly secret: string; readonly question?: string }
	| { readonly kind: "verifyAnswer"; readonly secret: string }
	/** Ends the run under way, or declines what was asked. */
	| { readonly kind: "verifyAbort" };

/** `id` and `from` of these are those of the `message` event. */
export type ContentEvent =
	| {
			readonly kind: "message";
			readonly id: string;
			readonly from: Person;
			readonly at: number;
			readonly text: string;
			readonly own: boolean;
			readonly isAction?: true;
			readonly mentionsMe?: true;
			/** The line it answers, when it is here. */
			readonly replyTo?: { readonly id: string; readonly fingerprint: Fingerprint };
	  }
	| { readonly kind: "messageEdited"; readonly id: string; readonly from: Person; readonly text: string }
	| {
			readonly kind: "messageDeleted";
			readonly id: string;
			readonly from: Person;
			readonly reason: "deleted" | "disappeared";
	  }
	| {
			readonly kind: "reaction";
			/** The id of the line; `from` is its author. */
			readonly id: string;
			readonly from: Person;
			readonly by: Person;
			readonly emoji: string;
			readonly isOn: boolean;
	  }
	| { readonly kind: "typing"; readonly member: Person; readonly isTyping: boolean }
	/** Tells how many of the others have an own line that has its place. */
	| { readonly kind: "delivery"; readonly id: string; readonly count: number; readonly of: number }
	/** Absent `seconds`: lines stay from now on. */
	| { readonly kind: "disappearing"; readonly seconds?: number }
	| {
			readonly kind: "verification";
			readonly member: Person;
			readonly state: VerificationView["state"];
			readonly question?: string;
	  };
