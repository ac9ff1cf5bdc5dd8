// Which moment a person means by what they type.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { momentOf } from "../../../src/ui/text/moment.ts";

// Saturday, 21 November 2026, a quarter past three in the afternoon, local time.
const now = new Date(2026, 10, 21, 15, 15).getTime();
const local = (...parts: readonly [number, number, number, number?, number?]) => {
	const [year, month, day, hour = 0, minute = 0] = parts;
	return new Date(year, month - 1, day, hour, minute).getTime();
};
const at = (typed: string): number => {
	const wish = momentOf(typed, now);
	assert.equal(wish.kind, "moment", typed);
	return wish.kind === "moment" ? wish.at : 0;
};

test("Days and times are understood as people write them.", () => {
	assert.equal(at("2026-11-20"), local(2026, 11, 20));
	assert.equal(at(" 2026-1-2  8:05 "), local(2026, 1, 2, 8, 5));
	assert.equal(at("today"), local(2026, 11, 21));
	assert.equal(at("Yesterday"), local(2026, 11, 20));
	assert.equal(at("yesterday 14:00"), local(2026, 11, 20, 14));
	assert.equal(at("14:00"), local(2026, 11, 21, 14));
	assert.equal(at("16:00"), local(2026, 11, 20, 16), "not yet today");
	assert.equal(at("friday"), local(2026, 11, 20));
	assert.equal(at("sun"), local(2026, 11, 15));
	assert.equal(at("saturday 9:00"), local(2026, 11, 14, 9), "today has a word of its own");
});

test("A text that is no day or time is refused with examples.", () => {
	for (const typed of [
		"",
		"soon",
		"2026-02-30",
		"2026-13-01",
		"25:00",
		"12:60",
		"14:00 yesterday",
		"today 9:00 x",
		"m",
	]) {
		const wish = momentOf(typed, now);
		assert.equal(wish.kind, "wrong", typed);
		assert.match(wish.kind === "wrong" ? wish.message : "", /\/date yesterday/);
	}
});

test("Whatever is typed, the answer is a moment or words.", () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{2})?$/)), (typed) => {
			const wish = momentOf(typed, now);
			if (wish.kind === "moment") assert.ok(Number.isFinite(wish.at));
			else assert.ok(wish.message.length > 0);
		}),
	);
});
