// Offers a strong password that is easy to say over the phone: four words.
import { randomInt } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";

const wordCount = 4;

/** Draws a random whole number in [0, below); tests pass in their own. */
type DrawNumber = (below: number) => number;

/**
 * Offers four words of the BIP-39 English list (2,048 words = 11 bits each), drawn with replacement by a CSPRNG: 44 bits. The gate allows six guesses an
 * address and CPace makes every guess an online one, so 44 bits are out of reach: a million addresses guess 6 × 10⁶ of 1.8 × 10¹³.
 */
export function offerPassword(draw: DrawNumber = randomInt): string {
	const words = Array.from({ length: wordCount }, () => wordlist[draw(wordlist.length)] ?? "");
	return words.join("-");
}
