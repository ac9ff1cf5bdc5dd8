// How a command line that makes no sense is answered: what is wrong, fit to print, and what was probably meant.
import { nearest } from "../text/nearest.ts";

/** `message` is fit to print. */
export interface Invalid {
	readonly kind: "invalid";
	readonly message: string;
}

/** " Did you mean …?", or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
	const guess = nearest(word, known);
	return guess === undefined ? "" : ` Did you mean ${guess}?`;
}

/** Fit to print: whatever was typed cannot steer the terminal or flood it. */
export function quoted(text: string): string {
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	return `"${shown.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")}"`;
}

/** The answer. */
export function invalid(message: string): Invalid {
	return { kind: "invalid", message };
}
