// Which moment is meant, and where it is in the timeline.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { indexAtTime, momentOf } from "../../../src/ui/timeline/date-words.ts";
import { lineFrom, self } from "../../support/fake-engine.ts";

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

test("What is no day or time is refused with examples.", () => {
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

const timelineOf = (times: readonly number[]) => {
	const entries = times.map((time) => lineFrom(self, "x", { at: time }));
	return { length: entries.length, at: (index: number) => entries[index] };
};

test("The first entry at a time or later is found as by looking through all.", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(60), (times, wanted) => {
			const sorted = times.toSorted((one, other) => one - other);
			const first = sorted.findIndex((time) => time >= wanted);
			assert.equal(indexAtTime(timelineOf(sorted), wanted), first < 0 ? sorted.length : first);
		}),
	);
});

test("A clock that was set back still leads to a place where the time fits.", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(60), (times, wanted) => {
			const index = indexAtTime(timelineOf(times), wanted);
			if (index < times.length) assert.ok(times[index]! >= wanted);
			if (index > 0) assert.ok(times[index - 1]! < wanted);
		}),
	);
});

test("A million entries are looked at twenty times.", () => {
	let looks = 0;
	const at = (index: number) => {
		looks++;
		return lineFrom(self, "x", { at: index });
	};
	assert.equal(indexAtTime({ length: 1_000_000, at }, 777_777), 777_777);
	assert.ok(looks <= 20);
});
