// What becomes of lines, and verifications, in words for line mode: one line of text for each, or nothing.
import type { ContentEvent, VerificationView } from "../../engine/api/content.ts";
import type { Person } from "../../engine/api/people.ts";

const verificationWords: Record<VerificationView["state"], (name: string) => string | undefined> = {
	asking: () => undefined,
	asked: (name) => `${name} wants to make sure it is you, by a secret that only you two know. /answer asks you for it.`,
	checking: () => undefined,
	matched: (name) => `${name} typed the same secret: they are verified now.`,
	mismatched: (name) =>
		`ALARM: ${name} did not type the same secret. One of you mistyped it, or somebody is in between: ask over another way.`,
	declined: (name) => `${name} did not answer; nothing was found out.`,
	timedOut: (name) => `The check with ${name} took too long; nothing was found out.`,
	left: (name) => `${name} left before the check was over; nothing was found out.`,
};

// Nobody may miss it, whichever line they read first.
const named = ({ name, trust }: Person): string => (trust === "changed" ? `${name} (KEY CHANGED)` : name);

/** Without the time in front; `undefined` for what a reader of lines is better off without. */
export function talkWords(event: ContentEvent): string | undefined {
	switch (event.kind) {
		case "message":
			return event.isAction ? `* ${named(event.from)} ${event.text}` : `${named(event.from)}: ${event.text}`;
		case "messageEdited":
			return `${named(event.from)} edited: ${event.text}`;
		case "messageDeleted":
			return event.reason === "deleted" ? `${event.from.name} took a message back` : undefined;
		case "reaction":
			return event.isOn ? `${event.by.name} reacted to ${event.from.name}: ${event.emoji}` : undefined;
		case "disappearing":
			return undefined;
		case "verification": {
			const question = event.question ? ` They wrote: ${event.question}` : "";
			const words = verificationWords[event.state](event.member.name);
			return words === undefined ? undefined : words + (event.state === "asked" ? question : "");
		}
		case "typing":
		case "delivery":
			return undefined;
	}
}
