// Chooses the note that stands above the message box for as long as it holds: the connection is being mended, somebody asks, or nobody else is here. Pure.
import type { Phase } from "../../engine/api/api.ts";
import type { VerificationView } from "../../engine/api/content.ts";
import type { Note } from "../screen/note.ts";
import type { Keymap } from "../settings/keymap.ts";

/** Holds what is known of the room. `others` counts the people here apart from the person. */
interface RoomFacts {
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
	readonly verification: VerificationView | undefined;
	readonly others: number;
	readonly keymap: Keymap;
}

const reconnecting: Note = {
	tone: "warning",
	text: "The connection broke; reconnecting … You can go on writing: it is sent when you are back.",
};

/** Returns the note that matters most just now, or `undefined` when there is none. */
export function standingNote({ phase, verification, others, keymap }: RoomFacts): Note | undefined {
	if (phase.isReconnecting === true) return reconnecting;
	if (verification?.state === "asked") {
		const how = keymap.wordsOf("verify") || "/answer";
		const text = `${verification.person.name} wants to make sure it is you: ${how} answers`;
		return { tone: "warning", text };
	}
	if (others > 0 || phase.role !== "host") return undefined;
	const how = keymap.wordsOf("invite") || "/invite";
	return { tone: "info", text: `Nobody else is here. ${how} shows what to tell friends.` };
}
