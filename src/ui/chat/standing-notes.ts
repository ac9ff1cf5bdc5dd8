// Chooses the note that stands above the message box for as long as it holds: the connection is being mended, somebody asks, or nobody else is here. Pure.
import type { Phase } from "../../engine/api/api.ts";
import type { VerificationView } from "../../engine/api/content.ts";
import type { BuddyView } from "../../engine/api/room-key.ts";
import type { Note } from "../screen/note.ts";
import type { Keymap } from "../settings/keymap.ts";

/** Holds what is known of the room. `others` counts the people here apart from the person. */
interface RoomFacts {
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
	readonly verification: VerificationView | undefined;
	readonly others: number;
	readonly keymap: Keymap;
	readonly buddies: readonly BuddyView[];
	/** The other one, where it is a room of two. */
	readonly pairWith?: BuddyView | undefined;
}

const reconnecting: Note = {
	tone: "warning",
	text: "The connection broke; reconnecting … You can go on writing: it is sent when you are back.",
};

const awayNote = ({ name }: BuddyView): Note => ({
	tone: "info",
	text: `${name} is away. What you say waits on your computer until ${name} is online.`,
});

/** Returns the note that matters most just now, or `undefined` when there is none. */
export function standingNote({ phase, verification, others, keymap, buddies, pairWith }: RoomFacts): Note | undefined {
	if (verification?.state === "asked") {
		const how = keymap.wordsOf("verify") || "/answer";
		const text = `${verification.person.name} wants to make sure it is you: ${how} answers`;
		return { tone: "warning", text };
	}
	const asking = buddies.find(({ state }) => state === "asked");
	if (asking !== undefined) {
		const what = asking.kind === "offRecord" ? "your buddy, off the record" : "your buddy";
		const text = `${asking.name} wants to be ${what}: /buddy accepts, /unbuddy declines, /later`;
		return { tone: "warning", text };
	}
	if (phase.isReconnecting === true) return pairWith === undefined ? reconnecting : awayNote(pairWith);
	if (others > 0 || phase.role !== "host") return undefined;
	if (pairWith !== undefined)
		return { tone: "info", text: `${pairWith.name} has not been here yet. What you say waits.` };
	const how = keymap.wordsOf("invite") || "/invite";
	return { tone: "info", text: `Nobody else is here. ${how} shows what to tell friends.` };
}
