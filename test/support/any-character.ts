// Any character there is, for property tests of texts: what fast-check has for it ("binary") takes most of a second to be made, in every process anew.
import fc from "fast-check";

/** Surrogates are halves of characters: these code points are nothing alone (Unicode 16, §3.8). */
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;
const LAST_CODE_POINT = 0x10ffff;

/** One character of Unicode, whatever it is: also one that nobody sees, or that is not assigned. To be given to `fc.string` as its `unit`. */
export const anyCharacter: fc.Arbitrary<string> = fc
	.integer({ min: 0, max: LAST_CODE_POINT - SURROGATES })
	.map(characterAt, placeOf);

function characterAt(place: number): string {
	return String.fromCodePoint(place < FIRST_SURROGATE ? place : place + SURROGATES);
}

/** Shrinking goes the way back; fast-check also asks whether a text of its own could be made here. Throws if `text` is not one character. */
function placeOf(text: unknown): number {
	if (typeof text !== "string" || [...text].length !== 1) throw new Error("this is not one character");
	const code = text.codePointAt(0) ?? 0;
	return code < FIRST_SURROGATE ? code : code - SURROGATES;
}
