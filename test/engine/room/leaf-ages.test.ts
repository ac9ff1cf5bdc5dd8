// Since when the members of a room have had their keys, as each of them saw it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Room } from "../../../src/engine/room/room.ts";
import { person } from "../../support/views/scripted-engine.ts";

const fingerprintOf = (digit: string) => person(digit, digit).fingerprint;
const hanna = { fingerprint: fingerprintOf("A"), name: "Hanna", leafIndex: 0 };
const gabi = { fingerprint: fingerprintOf("B"), name: "Gabi", leafIndex: 1 };
const bob = { fingerprint: fingerprintOf("C"), name: "Bob", leafIndex: 2 };

/** The room as Gabi sees it, who came in at the time 1,000. */
function guestRoom() {
	let now = 1000;
	const room = new Room({
		self: gabi.fingerprint,
		host: hanna.fingerprint,
		meet: () => ({ trust: "known" }),
		addressOf: () => undefined,
		now: () => now,
		uptime: () => now,
		emit: () => {},
		changed: () => {},
		onVerify: () => {},
		onSealed: () => {},
	});
	room.entered([hanna, gabi]);
	const ages = () => Object.fromEntries(room.people().map(({ name, leafSince }) => [name, leafSince]));
	const atLeast = () => Object.fromEntries(room.people().map(({ name, leafAtLeastSince }) => [name, leafAtLeastSince]));
	const at = (time: number) => {
		now = time;
	};
	return { room, ages, atLeast, at };
}

test("The keys of a newcomer are new, and those of people who were there before are at least as old as our entry", () => {
	const { room, ages, atLeast, at } = guestRoom();
	assert.deepEqual(ages(), { Hanna: undefined, Gabi: 1000 });
	assert.deepEqual(atLeast(), { Hanna: 1000, Gabi: undefined });
	at(2000);
	room.apply({ kind: "membership", joined: [bob], left: [], by: bob.fingerprint, reason: "left" });
	assert.deepEqual(ages(), { Hanna: undefined, Gabi: 1000, Bob: 2000 });
});

test("A host who removes somebody has new keys by it, and so has somebody who comes back in their own place, under the same name or another", () => {
	const { room, ages, at } = guestRoom();
	room.apply({ kind: "membership", joined: [bob], left: [], by: bob.fingerprint, reason: "left" });
	at(3000);
	room.apply({ kind: "membership", joined: [bob], left: [bob], by: bob.fingerprint, reason: "replaced" });
	assert.deepEqual(ages(), { Hanna: undefined, Gabi: 1000, Bob: 3000 });
	at(4000);
	const robert = { ...bob, name: "Robert" };
	room.apply({ kind: "membership", joined: [robert], left: [bob], by: bob.fingerprint, reason: "replaced" });
	assert.deepEqual(ages(), { Hanna: undefined, Gabi: 1000, Robert: 4000 });
	at(5000);
	room.apply({ kind: "membership", joined: [], left: [robert], by: hanna.fingerprint, reason: "left" });
	assert.deepEqual(ages(), { Hanna: 5000, Gabi: 1000 });
});

test("attack: what happened while our program was not there makes nobody's keys look newer than they are", () => {
	const { room, ages, atLeast, at } = guestRoom();
	at(9000);
	room.apply({ kind: "membership", joined: [bob], left: [], by: bob.fingerprint, reason: "left" }, true);
	room.apply({ kind: "membership", joined: [], left: [], by: hanna.fingerprint, reason: "left" }, true);
	assert.deepEqual(ages(), { Hanna: undefined, Gabi: 1000, Bob: undefined });
	assert.deepEqual(atLeast(), { Hanna: 9000, Gabi: undefined, Bob: 9000 });
	at(9500);
	room.entered([hanna, gabi]);
	assert.deepEqual(ages(), { Hanna: undefined, Gabi: 9500 }, "we entered anew: ours are new, and Bob is forgotten");
	assert.deepEqual(atLeast(), { Hanna: 9000, Gabi: undefined });
});
