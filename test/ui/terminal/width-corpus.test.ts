// The cursor in the message box against the terminal's own idea of it, for characters that are hard to measure, in terminals that measure differently.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pressComposer } from "../../../src/ui/composer/composer.ts";
import { type Composer, emptyComposer } from "../../../src/ui/composer/composer-state.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import { graphemesOf, graphemeWidth } from "../../../src/ui/text/width.ts";
import { corpus } from "./width-corpus.ts";

// Thousands of drawings: React for production, as it ships, takes half the time.
Object.assign(process.env, { NODE_ENV: "production" });
const { openApp } = await import("../../support/views/app-screen.tsx");
const { FakeEngine, self } = await import("../../support/views/fake-engine.ts");

const promptWidth = 3;
const context = { draftWidth: 76, isHost: false, names: [] };

const text = (typed: string) => ({ sent: typed, press: { kind: "text", text: typed } as Press });
const key = (sent: string, name: string) => ({ sent, press: keyPress(name) });

const left = key("\u001B[D", "left");
const right = key("\u001B[C", "right");
const wordLeft = key("\u001Bb", "alt+b");
const wordRight = key("\u001Bf", "alt+f");
const backspace = key("\u007F", "backspace");
const home = key("\u0001", "ctrl+a");
const end = key("\u0005", "ctrl+e");
const erase = key("\u0015", "ctrl+u");

/** The short of it. */
const fewKeysFor = (one: string) => [
	...[text("ab "), text(one), text(`z${one} yz`), wordLeft, left, left, right, right, home, right, right, right],
	...[end, wordLeft, left, left, backspace, end, erase],
];

/** Everything that can happen around one character: written twice between letters, walked over, and erased. */
const allKeysFor = (one: string) => [
	...[text("ab "), text(one), text("z"), text(one), text(" yz")],
	...[left, left, left, left, left, left, right, right, right],
	...[home, right, right, right, right, end, wordLeft, wordLeft, wordRight, wordRight],
	...[left, left, left, backspace, backspace, end, backspace, end, erase],
];

const columnsOf = (whole: string): number => graphemesOf(whole).reduce((sum, part) => sum + graphemeWidth(part), 0);

async function walkThrough(unicode: "6" | "15" | "15-graphemes"): Promise<void> {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people: [self] });
	const screen = openApp(engine, { size: { columns: 80, rows: 24, unicode } });
	await screen.shows("Say something");
	const keysFor = unicode === "15-graphemes" ? allKeysFor : fewKeysFor;
	for (const [name, one] of Object.entries(corpus)) {
		let composer: Composer = emptyComposer;
		for (const [index, { sent, press }] of keysFor(one).entries()) {
			[composer] = pressComposer(composer, press, context);
			const { text: whole, cursor } = composer.edit;
			const x = promptWidth + columnsOf(whole.slice(0, cursor));
			// What is waited for is the cursor; where it does not move, the drawing.
			if (screen.cursor().x === x) await screen.type(sent);
			else screen.send(sent);
			const [next = ""] = graphemesOf(whole.slice(cursor));
			// The box says what to do while it is empty; what has no width has no cell, and a blank may have no sign.
			const isOpen = whole === "" || next.startsWith(" ") || (next !== "" && graphemeWidth(next) === 0);
			await screen.eventually(() => {
				assert.equal(screen.cursor().x, x, `${name}, key ${index}`);
				const shown = screen.cell(x, 22).trim();
				if (!isOpen) assert.equal(shown.codePointAt(0), next.codePointAt(0), `${name}, key ${index}: "${shown}"`);
			});
		}
	}
	screen.close();
}

test("After every key the cursor stands on what comes behind it.", { concurrency: true }, async (t) => {
	const all = (["6", "15", "15-graphemes"] as const).map((unicode) =>
		t.test(`In a terminal with the widths of Unicode ${unicode}.`, () => walkThrough(unicode)),
	);
	await Promise.all(all);
});
