// Tests undo and redo of what was written, and bringing back what was erased.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { composerEdited, composerOffered, isForComposer, pressComposer } from "../../../src/ui/composer/composer.ts";
import { type Composer, emptyComposer } from "../../../src/ui/composer/composer-state.ts";
import { freshUndo, recordChange, stepBack, stepForth, type Undo } from "../../../src/ui/composer/undo.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";

const context = { draftWidth: 20, isHost: false, names: ["Grace"] };
const typed = (text: string): Press => ({ kind: "text", text });

const press = (start: Composer, ...presses: readonly (Press | string)[]): Composer =>
	presses.reduce<Composer>(
		(now, one) => pressComposer(now, typeof one === "string" ? keyPress(one) : one, context)[0],
		start,
	);
const letters = (text: string): readonly Press[] => [...text].map(typed);
const textAfter = (...presses: readonly (Press | string)[]): string => press(emptyComposer, ...presses).edit.text;

const moment = (text: string) => ({ text, cursor: text.length });

test("Steps back return exactly the earlier texts in reverse, and steps forth bring each one again.", () => {
	fc.assert(
		fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 60 }), (texts) => {
			let undo: Undo = freshUndo;
			for (let at = 1; at < texts.length; at++) {
				undo = recordChange(undo, moment(texts[at - 1]!), moment(texts[at]!), "single");
			}
			let now = moment(texts.at(-1)!);
			for (let at = texts.length - 2; at >= 0; at--) {
				const step = stepBack(undo, now)!;
				({ undo, moment: now } = step);
				assert.deepEqual(now, moment(texts[at]!));
			}
			assert.equal(stepBack(undo, now), undefined);
			for (let at = 1; at < texts.length; at++) {
				const step = stepForth(undo, now)!;
				({ undo, moment: now } = step);
				assert.deepEqual(now, moment(texts[at]!));
			}
			assert.equal(stepForth(undo, now), undefined);
		}),
	);
});

const anyPress: fc.Arbitrary<Press> = fc.oneof(
	fc.constantFrom("a", " ", "word", "👩‍💻", "e\u0301", "\u0301", "🇩🇪", "漢字", "\u200D", "x\ny").map(typed),
	fc.constantFrom("p\nq", "\u202Eoff").map((text): Press => ({ kind: "paste", text })),
	fc
		.constantFrom(
			...["left", "right", "up", "down", "home", "end", "alt+b", "alt+f", "alt+<", "alt+>"],
			...["backspace", "delete", "ctrl+w", "ctrl+u", "ctrl+k", "alt+d", "alt+backspace", "ctrl+y", "alt+y"],
			...["ctrl+t", "alt+t", "alt+c", "alt+l", "alt+U", "tab", "escape", "ctrl+j", "ctrl+x", "ctrl+c", "ctrl+p"],
		)
		.map(keyPress),
);

test("After any keys, undoing to the end leads only through texts that were there, back to nothing, and redoing to the last.", () => {
	fc.assert(
		fc.property(fc.array(anyPress, { maxLength: 40 }), (presses) => {
			let composer = emptyComposer;
			const seen = new Set([""]);
			for (const one of presses) {
				composer = press(composer, one);
				seen.add(composer.edit.text);
			}
			const last = composer.edit.text;
			for (let steps = 0; composer.undo.past.length > 0; steps++) {
				assert.ok(steps <= presses.length);
				composer = press(composer, "ctrl+_");
				assert.ok(seen.has(composer.edit.text), JSON.stringify(composer.edit.text));
			}
			assert.equal(composer.edit.text, "");
			while (composer.undo.future.length > 0) composer = press(composer, "ctrl+alt+z");
			assert.equal(composer.edit.text, last);
		}),
	);
});

test("Undo takes back what was typed in a row word by word.", () => {
	const composer = press(emptyComposer, ...letters("one two  three"));
	assert.equal(press(composer, "ctrl+_").edit.text, "one two  ");
	assert.equal(press(composer, "alt+u", "alt+u").edit.text, "one ");
	assert.equal(press(composer, "ctrl+_", "ctrl+x", "ctrl+u", "alt+u").edit.text, "");
	assert.equal(press(composer, "ctrl+_", "ctrl+_", "alt+r").edit.text, "one two  ");
});

test("Moving the cursor ends a run of letters; a run of backspaces is one step.", () => {
	assert.equal(textAfter(...letters("ab"), "left", "right", ...letters("cd"), "ctrl+_"), "ab");
	assert.equal(textAfter(...letters("abcdef"), "backspace", "backspace", "backspace", "ctrl+_"), "abcdef");
});

test("Writing after an undo drops what could be redone, and after sending nothing can be undone.", () => {
	const composer = press(emptyComposer, ...letters("one two"), "ctrl+_", typed("x"), "alt+r");
	assert.equal(composer.edit.text, "one x");
	assert.match(composer.note?.text ?? "", /Nothing to do again/);
	const sent = press(emptyComposer, ...letters("hello"), "enter", "ctrl+_");
	assert.equal(sent.edit.text, "");
	assert.match(sent.note?.text ?? "", /Nothing to undo/);
});

test("Clearing, completing, an offered text and what comes back from an editor can all be undone.", () => {
	assert.equal(textAfter(...letters("half a thought"), "ctrl+c", "ctrl+_"), "half a thought");
	assert.equal(textAfter(...letters("gr"), "tab", "ctrl+_"), "gr");
	const composer = press(emptyComposer, ...letters("draft"));
	assert.equal(press(composerOffered(composer, "/name "), "ctrl+_").edit.text, "draft");
	assert.equal(press(composerEdited(composer, "much better\n"), "ctrl+_").edit.text, "draft");
});

test("Undo is bounded in steps and in size.", () => {
	let undo: Undo = freshUndo;
	for (let step = 0; step < 1_000; step++) undo = recordChange(undo, moment("x"), moment("y"), "single");
	assert.equal(undo.past.length, 200);
	for (let step = 0; step < 100; step++) {
		undo = recordChange(undo, moment("x".repeat(16_000)), moment("y"), "single");
	}
	const total = undo.past.reduce((sum, { text }) => sum + text.length, 0);
	assert.ok(total <= 400_000 && undo.past.length > 0);
});

test("Kills in a row come back as one, from whichever side they were taken.", () => {
	assert.equal(textAfter(typed("one two three"), "ctrl+w", "ctrl+w", "ctrl+y"), "one two three");
	assert.equal(textAfter(typed("one two three"), "home", "alt+d", "alt+d", "end", "ctrl+y"), " threeone two");
	assert.equal(textAfter(typed("ab cd"), "alt+b", "ctrl+k", "ctrl+u", "ctrl+y"), "ab cd");
	assert.equal(textAfter(typed("ab cd"), "ctrl+w", "left", "right", "ctrl+w", "ctrl+y"), "ab ");
});

test("Alt-Y exchanges what Ctrl-Y brought for what was erased before it, round and round, and does nothing elsewhere.", () => {
	const composer = press(emptyComposer, typed("one"), "ctrl+u", typed("two"), "ctrl+u", "ctrl+y");
	assert.equal(composer.edit.text, "two");
	assert.equal(press(composer, "alt+y").edit.text, "one");
	assert.equal(press(composer, "alt+y", "alt+y").edit.text, "two");
	assert.equal(press(composer, typed("x"), "alt+y").edit.text, "twox");
	assert.equal(press(composer, "alt+y", "ctrl+_").edit.text, "two");
});

test("The kill ring keeps 32.", () => {
	let composer = emptyComposer;
	for (let kill = 0; kill < 40; kill++) composer = press(composer, typed(`kill${kill}`), "ctrl+u");
	assert.equal(composer.kills.kills.length, 32);
	assert.equal(composer.kills.kills[0], "kill8");
});

test("Letters and words are swapped, and words change their case, as in readline.", () => {
	assert.equal(textAfter(typed("teh"), "ctrl+t"), "the");
	assert.equal(textAfter(typed("ab👩‍💻"), "left", "ctrl+t"), "a👩‍💻b");
	assert.equal(textAfter(typed("a"), "ctrl+t"), "a");
	assert.equal(textAfter(typed("x\nab"), "home", "ctrl+t"), "x\nab");
	assert.equal(textAfter(typed("one, two"), "alt+t"), "two, one");
	assert.equal(textAfter(typed("one two three"), "home", "alt+f", "alt+t"), "two one three");
	assert.equal(textAfter(typed("one two"), "left", "alt+t"), "two one");
	assert.equal(textAfter(typed("word"), "alt+t"), "word");
	assert.equal(textAfter(typed("éa straße"), "home", "alt+c", "alt+U"), "Éa STRASSE");
	assert.equal(textAfter(typed("LOUD"), "home", "alt+l"), "loud");
});

test("Alt-< and Alt-> go to the start and the end of the whole text.", () => {
	const composer = press(emptyComposer, typed("a\nb\nc"), "alt+<");
	assert.equal(composer.edit.cursor, 0);
	assert.equal(press(composer, "alt+>").edit.cursor, 5);
});

test("Ctrl-K belongs to the message box where something stands behind the cursor, and the second key after Ctrl-X always.", () => {
	const composer = press(emptyComposer, typed("ab"));
	assert.equal(isForComposer(composer, "ctrl+k"), false);
	assert.equal(isForComposer(press(composer, "left"), "ctrl+k"), true);
	assert.equal(isForComposer(composer, "ctrl+s"), false);
	assert.equal(isForComposer(press(composer, "ctrl+x"), "ctrl+s"), true);
	assert.deepEqual(pressComposer(press(composer, "ctrl+x"), keyPress("ctrl+e"), context)[1], [{ kind: "editor" }]);
});

test("Text that comes back from an editor is cleaned, and cut with a note where it is too long.", () => {
	assert.equal(composerEdited(emptyComposer, "a\u001B[2Jb\r\nc\n").edit.text, "a[2Jb\nc");
	const cut = composerEdited(emptyComposer, "x".repeat(20_000));
	assert.equal(cut.edit.text.length, 16_000);
	assert.match(cut.note?.text ?? "", /20,000 characters/);
});
