// How a room is named among those that one engine has, by what one is kept, and rooms that two people have. Part of api.ts.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Trust } from "./people.ts";

/** Names a room as long as the engine has it: eight letters and digits, which say nothing of the room. Others never see it. */
export type RoomKey = string;

/** Says by what a room is kept: all in it see the same. */
export interface KeptView {
	readonly name: string;
	/** Counts the days that what is said waits for who is away. */
	readonly days: number;
	/** Counts the MiB of what is said that wait, at most. */
	readonly megabytes: number;
	/** What is said is kept on the disk of everybody who does not keep less. */
	readonly history: boolean;
	/** Counts the days that it is kept there. */
	readonly historyDays?: number;
}

/** Says by what the room is kept, and what of it this computer has. */
export interface KeptHere extends KeptView {
	/** Counts the days that this computer keeps what is said, where that is less than the room's; 0: nothing. */
	readonly ownHistoryDays?: number;
	/** The disk has older lines than the timeline: the command `older` brings them. */
	readonly hasOlder?: true;
}

/** Says what a room of two is. */
export type PairKind = "buddy" | "offRecord";

/** A KeptSummary is a room that is kept on this computer, open or not. One of two is called after the other person. */
export interface KeptSummary {
	readonly room: RoomKey;
	readonly name: string;
	readonly kind: "standing" | PairKind;
	readonly role: "host" | "guest";
	/** The other person's key, where it is a room of two. */
	readonly fingerprint?: Fingerprint;
	/** It is off the record. */
	readonly isOffRecord?: true;
}

/**
 * A BuddyView is somebody with whom we have a room of two, or shall have one. `proposed`: we have proposed it, and they have not been in it yet · `asked`: they have,
 * and our person is to be asked · `later`: our person wants to answer later · `accepted`.
 */
export interface BuddyView {
	readonly room: RoomKey;
	readonly kind: PairKind;
	readonly fingerprint: Fingerprint;
	readonly shortFingerprint: string;
	readonly name: string;
	readonly trust: Trust;
	readonly state: "proposed" | "asked" | "later" | "accepted";
	/** Whoever has proposed hosts the room. */
	readonly role: "host" | "guest";
	/** Both are in the room at this moment. */
	readonly isHere?: true;
}

/** These commands are about rooms of two. All of them name the other one by the fingerprint. */
export type BuddyCommand =
	/**
	 * Proposes to somebody in the room to be buddies; accepts, if they have proposed it. The outcome has the room of the two. `offRecord`: nothing in it is signed, and
	 * it never becomes another kind; a proposal of another kind is not accepted by it.
	 */
	| { readonly kind: "buddy"; readonly fingerprint: string; readonly offRecord?: boolean }
	/** Answers a proposal. With `later` it stays, and is not asked about any more. */
	| { readonly kind: "answerBuddy"; readonly fingerprint: string; readonly answer: "accept" | "decline" | "later" }
	/** Ends it with a buddy: the room of the two is over for both. A proposal is taken back, or declined. */
	| { readonly kind: "unbuddy"; readonly fingerprint: string };

export type BuddyEvent =
	/** Somebody wants to be our buddy: `answerBuddy` says what we think of it. */
	| { readonly kind: "buddyProposed"; readonly buddy: BuddyView }
	/** A proposal was answered, by whoever it was made to, in whatever window; or taken back. */
	| {
			readonly kind: "buddyAnswered";
			readonly buddy: BuddyView;
			readonly answer: "accepted" | "declined" | "later" | "withdrawn";
	  }
	/** Two are buddies no longer. `isOurs`: our person has ended it. */
	| { readonly kind: "buddyEnded"; readonly buddy: BuddyView; readonly isOurs: boolean };

/** A KeepWish says how a host wishes to keep a room. What is left out is as usual: 14 days, 64 MiB, no history. */
export interface KeepWish {
	readonly name: string;
	readonly days?: number;
	readonly megabytes?: number;
	/** Counts the days that what is said is kept on everybody's disk. */
	readonly historyDays?: number;
}

/** Says for how long what is said is kept on disk. */
export type HistoryCommand =
	/** Decides it for the room, 1 to 3,650 days; only the host of a room that is kept may. With "off" everybody's program forgets what was kept. */
	| { readonly kind: "setHistory"; readonly days: number | "off" }
	/** Decides it for this computer alone, which may keep less than the room's days; "room" keeps as much. What is too much is forgotten at once. */
	| { readonly kind: "setOwnHistory"; readonly days: number | "off" | "room" }
	/**
	 * Brings older lines from the disk into the timeline: a page, or all down to the line with the id `to`, or to the time `at` (ms since the epoch).
	 * `Outcome` says nothing of whether there were any: `KeptHere.hasOlder` does.
	 */
	| { readonly kind: "older"; readonly to?: string; readonly at?: number }
	/** Forgets what is kept of a room, open or not, or of all with "all"; what is said from now on is kept again. */
	| { readonly kind: "purgeHistory"; readonly isAll?: true };
