// The rule for doc comments: each can be understood by itself, so none begins with words that lean on what stands beside it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

/** "Of the host." is half a sentence whose other half is the name of a field; "See there." is none. */
const LEANING = /^(?:Of|As of|The same|See)\b/;

/** The text of every doc comment, on one line each. */
function docCommentsOf(source: string): readonly string[] {
	return [...source.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, text = ""]) => text.replace(/\n\s*\*?/g, " ").trim());
}

const leaningIn = (path: string, source: string): readonly string[] =>
	docCommentsOf(source).flatMap((text) => (LEANING.test(text) ? [`${path}: ${text.slice(0, 80)}`] : []));

test("No doc comment in src/ begins with Of, As of, The same or See.", () => {
	const paths = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
	assert.ok(paths.length > 300, "the sources were read");
	assert.deepEqual(
		paths.flatMap((name) => leaningIn(posix.join("src", name), readFileSync(posix.join("src", name), "utf8"))),
		[],
	);
});

test("The rule finds such comments on one line and on several, and leaves others alone.", () => {
	for (const comment of [
		"/** Of the host. */",
		"/** As of the Member. */",
		"/** The same, fit to show. */",
		"/**\n\t * See `Stage.beatMs`.\n\t */",
	]) {
		assert.equal(leaningIn("src/x.ts", `const a = 1;\n\t${comment}\n\tb: string;`).length, 1, comment);
	}
	for (const comment of [
		"/** Often asked. */",
		"/** Seeds the keys (see RFC 8032). */",
		"// Of no matter.",
		"/* The same. */",
	]) {
		assert.deepEqual(leaningIn("src/x.ts", comment), [], comment);
	}
});
