// Turns at checking passwords: so many a second and no more, and no knocker waits for another's crowd.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CheckTurns } from "../../../../src/engine/gate/guesses/check-turns.ts";
import { type Clock, realClock } from "../../../../src/net/link/clock.ts";

/** Time that moves when told to. */
class HandClock implements Clock {
	#now = 0;
	#timers = new Map<() => void, number>();
	now = () => this.#now;
	after = (delayMs: number, work: () => void) => {
		this.#timers.set(work, this.#now + delayMs);
		return () => void this.#timers.delete(work);
	};
	get timers(): number {
		return this.#timers.size;
	}
	/** Fires what is due on the way. */
	async advance(ms: number): Promise<void> {
		const until = this.#now + ms;
		for (;;) {
			const next = [...this.#timers].sort(([, a], [, b]) => a - b)[0];
			if (next === undefined || next[1] > until) break;
			this.#timers.delete(next[0]);
			this.#now = next[1];
			next[0]();
		}
		this.#now = until;
		await settled();
	}
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = new AbortController().signal;

function turns(perSecond: number, burst: number) {
	const clock = new HandClock();
	const turns = new CheckTurns({ perSecond, burst }, clock);
	const order: string[] = [];
	const ask = (knocker: string, signal: AbortSignal = never, neighbourhood?: string) =>
		void turns.take(knocker, signal, neighbourhood).then((isTurn) => order.push(isTurn ? knocker : `no ${knocker}`));
	return { clock, order, ask };
}

test("after a quiet time a few turns come at once, then so many a second", async () => {
	const { clock, order, ask } = turns(10, 3);
	for (let i = 0; i < 20; i++) ask("a");
	await settled();
	assert.equal(order.length, 3);
	await clock.advance(99);
	assert.equal(order.length, 3);
	await clock.advance(1);
	assert.equal(order.length, 4);
	await clock.advance(1000);
	assert.equal(order.length, 14);
	await clock.advance(60_000);
	assert.equal(order.length, 20);
	assert.equal(clock.timers, 0);
	for (let i = 0; i < 20; i++) ask("a");
	await settled();
	assert.equal(order.length, 23);
});

test("attack: a friend behind a crowd of one caller waits for one turn of the crowd, not for all", async () => {
	const { clock, order, ask } = turns(10, 1);
	for (let i = 0; i < 50; i++) ask("crowd");
	ask("friend");
	await clock.advance(200);
	assert.deepEqual(order, ["crowd", "crowd", "friend"]);
});

test("attack: a friend behind a crowd of many addresses of one owner waits for one turn of the crowd, and a neighbour of it for one of each address", async () => {
	const { clock, order, ask } = turns(10, 1);
	for (let i = 0; i < 50; i++) ask("crowd 1", never, "owner");
	for (let i = 2; i <= 30; i++) ask(`crowd ${i}`, never, "owner");
	ask("friend", never, "elsewhere");
	ask("neighbour", never, "owner");
	await clock.advance(200);
	assert.deepEqual(order, ["crowd 1", "crowd 1", "friend"]);
	await clock.advance(3_000);
	assert.equal(order.indexOf("neighbour"), 32);
});

test("whoever of a caller's crowd leaves takes only their own turn along", async () => {
	const { clock, order, ask } = turns(10, 1);
	const leaving = new AbortController();
	ask("a");
	ask("b", leaving.signal);
	ask("b");
	ask("c");
	leaving.abort();
	await settled();
	assert.deepEqual(order, ["a", "no b"]);
	await clock.advance(200);
	assert.deepEqual(order, ["a", "no b", "b", "c"]);
	assert.equal(clock.timers, 0);
});

test("waiting callers take turns, each first come first served", async () => {
	const { clock, order, ask } = turns(1, 1);
	for (const knocker of ["a", "a", "a", "b", "b", "c"]) ask(knocker);
	await clock.advance(10_000);
	assert.deepEqual(order, ["a", "a", "b", "c", "a", "b"]);
});

test("whoever gives up waiting is out at once, costs no turn and leaves no timer", async () => {
	const { clock, order, ask } = turns(1, 1);
	const giveUp = new AbortController();
	ask("a");
	ask("b", giveUp.signal);
	ask("c");
	giveUp.abort();
	await settled();
	assert.deepEqual(order, ["a", "no b"]);
	await clock.advance(1000);
	assert.deepEqual(order, ["a", "no b", "c"]);
	const gone = new AbortController();
	ask("d", gone.signal);
	gone.abort();
	ask("e", gone.signal);
	await settled();
	assert.deepEqual(order.slice(3), ["no d", "no e"]);
	assert.equal(clock.timers, 0);
});

test("however it is asked, no more turns come than the rate allows, and all who wait get theirs in the end", async () => {
	const step = fc.record({ knocker: fc.constantFrom("a", "b", "c"), waitMs: fc.nat(300), givesUp: fc.boolean() });
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
			const { clock, order, ask } = turns(10, 2);
			const granted = () => order.filter((entry) => !entry.startsWith("no ")).length;
			for (const { knocker, waitMs, givesUp } of steps) {
				const giveUp = new AbortController();
				ask(knocker, giveUp.signal);
				await clock.advance(waitMs);
				if (givesUp) giveUp.abort();
				await settled();
				assert.ok(granted() <= 2 + clock.now() / 100);
			}
			await clock.advance(10_000);
			assert.equal(order.length, steps.length);
			assert.equal(clock.timers, 0);
		}),
		{ numRuns: 50 },
	);
});

test("with the real clock turns come too", async () => {
	const real = new CheckTurns({ perSecond: 200, burst: 1 }, realClock);
	assert.deepEqual(await Promise.all([1, 2, 3].map(() => real.take("a", never))), [true, true, true]);
});
