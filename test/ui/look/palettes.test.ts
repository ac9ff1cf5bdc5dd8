// Every colour can be read on the backgrounds it is chosen for: WCAG 2.2 contrast, computed from the xterm 256-colour table.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	type Code,
	colourless,
	contrastPalettes,
	type Palette,
	richPalettes,
	type Style,
} from "../../../src/ui/look/palettes.ts";

type Rgb = readonly [number, number, number];

const cube = [0, 95, 135, 175, 215, 255];
const ansi: Readonly<Record<number, Rgb>> = { 30: [0, 0, 0], 107: [255, 255, 255] };

/** Colour 16 to 255 of the table. */
function xterm(index: number): Rgb {
	assert.ok(index >= 16, "0 to 15 are the person's own");
	if (index >= 232) {
		const grey = 8 + 10 * (index - 232);
		return [grey, grey, grey];
	}
	const [red = 0, green = 0, blue = 0] = [36, 6, 1].map((step) => cube[Math.floor((index - 16) / step) % 6]);
	return [red, green, blue];
}

function luminance(colour: Rgb): number {
	const [red = 0, green = 0, blue = 0] = colour.map((part) => {
		const share = part / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: Rgb, second: Rgb): number {
	const [dark = 0, light = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

const hex = (text: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as unknown as Rgb;

/** Which colour a code sets, if it is one of `kind`: 38 text, 48 background. */
function colourOf(codes: readonly Code[], kind: "38" | "48"): Rgb | undefined {
	const basic = kind === "38" ? /^30$/ : /^107$/;
	for (const [open] of codes) {
		const found = new RegExp(`^${kind};5;(\\d+)$`).exec(open);
		if (found?.[1] !== undefined) return xterm(Number(found[1]));
		if (basic.test(open)) return ansi[Number(open)];
	}
	return undefined;
}

const isInverse = (codes: readonly Code[]) => codes.some(([open]) => open === "7");

/** All looks of text: styles and names, each with what is behind it. */
function looksOf({ styles, names }: Palette): readonly (readonly [name: string, codes: readonly Code[]])[] {
	return [...Object.entries(styles), ...names.map((codes, index) => [`name ${index}`, codes] as const)] as const;
}

const darkBackgrounds = ["#000000", "#1e1e1e"];
const lightBackgrounds = ["#ffffff", "#fdf6e3"];

for (const [name, palette, backgrounds, least] of [
	["dark", richPalettes.dark, darkBackgrounds, 4.5],
	["light", richPalettes.light, lightBackgrounds, 4.5],
	["for an unknown background", richPalettes.unknown, ["#000000", "#ffffff"], 4.5],
	["high-contrast on dark", contrastPalettes.dark, darkBackgrounds, 7],
	["high-contrast on light", contrastPalettes.light, lightBackgrounds, 7],
] as const) {
	test(`Palette ${name}: contrast of ${least} at least, for every style and name, on every such background.`, () => {
		const selected = palette.styles.selected;
		for (const background of backgrounds) {
			const behind = hex(background);
			for (const [style, codes] of looksOf(palette)) {
				const text = colourOf(codes, "38");
				const own = colourOf(codes, "48");
				if (text === undefined) {
					assert.ok(own === undefined || style === "selected", `${style} has a background without a colour for text`);
					continue;
				}
				const value = contrast(text, own ?? behind);
				assert.ok(value >= least, `${style} on ${background}: ${value.toFixed(2)}`);
				// Inverse swaps the two, so what holds on the background holds there.
				const chosen = isInverse(selected) ? behind : colourOf(selected, "48");
				assert.ok(chosen !== undefined);
				const inChosen = contrast(text, own ?? chosen);
				assert.ok(inChosen >= least, `${style} in a chosen row: ${inChosen.toFixed(2)}`);
			}
		}
	});
}

test("The alarm is red or inverse, and no name is: nobody can look like an alarm by their key.", () => {
	for (const palette of [...Object.values(richPalettes), ...Object.values(contrastPalettes)]) {
		for (const codes of palette.names) {
			assert.ok(!isInverse(codes));
			const [red, green, blue] = colourOf(codes, "38") ?? [0, 0, 0];
			assert.ok(!(red > 120 && green <= 60 && blue <= 60), `${red} ${green} ${blue}`);
		}
	}
});

test("Names are all different within a palette of 256 colours, and at least five.", () => {
	for (const { names } of [...Object.values(richPalettes), contrastPalettes.dark, contrastPalettes.light]) {
		assert.ok(names.length >= 5);
		assert.equal(new Set(names.map(String)).size, names.length);
	}
});

test("Without colour there are only bold, underline and inverse, and what must be told apart still is.", () => {
	for (const [style, codes] of looksOf(colourless)) {
		for (const [open] of codes) assert.ok(["1", "4", "7"].includes(open), `${style} has ${open}`);
	}
	const loud: readonly Style[] = ["alarm", "mention", "selected", "match"];
	for (const style of loud) assert.ok(isInverse(colourless.styles[style]), style);
	assert.deepEqual(colourless.styles.faint, [], "SGR 2 can often not be read");
});
