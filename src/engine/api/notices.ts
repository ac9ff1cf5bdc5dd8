// What the program has to tell the people in a room that no other entry shows: a stable code with the facts. Views say it in sentences. Part of api.ts.
import type { BlockedSubject } from "./gate.ts";
import type { Location, Person } from "./people.ts";

/** How much a notice matters: `warning` asks for attention, `alarm` means that somebody may be up to something or that the room does not work. */
export type Tone = "info" | "warning" | "alarm";

/** The tasks that `rt demo` proposes. */
export type DemoTask = "say" | "react" | "reply" | "edit" | "verify" | "answer" | "disappear" | "double";

/** Who plays in `rt demo`, the secret that the two share with the person, and the word that brings a double of Bob. */
export interface DemoFacts {
	readonly ada: string;
	readonly bob: string;
	readonly secret: string;
	readonly word: string;
}

/** All strings are clean, and `location.label` is fit to show. */
export type Notice =
	/** A message could not be decrypted or understood. `unsaid`: how many more of the kind there were since the last notice of it. */
	| { readonly code: "unreadableLine"; readonly unsaid: number }
	/** The host has shown other members another conversation. */
	| { readonly code: "differentConversations"; readonly unsaid: number }
	/** Somebody sent a kind of content that this version does not know. */
	| { readonly code: "unknownContent"; readonly name: string }
	/** Somebody came whose name belonged to another key before: `person.formerKeys` has it, as far as it is known. With `person.hasOwnName` it is our own. */
	| { readonly code: "keyChanged"; readonly person: Person }
	/** From now on messages disappear so many seconds after they came; 0: they stay. */
	| { readonly code: "disappearing"; readonly seconds: number }
	/** The encryption went out of step; we enter again. */
	| { readonly code: "outOfStep" }
	/** We were away for too long: up to `count` lines cannot be shown. */
	| { readonly code: "linesMissed"; readonly count: number }
	/** A verification could not be written to the disk. */
	| { readonly code: "verificationNotSaved" }
	/** The host has changed the password. */
	| { readonly code: "passwordChanged" }
	/** Somebody guessed wrong; `attempts` in all. */
	| {
			readonly code: "strike";
			readonly address: string;
			readonly location: Location;
			readonly attempts: number;
			readonly disconnected: boolean;
	  }
	| ({ readonly code: "blocked"; readonly reason: "strikes" | "byHand" } & BlockedSubject)
	/** What the last minute brought beyond the strikes told one by one. `addresses`: 1,000 means that many or more. */
	| { readonly code: "flood"; readonly wrong: number; readonly blocked: number; readonly addresses: number }
	/** Wrong guesses cannot be recorded, so nobody can come in. `reason`: what the system says. */
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
	/** Somebody wanted to come back as this person. `retired`: with what was good once, so somebody has a copy. `stolen`: without this person's key. */
	| {
			readonly code: "seatAlarm";
			readonly what: "retired" | "stolen";
			readonly name: string;
			readonly shortFingerprint: string;
	  }
	/** Another program on this home has blocked it. `subject`: as `BlockView.address`. */
	| { readonly code: "blockedElsewhere"; readonly subject: string }
	/** In `rt demo`: a task is proposed, the `place`-th `of` them all. */
	| {
			readonly code: "demoTask";
			readonly task: DemoTask;
			readonly place: number;
			readonly of: number;
			readonly facts: DemoFacts;
	  }
	/** In `rt demo`: a task was done. */
	| { readonly code: "demoDone"; readonly task: DemoTask; readonly facts: DemoFacts }
	/** In `rt demo`: somebody has just guessed a wrong password. */
	| { readonly code: "demoKnock" }
	/** In `rt demo`: all tasks are done. */
	| { readonly code: "demoOver" };
