// People who are buddies, or about to be: whole engines on real sockets, in a room at 127.0.0.1.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { DhtChoice } from "../../../src/engine/api/opening.ts";
import type { BuddyView } from "../../../src/engine/api/room-key.ts";
import { roomPassword } from "../../support/rooms/memory-room.ts";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";

/** Lists somebody's buddies, and those who want to be. */
export const buddies = (one: TestEngine): readonly BuddyView[] => one.engine.snapshot().buddies ?? [];

/** Returns the only one of them. */
export function only(one: TestEngine): BuddyView {
	const [buddy, ...more] = buddies(one);
	assert.ok(buddy && more.length === 0, JSON.stringify(buddies(one)));
	return buddy;
}

/** Opens a passing room at 127.0.0.1; returns what leads there. */
export const hostAt = (host: TestEngine): Promise<number> => hostRoom(host, roomPassword);

/** Joins such a room. */
export const joinAt = (guest: TestEngine, port: number): Promise<void> => joinRoom(guest, port, roomPassword);

/** Ann hosts a passing room, and Bob is in it. */
export async function annAndBob(
	t: TestContext,
	dht: DhtChoice = {},
): Promise<{ readonly ann: TestEngine; readonly bob: TestEngine; readonly port: number }> {
	const [ann, bob] = [await openTestEngine(t, "Ann", dht), await openTestEngine(t, "Bob")];
	const port = await hostAt(ann);
	await joinAt(bob, port);
	await ann.told("joined", ({ self }) => !self);
	return { ann, bob, port };
}

/** Ann proposes, Bob accepts and is there; returns the key of their room at each. */
export async function becomeBuddies(ann: TestEngine, bob: TestEngine): Promise<readonly [string, string]> {
	await ann.does({ kind: "buddy", fingerprint: ann.person("Bob").fingerprint });
	await bob.told("buddyProposed");
	await bob.does({ kind: "answerBuddy", fingerprint: only(bob).fingerprint, answer: "accept" });
	await ann.told("buddyAnswered", ({ answer }) => answer === "accepted");
	await bob.until(() => only(bob).isHere === true, "Bob is in the room of the two");
	return [only(ann).room, only(bob).room];
}
