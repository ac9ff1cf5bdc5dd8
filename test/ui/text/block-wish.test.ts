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
		["81.2.69.1 for 0h", { address: "81.2.69.1", note: "for 0h" }],
		["81.2.69.1 for 999999w", { address: "81.2.69.1", note: "for 999999w" }],
		["AS3320", { address: "AS3320" }],
		["as 3320 for 1w", { address: "as 3320", forMs: 168 * hour }],
		[key, { address: key }],
		[`${key} for 1h not him`, { address: key, forMs: hour, note: "not him" }],
		["", undefined],
	] as const) {
		assert.deepEqual(readBlockWish(typed), wish, typed);
	}
});

test("Any text is read without harm, and its time is in the future", () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 200 }), (typed) => {
			const wish = readBlockWish(typed);
			assert.equal(wish === undefined, typed.trim() === "");
			const command = wish && blockCommandOf(wish, 1_000);
			if (command && "until" in command) assert.ok(Number(command.until) > 1_000);
		}),
	);
});
