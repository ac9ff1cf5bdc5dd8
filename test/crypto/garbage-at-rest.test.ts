// All garbage of a thread is collected once it has come to rest, and not before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { collectAll, GarbageAtRest } from "../../src/crypto/garbage-at-rest.ts";

/** A thread whose time passes by hand: each look tells how much of the time since the last one it has worked. */
function thread() {
	const told = { collected: 0, looks: new Set<() => void>(), share: 0, isPossible: true };
	const garbage = new GarbageAtRest({
		every: (_ms, look) => {
			told.looks.add(look);
			return () => void told.looks.delete(look);
		},
		workedShare: () => told.share,
		collect: () => {
			told.collected += told.isPossible ? 1 : 0;
			return told.isPossible;
		},
	});
	const look = (share: number) => {
		told.share = share;
		for (const one of [...told.looks]) one();
	};
	return { told, garbage, look };
}

test("garbage is collected once when the thread has rested, and nothing goes on looking after that", () => {
	const { told, garbage, look } = thread();
	assert.equal(told.looks.size, 0);
	garbage.worked();
	garbage.worked();
	assert.equal(told.looks.size, 1);
	look(0.5);
	look(0.01);
	assert.equal(told.collected, 0);
	look(0.001);
	assert.equal(told.collected, 1);
	assert.equal(told.looks.size, 0);
});

test("it is collected again after further work, and later where V8 does not give its function at that moment", () => {
	const { told, garbage, look } = thread();
	garbage.worked();
	look(0);
	garbage.worked();
	told.isPossible = false;
	look(0);
	assert.equal(told.looks.size, 1);
	told.isPossible = true;
	look(0);
	assert.equal(told.collected, 2);
	assert.equal(told.looks.size, 0);
});

test("an object that nothing holds any more is gone after the collection", async () => {
	const gone = new WeakRef({ large: new Array(1_000).fill("x") });
	// A reference that was made in this turn holds until its end.
	await turn();
	assert.equal(collectAll(), true);
	assert.equal(gone.deref(), undefined);
});
