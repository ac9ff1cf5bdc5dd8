// Makes the changes of vi's normal mode: operators on a piece of the text, putting, joining, changing case. Pure.
import { applyEdit, type Edit } from "../screen/edit.ts";
import { leftOf, lineEndOf, lineStartOf, rightOf } from "../text/boundaries.ts";
import type { ViOperator } from "./command.ts";
import { graphemeOf, motionPlace, settled } from "./motions.ts";
import type { ViRange } from "./range.ts";

/** Holds what was erased or copied last. With `isLines` the text is whole lines, without the line end behind them. */
export interface Register {
	readonly text: string;
	readonly isLines: boolean;
}

const replace = (edit: Edit, from: number, to: number, text: string): Edit =>
	applyEdit(edit, { kind: "replace", from, to, text });

const goTo = (edit: Edit, cursor: number): Edit => applyEdit(edit, { kind: "moveTo", cursor });

/** Puts the cursor onto a grapheme, as normal mode asks for. */
export const settledEdit = (edit: Edit): Edit => goTo(edit, settled(edit.text, edit.cursor));

/** Erases a piece. Whole lines go together with one of the line ends beside them. */
function eraseRange(edit: Edit, { from, to, isLines }: ViRange): Edit {
	if (!isLines) return settledEdit(replace(edit, from, to, ""));
	const { text } = edit;
	const gone = to < text.length ? replace(edit, from, to + 1, "") : replace(edit, Math.max(0, from - 1), to, "");
	return goTo(gone, motionPlace(gone.text, gone.cursor, "firstWord", undefined));
}

/** Does what an operator does to a piece. Returns the text after it, with the cursor where vi leaves it. */
export function operateOn(edit: Edit, operator: ViOperator, range: ViRange): Edit {
	switch (operator) {
		case "y":
			return range.isLines ? edit : goTo(edit, range.from);
		case "c":
			return replace(edit, range.from, range.to, "");
		case "d":
			return eraseRange(edit, range);
	}
}

/** Puts the register behind the cursor or before it, `count` times but never past `limit` code units. */
export function put(edit: Edit, { text, isLines }: Register, isBefore: boolean, count: number, limit: number): Edit {
	if (text === "") return edit;
	const times = Math.min(count, 1 + Math.floor(limit / text.length));
	if (isLines) {
		const lines = Array.from({ length: times }, () => text).join("\n");
		const at = isBefore ? lineStartOf(edit.text, edit.cursor) : lineEndOf(edit.text, edit.cursor);
		const next = replace(edit, at, at, isBefore ? `${lines}\n` : `\n${lines}`);
		return goTo(next, motionPlace(next.text, isBefore ? at : at + 1, "firstWord", undefined));
	}
	const isEmptyLine = lineStartOf(edit.text, edit.cursor) === lineEndOf(edit.text, edit.cursor);
	const at = isBefore || isEmptyLine ? edit.cursor : rightOf(edit.text, edit.cursor);
	const next = replace(edit, at, at, text.repeat(times));
	return goTo(next, leftOf(next.text, next.cursor));
}

// Returns the end of `count` graphemes from the cursor on, or the end of the line when it has not so many.
function endOfRun({ text, cursor }: Edit, count: number): number {
	return motionPlace(text, cursor, "right", count);
}

/** Replaces each of `count` graphemes by `character`. Returns `undefined` when the line has not so many. */
export function overwrite(edit: Edit, character: string, count: number): Edit | undefined {
	const { text, cursor } = edit;
	const to = endOfRun(edit, count);
	let length = 0;
	for (let at = cursor; at < to; at = rightOf(text, at)) length++;
	if (length < count) return undefined;
	const next = replace(edit, cursor, to, character.repeat(count));
	return goTo(next, leftOf(next.text, next.cursor));
}

/** Turns `count` letters from the cursor on from capitals into small letters and the other way round. */
export function switchCase(edit: Edit, count: number): Edit {
	const { text, cursor } = edit;
	const to = endOfRun(edit, count);
	let switched = "";
	for (let at = cursor; at < to; at = rightOf(text, at)) {
		const sign = graphemeOf(text, at);
		switched += sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase();
	}
	return settledEdit(replace(edit, cursor, to, switched));
}

/** Joins `count` lines, at least two. The blanks between two of them become one. */
export function joinLines(edit: Edit, count: number): Edit {
	let next = edit;
	for (let times = 0; times < Math.max(1, count - 1); times++) {
		const end = lineEndOf(next.text, next.cursor);
		if (end >= next.text.length) break;
		const blanks = /^\n[^\S\n]*/.exec(next.text.slice(end))?.[0].length ?? 1;
		const isBlank = end === 0 || /\s/.test(next.text.charAt(end - 1)) || end + blanks >= next.text.length;
		next = goTo(replace(next, end, end + blanks, isBlank ? "" : " "), end);
	}
	return settledEdit(next);
}
