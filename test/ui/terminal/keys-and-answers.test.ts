// How key presses, wheel reports and fields are read.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Key } from "ink";
import stringWidth from "string-width";
import { editOf, emptyEdit } from "../../../src/ui/screen/edit.ts";
import { emptyField, offeredField, pressField } from "../../../src/ui/screen/field-state.ts";
import { layDraft, layField, moveByRow } from "../../../src/ui/screen/text-field.ts";
import { keyPress, pressesOf } from "../../../src/ui/terminal/key-press.ts";
import { freshTap, readTap } from "../../../src/ui/terminal/mouse-and-function-keys.ts";
import { fit, graphemesOf, widthOf, wrap } from "../../../src/ui/text/width.ts";

const key = (more: Partial<Key> = {}): Key => ({ ctrl: false, meta: false, ...more }) as Key;

test("Keys have one name each.", () => {
	assert.deepEqual(pressesOf("", key({ leftArrow: true, ctrl: true })), [keyPress("ctrl+left")]);
	assert.deepEqual(pressesOf("b", key({ meta: true })), [keyPress("alt+b")]);
	assert.deepEqual(pressesOf("w", key({ ctrl: true })), [keyPress("ctrl+w")]);
	assert.deepEqual(pressesOf("", key({ tab: true, shift: true })), [keyPress("shift+tab")]);
	assert.deepEqual(pressesOf("\n", key()), [keyPress("ctrl+j")]);
	assert.deepEqual(pressesOf("_", key({ ctrl: true })), [keyPress("ctrl+_")]);
	assert.deepEqual(pressesOf("z", key({ ctrl: true, meta: true })), [keyPress("ctrl+alt+z")]);
	assert.deepEqual(pressesOf("ab\u001F\u0000", key()), [
		{ kind: "text", text: "ab" },
		keyPress("ctrl+_"),
		keyPress("ctrl+ "),
	]);
});

test("Text and Enter that arrive together are two presses.", () => {
	assert.deepEqual(pressesOf("hello\r", key()), [{ kind: "text", text: "hello" }, keyPress("enter")]);
	assert.deepEqual(pressesOf("\u0015hello", key()), [keyPress("ctrl+u"), { kind: "text", text: "hello" }]);
});

test("Several lines at once are a paste even without bracketed paste, so they are not sent line by line.", () => {
	assert.deepEqual(pressesOf("rm -rf\rls\r", key()), [{ kind: "paste", text: "rm -rf\rls\r" }]);
});

const pressed = (name: string) => ({ kind: "press", press: keyPress(name) }) as const;

test("The wheel, function keys, clicks and the window's focus are found, however the input is cut into chunks.", () => {
	const input =
		"a\u001B[<64;10;3M\u001BOPb\u001B[<65;1;1M\u001B[12~\u001B[<0;7;2M\u001B[<0;7;2mc\u001BOQ\u001B[[A\u001B[O\u001BOS\u001B[I\u001B[24~";
	const expected = [
		pressed("wheelUp"),
		pressed("f1"),
		pressed("wheelDown"),
		pressed("f2"),
		{ kind: "click", x: 6, y: 1 },
		pressed("f2"),
		pressed("f1"),
		{ kind: "focus", isLookedAt: false },
		pressed("f4"),
		{ kind: "focus", isLookedAt: true },
		pressed("f12"),
	];
	fc.assert(
		fc.property(fc.array(fc.nat(input.length)), (cuts) => {
			const places = [0, ...cuts.toSorted((one, other) => one - other), input.length];
			let tap = freshTap;
			const found: unknown[] = [];
			for (let index = 1; index < places.length; index++) {
				const [next, events] = readTap(tap, input.slice(places[index - 1], places[index]));
				tap = next;
				found.push(...events);
			}
			assert.deepEqual(found, expected);
		}),
	);
});

test("A click is the left button down and up at one place: a drag, another button or a release alone is none.", () => {
	const clicks = (input: string) => readTap(freshTap, input)[1];
	assert.deepEqual(clicks("\u001B[<0;3;4M\u001B[<0;9;4m"), []);
	assert.deepEqual(clicks("\u001B[<2;3;4M\u001B[<2;3;4m"), []);
	assert.deepEqual(clicks("\u001B[<0;3;4m"), []);
	assert.deepEqual(clicks("\u001B[<4;3;4M\u001B[<4;3;4m"), [], "with Shift the terminal selects");
	assert.deepEqual(clicks("\u001B[<0;3;4M\u001B[<2;3;4M\u001B[<0;3;4m"), []);
	assert.deepEqual(clicks("\u001B[<64;3;4m"), []);
});

test("Whatever comes as input, reading it never throws and remembers little.", () => {
	const bytes = fc.string({
		unit: fc.constantFrom("\u001B", "[", "<", "0", "9", ";", "M", "m", "O", "I", "~", "2", "P", "x"),
	});
	fc.assert(
		fc.property(fc.array(bytes), (chunks) => {
			let tap = freshTap;
			for (const chunk of chunks) [tap] = readTap(tap, chunk);
			assert.ok(tap.tail.length < 32);
		}),
	);
});

test("Nothing in a paste counts as a key.", () => {
	const [tap, events] = readTap(freshTap, "\u001B[200~\u001BOP\u001B[<64;1;1M\u001B[O\u001B[<0;1;1M\u001B[<0;1;1m");
	assert.deepEqual(events, []);
	assert.deepEqual(readTap(tap, "\u001BOP\u001B[201~\u001BOQ")[1], [pressed("f2")]);
});

test("Typing replaces an offer, moving takes it over, erasing empties it.", () => {
	const offer = offeredField("four-random-words");
	assert.equal(pressField(offer, { kind: "text", text: "m" })?.edit.text, "m");
	assert.equal(pressField(offer, keyPress("left"))?.edit.text, "four-random-words");
	assert.equal(pressField(offer, keyPress("backspace"))?.edit.text, "");
	assert.equal(pressField(offer, keyPress("f2")), undefined);
});

test("A field has one line: a pasted password keeps no line end.", () => {
	assert.equal(pressField(emptyField, { kind: "paste", text: "secret\r\n" })?.edit.text, "secret");
	assert.equal(pressField(emptyField, { kind: "paste", text: "a\nb" })?.edit.text, "a b");
});

const text = fc.oneof(
	fc.string({ unit: "grapheme" }),
	fc.constantFrom("漢字 👩‍💻 e\u0301".repeat(9), "x\ny\n\nz", "\u{1D158}\u{1D165}\u{1D16E}".repeat(9)),
);

test("A field never shows more than its width, and the cursor is always in it.", () => {
	fc.assert(
		fc.property(text, fc.nat(80), fc.integer({ min: 4, max: 60 }), fc.boolean(), (whole, at, width, isMasked) => {
			const cursor = graphemesOf(whole).slice(0, at).join("").length;
			const row = layField({ ...emptyEdit, text: whole, cursor }, width, isMasked);
			assert.ok(widthOf(row.text) < width);
			assert.ok(row.cursorColumn >= 0 && row.cursorColumn < width);
			if (isMasked) assert.match(row.text, /^•*$/);
		}),
	);
});

test("A draft's rows hold its whole text, none too wide, with the cursor where it belongs.", () => {
	fc.assert(
		fc.property(text, fc.nat(80), fc.integer({ min: 4, max: 60 }), (whole, at, width) => {
			const cursor = graphemesOf(whole).slice(0, at).join("").length;
			const layout = layDraft({ ...emptyEdit, text: whole, cursor }, width);
			for (const row of layout.rows) {
				assert.equal(row.text, whole.slice(row.start, row.end));
				assert.ok(widthOf(row.text) <= width);
			}
			assert.equal(layout.rows.map((row) => row.text).join(""), whole.replaceAll("\n", ""));
			const row = layout.rows[layout.cursorRow]!;
			assert.ok(row.start <= cursor && cursor <= row.end);
			assert.equal(layout.cursorColumn, widthOf(whole.slice(row.start, cursor)));
		}),
	);
});

test("Up and down keep the column where they can.", () => {
	const edit = editOf("漢字漢字\nab\nabcdefgh");
	assert.equal(moveByRow(edit, -1, 20)?.cursor, 7);
	assert.equal(moveByRow(edit, 1, 20), undefined);
});

test("Cutting and wrapping never split a grapheme and never exceed the width.", () => {
	fc.assert(
		fc.property(text, fc.integer({ min: 2, max: 40 }), (whole, width) => {
			const line = whole.replaceAll("\n", " ");
			const cut = fit(line, width);
			assert.ok(widthOf(cut) <= width);
			if (cut !== line) assert.ok(line.startsWith(cut.slice(0, -1)) && cut.endsWith("…"));
			for (const row of wrap(whole, width)) assert.ok(widthOf(row) <= width);
		}),
	);
});

test("Measuring takes short cuts that make no difference.", () => {
	const sign = fc.integer({ min: 0x20, max: 0x2600 }).map((code) => String.fromCodePoint(code));
	const unit = fc.oneof(
		sign,
		fc.constantFrom("\u001B[1m", "\u001B[38;5;81m", "\u001B[0m", "●", "│", "漢", "e\u0301", "👍", "‼\uFE0F"),
	);
	fc.assert(
		fc.property(fc.array(unit, { maxLength: 12 }), (parts) => {
			const whole = parts.join("");
			assert.equal(widthOf(whole), stringWidth(whole), JSON.stringify(whole));
		}),
		{ numRuns: 3_000 },
	);
});
