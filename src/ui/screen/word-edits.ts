// Changes readline knows beside typing and erasing: swapping letters and words, and the case of a word. Pure.
import { isOfWord, leftOf, lineEndOf, lineStartOf, rightOf, wordLeftOf, wordRightOf } from "../text/boundaries.ts";

/** A Change is a piece of a text and what it becomes; the cursor ends up behind it. */
export interface Change {
	readonly from: number;
	readonly to: number;
	readonly text: string;
}

/** Says what a word becomes. */
export type LetterCase = "upper" | "lower" | "capital";

/** Swaps the graphemes around the cursor; at the end of a line the last two. `undefined` when there are no two. */
export function swapGraphemes(text: string, cursor: number): Change | undefined {
	const isAtEnd = cursor === lineEndOf(text, cursor);
	const middle = isAtEnd ? leftOf(text, cursor) : cursor;
	const from = leftOf(text, middle);
	const to = isAtEnd ? cursor : rightOf(text, middle);
	if (middle <= lineStartOf(text, cursor) || from === middle || middle === to) return undefined;
	return { from, to, text: text.slice(middle, to) + text.slice(from, middle) };
}

/** Swaps the word at the cursor, or the one behind it, with the one before; behind the last word the last two. */
export function swapWords(text: string, cursor: number): Change | undefined {
	const isInWord =
		isOfWord(text.slice(leftOf(text, cursor), cursor)) && isOfWord(text.slice(cursor, rightOf(text, cursor)));
	let secondEnd = wordRightOf(text, isInWord ? wordLeftOf(text, cursor) : cursor);
	// Behind the last word only blanks and signs were passed.
	if (!isOfWord(text.slice(leftOf(text, secondEnd), secondEnd)))
		secondEnd = wordRightOf(text, wordLeftOf(text, cursor));
	const second = wordLeftOf(text, secondEnd);
	const first = wordLeftOf(text, second);
	const firstEnd = wordRightOf(text, first);
	if (firstEnd > second || first === second) return undefined;
	const between = text.slice(firstEnd, second);
	return { from: first, to: secondEnd, text: text.slice(second, secondEnd) + between + text.slice(first, firstEnd) };
}

/** Changes the case of the word at the cursor, or of the next one. */
export function recaseWord(text: string, cursor: number, letterCase: LetterCase): Change {
	const to = wordRightOf(text, cursor);
	const word = text.slice(cursor, to);
	return { from: cursor, to, text: recased(word, letterCase) };
}

function recased(word: string, letterCase: LetterCase): string {
	switch (letterCase) {
		case "upper":
			return word.toUpperCase();
		case "lower":
			return word.toLowerCase();
		case "capital":
			return word.toLowerCase().replace(/\p{L}/u, (letter) => letter.toUpperCase());
	}
}
