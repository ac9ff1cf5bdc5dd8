// The worker that a program starts before it has a group: it rehearses, the first group goes on with it, and where none comes it ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startEarly } from "../../../src/crypto/group/early-start.ts";
import { Group } from "../../../src/crypto/group/group.ts";
import { GroupThread } from "../../../src/crypto/group/group-thread.ts";
import { GroupThreads } from "../../../src/crypto/group/group-threads.ts";
import { rehearse } from "../../../src/crypto/group/rehearsal.ts";

const roomId = new Uint8Array(32).fill(1);
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("the made-up guest of an early worker comes all the way into the made-up group", async (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const told = t.mock.method(GroupThread.prototype, "tell");
	await startEarly({ threads: new GroupThreads() });
	t.mock.timers.tick(30_000);
	t.mock.timers.reset();
	const [message] = told.mock.calls.map(({ arguments: [one] }) => one);
	assert.ok(message?.kind === "rehearse");
	assert.equal(await rehearse(message.certificate, () => false), true);
});

test("a group goes on with the early worker, which ends where none comes", async (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const ended = t.mock.method(GroupThread.prototype, "end");
	const threads = new GroupThreads();
	await startEarly({ threads });
	const group = await Group.open({ roomId, threads });
	assert.equal(threads.count, 1, "one worker is enough");
	t.mock.timers.tick(30_000);
	await settle();
	assert.equal(ended.mock.callCount(), 0, "the group has it");
	assert.equal((await group.newLeaf()).kind, "leaf");
	await group.close();
	assert.equal(ended.mock.callCount(), 1);

	await startEarly({ threads });
	t.mock.timers.tick(29_999);
	await settle();
	assert.equal(ended.mock.callCount(), 1);
	t.mock.timers.tick(1);
	await settle();
	assert.equal(ended.mock.callCount(), 2);
	assert.equal(threads.count, 0);
});
