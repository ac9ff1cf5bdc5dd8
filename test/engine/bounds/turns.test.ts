// Turns: work never overlaps, keeps its order, and neither a failure nor a piece of work without an end holds up the next for good.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "../../../src/engine/bounds/turns.ts";

test("work runs one piece after the other, in the order in which it was given", async () => {
	const turns = new Turns();
	const order: string[] = [];
	const piece = (name: string) => async () => {
		order.push(`${name} begins`);
		await Promise.resolve();
		order.push(`${name} ends`);
		return name;
	};
	assert.deepEqual(await Promise.all([turns.run(piece("a")), turns.run(piece("b"))]), ["a", "b"]);
	assert.deepEqual(order, ["a begins", "a ends", "b begins", "b ends"]);
});

test("work that fails tells whoever gave it, and the next piece runs all the same", async () => {
	const turns = new Turns();
	const failing = turns.run(() => Promise.reject(new Error("no")));
	const next = turns.run(async () => "next");
	await assert.rejects(failing, /no/);
	assert.equal(await next, "next");
	await turns.settled();
});

test("work that takes longer than the limit lets the next piece begin, and still gives its own result", async (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const turns = new Turns(1_000);
	let finish = (_: string): void => {};
	const slow = turns.run(() => new Promise<string>((resolve) => (finish = resolve)));
	let hasBegun = false;
	const next = turns.run(async () => {
		hasBegun = true;
	});
	for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
	assert.equal(hasBegun, false);
	t.mock.timers.tick(1_000);
	await next;
	assert.equal(hasBegun, true);
	finish("late");
	assert.equal(await slow, "late");
});
