// Rows that stand where they should in terminals that measure characters otherwise.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";
import fc from "fast-check";
import { steadied } from "../../../src/ui/terminal/pin-columns.ts";
import { graphemesOf, graphemeWidth } from "../../../src/ui/text/width.ts";
import { corpus } from "./width-corpus.ts";

const versions = ["6", "15", "15-graphemes"] as const;

function terminal(version: string): xterm.Terminal {
	const term = new xterm.Terminal({ cols: 60, rows: 3, allowProposedApi: true });
	term.loadAddon(new UnicodeGraphemesAddon());
	term.unicode.activeVersion = version;
	return term;
}

const write = (term: xterm.Terminal, text: string): Promise<void> => new Promise((done) => term.write(text, done));
const start = "\u001B[G\u001B[K";

/** What stands in a cell and how wide the terminal takes it. */
const cell = (term: xterm.Terminal, x: number): string => term.buffer.active.getLine(0)?.getCell(x)?.getChars() ?? "";

/** Colours part what would be one grapheme. */
const columnsOf = (...texts: readonly string[]): number =>
	texts.flatMap(graphemesOf).reduce((sum, part) => sum + graphemeWidth(part), 0);

for (const version of versions) {
	test(`Behind every character of the corpus the next one stands where we think, with the widths of Unicode ${version}.`, async () => {
		const term = terminal(version);
		for (const [name, text] of Object.entries(corpus)) {
			await write(term, steadied(`${start}a${text}b${text}c`, 60));
			assert.equal(term.buffer.active.cursorX, columnsOf(`a${text}b${text}c`), name);
			assert.equal(cell(term, columnsOf(`a${text}`)).at(0), "b", name);
			assert.equal(cell(term, columnsOf(`a${text}b${text}`)), "c", name);
		}
	});

	test(`Any text ends where we think it ends, and leaves nothing behind it (Unicode ${version}).`, async () => {
		const term = terminal(version);
		const parts = fc.constantFrom(
			...Object.values(corpus),
			"🏽",
			"\uFE0F",
			"1\uFE0F",
			"a",
			" ",
			"\u001B[31m",
			"\u001B[0m",
		);
		await fc.assert(
			fc.asyncProperty(fc.array(parts, { maxLength: 12 }), async (all) => {
				const text = all.join("");
				await write(term, steadied(`${start}${text}`, 60));
				const width = columnsOf(...text.split(/\u001B\[\d+m/));
				if (width >= 60) return;
				assert.equal(term.buffer.active.cursorX, width);
				const behind = term.buffer.active.getLine(0)?.translateToString(true, width) ?? "";
				assert.equal(behind.trim(), "");
			}),
			{ numRuns: 150 },
		);
	});
}

test("An ASCII text stays as it is, and so does a picture whose place is not known.", () => {
	for (const picture of ["\u001B[3;4Hplain\r\n", "\u001B[?2026h\u001B[1mx\u001B[0m", "\u001B7 🚀"]) {
		assert.equal(steadied(picture, 80), picture);
	}
});

test("Links, colours, rows and the edge are known.", () => {
	const pin = (column: number) => `\u001B[${column}G\u001B[K`;
	assert.equal(steadied("\r🚀", 80), `\r🚀${pin(3)}`);
	assert.equal(steadied("x\n🚀b", 80), `x\n🚀${pin(3)}b`);
	assert.equal(steadied("\u001B[5G\u001B[31m🚀\u001B[0m", 80), `\u001B[5G\u001B[31m🚀${pin(7)}\u001B[0m`);
	assert.equal(
		steadied("\r\u001B]8;;https://x\u001B\\🚀\u001B]8;;\u001B\\y", 80),
		`\r\u001B]8;;https://x\u001B\\🚀${pin(3)}\u001B]8;;\u001B\\y`,
	);
	assert.equal(steadied("\u001B[79G🚀", 80), "\u001B[79G🚀");
	assert.equal(steadied("\r漢字 é ж ─ ›", 80), "\r漢字 é ж ─ ›");
});
