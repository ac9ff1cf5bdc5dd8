// What can be typed after /block: a subject, a time, a note.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blockCommandOf, readBlockWish } from "../../../src/ui/text/block-wish.ts";

const key = "0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567";
const hour = 3_600_000;

test("A subject, a time and a note are told apart", () => {
	for (const [typed, wish] of [
		["81.2.69.1", { address: "81.2.69.1" }],
		["81.2.69.0/24 for 2h", { address: "81.2.69.0/24", forMs: 2 * hour }],
		["81.2.69.1 for 3d too loud", { address: "81.2.69.1", forMs: 72 * hour, note: "too loud" }],
		["81.2.69.1 For 90 M", { address: "81.2.69.1", forMs: 1.5 * hour }],
		["81.2.69.1 for spamming", { address: "81.2.69.1", note: "for spamming" }],
		["81.2.69.1 for 2hours too loud", { address: "81.2.69.1", forMs: 2 * hour, note: "too loud" }],
		["81.2.69.1 for 3 days", { address: "81.2.69.1", forMs: 72 * hour }],
		["81.2.69.1 for 2 h", { address: "81.2.69.1", forMs: 2 * hour }],
		["AS3320", { address: "AS3320" }],
		["as 3320 for 1w", { address: "as 3320", forMs: 168 * hour }],
		[key, { address: key }],
		[`${key} for 1h not him`, { address: key, forMs: hour, note: "not him" }],
	] as const) {
		assert.deepEqual(readBlockWish(typed), { kind: "wish", ...wish }, typed);
	}
	assert.deepEqual(readBlockWish(" "), { kind: "nothing" });
});

test("A time that can't be read is refused with the forms that can: nobody is blocked without an end by a slip", () => {
	for (const time of ["1.5h", "30s", "0m", "0h", "999999w", "999999999d", "1y", "-2h", "2", "2hh", "1h30m", ".5h"]) {
		const read = readBlockWish(`81.2.69.1 for ${time}`);
		assert.match(read.kind === "wrong" ? read.message : read.kind, /is no time.*"for 30m", "for 2h"/, time);
	}
});

test("Any text is read without harm, and its time is in the future", () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 200 }), (typed) => {
			const wish = readBlockWish(typed);
			assert.equal(wish.kind === "nothing", typed.trim() === "");
			const command = wish.kind === "wish" ? blockCommandOf(wish, 1_000) : undefined;
			if (command && "until" in command) assert.ok(Number(command.until) > 1_000);
		}),
	);
});
