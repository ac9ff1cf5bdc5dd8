// The rule for doc comments: each is a whole sentence that can be understood by itself, without what stands beside it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

/** "Of the host." is half a sentence whose other half is the name of a field; "See there." is none. "So many rows are kept." leaves open how many: "At most this many rows are kept." does not. */
const LEANING = /^(?:Of|As of|The same|See|So (?:many|much|often|long|far))\b/;

/** "Whether it was there." is half a sentence, and "`left`: guesses left." is a note. "Tells whether it was there." can be understood by itself. */
const HALF = /^(?:(?:Whether|How|Why|Whom|Whose|Absent|Mutable|ms)\b|`[^`]+`:)/;

/** "Owned by one Member.", "One an engine." and "In bytes." lack the one who is meant; "Where rooms are kept." is a clause with nothing before or behind it. */
const TELEGRAM =
	/^(?:(?:(?:Is )?[Oo]wned by|One (?:an?|for an?)\b|Back (?:to|on)|Off the record:|At (?:a|an|the) [a-z ]+:|In (?:bytes|base\d+|milliseconds|seconds|`)|(?:Gone|Given|Told|Called|Made|Not)[ ,])|(?:Where|When|While|Up to where|By (?:what|which)|Empty)\b[^,;:]*\.$)/;

/** A sentence ends with a full stop, and may be in quotes or brackets. */
const ENDED = /[.!?…]["”’)`]?$/;

/** The text of every doc comment, on one line each. */
function docCommentsOf(source: string): readonly string[] {
	return [...source.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, text = ""]) => text.replace(/\n\s*\*?/g, " ").trim());
}

const isSentence = (text: string): boolean =>
	![LEANING, HALF, TELEGRAM].some((kind) => kind.test(text)) && ENDED.test(text);

const otherThanSentencesIn = (path: string, source: string): readonly string[] =>
	docCommentsOf(source).flatMap((text) => (isSentence(text) ? [] : [`${path}: ${text.slice(0, 80)}`]));

/** "We are in." above a method is what has happened, and "The newest one." what it returns. "Is called when we are in." and "Returns the newest one." say what the method does. */
const DOES = /^(?:[A-Z][a-z]*s|[A-Z][a-z]+ not)\b/;
const FUNCTION =
	/^(?:(?:export )?(?:async )?function\b|(?:export )?const \w+ = (?:async )?(?:<[^(]*>)?\((?:.*=>|$)|(?:static |override |protected |async |get |set )*\*?#?(?!constructor)\w+\??(?:<[^(]*>)?\()/;

/** "What a person adds." and "Is a person who asks." over a type are half a sentence whose other half would be its name. "Holds what a person adds." and "An Asker is a person who asks." are whole. */
const CLAUSE = /^(?:What|Who|Which|Where|Whoever|Is (?!called\b|mutable\b))\b/;
const TYPE = /^(?:export )?(?:abstract )?(?:interface|class|type) \w/;

/** The comments of functions, methods and types that leave out what these do. */
const halfIn = (path: string, source: string): readonly string[] =>
	[...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n\s*(.*)/g)].flatMap(([, comment = "", declared = ""]) => {
		const text = comment.replace(/\n\s*\*?/g, " ").trim();
		const isHalf = (FUNCTION.test(declared) && !DOES.test(text)) || (TYPE.test(declared) && CLAUSE.test(text));
		return isHalf ? [`${path}: ${text.slice(0, 80)}`] : [];
	});

/** The files below a folder that hold TypeScript, by their paths. */
const sourcesBelow = (folder: string): readonly string[] =>
	readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => posix.join(folder, name));

test("Every file that a comment in src/ names is there.", () => {
	const there = ["src", "test", "scripts"].flatMap(sourcesBelow);
	const named = sourcesBelow("src").flatMap((path) =>
		[...readFileSync(path, "utf8").matchAll(/(?:^|\s)(?:\/\/|\/?\*+)\s.*/g)].flatMap(([comment]) =>
			[...comment.matchAll(/[\w./-]*\w\.tsx?\b/g)].map(([name]) => ({ path, name })),
		),
	);
	assert.ok(named.length > 50, "the comments were read");
	assert.deepEqual(
		named.filter(({ name }) => !there.some((path) => path === name || path.endsWith(`/${name}`))),
		[],
	);
});

test("Every doc comment in src/ is a sentence: none begins with half of one, and each ends with a full stop.", () => {
	const paths = sourcesBelow("src");
	assert.ok(paths.length > 300, "the sources were read");
	assert.deepEqual(
		paths.flatMap((path) => otherThanSentencesIn(path, readFileSync(path, "utf8"))),
		[],
	);
});

test("The doc comment of every function and method in src/ begins with what it does, and that of no type is a clause alone.", () => {
	assert.deepEqual(
		sourcesBelow("src").flatMap((path) => halfIn(path, readFileSync(path, "utf8"))),
		[],
	);
});

test("The rule about functions and types finds what has happened, what is returned and what is a clause, and leaves fields alone.", () => {
	for (const source of [
		"/** We are in. */\nentered(roomId: Uint8Array): void {",
		"\t/** The newest one. */\n\tget newest(): Line {",
		"/**\n * Nobody waits for it.\n */\nasync #answered(): Promise<void> {",
		"/** Text as it is compared. */\nexport function folded(text: string): string {",
		"/** What a person adds. */\nexport interface Extras {",
		"/**\n * Whoever asks.\n */\ntype Asker = string;",
		"/** Is a person who asks. */\nexport interface Asker {",
	]) {
		assert.equal(halfIn("src/x.ts", source).length, 1, source);
	}
	for (const source of [
		"/** Is called when we are in. */\nentered(): void {",
		"/** The newest one. */\nreadonly newest: Line;",
		"/** The room is open. */\nconstructor(room: Room) {",
		"/** Holds what a person adds. */\nexport interface Extras {",
		"/** An Asker is a person who asks. */\nexport interface Asker {",
		"/** Is called with each answer. */\nexport type OnAnswer = (text: string) => void;",
		"/** What waits here is sent later. */\nreadonly waiting: readonly Line[];",
	]) {
		assert.deepEqual(halfIn("src/x.ts", source), [], source);
	}
});

test("The rule finds such comments on one line and on several, and leaves others alone.", () => {
	for (const comment of [
		"/** Of the host. */",
		"/** So many rows are kept. */",
		"/** As of the Member. */",
		"/** The same, fit to show. */",
		"/**\n\t * See `Stage.beatMs`.\n\t */",
		"/** Whether it was there. */",
		"/** How long a turn lasts. */",
		"/** `left`: guesses left on this connection. */",
		"/** ms since the epoch. */",
		"/** The newest ones, newest first */",
		"/** Owned by one Member. */",
		"/** Is owned by the room. */",
		"/** One an engine. */",
		"/** In base32, as people type it. */",
		"/** At the host: a guest begins a transfer. */",
		"/** Where rooms are kept. */",
		"/** Gone, or in anew. */",
	]) {
		assert.equal(otherThanSentencesIn("src/x.ts", `const a = 1;\n\t${comment}\n\tb: string;`).length, 1, comment);
	}
	for (const comment of [
		"/** Often asked. */",
		"/** When more than this waits, the writer waits, too. */",
		"/** At these times the keys were there already. */",
		"/** `undefined` stands for nothing. */",
		'/** Says "how". */',
		"/** Takes the name (never the key). */",
		"/** Seeds the keys (see RFC 8032). */",
		"// Of no matter.",
		"/* The same. */",
	]) {
		assert.deepEqual(otherThanSentencesIn("src/x.ts", comment), [], comment);
	}
});
