// Which look is chosen, and how it is painted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Person } from "../../../src/engine/api/people.ts";
import { readThemeWish, themeWishes } from "../../../src/ui/actions/theme-wish.ts";
import { type Environment, themeFor } from "../../../src/ui/look/theme.ts";
import { widthOf } from "../../../src/ui/text/width.ts";

type Fingerprint = Person["fingerprint"];

const fingerprint = "AB".repeat(20) as Fingerprint;
const rich = { TERM: "xterm-256color" };
const look = (...args: Parameters<typeof themeFor>): string => themeFor(...args).paint("title", "x");

test("The background the terminal tells of counts more than COLORFGBG; a wish more than both.", () => {
	const dark = look(rich, "dark");
	const light = look(rich, "light");
	assert.notEqual(dark, light);
	const hinted: Environment = { ...rich, COLORFGBG: "0;15" };
	assert.equal(look(hinted), light);
	assert.equal(look(hinted, "auto", "dark"), dark);
	assert.equal(look(hinted, "dark", "light"), dark);
	assert.equal(look({ ...hinted, RT_THEME: "dark" }), dark);
});

test("Without any word about the background it is neither: middle tones.", () => {
	assert.notEqual(look(rich), look(rich, "dark"));
	assert.notEqual(look(rich), look(rich, "light"));
});

test("NO_COLOR takes all colour away, unless a theme is asked for by name; a dumb terminal never gets any.", () => {
	const bare = { ...rich, NO_COLOR: "1" };
	for (const background of ["dark", "light", "unknown"] as const)
		assert.equal(themeFor(bare, "auto", background).hasColour, false);
	assert.equal(themeFor({ ...rich, NO_COLOR: "" }).hasColour, true);
	assert.equal(themeFor(bare, "light").hasColour, true);
	assert.equal(themeFor(rich, "none").hasColour, false);
	for (const wish of themeWishes) assert.equal(themeFor({ TERM: "dumb" }, wish).hasColour, false);
});

test("A terminal with sixteen colours gets none of the others, whatever is wished for.", () => {
	const styles = ["plain", "strong", "faint", "title", "accent", "good", "warning", "alarm"] as const;
	const more = ["code", "link", "mention", "selected", "match", "codeText", "quote"] as const;
	for (const wish of themeWishes) {
		for (const background of ["dark", "light", "unknown"] as const) {
			const theme = themeFor({ TERM: "linux" }, wish, background);
			for (const style of [...styles, ...more]) assert.doesNotMatch(theme.paint(style, "x"), /[34]8;5/);
			assert.doesNotMatch(theme.paintName(fingerprint, "x"), /[34]8;5/);
		}
	}
	assert.doesNotMatch(look(rich, "16-colours", "dark"), /38;5/);
});

test("The name of a theme is read in any way people write it.", () => {
	for (const wish of themeWishes) assert.equal(readThemeWish(` ${wish.toUpperCase()} `), wish);
	for (const written of ["16", "16-colors", "16colours"]) assert.equal(readThemeWish(written), "16-colours");
	assert.equal(readThemeWish("contrast"), "high-contrast");
	assert.equal(readThemeWish("blue"), undefined);
	assert.equal(readThemeWish(""), undefined);
});

test("The same key has the same colour whenever it is painted, and keys use all colours there are.", () => {
	const fingerprints = Array.from({ length: 300 }, (_, index) => index.toString(16).padStart(40, "0") as Fingerprint);
	const paint = (one: Fingerprint) => themeFor(rich, "dark").paintName(one, "x");
	for (const one of fingerprints) assert.equal(paint(one), paint(one));
	assert.equal(new Set(fingerprints.map(paint)).size, 12);
});

test("Painted text is as wide as before and reads the same; when it is painted again, the inner part keeps its own look.", () => {
	const theme = themeFor(rich, "dark");
	const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((one) => !/[\p{C}]/u.test(one));
	fc.assert(
		fc.property(text, text, text, (before, inside, after) => {
			const painted = theme.paint("selected", before + theme.paint("match", inside) + after);
			assert.equal(stripVTControlCharacters(painted), before + inside + after);
			assert.equal(widthOf(painted), widthOf(before + inside + after));
		}),
	);
	const [, selected = ""] = /^(\u001B\[48;5;\d+m)/.exec(theme.paint("selected", "x")) ?? [];
	const nested = theme.paint("selected", `a${theme.paint("match", "b")}c`);
	assert.ok(nested.includes(`\u001B[49m${selected}`), "behind the hit the row is chosen again");
});
