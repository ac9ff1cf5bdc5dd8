// The rooms that the start screen leads to: other tabs, kept rooms and buddies.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoomSummary } from "../../../src/engine/api/api.ts";
import type { BuddyView, KeptSummary } from "../../../src/engine/api/room-key.ts";
import { keptChoices } from "../../../src/ui/start/kept-choices.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

const bob = personNamed("Bob");
const { fingerprint, shortFingerprint, name } = bob;
const kept: readonly KeptSummary[] = [
	{ room: "aaaaaaaa", name: "Friends", kind: "standing", role: "guest" },
	{ room: "bbbbbbbb", name: "Mine", kind: "standing", role: "host" },
	{ room: "cccccccc", name: "Bob", kind: "buddy", role: "host", fingerprint },
];
const buddy: BuddyView = {
	...{ room: "cccccccc", kind: "buddy", fingerprint, shortFingerprint, name },
	...{ trust: "verified", state: "accepted", role: "host" },
};
const open: RoomSummary = {
	...{ room: "aaaaaaaa", name: "Friends", kind: "standing", role: "guest", state: "inRoom" },
	...{ people: 2, unread: 3, mentions: 0 },
};

test("other tabs come first, with what is unread; then kept rooms by name and buddies by key, with how they are verified", () => {
	const joined: string[] = [];
	const others = [{ words: "Friends +3", go: () => joined.push("the tab") }];
	const choices = keptChoices({ keptRooms: kept, buddies: [buddy], rooms: [open] }, others, (one) => joined.push(one));
	assert.deepEqual(
		choices.map(({ words }) => words),
		["Friends +3", "Mine (yours, stays)", "Bob (buddy, verified)"],
	);
	for (const { go } of choices) go();
	assert.deepEqual(joined, ["the tab", "Mine", fingerprint]);
});

test("a buddy who has not answered yet is marked, and a long list is cut", () => {
	const asked = keptChoices(
		{ keptRooms: kept.slice(2), buddies: [{ ...buddy, state: "proposed" }], rooms: [] },
		[],
		() => {},
	);
	assert.deepEqual(
		asked.map(({ words }) => words),
		["Bob (buddy, verified, has not answered yet)"],
	);
	const many = Array.from(
		{ length: 20 },
		(_, number): KeptSummary => ({ room: `${number}`, name: `R${number}`, kind: "standing", role: "guest" }),
	);
	assert.equal(keptChoices({ keptRooms: many, rooms: [] }, [], () => {}).length, 8);
});
