// What comments must not begin with: a doc comment is a sentence that a newcomer understands without the file beside it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/** A comment that begins so has no subject or no verb of its own, or sends the reader elsewhere. */
const FRAGMENT = /\/\*\*\s*(?:\*\s*)?(?:Of|As of|The same|See)\b.*/g;

const fragmentsIn = (source: string): readonly string[] => source.match(FRAGMENT) ?? [];

test("no doc comment in src/ begins with Of, As of, The same or See", () => {
	const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));
	assert.ok(files.length > 50, "src/ was read");
	const found = files.flatMap((path) =>
		fragmentsIn(readFileSync(join("src", path), "utf8")).map((line) => `${path}: ${line}`),
	);
	assert.deepEqual(found, []);
});

test("the openings are found in both forms of a doc comment, and nowhere else", () => {
	for (const opening of ["Of", "As of", "The same", "See"]) {
		assert.equal(fragmentsIn(`/** ${opening} the room. */`).length, 1);
		assert.equal(fragmentsIn(`/**\n * ${opening} the room.\n */`).length, 1);
	}
	assert.deepEqual(fragmentsIn("/** Offers a room. */\n/** Seen by all. */\n// Of the room."), []);
});
