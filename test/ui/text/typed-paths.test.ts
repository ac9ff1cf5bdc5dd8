// Paths as people type them and as terminals paste what was dropped on them.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pastedPaths, quotedPath, typedPaths } from "../../../src/ui/text/typed-paths.ts";
import { anyCharacter } from "../../support/any-character.ts";

test("Paths are read as a shell reads them: blanks between, quotes and backslashes for those inside.", () => {
	const read: readonly (readonly [string, readonly string[] | undefined])[] = [
		["a.txt b.txt", ["a.txt", "b.txt"]],
		["my\\ file.pdf", ["my file.pdf"]],
		['"my file.pdf" other', ["my file.pdf", "other"]],
		["'it''s'", ["its"]],
		["'/home/ada/it'\\''s.txt'", ["/home/ada/it's.txt"]],
		['"a \\"b\\" c"', ['a "b" c']],
		["'C:\\Users\\Ada'", ["C:\\Users\\Ada"]],
		["", []],
		["'no end", undefined],
		['"no end', undefined],
		["a ".repeat(101), undefined],
	];
	for (const [typed, paths] of read) assert.deepEqual(typedPaths(typed), paths, typed);
});

test("Any path that is quoted is read as it was, whatever is in it.", () => {
	fc.assert(
		fc.property(fc.array(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 60 }), { maxLength: 5 }), (paths) => {
			assert.deepEqual(typedPaths(paths.map(quotedPath).join("  ")), paths);
		}),
	);
});

test("A file that was dropped on the window is recognised, however the terminal writes it.", () => {
	const dropped: readonly (readonly [string, readonly string[]])[] = [
		["/home/ada/report.pdf ", ["/home/ada/report.pdf"]],
		["'/home/ada/my report.pdf' ", ["/home/ada/my report.pdf"]],
		["'/home/ada/it'\\''s.txt'", ["/home/ada/it's.txt"]],
		["/Users/ada/my\\ report.pdf", ["/Users/ada/my report.pdf"]],
		["/home/ada/my report.pdf", ["/home/ada/my report.pdf"]],
		["'/a/b' '/c d/e'", ["/a/b", "/c d/e"]],
		["file:///home/ada/my%20report.pdf\n", ["/home/ada/my report.pdf"]],
		["file://localhost/a\nfile:///b", ["/a", "/b"]],
		["~/notes.txt", ["~/notes.txt"]],
		['"C:\\Users\\Ada\\a.txt"', ["C:\\Users\\Ada\\a.txt"]],
	];
	for (const [pasted, paths] of dropped) assert.deepEqual(pastedPaths(pasted), paths, pasted);
});

test("Text with a path in it, addresses of the web and several lines are no dropped files.", () => {
	for (const pasted of [
		"see /etc/hosts",
		"https://example.org/a",
		"a.txt",
		"",
		"/home/ada\nand more text",
		"file:///%zz",
	]) {
		assert.equal(pastedPaths(pasted), undefined, pasted);
	}
});
