// Last step of clean.ts: joiners, variation selectors, tags and combining marks stay only where Unicode gives them a meaning.
//
// Goes from left to right and judges each character by what was kept before it, never by what was dropped: so a second pass
// meets the same and changes nothing. A joiner also needs its right side, and waits for it.
import {
	bearsMarks,
	isCursive,
	isIndic,
	isMark,
	isPictograph,
	isTag,
	isTrailingJamo,
	isVariationSelector,
	isVirama,
	takesSelector,
} from "./clean-characters.ts";

/** No orthography needs more (Tibetan has stacks of eight); floods of marks cover the lines above ("zalgo"). */
const mostMarks = 8;

const zeroWidthNonJoiner = "\u200c";
const zeroWidthJoiner = "\u200d";
const skinTone = /^[\u{1f3fb}-\u{1f3ff}]$/u;
const textStyle = "\ufe0e";
const emojiStyle = "\ufe0f";
const enclosingKeycap = "\u20e3";
const keycapBase = /^[0-9#*]$/;
const blackFlag = "\u{1f3f4}";

/** The flags made of tags that Unicode recommends (emoji-sequences.txt); on others a reader sees only a black flag, so tags would be hidden text. */
const tagFlags = ["gbeng", "gbsct", "gbwls"].map((region) => [
	...[...region].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))),
	"\u{e007f}",
]);

/** Anything this step might have to judge (variation selectors are marks too); most text has none of it. */
const worthALook = /[\p{M}\u200c-\u200d\u1160-\u11ff\ud7b0-\ud7fb\u{e0020}-\u{e007f}]/u;

/** Holds what was kept so far, and what the next character needs to know of it. */
interface Kept {
	readonly characters: string[];
	/** The last character that is no mark; `undefined` at the start and after white space: nothing there carries a mark. */
	base: string | undefined;
	last: string;
	markCount: number;
	/** Ends with a pictograph, perhaps with emoji style or a skin tone (UAX #29 GB11). */
	isEmoji: boolean;
	/** Waits for its right side. */
	joiner: string | undefined;
}

/** Returns the text without what stands where it means nothing. The result is never longer than the text. */
export function withoutStrays(text: string): string {
	if (!worthALook.test(text)) return text;
	const characters = [...text];
	const kept: Kept = { characters: [], base: undefined, last: "", markCount: 0, isEmoji: false, joiner: undefined };
	for (let at = 0; at < characters.length; at += 1) {
		const character = characters[at] ?? "";
		if (character === zeroWidthJoiner || character === zeroWidthNonJoiner) takeJoiner(kept, character);
		else if (isTag(character)) continue;
		else if (isVariationSelector(character)) takeSelector(kept, character, characters[at + 1]);
		else if (isMark(character) || isTrailingJamo(character)) takeMark(kept, character);
		else {
			takeBase(kept, character);
			if (character === blackFlag) at += takeTags(kept, characters, at + 1);
		}
	}
	return kept.characters.join("");
}

/**
 * Keeps a joiner where it means something (RFC 5892 appendix A.1 and A.2, widened by what UTS #51 (emoji) and the script chapters of the Unicode standard use
 * joiners for).
 */
function takeJoiner(kept: Kept, joiner: string): void {
	if (kept.base === undefined || kept.joiner !== undefined || isJoiner(kept.last)) return;
	// After a virama (half forms), and after an Arabic letter shown in its joined form at a word's end, nothing need follow.
	if (isVirama(kept.last) || (joiner === zeroWidthJoiner && isCursive(kept.base))) keep(kept, joiner);
	else if (isCursive(kept.base) || isIndic(kept.base)) kept.joiner = joiner;
	else if (joiner === zeroWidthJoiner && kept.isEmoji) kept.joiner = joiner;
}

function isJoiner(character: string): boolean {
	return character === zeroWidthJoiner || character === zeroWidthNonJoiner;
}

/** Decides about a joiner when the right side is known. It is called before that side is kept. */
function settleJoiner(kept: Kept, right: string): void {
	const { joiner, base = "" } = kept;
	if (joiner === undefined) return;
	const isBetweenEmoji = kept.isEmoji && isPictograph(right);
	const isWithinWord = (isCursive(base) && isCursive(right)) || (isIndic(base) && isIndic(right));
	if (isBetweenEmoji || isWithinWord) keep(kept, joiner);
	kept.joiner = undefined;
}

/** Keeps at most one selector, directly after what it varies. */
function takeSelector(kept: Kept, selector: string, next: string | undefined): void {
	if (kept.base === undefined || kept.last !== kept.base || kept.joiner !== undefined) return;
	const isKeycap = selector === emojiStyle && keycapBase.test(kept.base) && next === enclosingKeycap;
	if (!isKeycap && !takesSelector(kept.base, selector)) return;
	keep(kept, selector);
	if (selector === textStyle) kept.isEmoji = false;
}

function takeMark(kept: Kept, mark: string): void {
	if (kept.base === undefined || kept.markCount === mostMarks || !bearsMarks(kept.base, mark)) return;
	settleJoiner(kept, mark);
	keep(kept, mark);
	kept.markCount += 1;
	kept.isEmoji = false;
}

function takeBase(kept: Kept, base: string): void {
	settleJoiner(kept, base);
	keep(kept, base);
	kept.isEmoji = skinTone.test(base) ? kept.isEmoji : isPictograph(base);
	// A no-break space may carry a mark: that is how one is shown alone (Unicode standard §2.11).
	kept.base = /^[\p{White_Space}--\u00a0]$/v.test(base) ? undefined : base;
	kept.markCount = 0;
}

/** Keeps the tags after a black flag if they make a flag; returns how many characters that were. */
function takeTags(kept: Kept, characters: readonly string[], from: number): number {
	const tags = tagFlags.find((flag) => flag.every((tag, at) => characters[from + at] === tag));
	for (const tag of tags ?? []) keep(kept, tag);
	if (tags) kept.isEmoji = false;
	return tags?.length ?? 0;
}

function keep(kept: Kept, character: string): void {
	kept.characters.push(character);
	kept.last = character;
}
