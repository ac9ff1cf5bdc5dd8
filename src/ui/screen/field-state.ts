// A text field of a form: its editor and, if it opened with an offer, whether that still stands. Pure.
import type { Press } from "../terminal/key-press.ts";
import { applyEdit, type Edit, editOf, emptyEdit } from "./edit.ts";
import { editActionOf } from "./edit-keys.ts";

/** Holds a field. When it `isOffered` the text is a suggestion: typing replaces it, and moving the cursor takes it over for editing. */
export interface FieldState {
	readonly edit: Edit;
	readonly isOffered: boolean;
}

/** A field with nothing in it. */
export const emptyField: FieldState = { edit: emptyEdit, isOffered: false };

/** Returns a field with a suggestion in it (none when `text` is empty). */
export const offeredField = (text: string): FieldState => ({ edit: editOf(text), isOffered: text !== "" });

/** Makes a field with a text of the person's own. */
export const fieldOf = (text: string): FieldState => ({ edit: editOf(text), isOffered: false });

const maxFieldLength = 1_000;

/** Returns the field after a press; `undefined` when the press is none for a field. Line ends of a paste are dropped: fields have one line. */
export function pressField(field: FieldState, press: Press): FieldState | undefined {
	const action = editActionOf(press);
	if (action === undefined) return undefined;
	if (action.kind === "insert") {
		const text = action.text.replace(/[\r\n]+$/, "").replace(/[\r\n]+/g, " ");
		// Enter pressed several times before the program listened comes as a paste of line ends, and is no text in place of an offer.
		if (text === "") return field;
		const before = field.isOffered ? { ...field.edit, text: "", cursor: 0 } : field.edit;
		if (before.text.length + text.length > maxFieldLength) return field;
		return { edit: applyEdit(before, { kind: "insert", text }), isOffered: false };
	}
	if (field.isOffered && action.kind === "erase") return emptyField;
	return { edit: applyEdit(field.edit, action), isOffered: false };
}
