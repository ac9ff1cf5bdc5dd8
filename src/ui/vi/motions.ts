// Finds where the motions of vi lead in a text. Places count UTF-16 code units and are between two graphemes. Pure.
import { isOfWord, leftOf, lineEndOf, lineStartOf, rightOf } from "../text/boundaries.ts";

/** The motions of vi. `firstWord` goes to the first letter of the line that is no blank. Names in capitals are for words that only blanks part. */
export type ViMotion =
	| "left"
	| "right"
	| "lineStart"
	| "firstWord"
	| "lineEnd"
	| "word"
	| "WORD"
	| "wordEnd"
	| "WORDEND"
	| "back"
	| "BACK"
	| "textStart"
	| "textEnd";

/** A ViFind is a search within the line. f and F go onto the character, t and T stop beside it; the capitals search to the left. */
export interface ViFind {
	readonly sign: "f" | "F" | "t" | "T";
	readonly character: string;
}

/** Returns the grapheme at a place, "" at the end of the text. */
export const graphemeOf = (text: string, at: number): string => text.slice(at, rightOf(text, at));

/** Returns the kind of a grapheme. A run of graphemes of one kind is a word; with `isBig` all that is no blank is of one kind. */
export function kindOfGrapheme(grapheme: string, isBig: boolean): "blank" | "word" | "sign" {
	if (grapheme === "" || /^\s/.test(grapheme)) return "blank";
	return isBig || isOfWord(grapheme) ? "word" : "sign";
}

function nextWord(text: string, from: number, isBig: boolean): number {
	const kind = kindOfGrapheme(graphemeOf(text, from), isBig);
	const isKind = (wanted: string) => kindOfGrapheme(graphemeOf(text, at), isBig) === wanted;
	let at = from;
	while (kind !== "blank" && at < text.length && isKind(kind)) at = rightOf(text, at);
	while (at < text.length && isKind("blank")) at = rightOf(text, at);
	return at;
}

function wordBefore(text: string, from: number, isBig: boolean): number {
	let at = from;
	const kindBefore = () => kindOfGrapheme(text.slice(leftOf(text, at), at), isBig);
	while (at > 0 && kindBefore() === "blank") at = leftOf(text, at);
	const kind = kindBefore();
	while (at > 0 && kindBefore() === kind) at = leftOf(text, at);
	return at;
}

function endOfWord(text: string, from: number, isBig: boolean): number {
	let at = rightOf(text, from);
	const kindAt = (place: number) => kindOfGrapheme(graphemeOf(text, place), isBig);
	while (at < text.length && kindAt(at) === "blank") at = rightOf(text, at);
	if (at >= text.length) return leftOf(text, text.length);
	const kind = kindAt(at);
	for (let next = rightOf(text, at); next < text.length && kindAt(next) === kind; next = rightOf(text, at)) at = next;
	return at;
}

function firstWordOf(text: string, from: number): number {
	let at = lineStartOf(text, from);
	const end = lineEndOf(text, from);
	while (at < end && kindOfGrapheme(graphemeOf(text, at), true) === "blank") at = rightOf(text, at);
	return at;
}

// Makes a motion once. Left and right stay in the line.
function step(text: string, from: number, motion: ViMotion): number {
	switch (motion) {
		case "left":
			return Math.max(lineStartOf(text, from), leftOf(text, from));
		case "right":
			return Math.min(lineEndOf(text, from), rightOf(text, from));
		case "lineStart":
			return lineStartOf(text, from);
		case "firstWord":
			return firstWordOf(text, from);
		case "lineEnd":
			return lineEndOf(text, from);
		case "word":
		case "WORD":
			return nextWord(text, from, motion === "WORD");
		case "wordEnd":
		case "WORDEND":
			return endOfWord(text, from, motion === "WORDEND");
		case "back":
		case "BACK":
			return wordBefore(text, from, motion === "BACK");
		case "textStart":
			return firstWordOf(text, 0);
		case "textEnd":
			return firstWordOf(text, text.length);
	}
}

// Returns the first word of the line with this number; the first line has the number 1.
function lineNumbered(text: string, number: number): number {
	let at = 0;
	for (let line = 1; line < number; line++) {
		const end = text.indexOf("\n", at);
		if (end === -1) break;
		at = end + 1;
	}
	return firstWordOf(text, at);
}

/** Returns the place that a motion leads to. With a count gg and G go to the line of that number. */
export function motionPlace(text: string, from: number, motion: ViMotion, count: number | undefined): number {
	if (count !== undefined && (motion === "textStart" || motion === "textEnd")) return lineNumbered(text, count);
	let at = from;
	for (let times = 0; times < (count ?? 1); times++) {
		const next = step(text, at, motion);
		if (next === at) break;
		at = next;
	}
	return at;
}

// Makes one step of a search. With `isAgain` t and T do not find the character that they already stand beside.
function findOnce(text: string, from: number, { sign, character }: ViFind, isAgain: boolean): number | undefined {
	const isLeft = sign === "F" || sign === "T";
	const isBeside = sign === "t" || sign === "T";
	const edge = isLeft ? lineStartOf(text, from) : lineEndOf(text, from);
	const next = (at: number) => (isLeft ? leftOf(text, at) : rightOf(text, at));
	let at = isBeside && isAgain ? next(from) : from;
	while (isLeft ? at > edge : at < edge) {
		const before = at;
		at = next(at);
		if (at < text.length && graphemeOf(text, at) === character && (isLeft ? at >= edge : at < edge)) {
			if (!isBeside) return at;
			return isLeft ? rightOf(text, at) : before;
		}
	}
	return undefined;
}

/** Returns the place that a search leads to, or `undefined` when the line does not have the character so many times. */
export function findPlace(
	text: string,
	from: number,
	find: ViFind,
	count: number,
	isAgain: boolean,
): number | undefined {
	let at: number | undefined = from;
	for (let times = 0; times < count && at !== undefined; times++) {
		at = findOnce(text, at, find, isAgain || times > 0);
	}
	return at;
}

/** Returns where the cursor stands in normal mode: on a grapheme, not behind the last one of a line. */
export function settled(text: string, at: number): number {
	return at === lineEndOf(text, at) && at > lineStartOf(text, at) ? leftOf(text, at) : at;
}
