// Text fields and drafts: what is typed into them, how they are laid out, and how text is measured and cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import stringWidth from "string-width";
import { editOf, emptyEdit } from "../../../src/ui/screen/edit.ts";
import { emptyField, offeredField, pressField } from "../../../src/ui/screen/field-state.ts";
import { layDraft, layField, moveByRow } from "../../../src/ui/screen/text-field.ts";
import { keyPress } from "../../../src/ui/terminal/key-press.ts";
import { fit, graphemesOf, widthOf, wrap } from "../../../src/ui/text/width.ts";

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

test("An offer stands when nothing but line ends is pasted, as when Enter was pressed several times while the program started.", () => {
	const offer = offeredField("four-random-words");
	assert.deepEqual(pressField(offer, { kind: "paste", text: "\n\n\n" }), offer);
	assert.deepEqual(pressField(offer, { kind: "paste", text: "mine\n" }), { edit: editOf("mine"), isOffered: false });
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
				// A space may hang behind a full row.
				assert.ok(widthOf(row.text.replace(/ $/, "")) <= width);
			}
			assert.equal(layout.rows.map((row) => row.text).join(""), whole.replaceAll("\n", ""));
			const row = layout.rows[layout.cursorRow]!;
			assert.ok(row.start <= cursor && cursor <= row.end);
			assert.equal(layout.cursorColumn, widthOf(whole.slice(row.start, cursor)));
		}),
	);
});

test("A draft is broken behind spaces, and in a word only where that is longer than a row.", () => {
	const rows = (text: string) => layDraft(editOf(text), 10).rows.map((row) => row.text);
	assert.deepEqual(rows("one two three four"), ["one two ", "three four"]);
	assert.deepEqual(rows("exactly te n"), ["exactly te ", "n"]);
	assert.deepEqual(rows("exactly te "), ["exactly te ", ""]);
	assert.deepEqual(rows("abcdefghijklm no"), ["abcdefghij", "klm no"]);
	assert.deepEqual(rows("ab abcdefghijklm"), ["ab ", "abcdefghij", "klm"]);
});

test("Up and down move by a row also where a row is shorter than the column.", () => {
	const edit = editOf("one two three four");
	assert.equal(layDraft(edit, 10).cursorRow, 1);
	const up = moveByRow(edit, -1, 10);
	assert.equal(up === undefined ? -1 : layDraft(up, 10).cursorRow, 0);
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
