// Turns the target of an operator of vi into the piece of the text that the operator works on. Pure.
import type { Edit } from "../screen/edit.ts";
import { lineEndOf, lineStartOf, rightOf } from "../text/boundaries.ts";
import type { ViOperator, ViTarget } from "./command.ts";
import { findPlace, graphemeOf, kindOfGrapheme, motionPlace, type ViFind, type ViMotion } from "./motions.ts";
import { objectAt, type Range } from "./objects.ts";

/** A ViRange is a piece of the text. With `isLines` it is whole lines, from the start of the first to the end of the last, without the line end behind that. */
export interface ViRange extends Range {
	readonly isLines: boolean;
}

const opposite = { f: "F", F: "f", t: "T", T: "t" } as const;

/** Returns the search that a target asks for, or `undefined` when it asks for none, or for the last one when there was none. */
export function findOf(target: ViTarget, last: ViFind | undefined): ViFind | undefined {
	if (target.kind === "find") return target.find;
	if (target.kind !== "again" || last === undefined) return undefined;
	return target.isBack ? { ...last, sign: opposite[last.sign] } : last;
}

const ordered = (one: number, other: number): Range => ({ from: Math.min(one, other), to: Math.max(one, other) });

// Returns a place in the line that is `count` lines further down or up, or `undefined` when there are not so many.
function lineFrom(text: string, at: number, step: -1 | 1, count: number): number | undefined {
	let place = at;
	for (let times = 0; times < count; times++) {
		const next = step === 1 ? lineEndOf(text, place) + 1 : lineStartOf(text, place) - 1;
		if (next < 0 || next > text.length) return undefined;
		place = next;
	}
	return place;
}

function linesBetween(text: string, one: number, other: number): ViRange {
	const { from, to } = ordered(one, other);
	return { from: lineStartOf(text, from), to: lineEndOf(text, to), isLines: true };
}

// Finds the piece up to the next word. A word is changed without the blanks behind it, and erasing the last word of a line leaves the line end.
function byWords({ text, cursor }: Edit, operator: ViOperator, motion: ViMotion, count: number | undefined): ViRange {
	const to = motionPlace(text, cursor, motion, count);
	const piece = text.slice(cursor, to);
	const isOnWord = kindOfGrapheme(graphemeOf(text, cursor), true) !== "blank";
	const kept = operator === "c" && isOnWord ? piece.trimEnd() : piece.replace(/\n\s*$/, "");
	return { from: cursor, to: cursor + kept.length, isLines: false };
}

// Finds the piece from a word of an earlier line up to the start of a line. The line end before that start stays; if the word is the first of its line, whole
// lines go.
function overLineEnd(text: string, from: number, to: number): ViRange {
	const isWhole = text.slice(lineStartOf(text, from), from).trim() === "";
	return isWhole ? linesBetween(text, from, to - 1) : { from, to: to - 1, isLines: false };
}

function byMotion(edit: Edit, operator: ViOperator, motion: ViMotion, count: number | undefined): ViRange {
	const { text, cursor } = edit;
	if (motion === "word" || motion === "WORD") return byWords(edit, operator, motion, count);
	const place = motionPlace(text, cursor, motion, count);
	if (motion === "textStart" || motion === "textEnd") return linesBetween(text, cursor, place);
	const { from, to } = ordered(cursor, place);
	if ((motion === "back" || motion === "BACK") && text.charAt(to - 1) === "\n") return overLineEnd(text, from, to);
	const isWithEnd = motion === "wordEnd" || motion === "WORDEND";
	return { from, to: isWithEnd ? rightOf(text, to) : to, isLines: false };
}

/** Returns the piece of the text that an operator works on, or `undefined` when there is none. `last` is the search before. */
export function rangeOf(
	edit: Edit,
	operator: ViOperator,
	target: ViTarget,
	count: number | undefined,
	last: ViFind | undefined,
): ViRange | undefined {
	const { text, cursor } = edit;
	switch (target.kind) {
		case "motion":
			return byMotion(edit, operator, target.motion, count);
		case "lines":
		case "vertical": {
			const step = target.kind === "lines" ? 1 : target.step;
			const other = lineFrom(text, cursor, step, target.kind === "lines" ? (count ?? 1) - 1 : (count ?? 1));
			return other === undefined ? undefined : linesBetween(text, cursor, other);
		}
		case "object": {
			const range = objectAt(text, cursor, target.name, target.isAround);
			return range === undefined ? undefined : { ...range, isLines: false };
		}
		case "find":
		case "again": {
			const find = findOf(target, last);
			const place = find && findPlace(text, cursor, find, count ?? 1, target.kind === "again");
			if (place === undefined) return undefined;
			const { from, to } = ordered(cursor, place);
			const isWithEnd = find?.sign === "f" || find?.sign === "t";
			return { from, to: isWithEnd ? rightOf(text, to) : to, isLines: false };
		}
	}
}
