// What is said of buddies: that somebody wants to be one, what became of it, and how each of them stands. Pure.
import type { Event } from "../../../engine/api/events.ts";
import type { BuddyEvent, BuddyView } from "../../../engine/api/room-key.ts";
import { trustWords } from "./trust-words.ts";

/** Says behind what a room of two is what kind it is: whoever answers a proposal has to know. */
export const pairKindWords: Readonly<Record<BuddyView["kind"], string>> = {
	buddy: "",
	offRecord: ", off the record: nobody can prove afterwards what was said in it",
};

/** Says what a buddy event tells; `undefined` for what the person has done themselves a moment ago. */
export function buddyEventWords(event: BuddyEvent): string | undefined {
	const { name, trust, shortFingerprint, role, kind } = event.buddy;
	switch (event.kind) {
		case "buddyProposed":
			return `"${name}" (${trustWords[trust]}, key ${shortFingerprint}) wants to be your buddy: a room of you two that stays${pairKindWords[kind]}. /buddy accepts, /unbuddy declines, /later keeps it for later.`;
		case "buddyEnded":
			return event.isOurs
				? `"${name}" is no buddy of yours any more.`
				: `"${name}" has ended it: the room of you two is over.`;
		case "buddyAnswered":
			return answerWords[event.answer](name, role === "host");
	}
}

/** Says what the other one has done about being buddies; `undefined` for what the person has done themselves, and for a question, which stands until it is answered. */
export function buddyNewsWords(event: Event): string | undefined {
	if (event.kind === "buddyEnded") return event.isOurs ? undefined : buddyEventWords(event);
	if (event.kind !== "buddyAnswered") return undefined;
	const isTheirs = event.answer === "withdrawn" || (event.buddy.role === "host" && event.answer !== "later");
	return isTheirs ? buddyEventWords(event) : undefined;
}

const answerWords: Readonly<
	Record<Extract<BuddyEvent, { kind: "buddyAnswered" }>["answer"], (name: string, isOurs: boolean) => string>
> = {
	accepted: (name, isOurs) =>
		isOurs
			? `"${name}" has accepted: you are buddies.`
			: `You and "${name}" are buddies. What you say waits until they read it.`,
	declined: (name, isOurs) => (isOurs ? `"${name}" has declined to be your buddy.` : `You have declined "${name}".`),
	later: (name) => `"${name}" waits for your answer: /buddy ${name} or /unbuddy ${name}, whenever you like.`,
	withdrawn: (name) => `"${name}" has taken the proposal back.`,
};

/** Says how a buddy stands, in a few words. */
function buddyStateWords({ state, isHere }: Pick<BuddyView, "state" | "isHere">): string {
	switch (state) {
		case "proposed":
			return "has not answered yet";
		case "asked":
		case "later":
			return "wants to be your buddy: /buddy, or /unbuddy";
		case "accepted":
			return isHere ? "is there" : "is away";
	}
}

/** Lists buddies, a line each; the name leads to the room. */
export function buddyLines(buddies: readonly BuddyView[]): readonly string[] {
	if (buddies.length === 0) return ["You have no buddies yet. In a room, /buddy NAME asks somebody to be one."];
	return buddies.map(
		(buddy) =>
			`"${buddy.name}" (${trustWords[buddy.trust]}, key ${buddy.shortFingerprint})${buddy.kind === "offRecord" ? ", off the record" : ""}: ${buddyStateWords(buddy)}`,
	);
}

/** Lists the whole keys, one's own first: the key, then whose it is, so that no name can be taken for a key. */
export function fingerprintLines(
	self: { readonly name: string; readonly fingerprint: string },
	buddies: readonly BuddyView[],
): readonly string[] {
	return [
		`${self.fingerprint} "${self.name}" (you)`,
		...buddies.map(({ fingerprint, name, trust }) => `${fingerprint} "${name}" (${trustWords[trust]})`),
	];
}
