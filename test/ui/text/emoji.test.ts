// Names of emoji in the message box: completed by Tab, and turned by their closing colon.

import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "../../../src/ui/composer/complete.ts";
import { pressComposer } from "../../../src/ui/composer/composer.ts";
import { type Composer, emptyComposer } from "../../../src/ui/composer/composer-state.ts";
import { editOf } from "../../../src/ui/screen/edit.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import { emojiNamed } from "../../../src/ui/text/emoji.ts";
import { emojiNames } from "../../../src/ui/text/emoji-names.ts";

const context = { draftWidth: 70, isHost: true, names: ["Thu"], emoji: emojiNames };

const press = (start: Composer, ...presses: readonly (Press | string)[]): Composer =>
	presses.reduce<Composer>(
		(now, one) => pressComposer(now, typeof one === "string" ? keyPress(one) : one, context)[0],
		start,
	);
const typed = (text: string): Press => ({ kind: "text", text });
const letters = (text: string): readonly Press[] => [...text].map(typed);
const textAfter = (...presses: readonly (Press | string)[]): string => press(emptyComposer, ...presses).edit.text;

test("Tab behind the beginning of a name offers the emoji, the likeliest first, and goes on to the others.", () => {
	assert.equal(textAfter(typed("well done :thumbs"), "tab"), "well done 👍");
	assert.equal(textAfter(typed(":thumbs"), "tab", "tab"), "👎");
	assert.equal(textAfter(typed("(:rocke"), "tab"), "(🚀");
	assert.equal(textAfter(typed(":HEART_EY"), "tab"), "😍");
	assert.equal(textAfter(typed(":xyzzy"), "tab"), ":xyzzy");
	assert.equal(textAfter(typed(":D"), "tab"), ":D");
});

test("A word within a name is found too, after the names that begin with it.", () => {
	const found = emojiNamed("cat", emojiNames).map(([name]) => name);
	assert.ok(found.includes("heart_eyes_cat"), found.join(" "));
	assert.ok(found.indexOf("cat") < found.indexOf("heart_eyes_cat"));
	assert.equal(new Set(emojiNamed("s", emojiNames).map(([, emoji]) => emoji)).size, 30);
});

test("Escape takes back what Tab put in, and says nothing to the room.", () => {
	const composer = press(emptyComposer, typed(":thumbs"), "tab");
	const [next, outputs] = pressComposer(composer, keyPress("escape"), context);
	assert.equal(next.edit.text, ":thumbs");
	assert.deepEqual(outputs, []);
});

test("The closing colon turns a name into the emoji, one letter at a time or many at once, also one behind the other.", () => {
	assert.equal(textAfter(...letters("hi :smile:")), "hi 😄");
	assert.equal(textAfter(typed("so :tada: and :Rocket: now")), "so 🎉 and 🚀 now");
	assert.equal(textAfter(typed(":+1::heart:")), "👍❤️");
});

test("Undoing leaves the name as typed, and it stays so.", () => {
	const composer = press(emptyComposer, ...letters("hi :smile:"), "ctrl+_");
	assert.equal(composer.edit.text, "hi :smile:");
	assert.equal(press(composer, typed(" ok")).edit.text, "hi :smile: ok");
});

test("Times, addresses, code and what is no name stay as they are.", () => {
	for (const text of [
		"at 10:30:15",
		"rt://x:100:",
		"http://a/:smile:",
		"`:smile:`",
		"nothing :nosuchname: here",
		"a:b:",
	]) {
		assert.equal(textAfter(typed(text)), text);
	}
});

test("A paste is not changed, and without the names nothing is.", () => {
	assert.equal(textAfter({ kind: "paste", text: ":smile:" }), ":smile:");
	const [composer] = pressComposer(emptyComposer, typed(":smile:"), { draftWidth: 70, isHost: true, names: [] });
	assert.equal(composer.edit.text, ":smile:");
	assert.equal(complete(editOf(":smi"), undefined, { names: [] }, 1), undefined);
});
