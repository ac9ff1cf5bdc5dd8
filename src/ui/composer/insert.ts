// Puts text into the message box: what is typed, with emoji by name, and pastes, of which a big one is asked about first. Pure.
import { applyEdit, typeable } from "../screen/edit.ts";
import type { Press } from "../terminal/key-press.ts";
import { counted } from "../text/counted.ts";
import { closedName, type EmojiNames } from "../text/emoji.ts";
import type { Composer } from "./composer-state.ts";
import { insert, isFull, maxMessageLength, remembered, tell } from "./text.ts";
import { type ChangeKind, recordChange } from "./undo.ts";

/** A paste with more lines or more characters than these is asked about first. */
const askAboveLines = 5;
const askAboveCharacters = 2_000;

/** Puts a paste in, or asks whether it shall go in. */
export function paste(composer: Composer, pasted: string): Composer {
	const text = typeable(pasted);
	// A line end behind the last line begins no further line.
	const lines = text.replace(/\n$/, "").split("\n").length;
	if (lines <= askAboveLines && text.length <= askAboveCharacters) return insert(composer, text);
	const room = maxMessageLength - composer.edit.text.length;
	const size = `You pasted ${counted(lines, "line")}, ${counted(text.length, "character")}.`;
	if (text.length <= room) {
		const asked = tell(composer, "warning", `${size} Enter: put it in the message. Esc: don't.`);
		return { ...asked, ask: { kind: "paste", text } };
	}
	if (room <= 0) return tell(composer, "warning", isFull);
	const words = `${size} Only ${counted(room, "character")} fit. Enter: put the beginning in the message. Esc: don't.`;
	return { ...tell(composer, "warning", words), ask: { kind: "paste", text } };
}

/** Takes the answer to the question about a paste: Enter puts it in, Escape and Ctrl-C don't, and all other keys change nothing. */
export function answerPaste(composer: Composer, text: string, press: Press): Composer {
	const name = press.kind === "key" ? press.name : "";
	const answered: Composer = { ...composer, ask: undefined, note: undefined };
	if (name === "enter") {
		return insert(answered, text.slice(0, maxMessageLength - composer.edit.text.length).toWellFormed());
	}
	if (name === "escape" || name === "ctrl+c") return tell(answered, "info", "Not pasted.");
	return composer;
}

/** A slow connection brings many letters at once. More than this many were not typed by a person, and no emoji are looked for in them. */
const maxTypedAtOnce = 100;

// Types a piece that ends with at most one colon. The emoji that it becomes is a change of its own, so that undo brings the name back.
function typePiece(composer: Composer, text: string, emoji: EmojiNames, kind: ChangeKind): Composer {
	const typed = insert(composer, text);
	const { edit } = typed;
	const closed = text.endsWith(":") ? closedName(edit.text.slice(0, edit.cursor), emoji) : undefined;
	const before = remembered(composer, typed, kind);
	if (closed === undefined) return before;
	const changed = applyEdit(edit, { kind: "replace", from: closed.from, to: edit.cursor, text: closed.emoji });
	return { ...before, edit: changed, undo: recordChange(before.undo, edit, changed, "single") };
}

/** Types a text at the cursor. `emoji` is absent until the names of emoji are loaded. */
export function typeText(composer: Composer, text: string, emoji: EmojiNames | undefined): Composer {
	if (emoji === undefined || !text.includes(":") || text.length > maxTypedAtOnce) return insert(composer, text);
	const kind = composer.vi === undefined ? "typing" : "inserting";
	return text.split(/(?<=:)/).reduce((now, piece) => typePiece(now, piece, emoji, kind), composer);
}
