// Every string from outside passes here before it may reach a screen: names, messages, file names, errors, map data, key user ids.
//
// What stays shows itself and stays in its own cells; what goes are the orders to the terminal, the invisible and the reordering.
// Unicode text in any script is left as it was written, and cleaning what is clean changes nothing.
import { withoutControls } from "./clean-controls.ts";
import { withoutStrays } from "./clean-strays.ts";
import { graphemesIn } from "./graphemes.ts";
import { withoutSigns } from "./name-signs.ts";

/** Text that is longer than this is cut. It is counted in UTF-16 code units, as `string.length` does. */
const defaultLimit = 65_536;
/** A tab becomes this: wide enough to see where it was. No character grows to more. */
const tabCharacter = "    ";

const printableAscii = /^[\u0020-\u007E]*$/;
const nameLimitGraphemes = 32;
const nameLimitBytes = 128;
/** This many UTF-16 units of a name are looked at; 32 graphemes of any real script fit in. */
const nameInputLimit = 1024;

/** Returns one line of text, for what has no line breaks: each of them, and each tab, becomes a space. Never longer than the input or `limit`. */
export function cleanLine(text: string, limit = defaultLimit): string {
	return bounded(text, limit, (part) => withoutStrays(withoutControls(part).replace(/[\n\t]/g, " ")));
}

/**
 * Cleans a message: line breaks of every kind become "\n", a tab becomes four spaces. Nothing is normalised. The result is never longer than four times the
 * input or than `limit`.
 */
export function cleanText(text: string, limit = defaultLimit): string {
	return bounded(text, limit, (part) => withoutStrays(withoutControls(part).replaceAll("\t", tabCharacter)));
}

/** Says whether others would see anything of a text: not of spaces, nor of what has no width or is never shown. */
export function isSeen(text: string): boolean {
	return /[^\p{White_Space}\u2800]/u.test(cleanText(text));
}

/**
 * Cleans a person's name: one line, NFC, single spaces inside and none around, none of the program's own signs (name-signs.ts), at most
 * 32 graphemes and 128 UTF-8 bytes. Returns `undefined` when nothing is left that can be seen.
 */
export function cleanName(text: string): string | undefined {
	return nameFrom(text, withoutSigns);
}

/** Says what is wrong with a name. `marks`: it has signs by which Real Talk marks its own words; `instead` is the name without them, if anything is left. */
export type NameProblem = { readonly why: "empty" } | { readonly why: "marks"; readonly instead?: string };

/** Reads a name that the person chose for themselves. It is taken as it is or refused, so that nobody comes by another name than they typed. */
export function readOwnName(
	typed: string,
): { readonly kind: "name"; readonly name: string } | { readonly kind: "wrong"; readonly problem: NameProblem } {
	const name = cleanName(typed);
	const whole = nameFrom(typed, (text) => text);
	if (name !== undefined && name === whole) return { kind: "name", name };
	if (whole === undefined) return { kind: "wrong", problem: { why: "empty" } };
	return { kind: "wrong", problem: { why: "marks", ...(name === undefined ? {} : { instead: name }) } };
}

function nameFrom(text: string, withoutSome: (text: string) => string): string | undefined {
	const whole = settledName(cleanLine(text, nameInputLimit), withoutSome);
	// Cutting can leave a joiner or a space at the end.
	const name = settledName(firstGraphemes(whole), withoutSome);
	return showsSomething.test(name) ? name : undefined;
}

/** Letters, digits, punctuation or symbols, but neither the Braille blank (white space here) nor the mark for what cannot be shown. */
const showsSomething = /[[\p{L}\p{N}\p{P}\p{S}\p{Extended_Pictographic}]--[\ufffd\u2800]]/v;

/** Finds Arabic letters that never join to the next one: a joiner after them shows nothing and could tell two equal-looking names apart. */
const joinerWithoutEffect =
	/(?<=[\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef]\p{M}*)[\u200c\u200d]/gu;

/** Cleans a name until nothing changes any more. Composing can bring together what cleaning must look at again, and the other way round; two or three rounds settle it. */
function settledName(text: string, withoutSome: (text: string) => string): string {
	let name = text;
	for (let round = 0; round < 8; round += 1) {
		const next = withoutSome(withoutStrays(name.normalize("NFC").replace(joinerWithoutEffect, "")))
			.replace(/[\p{White_Space}\u2800]+/gu, " ")
			.trim();
		if (next === name) return name;
		name = next;
	}
	return "";
}

/** Returns a description of what is wrong with a file, with its path and what the system said fit to show. */
export function cleanTrouble<Trouble extends { readonly path: string; readonly detail: string }>(
	trouble: Trouble,
): Trouble {
	return { ...trouble, path: cleanLine(trouble.path), detail: cleanLine(trouble.detail) };
}

function firstGraphemes(text: string): string {
	if (printableAscii.test(text)) return text.slice(0, nameLimitGraphemes);
	let kept = "";
	let count = 0;
	for (const { segment } of graphemesIn(text)) {
		count += 1;
		if (count > nameLimitGraphemes || Buffer.byteLength(kept + segment) > nameLimitBytes) break;
		kept += segment;
	}
	return kept;
}

/** Cuts before cleaning, so that the work is bounded, and once more if tabs made it longer; without tabs cleaning only shrinks. */
function bounded(text: string, limit: number, clean: (part: string) => string): string {
	const cleaned = clean(cut(text, limit));
	return cleaned.length <= limit ? cleaned : clean(cut(cleaned, limit));
}

/** Cuts a text, never through the middle of a surrogate pair. */
function cut(text: string, limit: number): string {
	return text.length <= limit ? text : text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
}
