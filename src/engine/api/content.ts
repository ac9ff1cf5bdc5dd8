// What is said in a room as views see it: lines and what becomes of them, typing, disappearing messages, verification. Part of api.ts.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { HistoryTrouble } from "../../store/history/history-file.ts";
import type { Person } from "./people.ts";
import type { RoomKey } from "./room-key.ts";

/**
 * Says how far a message of our own has come. `sending`: the host has not ordered it yet; with `waitsFor` the host of that name is away, and it waits on
 * this computer's disk until they are back, where `delete` takes it back · `sent`: the host has given it its place and passed it on ·
 * `unheard`: it has its place, and nobody else was in the room · `reached`: `count` of the `of` others have shown that they have it (whoever came
 * later, or left without it, is not counted) · `failed`: the room was over before it was sent; it waits at the end of the timeline until we are with
 * the same host again, where `retry` sends it again and `delete` drops it.
 */
export type Delivery =
	| { readonly kind: "sending"; readonly waitsFor?: string }
	| { readonly kind: "sent" }
	| { readonly kind: "unheard" }
	| { readonly kind: "reached"; readonly count: number; readonly of: number }
	| { readonly kind: "failed" };

/** Describes the message that another message answers. */
export interface ReplyView {
	/** The id of the entry that is answered; absent when that line is not here. */
	readonly id?: string;
	/** The name of the author of that message. */
	readonly name: string;
	/** The beginning of the line, as one line of text; "" when it is gone. */
	readonly text: string;
	/** The line is not here: what it said is what the answering person says it said. */
	readonly isUnchecked?: true;
}

/** A reaction is one emoji with the people who reacted with it, the first of them first. */
export interface Reaction {
	readonly emoji: string;
	readonly people: readonly { readonly fingerprint: Fingerprint; readonly name: string }[];
	/** We are one of them. */
	readonly isMine: boolean;
}

/** A line is something that a person said. It is replaced in place when any of this changes. */
export interface LineEntry {
	readonly kind: "line";
	readonly id: string;
	/** The time when it came here, in milliseconds since the epoch. */
	readonly at: number;
	readonly from: Person;
	/** The text of the message; "" once it is gone. */
	readonly text: string;
	/** Says how far the message has come; that of somebody else is always `sent`. */
	readonly delivery: Delivery;
	/** The message was sent with /me: `text` goes on from the name, as "waves" does. */
	readonly isAction?: true;
	/** The message offers a file, of which `RoomView.files` has more under this id. `text` is its name. */
	readonly file?: string;
	readonly reply?: ReplyView;
	readonly isEdited?: true;
	/** Only a mark is left of the message: its author has deleted it, or its time was over. */
	readonly gone?: "deleted" | "disappeared";
	/** The reactions to the message; where the list is there, it has at least one. */
	readonly reactions?: readonly Reaction[];
	/** Somebody else's message has our name in it. */
	readonly mentionsMe?: true;
	/** The time when it will disappear, in milliseconds since the epoch. */
	readonly disappearsAt?: number;
}

/**
 * Shows one run of the shared-secret check with one person. `asking`: we have asked, and wait for them to type the secret · `asked`: they have asked;
 * `verifyAnswer` answers, or `verifyAbort` · `checking`: both have typed it. The others are ends: `matched` (both are verified now) · `mismatched`
 * (another secret, or somebody is in between) · `declined`, `timedOut`, `left` (nothing was found out).
 */
export interface VerificationView {
	readonly person: Person;
	readonly state: "asking" | "asked" | "checking" | "matched" | "mismatched" | "declined" | "timedOut" | "left";
	/** The asking person wrote this so that the other knows which secret is meant. */
	readonly question?: string;
}

/** Holds what is to be seen of the talk beside its messages. */
export interface TalkView {
	/** Others who are typing at the moment. */
	readonly typing: readonly Person[];
	/** Lines disappear this many seconds after they came; without a number they stay. */
	readonly disappearAfterSeconds?: number;
	/** Shows the run that is under way, or else the last one. */
	readonly verification?: VerificationView;
	/** Says whether others are told when we type. The choice is kept on this computer. */
	readonly isTellingTyping: boolean;
}

/** These commands are about what is said. `id` is an `Entry.id`, or the id of a `message` event when no two people used the same. */
export type ContentCommand =
	/** Sends a message. `isAction` sends it as /me does; `text` comes without "/me ". */
	| { readonly kind: "send"; readonly text: string; readonly replyTo?: string; readonly isAction?: boolean }
	/** Changes a message of our own. The change is shown when it has its place in the order. */
	| { readonly kind: "edit"; readonly id: string; readonly text: string }
	| { readonly kind: "delete"; readonly id: string }
	/** Adds our reaction, or takes it back. One emoji. */
	| { readonly kind: "react"; readonly id: string; readonly emoji: string }
	/** May be called for each key: what is sent is bounded. */
	| { readonly kind: "typing"; readonly isTyping: boolean }
	/** Decides whether others are told when we type. */
	| { readonly kind: "setTellTyping"; readonly isOn: boolean }
	/**
	 * Decides how long messages stay; only the host may. `seconds` is 1 to 2,419,200 (four weeks); with "off" they stay. Messages that are there
	 * already keep their time.
	 */
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
			/** It was said while our program was not there. */
			readonly missed?: true;
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
	/** The host has decided how long messages stay. Without `seconds` they stay from now on. */
	| { readonly kind: "disappearing"; readonly seconds?: number }
	| {
			readonly kind: "verification";
			readonly member: Person;
			readonly state: VerificationView["state"];
			readonly question?: string;
	  };

/**
 * Asks for what was said: in one room, or in all of them when `room` is absent. The newest `limit` lines before the one with the id `before`, or with
 * `after` the oldest behind that one ("": from the first on), which is for what is kept on the disk alone. Case and accents do not count.
 */
export interface HistoryQuery {
	readonly room?: RoomKey;
	readonly before?: string;
	readonly after?: string;
	readonly limit: number;
	/** Only lines that have this in them. */
	readonly words?: string;
	/** Asks for lines of people whose name begins like this. */
	readonly from?: string;
	/** Asks for lines that came at this time or later (`since`), and before that one (`until`), in milliseconds since the epoch. */
	readonly since?: number;
	readonly until?: number;
}

/** A line and the room in which it was said. */
export interface HistoryLine {
	readonly room: RoomKey;
	readonly line: LineEntry;
}

/** A HistoryPage is the answer, oldest first. `isMore`: there are more that fit. `trouble`: what is on the disk can't be read, and is left out. */
export interface HistoryPage {
	readonly lines: readonly HistoryLine[];
	readonly isMore: boolean;
	readonly trouble?: HistoryTrouble;
}
