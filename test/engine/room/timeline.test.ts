// What a room keeps: in order, found by id, and never more than so much.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { maxEntries, maxTextUnits, RoomTimeline } from "../../../src/engine/room/timeline.ts";

const from = { name: "Bob" } as Person;
const line = (id: number | string, text: string): LineEntry => ({
	kind: "line",
	id: `${id}`,
	at: 0,
	from,
	text,
	delivery: { kind: "sent" },
});

test("however much is said, only so many lines are kept: the newest, in order, each found by its id", () => {
	const letGo: string[] = [];
	const timeline = new RoomTimeline((gone) => letGo.push(gone.id));
	const count = maxEntries + 50_000;
	for (let i = 0; i < count; i++) timeline.add(line(i, "x"));
	assert.ok(timeline.length <= maxEntries && timeline.length > maxEntries / 2);
	assert.equal(timeline.length + letGo.length, count);
	const oldest = timeline.at(0);
	assert.equal(oldest?.id, `${letGo.length}`);
	for (const index of [0, 1, timeline.length >> 1, timeline.length - 1])
		assert.equal(timeline.find(`${letGo.length + index}`), timeline.at(index));
	assert.equal(timeline.find("0"), undefined);
	assert.equal(timeline.indexOf("0"), undefined);
});

test("every entry is found by its id wherever it has moved: announcements, lines, lines that wait, lines that got their place", () => {
	const timeline = new RoomTimeline();
	timeline.add({ kind: "youJoined", id: "me", at: 0 });
	timeline.addWaiting(line("mine", "x"));
	timeline.addWaiting(line("mine too", "x"));
	timeline.add(line("theirs", "x"));
	const order = () => ["me", "mine", "mine too", "theirs"].map((id) => timeline.indexOf(id));
	assert.deepEqual(order(), [0, 2, 3, 1]);
	timeline.placeWaiting("mine too");
	assert.deepEqual(order(), [0, 3, 2, 1]);
	timeline.takeWaiting("mine");
	assert.deepEqual(order(), [0, undefined, 2, 1]);
});

test("attack: a member who says the longest lines there can be does not fill the others' memory, nor wipe all that was said", () => {
	const timeline = new RoomTimeline();
	const longest = "x".repeat(64 * 1024);
	for (let i = 0; i < 3000; i++) {
		timeline.add(line(i, longest));
		assert.ok(timeline.length * longest.length <= maxTextUnits + longest.length);
	}
	assert.ok(timeline.length > 400);
	// Lines that grow when they are edited count as well.
	const edited = new RoomTimeline();
	for (let i = 0; i < 1000; i++) edited.add(line(i, "short"));
	for (let i = 0; i < 1000; i++) edited.replace(line(i, longest));
	edited.add(line("new", "x"));
	let units = 0;
	for (let i = 0; i < edited.length; i++) {
		const entry = edited.at(i);
		units += entry?.kind === "line" ? entry.text.length : 0;
	}
	assert.ok(units <= maxTextUnits + 1, `${units}`);
});

test("an own line waits behind everything until it has its place", () => {
	const timeline = new RoomTimeline();
	timeline.add(line("a", "first"));
	timeline.addWaiting(line("own", "mine"));
	timeline.add(line("b", "second"));
	const order = () => Array.from({ length: timeline.length }, (_, i) => timeline.at(i)?.id);
	assert.deepEqual(order(), ["a", "b", "own"]);
	assert.equal(timeline.placeWaiting("own")?.text, "mine");
	timeline.add(line("c", "third"));
	assert.deepEqual(order(), ["a", "b", "own", "c"]);
	assert.equal(timeline.placeWaiting("own"), undefined);
});

test("attack: short lines that are all edited into long ones take no more memory, also when nobody says anything new", () => {
	const timeline = new RoomTimeline();
	const longest = "x".repeat(64 * 1024);
	for (let i = 0; i < 1_000; i++) timeline.add(line(i, "short"));
	for (let i = 0; i < 1_000; i++) timeline.replace(line(i, longest));
	let units = 0;
	for (let i = 0; i < timeline.length; i++) {
		const entry = timeline.at(i);
		units += entry?.kind === "line" ? entry.text.length : 0;
	}
	assert.ok(units <= maxTextUnits, `${units}`);
	assert.equal(timeline.find("999")?.text, longest, "the newest are kept");
});

test("attack: reactions below every line count in what is kept: one member can't fill the others' memory with them", () => {
	const timeline = new RoomTimeline();
	const reactions = ["😀", "😁", "😂", "😃", "😄", "😅", "😆", "😇"].map((emoji) => ({
		emoji,
		people: [{ fingerprint: "A".repeat(40) as Person["fingerprint"], name: "Mallory" }],
		isMine: false,
	}));
	const lines = Math.ceil(maxTextUnits / (reactions.length * 150)) + 1_000;
	for (let i = 0; i < lines; i++) timeline.add(line(i, "x"));
	assert.equal(timeline.length, lines);
	for (let i = 0; i < lines; i++) timeline.replace({ ...line(i, "x"), reactions });
	assert.ok(timeline.length < lines, "the oldest are let go");
	assert.equal(timeline.find(`${lines - 1}`)?.reactions?.length, 8, "the newest are kept");
});
