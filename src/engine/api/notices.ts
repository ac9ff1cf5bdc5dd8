// What the program has to tell the people in a room that no other entry shows: a stable code with the facts. Views say it in sentences. Part of api.ts.

import type { HistoryTrouble } from "../../store/history/history-file.ts";
import type { BlockedSubject, InviteTrail } from "./gate.ts";
import type { RouteName } from "./hosting.ts";
import type { Location, Person } from "./people.ts";
import type { FeedRefusal, PostAuthor } from "./posts/posts.ts";
import type { KeptView } from "./room-key.ts";

/** Says how much a notice matters: `warning` asks for attention, `alarm` means that somebody may be up to something or that the room does not work. */
export type Tone = "info" | "warning" | "alarm";

/** Names the tasks that `rt demo` proposes. */
export type DemoTask = "say" | "react" | "reply" | "edit" | "verify" | "answer" | "disappear" | "double";

/** Tells who plays in `rt demo`, which secret the two share with the person, and which word brings a double of Bob. */
export interface DemoFacts {
	readonly ada: string;
	readonly bob: string;
	readonly secret: string;
	readonly word: string;
}

/**
 * Tells what is wrong with a feed that came. `postsRefused`: `by` gave something as the posts of `of` that they are not, or that can't be: `why` ·
 * `postsForked`: that person has signed two feeds that exclude each other; the first one that came is shown · `postsRolledBack`: that person has given
 * one that is older than what we have · `postsFull`: as many feeds are kept as may be · `postsRestored`: others had newer posts of our own than this
 * computer, as after a backup, and it has them again · `postFileLost`: somebody asks for what goes with a post of ours, and it is no more what was posted or
 * can't be read.
 */
export type FeedNotice =
	| { readonly code: "postsRefused"; readonly of: PostAuthor; readonly by: Person; readonly why: FeedRefusal }
	| { readonly code: "postsForked" | "postsRolledBack"; readonly of: PostAuthor; readonly by: Person }
	| { readonly code: "postsFull"; readonly of: PostAuthor; readonly most: number }
	| { readonly code: "postsRestored"; readonly count: number }
	| { readonly code: "postFileLost"; readonly name: string; readonly why: "changed" | "unreadable" };

/** Tells what is to be said. All strings are clean, and `location.label` is fit to show. */
export type Notice =
	/** A message could not be decrypted or understood. `unsaid` says how many more of the kind there were since the last notice of it. */
	| { readonly code: "unreadableLine"; readonly unsaid: number }
	/** The host has shown other members another conversation. */
	| { readonly code: "differentConversations"; readonly unsaid: number }
	/** Somebody offers a file while so many wait for an answer that this one is left out. `unsaid` as above. */
	| { readonly code: "offersLeftOut"; readonly unsaid: number }
	/** Somebody was not shown a file that we offer, because so many of ours wait for their answer. `unsaid` as above. */
	| { readonly code: "offersUnseen"; readonly unsaid: number }
	/** Somebody has sent a kind of content that this version does not know. */
	| { readonly code: "unknownContent"; readonly name: string }
	/**
	 * Somebody has come whose name belonged to another key before. `person.formerKeys` has that key, as far as it is known; with `person.hasOwnName`
	 * the name is our own.
	 */
	| { readonly code: "keyChanged"; readonly person: Person }
	/** From now on messages disappear so many seconds after they came. With 0 they stay. */
	| { readonly code: "disappearing"; readonly seconds: number }
	/** The encryption went out of step, so we enter again. */
	| { readonly code: "outOfStep" }
	/** We were away for too long: up to `count` lines cannot be shown. */
	| { readonly code: "linesMissed"; readonly count: number }
	/** The room is off the record. */
	| { readonly code: "offRecord" }
	/** The room lasts: what is said waits for who is away. */
	| ({ readonly code: "roomKept" } & KeptView)
	/** The room of two lasts: what is said waits so many days, and so many MiB of it, for the one who is away. */
	| { readonly code: "pairKept"; readonly days: number; readonly megabytes: number }
	/** A proposal to be buddies could not be kept: another program on this home has the rooms that stay. */
	| { readonly code: "proposalNotKept"; readonly person: Person }
	/** Somebody has proposed a room of another kind than the two have: it was turned down. `isOffRecord`: theirs would have been off the record. */
	| { readonly code: "proposalOfOtherKind"; readonly person: Person; readonly isOffRecord: boolean }
	/** Somebody has proposed to be buddies in a way that would show them where we are, which this room does not: it was turned down. */
	| { readonly code: "proposalShowsAddress"; readonly person: Person }
	/** The host has decided for how many days what is said is kept on disk; with `isOn` false what was kept is forgotten. */
	| { readonly code: "historyPolicy"; readonly days: number; readonly isOn: boolean }
	/** What is said can't be kept on this computer's disk. */
	| { readonly code: "historyTrouble"; readonly trouble: HistoryTrouble }
	/** It can be kept again; meanwhile `lost` lines were not. */
	| { readonly code: "historyGoesOn"; readonly lost: number }
	/** The file of the history is an older copy, as after a backup. */
	| { readonly code: "historyOlder" }
	/** Some of what is kept on this computer of a room is older than the rest of it. */
	| { readonly code: "historyMixed" }
	/** What was said while our program was not there has been shown: `messages`. Up to `lost` are not to be had any more. */
	| { readonly code: "caughtUp"; readonly messages: number; readonly lost: number }
	/** Nothing of the room could be kept on this computer. `detail` is what the system says. */
	| { readonly code: "notKeptHere"; readonly detail: string }
	/** Own lines that waited on this computer can't be read any more; nobody has got them. */
	| { readonly code: "waitingLost"; readonly count: number }
	/** The host's computer has an older copy of the room than we have, as after a backup. */
	| { readonly code: "olderCopy" }
	/** The group of the kept room could not be read: its members enter anew, and what waited for them is lost. */
	| { readonly code: "foundedAnew" }
	/** Our own keys in the room are new, as we asked. */
	| { readonly code: "keysRenewed" }
	/** The kept room was reached by this route too, which cannot be used here now. */
	| { readonly code: "wayStaysClosed"; readonly route: RouteName }
	/** A verification could not be written to the disk. */
	| { readonly code: "verificationNotSaved" }
	/** The host has changed the password. */
	| { readonly code: "passwordChanged" }
	/** Somebody has guessed a wrong password. `attempts` counts all the wrong guesses from there. */
	| {
			readonly code: "strike";
			readonly address: string;
			readonly location: Location;
			readonly attempts: number;
			readonly disconnected: boolean;
	  }
	| ({ readonly code: "blocked"; readonly reason: "strikes" | "byHand" } & BlockedSubject)
	/** Sums up what the last minute brought beyond the strikes that are told one by one. 1,000 `addresses` mean that many or more. */
	| { readonly code: "flood"; readonly wrong: number; readonly blocked: number; readonly addresses: number }
	/** Wrong guesses cannot be recorded, so nobody can come in. `reason` is what the system says. */
	| { readonly code: "guessesNotSaved"; readonly reason: string }
	/** Somebody with the right password and a blocked key was turned away. */
	| {
			readonly code: "blockedKeyCame";
			readonly address: string;
			readonly name: string;
			readonly shortFingerprint: string;
	  }
	/** Somebody with this key has as many connections waiting, or comes from where so many do, that one more was refused. */
	| {
			readonly code: "tooManyWaiting";
			readonly address: string;
			readonly name: string;
			readonly shortFingerprint: string;
	  }
	/**
	 * Somebody wanted to come back as this person. `retired`: what they showed was good once, so somebody has a copy. `stolen`: they did not have
	 * this person's key.
	 */
	| {
			readonly code: "seatAlarm";
			readonly what: "retired" | "stolen";
			readonly name: string;
			readonly shortFingerprint: string;
	  }
	/** A personal invite, as the host asked for it. */
	| { readonly code: "inviteMade"; readonly label: string; readonly invite: string }
	| { readonly code: "inviteTakenBack"; readonly label: string }
	/** A friend's invite was used from one country more, two at least. */
	| ({ readonly code: "inviteFromAfar" } & InviteTrail)
	/** Somebody with another key than the first came with a personal invite and the right password, and was turned away. */
	| {
			readonly code: "inviteOfAnother";
			readonly label: string;
			readonly name: string;
			readonly shortFingerprint: string;
	  }
	/** Another program has changed the home in the meantime: it has blocked `subject`, written as `BlockView.address`. */
	| { readonly code: "blockedElsewhere"; readonly subject: string }
	| FeedNotice
	/** A task of `rt demo` is proposed: it is the `place`-th `of` them all. */
	| {
			readonly code: "demoTask";
			readonly task: DemoTask;
			readonly place: number;
			readonly of: number;
			readonly facts: DemoFacts;
	  }
	/** A task of `rt demo` is done. */
	| { readonly code: "demoDone"; readonly task: DemoTask; readonly facts: DemoFacts }
	/** Somebody in `rt demo` has just guessed a wrong password. */
	| { readonly code: "demoKnock" }
	/** All tasks of `rt demo` are done. */
	| { readonly code: "demoOver" };
