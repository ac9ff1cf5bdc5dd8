// Tests the message box as a machine.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { composerOffered, composerRefused, isForComposer, pressComposer } from "../../../src/ui/composer/composer.ts";
import { type Composer, type ComposerOutput, emptyComposer } from "../../../src/ui/composer/composer-state.ts";
import { maxMessageLength } from "../../../src/ui/composer/text.ts";
import { newLineKeys } from "../../../src/ui/screen/edit-keys.ts";
import { standardKeymap } from "../../../src/ui/settings/keymap.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";

const context = { draftWidth: 20, isHost: false, names: [] };
const typed = (text: string): Press => ({ kind: "text", text });
const pasted = (text: string): Press => ({ kind: "paste", text });

function press(start: Composer, ...presses: readonly Press[]): readonly [Composer, readonly ComposerOutput[]] {
	let composer = start;
	const outputs: ComposerOutput[] = [];
	for (const one of presses) {
		const [next, more] = pressComposer(composer, one, context);
		composer = next;
		outputs.push(...more);
	}
	return [composer, outputs];
}

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}`).join("\n");

test("Enter sends what was written and empties the box; nothing but spaces is not sent.", () => {
	const [composer, outputs] = press(emptyComposer, typed("hello"), keyPress("enter"), typed("  "), keyPress("enter"));
	assert.deepEqual(outputs, [{ kind: "submit", text: "hello" }]);
	assert.equal(composer.edit.text, "  ");
});

test("Every key for a new line begins one, and sends nothing; with vi's keys too.", () => {
	for (const key of newLineKeys) {
		const [composer, outputs] = press(emptyComposer, typed("one"), keyPress(key), typed("two"));
		assert.equal(composer.edit.text, "one\ntwo", key);
		assert.deepEqual(outputs, []);
		const inVi = [typed("one"), keyPress(key), typed("two")].reduce<Composer>(
			(now, one) => pressComposer(now, one, { ...context, editing: "vi" })[0],
			emptyComposer,
		);
		assert.equal(inVi.edit.text, "one\ntwo", `${key} with vi's keys`);
	}
});

test("No key of the chat takes one by which the message box edits.", () => {
	const [undone] = press(
		emptyComposer,
		typed("one two three"),
		keyPress("ctrl+w"),
		keyPress("alt+u"),
		keyPress("left"),
	);
	for (const key of standardKeymap.bindings.flatMap(({ keys }) => keys)) {
		if (isForComposer(undone, key)) continue;
		const { edit } = press(undone, keyPress(key))[0];
		assert.deepEqual([edit.text, edit.cursor], [undone.edit.text, undone.edit.cursor], key);
	}
});

test("A small paste goes in at once, with its line breaks.", () => {
	const [composer] = press(emptyComposer, pasted("a\r\nb\rc"));
	assert.equal(composer.edit.text, "a\nb\nc");
	assert.equal(composer.ask, undefined);
});

test("A paste of more than five lines or 2,000 characters asks first; Enter takes it, Escape drops it.", () => {
	for (const text of [lines(6), "x".repeat(2_001)]) {
		const [asked, none] = press(emptyComposer, typed("so: "), pasted(text), typed("ignored"));
		assert.equal(asked.edit.text, "so: ");
		assert.deepEqual(none, []);
		assert.match(asked.note?.text ?? "", /You pasted/);
		assert.equal(press(asked, keyPress("enter"))[0].edit.text, `so: ${text}`);
		assert.equal(press(asked, keyPress("escape"))[0].edit.text, "so: ");
		assert.equal(press(asked, keyPress("ctrl+c"))[0].edit.text, "so: ");
	}
});

test("A paste that does not fit says how much would, and puts in no more.", () => {
	const [asked] = press(emptyComposer, pasted(lines(10_000)));
	assert.match(asked.note?.text ?? "", /10,000 lines.*Only 16,000 characters fit/);
	const [ended] = press(emptyComposer, pasted(`${lines(10_000)}\n`));
	assert.match(ended.note?.text ?? "", /You pasted 10,000 lines/);
	assert.equal(press(asked, keyPress("enter"))[0].edit.text, lines(10_000).slice(0, maxMessageLength));
});

test("A full message takes no more, says so, and loses nothing.", () => {
	const [asked] = press(emptyComposer, pasted("x".repeat(maxMessageLength)));
	const [full] = press(asked, keyPress("enter"));
	const [more] = press(full, typed("y"));
	assert.equal(more.edit.text, "x".repeat(maxMessageLength));
	assert.match(more.note?.text ?? "", /full/);
});

test("Bringing back what was erased cannot make a message too long either.", () => {
	const [asked] = press(emptyComposer, pasted("x".repeat(10_000)));
	const [twice] = press(asked, keyPress("enter"), keyPress("ctrl+u"), keyPress("ctrl+y"), keyPress("ctrl+y"));
	assert.equal(twice.edit.text.length, 10_000);
	assert.match(twice.note?.text ?? "", /full/);
});

test("Ctrl-C clears a draft first, then asks, then leaves; any other key takes the question back.", () => {
	const [cleared, none] = press(emptyComposer, typed("half a thought"), keyPress("ctrl+c"));
	assert.equal(cleared.edit.text, "");
	assert.deepEqual(none, []);
	assert.equal(press(cleared, keyPress("ctrl+y"))[0].edit.text, "half a thought");
	const [asked, nothing] = press(cleared, keyPress("ctrl+c"));
	assert.deepEqual(nothing, []);
	assert.match(asked.note?.text ?? "", /Ctrl-C again to leave/);
	assert.deepEqual(press(asked, keyPress("ctrl+c"))[1], [{ kind: "leave" }]);
	assert.deepEqual(press(asked, typed("x"), keyPress("backspace"), keyPress("ctrl+c"))[1], []);
});

test("The host is told that leaving closes the room for everyone.", () => {
	const [composer] = pressComposer(emptyComposer, keyPress("ctrl+c"), { ...context, isHost: true, names: [] });
	assert.match(composer.note?.text ?? "", /close the room for everyone/);
	const [kept] = pressComposer(
		emptyComposer,
		{ kind: "key", name: "ctrl+c" },
		{ ...context, isHost: true, isKept: true },
	);
	assert.equal(kept.note?.text, "Press Ctrl-C again to leave. The room stays.");
});

test("Up and down move in a draft of several rows, then walk through what was sent, and bring the draft back.", () => {
	const [sent] = press(emptyComposer, typed("first"), keyPress("enter"), typed("second"), keyPress("enter"));
	const [draft] = press(sent, typed("new\ntwo rows"));
	const [inside] = press(draft, keyPress("up"));
	assert.equal(inside.edit.text, "new\ntwo rows");
	assert.equal(inside.edit.cursor, 3);
	const [older] = press(inside, keyPress("up"));
	assert.equal(older.edit.text, "second");
	const [oldest] = press(older, keyPress("up"), keyPress("up"));
	assert.equal(oldest.edit.text, "first");
	assert.equal(press(oldest, keyPress("down"), keyPress("down"))[0].edit.text, "new\ntwo rows");
});

test("A refused line comes back, unless something else was begun meanwhile.", () => {
	assert.equal(composerRefused(emptyComposer, "hello", "no").edit.text, "hello");
	const [busy] = press(emptyComposer, typed("next"));
	const refused = composerRefused(busy, "hello", "no");
	assert.equal(refused.edit.text, "next");
	assert.equal(refused.note?.text, "no");
});

test("No presses make a message longer than the limit, or send an empty one.", () => {
	const anyPress = fc.oneof(
		fc.string({ unit: "grapheme", maxLength: 30 }).map(typed),
		fc.string({ maxLength: 3_000, minLength: 1_900 }).map(pasted),
		fc
			.constantFrom("enter", "escape", "ctrl+c", "up", "down", "ctrl+w", "alt+enter", "backspace", "ctrl+y", "pageUp")
			.map(keyPress),
	);
	fc.assert(
		fc.property(fc.array(anyPress, { maxLength: 40 }), (presses) => {
			const [composer, outputs] = press(emptyComposer, ...presses);
			assert.ok(composer.edit.text.length <= maxMessageLength);
			for (const output of outputs) if (output.kind === "submit") assert.notEqual(output.text.trim(), "");
		}),
		{ numRuns: 50 },
	);
});

test("Escape clears a command that was only begun, e.g. by F4, and Ctrl-Y brings it back; a draft stays.", () => {
	const [cleared, none] = press(composerOffered(emptyComposer, "/verify "), keyPress("escape"));
	assert.equal(cleared.edit.text, "");
	assert.deepEqual(none, []);
	assert.equal(press(cleared, keyPress("ctrl+y"))[0].edit.text, "/verify ");
	const [draft, outputs] = press(emptyComposer, typed("/me waves"), keyPress("escape"));
	assert.equal(draft.edit.text, "/me waves");
	assert.deepEqual(outputs, [{ kind: "escape" }]);
});

test("A draft that made room for a command comes back by Escape, by Ctrl-C, and when the command is given.", () => {
	const [draft] = press(emptyComposer, typed("half a thought"));
	const offered = composerOffered(composerOffered(draft, "/verify "), "/date ");
	assert.equal(offered.edit.text, "/date ");
	assert.equal(press(offered, keyPress("escape"))[0].edit.text, "half a thought");
	assert.equal(press(offered, typed("yester"), keyPress("escape"))[0].edit.text, "half a thought");
	assert.equal(press(offered, keyPress("ctrl+c"))[0].edit.text, "half a thought");
	const [sent, outputs] = press(offered, typed("yesterday"), keyPress("enter"));
	assert.deepEqual(outputs, [{ kind: "submit", text: "/date yesterday" }]);
	assert.equal(sent.edit.text, "half a thought");
	const [next] = press(sent, keyPress("enter"));
	assert.equal(next.edit.text, "");
});
