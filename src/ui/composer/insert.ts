// Text that is put into the message box: what is typed, with emoji by name, and pastes, of which a big one asks first. Pure.
import { applyEdit, typeable } from "../screen/edit.ts";
import type { Press } from "../terminal/key-press.ts";
import { closedName, type EmojiNames } from "../text/emoji.ts";
import type { Composer } from "./composer-state.ts";
import { insert, isFull, maxMessageLength, remembered, tell } from "./text.ts";
import { type ChangeKind, recordChange } from "./undo.ts";

/** A paste with more lines or characters than this asks first. */
const askAboveLines = 5;
const askAboveCharacters = 2_000;

const counted = (count: number, one: string): string => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

/** Puts a paste in, or asks whether to. */
export function paste(composer: Composer, pasted: string): Composer {
	const text = typeable(pasted);
	// The end of the last line begins no other.
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

/** What was asked is answered by Enter, Escape or Ctrl-C; other keys wait. */
export function answerPaste(composer: Composer, text: string, press: Press): Composer {
	const name = press.kind === "key" ? press.name : "";
	const answered: Composer = { ...composer, ask: undefined, note: undefined };
	if (name === "enter") {
		return insert(answered, text.slice(0, maxMessageLength - composer.edit.text.length).toWellFormed());
	}
	if (name === "escape" || name === "ctrl+c") return tell(answered, "info", "Not pasted.");
	return composer;
}

/** A slow connection brings many letters at once; more than these nobody has typed. */
const maxTypedAtOnce = 100;

// The emoji is a change of its own: undoing it leaves the name.
function typePiece(composer: Composer, text: string, emoji: EmojiNames, kind: ChangeKind): Composer {
	const typed = insert(composer, text);
	const { edit } = typed;
	const closed = text.endsWith(":") ? closedName(edit.text.slice(0, edit.cursor), emoji) : undefined;
	const before = remembered(composer, typed, kind);
	if (closed === undefined) return before;
	const changed = applyEdit(edit, { kind: "replace", from: closed.from, to: edit.cursor, text: closed.emoji });
	return { ...before, edit: changed, undo: recordChange(before.undo, edit, changed, "single") };
}

/** Text typed at the cursor. Without `emoji` their names are not loaded yet. */
export function typeText(composer: Composer, text: string, emoji: EmojiNames | undefined): Composer {
	if (emoji === undefined || !text.includes(":") || text.length > maxTypedAtOnce) return insert(composer, text);
	const kind = composer.vi === undefined ? "typing" : "inserting";
	return text.split(/(?<=:)/).reduce((now, piece) => typePiece(now, piece, emoji, kind), composer);
}
