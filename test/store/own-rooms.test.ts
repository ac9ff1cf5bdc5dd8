// The rooms that are open on one home.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { openMemoryStore } from "../../src/store/db.ts";
import { ownRoomsIn } from "../../src/store/own-rooms.ts";

test("a room is known by its id from its opening to its closing, and by nothing else", () => {
	const rooms = ownRoomsIn(openMemoryStore());
	const [one, other] = [randomBytes(32), randomBytes(32)];
	assert.equal(rooms.has(one), false);
	rooms.opened(one, 1);
	assert.deepEqual([rooms.has(one), rooms.has(other)], [true, false]);
	rooms.closed(one);
	assert.equal(rooms.has(one), false);
});

test("programs that are killed again and again leave only so many rooms behind, the newest", () => {
	const store = openMemoryStore();
	const rooms = ownRoomsIn(store);
	const ids = Array.from({ length: 200 }, () => randomBytes(32));
	for (const [at, id] of ids.entries()) rooms.opened(id, at);
	assert.equal(store.database.prepare("SELECT count(*) FROM own_rooms").pluck().get(), 64);
	assert.ok(rooms.has(ids.at(-1)!) && !rooms.has(ids[0]!));
});
