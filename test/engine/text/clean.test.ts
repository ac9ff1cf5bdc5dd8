// The sanitiser against what attackers send, and against what people really write.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanLine, cleanName, cleanText, isSeen, readOwnName } from "../../../src/engine/text/clean.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { emojiForms, scripts } from "./clean-corpus.ts";

const ZWNJ = "\u200c";
const ZWJ = "\u200d";
const ENGLAND = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";

test("real text in many scripts is left as it was written, line breaks included", () => {
	assert.ok(Object.keys(scripts).length >= 40);
	for (const [script, text] of Object.entries({ ...scripts, ...emojiForms })) {
		assert.equal(cleanText(text), text, script);
		assert.equal(cleanLine(text), text, script);
		assert.equal(
			cleanText(text.normalize("NFD")),
			text.normalize("NFD"),
			`${script}, decomposed as in macOS file names`,
		);
		assert.equal(cleanText(`${text}\n\n  ${text}`), `${text}\n\n  ${text}`, `${script}, two lines`);
	}
});

test("real names are left as they are, composed", () => {
	const { "Persian: joiner with no visible effect": _withoutEffect, ...others } = scripts;
	for (const name of Object.values(others).flatMap((text) =>
		text.split(/[\s ]+/).filter((word) => /^\p{L}/u.test(word)),
	)) {
		// What stands around names is no part of them.
		if (/[\p{Ps}\p{Pe}\p{Pi}\p{Pf}:]/u.test(name)) continue;
		if (Buffer.byteLength(name) <= 100) assert.equal(cleanName(name), name.normalize("NFC"), name);
	}
	assert.equal(cleanName("Jose\u0301 👩🏽‍🚀"), "José 👩🏽‍🚀");
});

const attacks: Readonly<Record<string, readonly [sent: string, shown: string]>> = {
	colours: ["\u001b[31;1mred\u001b[0m", "red"],
	"a window title": ["\u001b]0;owned\u0007hello", "hello"],
	"a clipboard write (OSC 52)": ["\u001b]52;c;aGk=\u001b\\hello", "hello"],
	"a hyperlink that shows another address (OSC 8)": [
		"\u001b]8;;http://evil\u001b\\bank.example\u001b]8;;\u001b\\",
		"bank.example",
	],
	"8-bit sequences": ["\u009b2Jhello \u009d0;t\u009cthere\u0090q\u009c", "hello there"],
	"a device control string": ['\u001bP$q"p\u001b\\hello', "hello"],
	"a terminal reset": ["\u001bchello", "hello"],
	"a charset switch": ["\u001b(0hello", "hello"],
	"an escape inside an escape": ["\u001b\u001b[31mhello\u001b[\u001b[0m", "hello"],
	"a title that never ends keeps its text": ["\u001b]0;hello", "0;hello"],
	"a carriage return over the line": ["paid\rowed", "paid\nowed"],
	backspaces: ["safe\b\b\b\bevil", "safeevil"],
	"a bell and a delete": ["a\u0007b\u007fc", "abc"],
	"text turned round": ["\u202egnp.exe\u202c", "gnp.exe"],
	"isolates and marks of direction": ["a\u2066b\u2069c\u200ed\u200fe\u061cf", "abcdef"],
	"zero-width letters": ["a\u200bb\u2060c\ufeffd\u00ade\u034ff\u2063g\u180eh", "abcdefgh"],
	"fillers that look empty": ["a\u115fb\u1160c\u3164d\uffa0e\u17b4f", "abcdef"],
	"text in tags": ["a\u{e0068}\u{e0069}\u{e007f}", "a"],
	"text in tags of a flag": [`🏴\u{e0068}\u{e0069}\u{e007f}${ENGLAND}\u{e0068}`, `🏴${ENGLAND}`],
	"joiners in Latin": [`pay${ZWJ}pal${ZWNJ}.com`, "paypal.com"],
	"many joiners in Arabic": [`می${ZWNJ}${ZWNJ}${ZWJ}خواهم`, `می${ZWNJ}خواهم`],
	"a joiner from emoji to letter": [`👩${ZWJ}a${ZWJ}👩`, "👩a👩"],
	"variation selectors in Latin": ["a\ufe0fb\ufe00c\u{e0100}", "abc"],
	"bytes in variation selectors": ["😀\ufe0f\ufe0f\u{e0121}\u{e0122}葛\u{e0100}\u{e0101}", "😀\ufe0f葛\u{e0100}"],
	"variation selectors on digits": ["1\ufe0f2\ufe0f\u20e3", "12\ufe0f\u20e3"],
	"marks in a tower": [`z${"\u0337".repeat(50)}o`, `z${"\u0337".repeat(8)}o`],
	"marks with nothing below": ["\u0301\u0301a\n\u0336 \u0336b", "a\n b"],
	"Hangul vowels over Latin": ["a\u1161\u1161b한\u11a8", "ab한\u11a8"],
	annotations: ["\ufff9a\ufffab\ufffb", "ab"],
	separators: ["a\u2028b\u2029c\r\nd", "a\nb\nc\nd"],
	"lone surrogates": ["a\ud800b\udc00", "a\ufffdb\ufffd"],
	"icons of a private font": ["\ue0b0root\u{100000}", "\ufffdroot\ufffd"],
	noncharacters: ["a\ufffe\u{1ffff}\ufdd0b", "ab"],
	"a tab": ["a\tb", "a    b"],
};

for (const [attack, [sent, shown]] of Object.entries(attacks)) {
	test(`attack: ${attack}`, () => {
		assert.equal(cleanText(sent), shown);
		assert.equal(cleanLine(sent), shown.replaceAll("    ", " ").replaceAll("\n", " "));
	});
}

/** All of Unicode, lone surrogates too, and what attackers would put next to each other. */
const pieces = fc.oneof(
	{ weight: 2, arbitrary: fc.string({ unit: anyCharacter, maxLength: 3 }) },
	{ weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
	{ weight: 3, arbitrary: fc.constantFrom(...Object.values(attacks).map(([sent]) => sent)) },
	{
		weight: 8,
		arbitrary: fc.constantFrom(
			...[..."\u001b[]0;m\\P\u0007\u009b\u009c\u009d\t\r\n \u00a0\u2028aé1#"],
			...[ZWJ, ZWNJ, "\ufe00", "\ufe0e", "\ufe0f", "\u{e0100}", "\u180b", "\u034f", "\u200b", "\u202e", "\ufeff"],
			...[ENGLAND, "🏴", "\u{e0067}", "\u{e007f}", "👩", "🏽", "❤", "🇩", "\u20e3", "©"],
			...[
				"\u0301",
				"\u0323",
				"\u0337",
				"\u064e",
				"क",
				"\u094d",
				"ष",
				"\u09cd",
				"র",
				"ب",
				"ا",
				"ه",
				"\u1820",
				"葛",
				"豈",
			],
			...[
				"\u1100",
				"\u1161",
				"\u11a8",
				"가",
				"\u115f",
				"\u3164",
				"\u0344",
				"\u0958",
				"\u{1d160}",
				"\u2126",
				"\u070f",
				"\u0710",
			],
		),
	},
);
const hostile = fc.array(pieces, { maxLength: 40, size: "max" }).map((parts) => parts.join(""));

/** Written apart from the sanitiser's own classes: what no cleaned string may contain. */
const forbidden: Readonly<Record<string, RegExp>> = {
	controls: /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
	"direction controls": /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/,
	"zero width":
		/[\u034f\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060-\u2064\u3164\ufeff\uffa0\ufff0-\ufffc]/,
	"lone surrogates": /\p{Cs}/u,
	"private use": /\p{Co}/u,
	"stray tags": /(?<![\u{1f3f4}\u{e0061}-\u{e007a}])[\u{e0000}-\u{e007f}]|[\u{e0080}-\u{e00ff}]/u,
	"joiners in Latin": /[\u0000-\u02ff][\u200c\u200d]|^[\u200c\u200d]/,
	"two joiners": /[\u200c\u200d]{2}/,
	"selectors in Latin": /[a-z\n ][\ufe00-\ufe0f]|^[\ufe00-\ufe0f]/i,
	"two selectors": /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2}/u,
	"towers of marks": /[\u0300-\u034e\u0350-\u036f]{9}/,
	"marks on nothing": /(?:^|[\n ])[\u0300-\u036f]/,
};

function assertHarmless(shown: string): void {
	for (const [what, pattern] of Object.entries(forbidden)) assert.doesNotMatch(shown, pattern, what);
	const tagged = shown.replaceAll(
		/\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/gu,
		"",
	);
	assert.doesNotMatch(tagged, /[\u{e0000}-\u{e007f}]/u);
}

test("whatever is sent: nothing harmful is left, and a second cleaning changes nothing", () => {
	fc.assert(
		fc.property(fc.oneof(hostile, fc.string({ unit: anyCharacter, maxLength: 200, size: "max" })), (sent) => {
			const [text, line] = [cleanText(sent), cleanLine(sent)];
			assertHarmless(text);
			assertHarmless(line);
			assert.doesNotMatch(line, /\n/);
			assert.equal(cleanText(text), text);
			assert.equal(cleanLine(line), line);
			assert.ok(text.length <= sent.length * 4);
			assert.ok(line.length <= sent.length);
		}),
		{ numRuns: 6000 },
	);
});

test("whatever the limit: the result keeps to it, and a second cleaning changes nothing", () => {
	fc.assert(
		fc.property(hostile, fc.integer({ min: 0, max: 30 }), (sent, limit) => {
			const text = cleanText(sent, limit);
			assert.ok(text.length <= limit);
			assertHarmless(text);
			assert.equal(cleanText(text, limit), text);
		}),
		{ numRuns: 2000 },
	);
});

test("a text that is longer than the limit is cut between characters", () => {
	assert.equal(cleanText("x".repeat(100_000)).length, 65_536);
	assert.equal(cleanText("\t".repeat(65_536)).length, 65_536);
	assert.equal(cleanLine("ab😀", 3), "ab");
	assert.equal(cleanLine(`a${ENGLAND}`, 8), "a🏴");
	assert.equal(cleanLine("👩‍👩", 3), "👩");
});

test("whatever a person calls themselves: a name is short, visible, composed and stays the same when cleaned again", () => {
	const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
	fc.assert(
		fc.property(fc.oneof(hostile, fc.string({ unit: anyCharacter, maxLength: 300, size: "max" })), (sent) => {
			const name = cleanName(sent);
			if (name === undefined) return;
			assertHarmless(name);
			assert.equal(cleanName(name), name);
			assert.equal(name.normalize("NFC"), name);
			assert.equal(cleanLine(name), name);
			assert.doesNotMatch(name, /\s\s|^\s|\s$|[^\S ]/);
			assert.ok([...graphemes.segment(name)].length <= 32);
			assert.ok(Buffer.byteLength(name) <= 128);
		}),
		{ numRuns: 6000 },
	);
});

test("names: white space is evened out, length is bounded, emptiness is seen through", () => {
	assert.equal(cleanName("  Ada\t \u00a0\u3000\n Lovelace\u2800 "), "Ada Lovelace");
	assert.equal(cleanName("Zoe\u0308"), "Zoë");
	assert.equal(cleanName("a".repeat(1000)), "a".repeat(32));
	assert.equal(cleanName("👨‍👩‍👧‍👦".repeat(50)), "👨‍👩‍👧‍👦".repeat(5), "as many whole families as fit in 128 bytes");
	for (const empty of [
		"",
		" ",
		"\u200b",
		"\u2800\u2800",
		"\u3164",
		"\u0301",
		"\ufe0f",
		ZWJ,
		"\u001b[31m",
		"\ue000",
		"\ufffd",
	]) {
		assert.equal(cleanName(empty), undefined, JSON.stringify(empty));
	}
	assert.equal(cleanName("🦊"), "🦊");
});

test("attack: a name that differs from another only in what cannot be seen becomes the same name", () => {
	for (const [trick, plain] of [
		["Ad\u200ba", "Ada"],
		["Ada\u2800", "Ada"],
		["Ad\u0430\u200d", "Ad\u0430"],
		[`رضا${ZWJ}`, "رضا"],
		[`دار${ZWNJ}یوش`, "داریوش"],
		["Ada\u{e0041}", "Ada"],
		["\u2067Ada", "Ada"],
	] as const) {
		assert.equal(cleanName(trick), plain);
	}
});

test("attack: a name can't be a line, a role or a mark of the program, in look-alike letters neither", () => {
	for (const [pretended, left] of [
		["Ann: yes", "Ann yes"],
		["Ann (host)", "Ann host"],
		["Ann [you, host]", "Ann you, host"],
		["!!", undefined],
		["\u01c3\u01c3 Hanna comes with another key", "Hanna comes with another key"],
		["\u2192 Bob joined \u00b7", "Bob joined \u00b7"],
		["-- Ann", "Ann"],
		["\u2013 \u2014 Ann", "Ann"],
		["* Ann", "Ann"],
		["? Ann", "Ann"],
		["\u0294 Ann", "Ann"],
		["@Ann", "Ann"],
		["> Ann", "Ann"],
		["Alice \u25cf", "Alice"],
		["Alice \u25cb", "Alice"],
		["Alice \u26ab", "Alice"],
		["Alice \u2713", "Alice"],
		['Bob" joined (verified). "Eve', "Bob' joined verified . 'Eve"],
		["Bob'' joined", "Bob' joined"],
		["Bob\u201d joined", "Bob' joined"],
		["Bob\u02ee joined", "Bob' joined"],
		["Ann\uff1ayes", "Ann yes"],
		["Ann\ufe55 yes", "Ann yes"],
		["Ann\u0903 yes", "Ann yes"],
		["Ann\u0903\u0323 yes", "Ann yes"],
		["Ann\ua4fd yes", "Ann yes"],
		["Ann\u02d0", "Ann"],
		["Ann\u02d1", "Ann"],
		["Ann\ua789 yes", "Ann yes"],
		["Ann\u2236yes", "Ann yes"],
	] as const) {
		assert.equal(cleanName(pretended), left, pretended);
	}
});

test("names as people have them stay, apostrophes, dots, emoji and visargas included", () => {
	for (const name of [
		"'t Hooft",
		"O\u2019Neill",
		"D'Arcy-Smith",
		"Dr. Dre",
		"\u0926\u0941\u0903\u0916",
		"\u01c3Kung",
		"\u00d6mer \u00c7. \u015eahin",
		"_anna_",
		"\u{1f98a} fox",
		"Sam \u2764\ufe0f",
		"Gal\u00b7la",
		"\u05d9\u05d5\u05e1\u05e3",
		"\u5c71\u7530\u592a\u90ce",
		"b4nana",
		"4711",
	]) {
		assert.equal(cleanName(name), name);
		assert.deepEqual(readOwnName(name), { kind: "name", name });
	}
});

test("a text of which nothing would be seen is told from one that shows something", () => {
	for (const unseen of [
		"",
		"   ",
		"\u200b\u200b",
		"\u2060",
		"\u0000",
		"\u00ad",
		"\ufeff",
		"\u2800",
		"\u3164",
		"\u001b[31m",
		"\n\t\u00a0",
	])
		assert.equal(isSeen(unseen), false, JSON.stringify(unseen));
	for (const seen of [".", " a ", "\u{1f98a}", "\ue000"]) assert.equal(isSeen(seen), true, seen);
});

test("whoever chooses a name with the program's signs in it is told, and what would do instead", () => {
	assert.deepEqual(readOwnName("Ann (host)"), { kind: "wrong", problem: { why: "marks", instead: "Ann host" } });
	assert.deepEqual(readOwnName("!!"), { kind: "wrong", problem: { why: "marks" } });
	assert.deepEqual(readOwnName(" \u200b"), { kind: "wrong", problem: { why: "empty" } });
});
