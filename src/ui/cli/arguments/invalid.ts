// The answer to a command line that makes no sense: what is wrong in words, and what was probably meant.
import { nearest } from "../../text/nearest.ts";

/** An Invalid is a command line that makes no sense. `message` is fit to print. */
export interface Invalid {
	readonly kind: "invalid";
	readonly message: string;
}

/** Returns " Did you mean …?", or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
	const guess = nearest(word, known);
	return guess === undefined ? "" : ` Did you mean ${guess}?`;
}

/** Quotes what was typed so that it is fit to print: it cannot steer the terminal or flood it. */
export function quoted(text: string): string {
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	return `"${shown.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")}"`;
}

/** Makes the answer that the command line makes no sense. */
export function invalid(message: string): Invalid {
	return { kind: "invalid", message };
}
