// The text editor: whatever is done to it, no grapheme is ever cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	applyEdit,
	type Edit,
	type EditAction,
	editOf,
	emptyEdit,
	type Motion,
	typeable,
} from "../../../src/ui/screen/edit.ts";
import { anyCharacter } from "../../support/any-character.ts";

const segmenter = new Intl.Segmenter();
const graphemes = (text: string): readonly string[] => Array.from(segmenter.segment(text), (part) => part.segment);
const isBoundary = (text: string, at: number): boolean =>
	at === text.length || Array.from(segmenter.segment(text), (part) => part.index).includes(at);

const motions: readonly Motion[] = [
	...(["left", "right", "wordLeft", "wordRight", "home", "end", "textStart", "textEnd"] as const),
];
const text = fc.oneof(
	fc.string({ unit: "grapheme" }),
	fc.string({ unit: anyCharacter }),
	fc.constantFrom("👩‍💻", "e\u0301", "🇩🇪", "漢字", "\u0301", "\u200D", "👍🏽", "a b_c\nd", "\uD800", "\r\n"),
);
const motion = fc.constantFrom(...motions);
const action: fc.Arbitrary<EditAction> = fc.oneof(
	text.map((inserted): EditAction => ({ kind: "insert", text: inserted })),
	motion.map((one): EditAction => ({ kind: "move", motion: one })),
	motion.map((one): EditAction => ({ kind: "erase", motion: one })),
	fc.nat(40).map((cursor): EditAction => ({ kind: "moveTo", cursor })),
	fc.constant<EditAction>({ kind: "yank" }),
	fc.constantFrom("grapheme", "word").map((unit): EditAction => ({ kind: "swap", unit })),
	fc.constantFrom("upper", "lower", "capital").map((letterCase): EditAction => ({ kind: "recase", letterCase })),
	fc.record({ from: fc.nat(40), to: fc.nat(40), text }).map((piece): EditAction => ({ kind: "replace", ...piece })),
);

const run = (start: Edit, ...actions: readonly EditAction[]): Edit => actions.reduce(applyEdit, start);

test("The cursor stands between two graphemes after any actions, and the text is well formed.", () => {
	fc.assert(
		fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
			let edit = emptyEdit;
			for (const one of actions) {
				edit = applyEdit(edit, one);
				assert.ok(isBoundary(edit.text, edit.cursor), JSON.stringify(edit));
				assert.ok(edit.text.isWellFormed());
			}
		}),
	);
});

test("Backspace and delete take away exactly one whole grapheme.", () => {
	fc.assert(
		fc.property(text.map(typeable), fc.nat(60), fc.constantFrom<Motion>("left", "right"), (whole, at, side) => {
			const edit = applyEdit(editOf(whole), { kind: "moveTo", cursor: at });
			const before = graphemes(edit.text.slice(0, edit.cursor));
			const after = graphemes(edit.text.slice(edit.cursor));
			if (side === "left") before.length > 0 && (before as string[]).pop();
			else (after as string[]).shift();
			assert.equal(applyEdit(edit, { kind: "erase", motion: side }).text, [...before, ...after].join(""));
		}),
	);
});

test("The arrow keys walk through typed text grapheme by grapheme.", () => {
	const whole = "a👩‍💻e\u0301🇩🇪漢";
	let edit = editOf(whole);
	const stops = [edit.cursor];
	while (edit.cursor > 0) {
		edit = applyEdit(edit, { kind: "move", motion: "left" });
		stops.push(edit.cursor);
	}
	assert.equal(stops.length, graphemes(whole).length + 1);
	for (const stop of stops.toReversed()) {
		assert.equal(edit.cursor, stop);
		edit = applyEdit(edit, { kind: "move", motion: "right" });
	}
});

test("Words are moved over and erased like in a shell.", () => {
	const edit = editOf("naïve café, 漢字 end");
	assert.equal(run(edit, { kind: "erase", motion: "wordLeft" }).text, "naïve café, 漢字 ");
	const back = run(edit, { kind: "move", motion: "wordLeft" }, { kind: "move", motion: "wordLeft" });
	assert.equal(back.text.slice(back.cursor), "漢字 end");
	assert.equal(run(back, { kind: "erase", motion: "wordRight" }).text, "naïve café,  end");
});

test("Home and end stay in the line; killing to either side can be undone by yank.", () => {
	const edit = applyEdit(editOf("one\ntwo words\nthree"), { kind: "moveTo", cursor: 7 });
	assert.equal(run(edit, { kind: "move", motion: "home" }).cursor, 4);
	assert.equal(run(edit, { kind: "move", motion: "end" }).cursor, 13);
	const killed = run(edit, { kind: "erase", motion: "end" });
	assert.equal(killed.text, "one\ntwo\nthree");
	assert.equal(run(killed, { kind: "yank" }).text, edit.text);
	assert.equal(run(edit, { kind: "erase", motion: "home" }).text, "one\n words\nthree");
});

test("Control characters and bidi overrides cannot be typed or pasted into a text.", () => {
	assert.equal(typeable("a\u001B[31mb\u0007\u009Bc\u202Ed\te\r\nf"), "a[31mbcd    e\nf");
});
