// People with homes of their own who are in a room of one of them.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";

/** Is the password of their rooms. */
export const password = "tulip garden seven";

/** Returns the fingerprint of somebody's own key. */
export function keyOf(one: TestEngine): string {
	const { identity } = one.engine.snapshot();
	assert.ok(identity.kind === "ready");
	return identity.fingerprint;
}

/** Ann and Cat are guests of Bob's. */
export async function threeFriends(t: TestContext) {
	const [ann, bob, cat] = await Promise.all([
		openTestEngine(t, "Ann"),
		openTestEngine(t, "Bob"),
		openTestEngine(t, "Cat"),
	]);
	const port = await hostRoom(bob, password);
	await joinRoom(ann, port, password);
	await joinRoom(cat, port, password);
	await ann.until(() => ann.engine.snapshot().people.length === 3);
	return { ann, bob, cat, port };
}
