// The text editor as a pure machine. The cursor always stands between two graphemes, so no emoji or accent is ever cut in half.
import { leftOf, lineEndOf, lineStartOf, rightOf, snap, wordLeftOf, wordRightOf } from "../text/boundaries.ts";
import { type Change, type LetterCase, recaseWord, swapGraphemes, swapWords } from "./word-edits.ts";

/** `cursor` counts UTF-16 code units from the start and is always on a grapheme boundary. `killed` is what Ctrl-Y brings back. */
export interface Edit {
	readonly text: string;
	readonly cursor: number;
	readonly killed: string;
}

/** Says where the cursor can go. `home` and `end` are those of the line the cursor is in. */
export type Motion = "left" | "right" | "wordLeft" | "wordRight" | "home" | "end" | "textStart" | "textEnd";

/** Says what can be done to a text. `erase` removes what lies between the cursor and the place a motion would bring it to. */
export type EditAction =
	| { readonly kind: "insert"; readonly text: string }
	| { readonly kind: "move"; readonly motion: Motion }
	| { readonly kind: "erase"; readonly motion: Motion }
	| { readonly kind: "moveTo"; readonly cursor: number }
	/** Puts `text` in the place of what stands between `from` and `to`. */
	| { readonly kind: "replace"; readonly from: number; readonly to: number; readonly text: string }
	| { readonly kind: "swap"; readonly unit: "grapheme" | "word" }
	| { readonly kind: "recase"; readonly letterCase: LetterCase }
	| { readonly kind: "yank" };

/** An editor with nothing in it. */
export const emptyEdit: Edit = { text: "", cursor: 0, killed: "" };

// Everything that moves the cursor, hides or reorders text on the person's own screen; newline and zero-width joiner stay.
const unwanted = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** Returns what a person may put into a text: no control characters, no bidi overrides; tabs become spaces, every line end becomes \n. */
export function typeable(text: string): string {
	const lines = text.replace(/\r\n?/g, "\n").replaceAll("\t", "    ");
	return lines.replace(unwanted, "").toWellFormed();
}

/** Makes an editor with `text` in it and the cursor behind it. */
export const editOf = (text: string): Edit => ({ ...emptyEdit, text, cursor: text.length });

/** Returns the place a motion brings the cursor to. */
export function placeOf({ text, cursor }: Edit, motion: Motion): number {
	switch (motion) {
		case "left":
			return leftOf(text, cursor);
		case "right":
			return rightOf(text, cursor);
		case "wordLeft":
			return wordLeftOf(text, cursor);
		case "wordRight":
			return wordRightOf(text, cursor);
		case "home":
			return lineStartOf(text, cursor);
		case "end":
			return lineEndOf(text, cursor);
		case "textStart":
			return 0;
		case "textEnd":
			return text.length;
	}
}

/** Tells whether what is erased by a motion can be brought back by Ctrl-Y. The other motions are for single mistakes. */
export const isKill = (motion: Motion): boolean => motion !== "left" && motion !== "right";

function replaced(edit: Edit, { from, to, text }: Change): Edit {
	const whole = edit.text.slice(0, from) + text + edit.text.slice(to);
	return { ...edit, text: whole, cursor: snap(whole, from + text.length) };
}

function erase(edit: Edit, motion: Motion): Edit {
	const place = placeOf(edit, motion);
	const [from, to] = place < edit.cursor ? [place, edit.cursor] : [edit.cursor, place];
	if (from === to) return edit;
	const next = replaced(edit, { from, to, text: "" });
	return isKill(motion) ? { ...next, killed: edit.text.slice(from, to) } : next;
}

function move(edit: Edit, place: number): Edit {
	const cursor = snap(edit.text, Math.min(place, edit.text.length));
	return cursor === edit.cursor ? edit : { ...edit, cursor };
}

function changed(edit: Edit, change: Change | undefined): Edit {
	if (change === undefined || change.from === change.to) return edit;
	return replaced(edit, change);
}

// Both ends on boundaries, so that nothing is cut.
function replace(edit: Edit, from: number, to: number, text: string): Edit {
	const start = snap(edit.text, Math.min(from, edit.text.length));
	const end = Math.max(start, snap(edit.text, Math.min(to, edit.text.length)));
	return replaced(edit, { from: start, to: end, text: typeable(text) });
}

/** Returns the next state. It never throws; an action that changes nothing returns the same object. */
export function applyEdit(edit: Edit, action: EditAction): Edit {
	switch (action.kind) {
		case "insert": {
			const text = typeable(action.text);
			return text === "" ? edit : replaced(edit, { from: edit.cursor, to: edit.cursor, text });
		}
		case "move":
			return move(edit, placeOf(edit, action.motion));
		case "erase":
			return erase(edit, action.motion);
		case "moveTo":
			return move(edit, action.cursor);
		case "replace":
			return replace(edit, action.from, action.to, action.text);
		case "swap":
			return changed(edit, (action.unit === "word" ? swapWords : swapGraphemes)(edit.text, edit.cursor));
		case "recase":
			return changed(edit, recaseWord(edit.text, edit.cursor, action.letterCase));
		case "yank":
			return edit.killed === "" ? edit : replaced(edit, { from: edit.cursor, to: edit.cursor, text: edit.killed });
	}
}
