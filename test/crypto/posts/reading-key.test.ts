// What is sealed under a feed's reading key: opened by whoever has the key, in that room, as said by that person, and by nobody else.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { feedInRoom, newReadingKey, openNote, sealNote } from "../../../src/crypto/posts/reading-key.ts";

const bytes = (size: number) => new Uint8Array(randomBytes(size));
const ann = parseFingerprint("A".repeat(40))!;
const eve = parseFingerprint("E".repeat(40))!;

test("A sealed feed opens for whoever has the key, and not when one bit of it was changed or it was cut", () => {
	const inRoom = feedInRoom(newReadingKey(), bytes(32));
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (data, at, by) => {
			const sealed = sealNote(inRoom, ann, data);
			assert.deepEqual(openNote(inRoom, ann, sealed), data);
			assert.equal(openNote(inRoom, eve, sealed), undefined);
			assert.equal(openNote(inRoom, ann, sealed.subarray(0, at % sealed.length)), undefined);
			sealed[at % sealed.length]! ^= by;
			assert.equal(openNote(inRoom, ann, sealed), undefined);
		}),
	);
});

test("attack: a feed has another name and another key in each room, so nobody without its key can tell that it is the same", () => {
	const key = newReadingKey();
	const [here, there] = [feedInRoom(key, bytes(32)), feedInRoom(key, bytes(32))];
	assert.notDeepEqual(here.name, there.name);
	assert.equal(openNote({ name: here.name, key: there.key }, ann, sealNote(here, ann, bytes(9))), undefined);
	assert.equal(openNote({ name: there.name, key: here.key }, ann, sealNote(here, ann, bytes(9))), undefined);
});
