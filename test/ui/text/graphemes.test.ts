// Finding the graphemes of a text, with and without Unicode's own segmenter.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { graphemesOf } from "../../../src/ui/text/width.ts";
import { anyCharacter } from "../../support/any-character.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const segments = (text: string): readonly string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** Every sign below, and some that join others: a mark, a joiner, a skin, half of a flag, a letter of Hangul. */
const signs = Array.from({ length: 0x2600 }, (_, code) => String.fromCharCode(code));
const joining = ["\u0301", "\u200D", "\uFE0F", "\u{1F3FD}", "\u{1F1E9}", "\u1100", "\u1161"];

test("A text is cut into the graphemes of Unicode, whether they are found by the segmenter or at once.", () => {
	const character = fc.oneof(fc.constantFrom(...signs), fc.constantFrom(...joining), anyCharacter);
	const oneKind = fc.constantFrom(...signs).chain((sign) => fc.array(fc.constantFrom("a", "─", "·", sign)));
	const texts = fc.oneof(fc.array(character), oneKind).map((parts) => parts.join(""));
	fc.assert(fc.property(texts, (text) => assert.deepEqual(graphemesOf(text), segments(text))));
	for (const sign of signs)
		for (const text of [`a${sign}`, `─${sign}${sign}·`]) assert.deepEqual(graphemesOf(text), segments(text));
});

test("What the first screen is drawn with needs no segmenter, which takes as long to make as that screen to draw.", (t) => {
	const segment = t.mock.method(Intl.Segmenter.prototype, "segment");
	assert.equal(graphemesOf("╭─ Ann · 2 rooms … › █ “x”").join("|"), Array.from("╭─ Ann · 2 rooms … › █ “x”").join("|"));
	assert.equal(segment.mock.callCount(), 0);
	graphemesOf("e\u0301");
	assert.equal(segment.mock.callCount(), 1, "the segmenter is asked for others");
});
