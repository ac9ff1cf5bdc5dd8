// Compares text as people mean it: without regard to case and accents, by whole graphemes. Pure.
import { graphemesOf } from "./width.ts";

/** A TextRange is a piece of a text, in UTF-16 units. */
export interface TextRange {
	readonly start: number;
	readonly end: number;
}

const asciiOnly = /^[\u0000-\u007F]*$/;
/** Accents, the points of Hebrew and Arabic that writers leave out, and what chooses between two looks of a sign. Not the vowels of Indian scripts, nor the marks that make "が" of "か". */
const accents =
	/(?:[\u0300-\u036F]|[\u0591-\u05C7]|[\u064B-\u065F]|\u0670|[\u1AB0-\u1AFF]|[\u1DC0-\u1DFF]|[\u20D0-\u20FF]|[\uFE00-\uFE0F])+/g;

/** Returns a text as it is compared: without case and accents, and with compatible forms made one. */
export function folded(text: string): string {
	if (asciiOnly.test(text)) return text.toLowerCase();
	// Upper case first: "ß" and "SS" are the same then, and so are the two small sigmas.
	return text.normalize("NFKD").replace(accents, "").toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

// A grapheme of nothing but marks, or an emoji with a variation selector, is compared by what it is.
const foldedGrapheme = (part: string): string => folded(part) || part;

// Where `words` stand in `text` when only whole graphemes count: found in the folded text, taken where both ends lie between graphemes.
function rangesByGrapheme(text: string, words: string, most: number): readonly TextRange[] {
	const places = new Map<number, number>();
	let whole = "";
	let offset = 0;
	for (const part of graphemesOf(text)) {
		places.set(whole.length, offset);
		whole += foldedGrapheme(part);
		offset += part.length;
	}
	places.set(whole.length, offset);
	const found: TextRange[] = [];
	let at = whole.indexOf(words);
	while (at >= 0 && found.length < most) {
		const [start, end] = [places.get(at), places.get(at + words.length)];
		const isWhole = start !== undefined && end !== undefined;
		if (isWhole) found.push({ start, end });
		at = whole.indexOf(words, isWhole ? at + words.length : at + 1);
	}
	return found;
}

/** Returns where folded `words` stand in a text, from left to right, without overlaps, `most` at most. */
export function rangesOf(text: string, words: string, most = 1_000): readonly TextRange[] {
	if (words === "") return [];
	if (!asciiOnly.test(text)) return folded(text).includes(words) ? rangesByGrapheme(text, words, most) : [];
	const found: TextRange[] = [];
	const lower = text.toLowerCase();
	let start = lower.indexOf(words);
	while (start >= 0 && found.length < most) {
		found.push({ start, end: start + words.length });
		start = lower.indexOf(words, start + words.length);
	}
	return found;
}
