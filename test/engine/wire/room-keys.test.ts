// The keys by which an engine and its windows name rooms: how they look, and what only looks like one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newRoomKey, roomKey } from "../../../src/engine/wire/room-keys.ts";

test("a new key looks like one and is no other room's, and nothing longer, shorter or in other letters passes for one", () => {
	const keys = Array.from({ length: 100 }, newRoomKey);
	assert.equal(new Set(keys).size, keys.length);
	for (const key of keys) assert.match(key, roomKey);
	const [key = ""] = keys;
	for (const wrong of ["", key.slice(1), `${key}a`, `a${key}`, key.toUpperCase(), "abcdefg1", "abcdefg-"])
		assert.doesNotMatch(wrong, roomKey);
});
