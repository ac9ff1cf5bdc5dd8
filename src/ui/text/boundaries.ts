// Where graphemes, words and lines of a text begin and end. Places count UTF-16 code units; every place returned is between two graphemes. Pure.
import { graphemesIn } from "./graphemes.ts";

const wordCharacter = /[\p{L}\p{M}\p{N}_]/u;

// A motion by words asks many times about one text, and preparing a long text takes longer than the question.
let asked: { readonly text: string; readonly segments: Intl.Segments } | undefined;

function graphemeAt(text: string, at: number): Intl.SegmentData | undefined {
	if (asked?.text !== text) asked = { text, segments: graphemesIn(text) };
	return asked.segments.containing(at);
}

/** Returns the boundary one grapheme further left. */
export function leftOf(text: string, at: number): number {
	return at <= 0 ? 0 : (graphemeAt(text, at - 1)?.index ?? 0);
}

/** Returns the boundary one grapheme further right. */
export function rightOf(text: string, at: number): number {
	const part = graphemeAt(text, at);
	return part === undefined ? text.length : part.index + part.segment.length;
}

/** Returns the boundary at or behind a place. */
export function snap(text: string, at: number): number {
	if (at <= 0) return 0;
	const part = graphemeAt(text, at);
	if (part === undefined) return text.length;
	return part.index === at ? at : part.index + part.segment.length;
}

/** Tells whether a grapheme belongs to a word: letters, digits and what stands on them. */
export const isOfWord = (grapheme: string): boolean => wordCharacter.test(grapheme);

/** Returns the start of the word at the left. */
export function wordLeftOf(text: string, from: number): number {
	let at = from;
	const isWordBefore = () => isOfWord(text.slice(leftOf(text, at), at));
	while (at > 0 && !isWordBefore()) at = leftOf(text, at);
	while (at > 0 && isWordBefore()) at = leftOf(text, at);
	return at;
}

/** Returns the end of the word at the right. */
export function wordRightOf(text: string, from: number): number {
	let at = from;
	const isWordAfter = () => isOfWord(text.slice(at, rightOf(text, at)));
	while (at < text.length && !isWordAfter()) at = rightOf(text, at);
	while (at < text.length && isWordAfter()) at = rightOf(text, at);
	return at;
}

/** Returns the start of the line a place is in. */
export const lineStartOf = (text: string, at: number): number =>
	snap(text, at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1);

/** Returns the end of the line a place is in, before the line end. */
export function lineEndOf(text: string, at: number): number {
	const end = text.indexOf("\n", at);
	return end === -1 ? text.length : end;
}
