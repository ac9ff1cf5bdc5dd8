// Which kept room a person means by what they have typed: a mistake here opens a talk with somebody else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { roomName } from "../../../src/crypto/opening/binding.ts";
import type { BuddyView } from "../../../src/engine/api/room-key.ts";
import { roomByName, roomVisited } from "../../../src/engine/guest/kept-room-meant.ts";
import type { Found } from "../../../src/engine/kept/kept-names.ts";
import { encodeInvite } from "../../../src/engine/wire/invite.ts";

const [bob, otherBob] = ["A", "B"].map((digit) => parseFingerprint(digit.repeat(40))) as [Fingerprint, Fingerprint];

const room = (key: string, record: object) => ({ room: { key }, record }) as unknown as Found;
const hosted = room("hosted", { role: "host", name: "Friends" });
const visited = room("visited", { role: "guest", name: "Club", target: "192.0.2.7 4000" });
const pair = room("pair", { role: "host", name: "Bob", pair: { with: bob } });
const known = (...live: readonly string[]) => ({
	kept: () => [hosted, visited, pair],
	isElsewhere: () => false,
	isLive: (key: string) => live.includes(key),
});
const buddy = (fingerprint: string, key: string) =>
	({ room: key, fingerprint, name: "Bob", state: "accepted" }) as unknown as BuddyView;
const bobAsBuddy = buddy(bob, "pair");

test("a kept room is meant by its name when it is ours or open; where it is to be dialled, it is visited like any other", () => {
	assert.deepEqual(roomByName(" Friends ", [], known()), { kind: "found", found: hosted });
	assert.equal(roomByName("Club", [], known()), undefined);
	assert.deepEqual(roomByName("Club", [], known("visited")), { kind: "found", found: visited });
	assert.equal(roomByName("Nobody's", [bobAsBuddy], known()), undefined);
});

test("a buddy's room is meant by the buddy's name or key, and by neither where two have the name: the wrong one would hear what is said", () => {
	for (const typed of ["Bob", " Bob ", bob])
		assert.deepEqual(roomByName(typed, [bobAsBuddy], known()), { kind: "found", found: pair });
	assert.equal(roomByName("Bob", [], known()), undefined, "a room of two has no name of its own");
	const two = [bobAsBuddy, buddy(otherBob, "gone")];
	assert.deepEqual(roomByName("Bob", two, known()), { kind: "refused", code: "no_such_buddy", why: "several" });
	assert.equal(roomByName(otherBob, two, known()), undefined, "the room of that one is gone from the disk");
});

test("whoever types the name of a room they have visited, or what they typed then, comes back to it, unless they are in it", () => {
	for (const typed of ["Club", " Club ", " 192.0.2.7 4000 "]) {
		assert.equal(roomVisited(typed, known(), []), visited);
		assert.equal(roomVisited(typed, known("visited"), []), undefined);
	}
	assert.equal(roomVisited("Friends", known(), []), undefined);
	assert.equal(roomVisited("", known(), []), undefined);
});

test("an invite to a room that was visited leads back to it, and not one that names the same room of another host", () => {
	const roomId = new Uint8Array(32).fill(7);
	const home = room("home", { role: "guest", name: "Home", host: bob, target: "192.0.2.8 4000", room: roomId });
	const one = { ...known(), kept: () => [home] };
	const way = { endpoints: [{ address: "192.0.2.9", port: 4000 }], secret: new Uint8Array(16), room: roomName(roomId) };
	const byInvite = (fingerprint: Fingerprint) => encodeInvite({ fingerprint, ...way });
	assert.equal(roomVisited(byInvite(bob), one, []), home);
	assert.equal(roomVisited(byInvite(otherBob), one, []), undefined);
});
