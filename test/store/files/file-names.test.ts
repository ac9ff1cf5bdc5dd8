// Names of files from others, against a public corpus of hostile ones, and what our own files are offered as.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { nameToOffer, numbered, readFileName } from "../../../src/store/files/file-names.ts";
import { hasTwinsByCase, readFolderList } from "../../../src/store/files/folder-list.ts";
import { anyCharacter } from "../../support/any-character.ts";

interface Corpus {
	readonly refused: readonly { readonly name: string; readonly why: string }[];
	readonly taken: readonly { readonly name: string; readonly as?: string }[];
	readonly lists: readonly { readonly paths: readonly string[]; readonly why: string; readonly problem?: string }[];
}
const corpus = JSON.parse(readFileSync("test/vectors/file-names.json", "utf8")) as Corpus;

for (const { name, why } of corpus.refused) {
	test(`the name ${JSON.stringify(name.slice(0, 40))} is refused: ${why}`, () => {
		assert.deepEqual(readFileName(name), { kind: "refused", why });
	});
}

for (const { name, as = name } of corpus.taken) {
	test(`the name ${JSON.stringify(name.slice(0, 40))} is taken`, () => {
		assert.deepEqual(readFileName(name), { kind: "name", name: as });
		assert.equal(nameToOffer(name), as, "and is offered as it is");
	});
}

for (const { paths, why, problem } of corpus.lists) {
	test(`the folder ${JSON.stringify(paths).slice(0, 50)} is refused: ${why}`, () => {
		const outcome = readFolderList(paths.map((path) => ({ path, size: 1 })));
		assert.deepEqual(outcome, { kind: "refused", problem: problem === undefined ? { why } : { why, problem } });
	});
}

test("a file name that is no name at all is refused", () => {
	for (const raw of [undefined, null, 5, {}, [], ["a"], new Uint8Array(3)]) {
		assert.deepEqual(readFileName(raw), { kind: "refused", why: "notText" });
	}
});

const hostileText = fc.oneof(
	fc.string({ unit: anyCharacter, maxLength: 300 }),
	fc.string({ unit: "grapheme", maxLength: 300 }),
	fc
		.array(
			fc.constantFrom(
				"..",
				"/",
				"\\",
				".",
				" ",
				"\0",
				"\u202e",
				"\u200d",
				"\u0301",
				"con",
				":",
				"-",
				"~",
				"é",
				"👩",
				"a",
				".txt",
				"\u00a0",
			),
			{ maxLength: 90 },
		)
		.map((parts) => parts.join("")),
);

test("a name that is taken is one component that cannot leave its folder, and reading it again changes nothing", () => {
	fc.assert(
		fc.property(hostileText, (raw) => {
			const read = readFileName(raw);
			if (read.kind === "refused") return;
			assert.equal(read.name, raw.normalize("NFC"));
			assert.doesNotMatch(read.name, /[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]|^\.|^[-~ ]|[. ]$/u);
			assert.ok(Buffer.byteLength(read.name) <= 255);
			assert.deepEqual(readFileName(read.name), read);
		}),
		{ numRuns: 2_000 },
	);
});

test("whatever a file is called, it is offered under a name that receivers take, numbered as often as needed", () => {
	fc.assert(
		fc.property(hostileText, fc.integer({ min: 1, max: 9_999 }), (raw, count) => {
			const offered = nameToOffer(raw);
			assert.deepEqual(readFileName(offered), { kind: "name", name: offered });
			const next = numbered(offered, count);
			assert.ok(Buffer.byteLength(next) <= 255, next);
			assert.doesNotMatch(next, /[/\\\p{Cc}]|^\./u);
			assert.equal(next === offered, count === 1);
		}),
		{ numRuns: 2_000 },
	);
});

test("the name under which a file is offered keeps what can be kept: the words, and the ending", () => {
	assert.equal(nameToOffer(".env"), "env");
	assert.equal(nameToOffer("12:30 notes?.txt"), "12_30 notes_.txt");
	assert.equal(nameToOffer("Screenshot at 3.14\u202fPM.png"), "Screenshot at 3.14 PM.png");
	assert.equal(nameToOffer("nul.txt"), "_nul.txt");
	assert.equal(nameToOffer("..."), "file");
	assert.equal(nameToOffer(`${"x".repeat(300)}.tar.gz`), `${"x".repeat(117)}.gz`);
	assert.equal(numbered(nameToOffer("a.tar.gz"), 2), "a (2).tar.gz");
	assert.equal(numbered(nameToOffer("Makefile"), 3), "Makefile (3)");
});

test("a list of a million files, of 100,000 TB, or that is no list is refused before it costs anything", () => {
	const million = Array.from({ length: 1_000_000 }, () => ({ path: "a", size: 1 }));
	assert.deepEqual(readFolderList(million), { kind: "refused", problem: { why: "tooMany" } });
	assert.deepEqual(
		readFolderList([
			{ path: "a", size: 2 ** 42 },
			{ path: "b", size: 1 },
		]),
		{ kind: "refused", problem: { why: "tooLarge" } },
	);
	for (const size of [-1, 0.5, Number.NaN, 2 ** 53, "1", undefined, 2 ** 42 + 1]) {
		assert.deepEqual(readFolderList([{ path: "a", size }]), { kind: "refused", problem: { why: "malformed" } });
	}
	for (const raw of [undefined, {}, "a", [undefined], ["a"], [{ path: 1, size: 1 }]]) {
		assert.deepEqual(readFolderList(raw), { kind: "refused", problem: { why: "malformed" } });
	}
});

test("a list says where each file's bytes begin, and whether some disks could not tell two of its paths apart", () => {
	const entries = [
		{ path: "b/x", size: 3 },
		{ path: "a", size: 0 },
		{ path: "b/c/y", size: 5 },
	];
	const outcome = readFolderList(entries);
	assert.ok(outcome.kind === "list");
	assert.deepEqual(
		outcome.list.files.map(({ offset, size }) => [offset, size]),
		[
			[0, 3],
			[3, 0],
			[3, 5],
		],
	);
	assert.equal(outcome.list.size, 8);
	assert.equal(hasTwinsByCase(outcome.list), false);
	for (const paths of [
		["a", "A"],
		["b/x", "B/y"],
		["b/c/x", "b/C/y"],
	]) {
		const twins = readFolderList(paths.map((path) => ({ path, size: 1 })));
		assert.ok(twins.kind === "list" && hasTwinsByCase(twins.list), paths.join());
	}
});
