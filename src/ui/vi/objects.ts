// Finds what vi calls text objects: the word, the quotation or the pair of brackets that the cursor is in. Pure.
import { leftOf, lineEndOf, lineStartOf, rightOf } from "../text/boundaries.ts";
import { graphemeOf, kindOfGrapheme } from "./motions.ts";

/** A Range is a piece of a text, from `from` up to and without `to`. */
export interface Range {
	readonly from: number;
	readonly to: number;
}

const quotes = "\"'`";
const brackets: Readonly<Record<string, string>> = {
	"(": "()",
	")": "()",
	b: "()",
	"[": "[]",
	"]": "[]",
	"{": "{}",
	"}": "{}",
	B: "{}",
	"<": "<>",
	">": "<>",
};

/** Tells whether vi knows an object by that letter. */
export const isObject = (name: string): boolean =>
	name === "w" || name === "W" || (name.length === 1 && quotes.includes(name)) || Object.hasOwn(brackets, name);

/** Finds the object around a place, with `isAround` together with the blanks, quotes or brackets around it. Returns `undefined` when there is none. */
export function objectAt(text: string, at: number, name: string, isAround: boolean): Range | undefined {
	if (name === "w" || name === "W") return wordAt(text, at, name === "W", isAround);
	const pair = brackets[name];
	return pair === undefined ? quotationAt(text, at, name, isAround) : bracketsAt(text, at, pair, isAround);
}

function wordAt(text: string, at: number, isBig: boolean, isAround: boolean): Range | undefined {
	const start = lineStartOf(text, at);
	const end = lineEndOf(text, at);
	const kindAt = (place: number) => kindOfGrapheme(graphemeOf(text, place), isBig);
	const runTo = (from: number, kind: string) => {
		let place = from;
		while (place < end && kindAt(place) === kind) place = rightOf(text, place);
		return place;
	};
	const runFrom = (to: number, kind: string) => {
		let place = to;
		while (place > start && kindAt(leftOf(text, place)) === kind) place = leftOf(text, place);
		return place;
	};
	const kind = kindAt(at);
	const from = runFrom(at, kind);
	const to = runTo(at, kind);
	if (!isAround) return { from, to };
	if (kind === "blank") return to < end ? { from, to: runTo(to, kindAt(to)) } : undefined;
	const behind = runTo(to, "blank");
	return behind > to ? { from, to: behind } : { from: runFrom(from, "blank"), to };
}

// Finds a quotation. As in vi, quotes are paired from the start of the line, and a quotation further on in the line counts too.
function quotationAt(text: string, at: number, quote: string, isAround: boolean): Range | undefined {
	const start = lineStartOf(text, at);
	const line = text.slice(start, lineEndOf(text, at));
	const places = Array.from(line.matchAll(new RegExp(quote, "g")), ({ index }) => start + index);
	for (let index = 0; index + 1 < places.length; index += 2) {
		const open = places[index] ?? 0;
		const close = places[index + 1] ?? 0;
		if (close < at) continue;
		return isAround ? withBlanks(text, open, close + 1) : { from: open + 1, to: close };
	}
	return undefined;
}

// Widens a piece by the blanks behind it, or else by those before it.
function withBlanks(text: string, from: number, to: number): Range {
	const behind = /^[^\S\n]*/.exec(text.slice(to))?.[0].length ?? 0;
	if (behind > 0) return { from, to: to + behind };
	return { from: from - (/[^\S\n]*$/.exec(text.slice(lineStartOf(text, from), from))?.[0].length ?? 0), to };
}

// Finds the next unmatched bracket from a place on in one direction.
function unmatched(text: string, from: number, step: 1 | -1, wanted: string, other: string): number | undefined {
	let depth = 0;
	for (let at = from; at >= 0 && at < text.length; at += step) {
		const sign = text.charAt(at);
		if (sign === other) depth++;
		else if (sign === wanted) {
			if (depth === 0) return at;
			depth--;
		}
	}
	return undefined;
}

// Finds the pair of brackets around a place. Outside of all brackets the next pair counts.
function bracketsAt(text: string, at: number, pair: string, isAround: boolean): Range | undefined {
	const [opening = "", closing = ""] = pair;
	const isOn = (sign: string) => text.charAt(at) === sign;
	const around = isOn(opening) ? at : unmatched(text, at - (isOn(closing) ? 1 : 0), -1, opening, closing);
	const open = around ?? text.indexOf(opening, at);
	const close = open === -1 ? undefined : unmatched(text, open + 1, 1, closing, opening);
	if (close === undefined) return undefined;
	return isAround ? { from: open, to: close + 1 } : { from: open + 1, to: close };
}
