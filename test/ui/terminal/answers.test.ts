// What the terminal answers never reaches the message box, and no key is lost on the way, however the input is cut.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backgroundOf } from "../../../src/ui/look/use-theme.ts";
import { type AnswerState, expectAnswer, freshAnswers, letGo, readAnswers } from "../../../src/ui/terminal/answers.ts";

const light = "\u001B]11;rgb:fdfd/f6f6/e3e3\u0007";
const dark = "\u001B]11;rgb:1e/1e/1e\u001B\\";
const fence = "\u001B[?62;22c";
const asked = expectAnswer(freshAnswers);

/** Feeds chunks; `isSlow` at a chunk: so long passes after it that what is held is let go of. */
function feed(chunks: readonly (readonly [chunk: string, isSlow: boolean])[], from: AnswerState = asked) {
	let state = from;
	let keys = "";
	const kinds: string[] = [];
	for (const [chunk, isSlow] of chunks) {
		const reading = readAnswers(state, chunk);
		state = reading.state;
		keys += reading.keys;
		kinds.push(...reading.answers.map(({ kind }) => kind));
		if (!isSlow || !reading.isUnsure) continue;
		const released = letGo(state);
		state = released.state;
		keys += released.keys;
	}
	return { state, keys, kinds };
}

/** Ways to cut a text into chunks. */
const cuts = (text: string) =>
	fc
		.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { minLength: text.length, maxLength: text.length })
		.map((sizes) => {
			let at = 0;
			const chunks: (readonly [string, boolean])[] = [];
			for (const [size, isSlow] of sizes) {
				if (at < text.length) chunks.push([text.slice(at, at + size), isSlow]);
				at += size;
			}
			return chunks;
		});

for (const [name, text] of [
	["light, then what the terminal is", light + fence],
	["dark, ended by ST", dark + fence],
	["a colour that is none", `\u001B]11;what?\u0007${fence}`],
] as const) {
	test(`An answer is taken out however it is cut, among keys: ${name}.`, () => {
		fc.assert(
			fc.property(cuts(text), (chunks) => {
				const { keys, state, kinds } = feed([["ab", false], ...chunks, ["cd", false]]);
				// An Escape that nothing followed for long was a key; more than that never gets through.
				assert.equal(keys.replaceAll(/\u001B(?:\]1{0,2}|\[)?/g, ""), "abcd".replaceAll(/\u001B/g, ""));
				assert.ok(kinds.includes("fence"));
				assert.equal(state.held, "");
			}),
		);
	});
}

test("A split without a pause leaves no trace at all, at every place.", () => {
	const text = `x${light}${fence}y`;
	for (let at = 0; at <= text.length; at++) {
		const { keys, kinds } = feed([
			[text.slice(0, at), false],
			[text.slice(at), false],
		]);
		assert.equal(keys, "xy");
		assert.deepEqual(kinds, ["background", "fence"]);
	}
});

test("No key is lost or changed while an answer is awaited, nor after.", () => {
	const key = fc.constantFrom(
		"a",
		"]",
		"[",
		"\u001B",
		"\u001B[A",
		"\u001B]",
		"\u001B[1;5H",
		"\r",
		"é",
		"👩‍💻",
		"\u001B[<64;5;5M",
	);
	fc.assert(
		fc.property(fc.array(key), fc.boolean(), (pressed, isAsked) => {
			const chunks = pressed.map((one) => [one, true] as const);
			const { keys } = feed(chunks, isAsked ? asked : freshAnswers);
			assert.equal(keys, pressed.join(""));
		}),
	);
});

test("When nothing is asked, Escape is not held up for a moment.", () => {
	const { keys, state } = feed([["\u001B", false]], freshAnswers);
	assert.equal(keys, "\u001B");
	assert.equal(state.held, "");
});

test("An answer that comes late, after the fence, is taken out too.", () => {
	const { keys, kinds } = feed([
		[fence, false],
		["hello ", false],
		[`${light}there`, false],
	]);
	assert.equal(keys, "hello there");
	assert.deepEqual(kinds, ["fence", "background"]);
});

test("The report that the terminal turned dark or light is heard, also cut in two.", () => {
	const { keys, kinds } = feed(
		[
			["a\u001B[?99", false],
			["7;2nb", false],
		],
		freshAnswers,
	);
	assert.equal(keys, "ab");
	assert.deepEqual(kinds, ["schemeChanged"]);
});

test("Backgrounds are dark or light as people see them.", () => {
	const of = (answer: string) => {
		const [found] = readAnswers(asked, answer).answers;
		return found?.kind === "background" ? backgroundOf(found.colour) : undefined;
	};
	assert.equal(of(light), "light");
	assert.equal(of(dark), "dark");
	assert.equal(of("\u001B]11;rgb:f/f/f\u0007"), "light");
	assert.equal(of("\u001B]11;rgba:0000/2b2b/3636/ffff\u0007"), "dark");
	assert.equal(of("\u001B]11;rgb:28/2c/34\u001B\\"), "dark");
	assert.equal(of("\u001B]11;#ffffff\u0007"), undefined);
});
