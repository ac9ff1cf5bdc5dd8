// The text editor as a pure machine. The cursor always stands between two graphemes, so no emoji or accent is ever cut in half.

/** `cursor` counts UTF-16 code units from the start and is always on a grapheme boundary. `killed` is what Ctrl-Y brings back. */
export interface Edit {
	readonly text: string;
	readonly cursor: number;
	readonly killed: string;
}

/** Where the cursor can go. `home` and `end` are those of the line the cursor is in. */
export type Motion = "left" | "right" | "wordLeft" | "wordRight" | "home" | "end";

/** What can be done to a text. `erase` removes what lies between the cursor and the place a motion would bring it to. */
export type EditAction =
	| { readonly kind: "insert"; readonly text: string }
	| { readonly kind: "move"; readonly motion: Motion }
	| { readonly kind: "erase"; readonly motion: Motion }
	| { readonly kind: "moveTo"; readonly cursor: number }
	| { readonly kind: "replace"; readonly text: string }
	| { readonly kind: "yank" };

/** An empty editor. */
export const emptyEdit: Edit = { text: "", cursor: 0, killed: "" };

const segmenter = new Intl.Segmenter();
const wordCharacter = /[\p{L}\p{M}\p{N}_]/u;
// Everything that moves the cursor, hides or reorders text on the person's own screen; newline and zero-width joiner stay.
const unwanted = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** What a person may put into a text: no control characters, no bidi overrides; tabs become spaces, every line end becomes \n. */
export function typeable(text: string): string {
	const lines = text.replace(/\r\n?/g, "\n").replaceAll("\t", "    ");
	return lines.replace(unwanted, "").toWellFormed();
}

/** An editor with `text` in it and the cursor behind it. */
export const editOf = (text: string): Edit => ({ ...emptyEdit, text, cursor: text.length });

function left(text: string, cursor: number): number {
	if (cursor <= 0) return 0;
	return segmenter.segment(text).containing(cursor - 1)?.index ?? 0;
}

function right(text: string, cursor: number): number {
	const part = segmenter.segment(text).containing(cursor);
	return part === undefined ? text.length : part.index + part.segment.length;
}

// The boundary at or behind `cursor`.
function snap(text: string, cursor: number): number {
	if (cursor <= 0) return 0;
	const part = segmenter.segment(text).containing(cursor);
	if (part === undefined) return text.length;
	return part.index === cursor ? cursor : part.index + part.segment.length;
}

function wordLeft(text: string, cursor: number): number {
	let at = cursor;
	const isWordBefore = () => wordCharacter.test(text.slice(left(text, at), at));
	while (at > 0 && !isWordBefore()) at = left(text, at);
	while (at > 0 && isWordBefore()) at = left(text, at);
	return at;
}

function wordRight(text: string, cursor: number): number {
	let at = cursor;
	const isWordAfter = () => wordCharacter.test(text.slice(at, right(text, at)));
	while (at < text.length && !isWordAfter()) at = right(text, at);
	while (at < text.length && isWordAfter()) at = right(text, at);
	return at;
}

function target({ text, cursor }: Edit, motion: Motion): number {
	switch (motion) {
		case "left":
			return left(text, cursor);
		case "right":
			return right(text, cursor);
		case "wordLeft":
			return wordLeft(text, cursor);
		case "wordRight":
			return wordRight(text, cursor);
		case "home":
			return snap(text, cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1);
		case "end": {
			const line = text.indexOf("\n", cursor);
			return line === -1 ? text.length : line;
		}
	}
}

function replaced(edit: Edit, from: number, to: number, text: string): Edit {
	const whole = edit.text.slice(0, from) + text + edit.text.slice(to);
	return { ...edit, text: whole, cursor: snap(whole, from + text.length) };
}

function erase(edit: Edit, motion: Motion): Edit {
	const place = target(edit, motion);
	const [from, to] = place < edit.cursor ? [place, edit.cursor] : [edit.cursor, place];
	if (from === to) return edit;
	const isKill = motion !== "left" && motion !== "right";
	const next = replaced(edit, from, to, "");
	return isKill ? { ...next, killed: edit.text.slice(from, to) } : next;
}

/** The next state. Never throws; an action that changes nothing returns the same object. */
export function applyEdit(edit: Edit, action: EditAction): Edit {
	switch (action.kind) {
		case "insert": {
			const text = typeable(action.text);
			return text === "" ? edit : replaced(edit, edit.cursor, edit.cursor, text);
		}
		case "move": {
			const cursor = target(edit, action.motion);
			return cursor === edit.cursor ? edit : { ...edit, cursor };
		}
		case "erase":
			return erase(edit, action.motion);
		case "moveTo":
			return { ...edit, cursor: snap(edit.text, Math.min(action.cursor, edit.text.length)) };
		case "replace":
			return { ...editOf(typeable(action.text)), killed: edit.killed };
		case "yank":
			return edit.killed === "" ? edit : replaced(edit, edit.cursor, edit.cursor, edit.killed);
	}
}
