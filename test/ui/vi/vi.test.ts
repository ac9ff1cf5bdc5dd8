// Tests the message box with vi's keys. Every expectation was compared with Vim 9.0, which differs in two things only: it cuts graphemes, and Ctrl-R leaves its cursor at the start.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { composerOffered, isForComposer, pressComposer } from "../../../src/ui/composer/composer.ts";
import { type Composer, type ComposerOutput, emptyComposer } from "../../../src/ui/composer/composer-state.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import { viModeWord } from "../../../src/ui/vi/vi.ts";

const context = { draftWidth: 40, isHost: false, names: [], editing: "vi" } as const;

/** Presses keys, for example "dw<escape>": what stands between angle brackets is a key with that name, all else is typed. */
const pressesOf = (keys: string): readonly Press[] =>
	(keys.match(/<[a-z+]+>|[^<]+|</g) ?? []).map((part) =>
		/^<[a-z+]+>$/.test(part) ? keyPress(part.slice(1, -1)) : { kind: "text", text: part },
	);

function play(keys: string, start: Composer = emptyComposer): readonly [Composer, readonly ComposerOutput[]] {
	const all: ComposerOutput[] = [];
	let composer = start;
	for (const press of pressesOf(keys)) {
		const [next, outputs] = pressComposer(composer, press, context);
		composer = next;
		all.push(...outputs);
	}
	return [composer, all];
}

/** Returns the text with "|" in it where the cursor is. */
function shown(keys: string): string {
	const { text, cursor } = play(keys)[0].edit;
	return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const check = (cases: Readonly<Record<string, string>>) => {
	for (const [keys, expected] of Object.entries(cases)) assert.equal(shown(keys), expected, keys);
};

test("The message box begins in insert mode; Escape goes to normal mode and onto the last letter.", () => {
	check({ hello: "hello|", "hello<escape>": "hell|o", "<escape>": "|", "a<escape>ib": "b|a", "a<escape>ab": "ab|" });
	assert.equal(viModeWord(play("x")[0].vi!), "-- INSERT --");
	assert.equal(viModeWord(play("x<escape>")[0].vi!), "-- NORMAL --");
});

test("Motions go where Vim's go, with counts.", () => {
	const line = "one two, three  four<escape>";
	check({
		[`${line}0`]: "|one two, three  four",
		[`${line}0w`]: "one |two, three  four",
		[`${line}0ww`]: "one two|, three  four",
		[`${line}0WW`]: "one two, |three  four",
		[`${line}03w`]: "one two, |three  four",
		[`${line}0e`]: "on|e two, three  four",
		[`${line}02E`]: "one two|, three  four",
		[`${line}b`]: "one two, three  |four",
		[`${line}bb`]: "one two, |three  four",
		[`${line}3B`]: "one |two, three  four",
		[`${line}0$`]: "one two, three  fou|r",
		[`${line}h2h`]: "one two, three  |four",
		[`${line}0fe`]: "on|e two, three  four",
		[`${line}0fe;`]: "one two, thr|ee  four",
		[`${line}0fe;,`]: "on|e two, three  four",
		[`${line}0te;`]: "one two, th|ree  four",
		[`${line}Ft`]: "one two, |three  four",
		[`${line}Tt`]: "one two, t|hree  four",
		[`${line}0fz`]: "|one two, three  four",
		[`${line}02fe`]: "one two, thr|ee  four",
	});
	check({ "  a\nb<escape>gg^": "  |a\nb", "a\nb\nc<escape>ggG": "a\nb\n|c", "a\nb\nc<escape>2G": "a\n|b\nc" });
});

test("Operators take motions, counts, objects and lines.", () => {
	check({
		"one two three<escape>0dw": "|two three",
		"one two three<escape>02dw": "|three",
		"one two three<escape>0d2w": "|three",
		"one two three<escape>0de": "| two three",
		"one two three<escape>db": "one two |e",
		"one two three<escape>0wD": "one| ",
		"one two<escape>0x": "|ne two",
		"one two<escape>03x": "| two",
		"one two<escape>X": "one t|o",
		"one two<escape>0cwsix<escape>": "si|x two",
		"one two<escape>0Csix": "six|",
		"one two<escape>0sX": "X|ne two",
		"one two<escape>Ssix": "six|",
		"a\nb\nc<escape>kdd": "a\n|c",
		"a\nb\nc<escape>dd": "a\n|b",
		"a\nb\nc<escape>gg2dd": "|c",
		"a\nb\nc<escape>ggdj": "|c",
		"a\nb\nc<escape>dk": "|a",
		"a\nb\nc<escape>kdG": "|a",
		"a\nb\nc<escape>kcc2": "a\n2|\nc",
		"one two<escape>0dfo": "|",
		"one two<escape>0dtt": "|two",
		"one two<escape>dF ": "one|o",
		"a b<escape>0dt ": "| b",
		"one\ntwo<escape>0db": "|two",
		"a b\ntwo<escape>0db": "a| \ntwo",
		"a\nb<escape>2dd": "a\n|b",
		"one\ntwo<escape>ggdw": "|\ntwo",
		"one two three<escape>bhdiw": "one two|three",
	});
});

test("Operators work on words, quotations and brackets as objects.", () => {
	check({
		"one two three<escape>bbdiw": "one | three",
		"one two three<escape>bbdaw": "one |three",
		"one two<escape>daw": "on|e",
		'say "hi you" now<escape>0ci"X<escape>': 'say "|X" now',
		'say "hi you" now<escape>0da"': "say |now",
		"f(a, (b), c) x<escape>0ffllci(<escape>": "f|() x",
		"f(a, (b), c) x<escape>0fbda(": "f(a, |, c) x",
		"{x}<escape>0hdi}": "{|}",
		"a-b c<escape>0diW": "| c",
		"no quotes<escape>di(": "no quote|s",
		"a (b) c<escape>0di(": "a (|) c",
		'a "b" c<escape>0da"': "a |c",
	});
});

test("Text is copied and put by letters and by lines.", () => {
	check({
		"one two<escape>0yw$p": "one twoone| ",
		"ab<escape>0xp": "b|a",
		"ab<escape>x0P": "|ba",
		"a\nb<escape>ggyyp": "a\n|a\nb",
		"a\nb<escape>ggyyjP": "a\n|a\nb",
		"a\nb<escape>yy2p": "a\nb\n|b\nb",
		"ab<escape>x3p": "abb|b",
		"a\nb<escape>ggddp": "b\n|a",
		"one<escape>p": "on|e",
	});
});

test("Characters are replaced, letters change their case, and lines are joined and opened.", () => {
	check({
		"abc<escape>0rx": "|xbc",
		"abc<escape>02rx": "x|xc",
		"abc<escape>9rx": "ab|c",
		"a👩‍💻c<escape>hr漢": "a|漢c",
		"aBc<escape>03~": "Ab|C",
		"a\n  b<escape>ggJ": "a| b",
		"a\nb\nc<escape>gg3J": "a b| c",
		"a<escape>ob": "a\nb|",
		"a<escape>Ob": "b|\na",
		"  a<escape>Ix": "  x|a",
		"a b<escape>0Ax": "a bx|",
	});
});

test("The last change is repeated, also with what was written.", () => {
	check({
		"a b c d<escape>0dw.": "|c d",
		"a b c d<escape>0dw2.": "|d",
		"one two three<escape>0cwX<escape>w.": "X |X three",
		"a<escape>ob<escape>.": "a\nb\n|b",
		"abc<escape>0x.u": "|bc",
		"one two<escape>0cwab<backspace>c<escape>w.": "ac a|c",
		"abc<escape>.": "ab|c",
	});
});

test("u takes back a whole command, with what was written in it; Ctrl-R does it again.", () => {
	check({
		"one two<escape>0cwsix seven<escape>u": "|one two",
		"one two<escape>0cwsix seven<escape>u<ctrl+r>": "six seve|n two",
		"abc<escape>0xxuu": "|abc",
		"hello world<escape>u": "|",
	});
});

test("Enter sends in both modes, and the next message begins ready to write.", () => {
	assert.deepEqual(play("hi<enter>")[1], [{ kind: "submit", text: "hi" }]);
	const [composer, outputs] = play("hi<escape><enter>");
	assert.deepEqual(outputs, [{ kind: "submit", text: "hi" }]);
	assert.equal(composer.vi?.mode, "insert");
	assert.equal(composer.edit.text, "");
});

test("j and k move by rows, and beyond the first and the last row go through what was sent before.", () => {
	check({
		"first<enter>a\nb<escape>k": "|a\nb",
		"first<enter>a\nb<escape>kk": "firs|t",
		"first<enter>a\nb<escape>kkj": "a\n|b",
		"first<enter>second<enter><escape>2k": "firs|t",
	});
});

test("Escape in normal mode gives up a command that was begun; without one the chat gets the key.", () => {
	assert.deepEqual(play("ab<escape>2d<escape>x")[0].edit.text, "a");
	assert.deepEqual(play("ab<escape>d<escape>")[1], []);
	assert.deepEqual(play("ab<escape><escape>")[1], [{ kind: "escape" }]);
	assert.equal(isForComposer(play("ab<escape>")[0], "ctrl+r"), true);
	assert.equal(isForComposer(play("ab")[0], "ctrl+r"), false);
	// In normal mode the cursor stands on a letter. Ctrl-K must open the palette all the same, and erase nothing.
	assert.equal(isForComposer(play("ab<escape>")[0], "ctrl+k"), false);
});

test("Text that vi erased can be brought back by Ctrl-Y too.", () => {
	assert.equal(shown("one two<escape>0dwi<ctrl+y>"), "one |two");
});

test("Turning vi's keys off keeps the text and forgets the state of vi.", () => {
	const [composer] = play("ab<escape>");
	const [next] = pressComposer(composer, { kind: "text", text: "x" }, { ...context, editing: "emacs" });
	assert.equal(next.vi, undefined);
	assert.equal(next.edit.text, "axb");
});

const keyOfVi = fc.oneof(
	{ weight: 8, arbitrary: fc.constantFrom(..."hjklwWbBeE0^$fFtT;,gGxXDCSsdcyYpPr~JuaAiIoO.123 \"'()[]{}<>") },
	{ weight: 2, arbitrary: fc.constantFrom("👩‍💻", "e\u0301", "\u0301", "🇩🇪", "漢", "\u200D", "\n", "가") },
	{
		weight: 3,
		arbitrary: fc.constantFrom(
			"<escape>",
			"<escape>",
			"<ctrl+r>",
			"<backspace>",
			"<up>",
			"<down>",
			"<ctrl+y>",
			"<ctrl+w>",
		),
	},
);
const segmenter = new Intl.Segmenter();
const isBoundary = (text: string, at: number): boolean =>
	at === text.length || Array.from(segmenter.segment(text), ({ index }) => index).includes(at);

test("No keys of vi throw, cut a grapheme, or make a message too long; undoing leads back to nothing.", () => {
	fc.assert(
		fc.property(fc.array(keyOfVi, { maxLength: 60 }), (keys) => {
			let composer = play('one (two) "three"\n👍🏽 four<escape>')[0];
			for (const key of keys) {
				[composer] = play(key, composer);
				const { text, cursor } = composer.edit;
				assert.ok(isBoundary(text, cursor), JSON.stringify({ key, text, cursor }));
				assert.ok(text.isWellFormed() && text.length <= 16_000);
			}
			[composer] = play("<escape>", composer);
			for (let steps = 0; composer.undo.past.length > 0 && steps < 100; steps++) [composer] = play("u", composer);
			assert.equal(composer.edit.text, "");
		}),
		{ numRuns: 300 },
	);
});

test("Huge counts and repeats stay within the length of a message, and end.", () => {
	const [full] = play(`${"x".repeat(400)}<escape>0y$9999p`);
	assert.equal(full.edit.text.length, 400);
	assert.match(full.note?.text ?? "", /full/);
	const [grown] = play(`${"x".repeat(400)}<escape>0y$30p9999.`);
	assert.ok(grown.edit.text.length <= 16_000);
});

test("A command that a key has put into the box in normal mode is completed by typing.", () => {
	const offered = composerOffered(play("hello<escape>")[0], "/verify ");
	assert.equal(offered.vi?.mode, "insert");
});
