// Web addresses: the target is what is seen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { linksIn } from "../../../src/ui/text/links.ts";
import { rowsOf } from "../../../src/ui/timeline/row-cache.ts";
import { lineOf, personNamed } from "../../support/views/fake-engine.ts";

const theme = themeFor({ TERM: "xterm-256color" }, "dark");
const urlsIn = (text: string): readonly string[] => linksIn(text).map(({ url }) => url);

/** Each linked piece on screen and where it leads. */
function piecesOf(rows: readonly string[]): readonly { readonly target: string; readonly seen: string }[] {
	const pattern = /\u001B\]8;id=[0-9a-z]+;([^\u001B]+)\u001B\\([\s\S]*?)\u001B\]8;;\u001B\\/g;
	return rows.flatMap((row) =>
		Array.from(row.matchAll(pattern), ([, target = "", seen = ""]) => ({
			target,
			seen: stripVTControlCharacters(seen),
		})),
	);
}

test("The punctuation behind an address in a sentence does not belong to it; its own brackets do.", () => {
	assert.deepEqual(urlsIn("see https://a.org/x."), ["https://a.org/x"]);
	assert.deepEqual(urlsIn("(https://a.org/x), https://b.org?"), ["https://a.org/x", "https://b.org"]);
	assert.deepEqual(urlsIn("https://a.org/wiki/B_(c) and <http://c.org/d>"), [
		"https://a.org/wiki/B_(c)",
		"http://c.org/d",
	]);
	assert.deepEqual(urlsIn("http://127.0.0.1:8080/x http://[::1]:80/"), ["http://127.0.0.1:8080/x", "http://[::1]:80/"]);
});

test("Only web addresses become links.", () => {
	for (const text of [
		"javascript:alert(1)",
		"file:///etc/passwd",
		"ssh://a.org",
		"www.a.org",
		"xhttps://a.org",
		"https://",
	]) {
		assert.deepEqual(urlsIn(text), [], text);
	}
});

test("An address that pretends to be another stays text: a user before the host, a host in other letters, a backslash.", () => {
	for (const text of [
		"https://bank.com@evil.org/",
		"https://bаnk.com/",
		"https://evil.org\\@bank.com",
		"https://bank.com:x@evil.org",
	]) {
		assert.deepEqual(urlsIn(text), [], text);
	}
	assert.deepEqual(urlsIn("https://xn--bnk-5cd.com/"), ["https://xn--bnk-5cd.com/"]);
});

test("Other letters in a path are encoded for the terminal and shown as they are.", () => {
	assert.deepEqual(urlsIn("https://de.example.org/Käse"), ["https://de.example.org/K%C3%A4se"]);
});

test("Every linked piece on screen is a part of its own target, and all rows of a wrapped address lead to the whole of it.", () => {
	const path = fc.string({ unit: fc.constantFrom("a", "b", "/", "?", "=", "_", "(", ")", ".", "-"), maxLength: 150 });
	fc.assert(
		fc.property(path, fc.constantFrom("", "see ", "漢字 "), fc.integer({ min: 38, max: 120 }), (end, before, width) => {
			const url = `https://example.org/${end}`;
			const rows = rowsOf(lineOf(personNamed("Ann"), before + url), {}, { theme, width });
			const pieces = piecesOf(rows);
			const [target = ""] = urlsIn(url);
			assert.ok(url.startsWith(target));
			for (const piece of pieces) assert.equal(piece.target, target);
			assert.equal(pieces.map(({ seen }) => seen).join(""), target);
		}),
	);
});

test("Without links the addresses are only text.", () => {
	const rows = rowsOf(lineOf(personNamed("Ann"), "https://a.org"), {}, { theme, width: 80, hasLinks: false });
	assert.ok(!rows.join("").includes("\u001B]8"));
	assert.match(rows[0]!, /https:\/\/a\.org/);
});

test("A hostile text of addresses costs little.", () => {
	const text = "https://".repeat(8_000);
	assert.ok(linksIn(text).length <= 100);
	assert.equal(linksIn(`https://a.org/${")".repeat(1_900)} `.repeat(30)).length, 30);
});
