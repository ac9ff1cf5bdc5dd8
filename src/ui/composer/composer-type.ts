// Typing into the message box: a name of an emoji becomes the emoji with its closing colon. Pure.
import { applyEdit } from "../screen/edit.ts";
import { closedName, type EmojiNames } from "../text/emoji.ts";
import type { Composer } from "./composer-state.ts";
import { insert, remembered } from "./text.ts";
import { type ChangeKind, recordChange } from "./undo.ts";

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
