// What is looked at again and again, by one timer for everybody.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { every } from "../../../src/net/link/ticks.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { root } from "../../support/program/rt.ts";

/** A clock that also counts how often a program would wake up. */
function countingClock() {
	const clock = manualClock();
	let wakes = 0;
	const after = (delayMs: number, work: () => void) =>
		clock.after(delayMs, () => {
			wakes += 1;
			work();
		});
	return { ...clock, after, wakes: () => wakes };
}

test("a hundred looks that were begun at any moment wake the program once a second, whatever the distances between them", async () => {
	const clock = countingClock();
	const calls = { second: 0, three: 0, ten: 0 };
	for (let number = 0; number < 100; number += 1) {
		every(1_000, () => calls.second++, clock);
		every(3_000, () => calls.three++, clock);
		every(10_000, () => calls.ten++, clock);
		clock.advance(37);
	}
	clock.advance(60_000 - clock.now());
	Object.assign(calls, { second: 0, three: 0, ten: 0 });
	const before = clock.wakes();
	clock.advance(60_000);
	assert.deepEqual(calls, { second: 6_000, three: 2_000, ten: 600 });
	assert.equal(clock.wakes() - before, 60);
});

test("a look comes for the first time after its distance and before twice that, then at each distance", async () => {
	for (const begun of [0, 1, 499, 999, 1_000, 2_500]) {
		const clock = manualClock();
		clock.advance(begun);
		const at: number[] = [];
		every(1_000, () => at.push(clock.now() - begun), clock);
		every(1_000, () => {}, clock);
		clock.advance(5_000);
		const [first = 0] = at;
		assert.ok(first >= 980 && first < 2_000, `${first} ms after it was begun`);
		for (const [index, when] of at.entries()) assert.equal(when - first, index * 1_000);
	}
});

test("a program that was stopped for an hour is called once for it", async () => {
	const clock = manualClock();
	let calls = 0;
	every(1_000, () => calls++, clock);
	clock.advance(2_000);
	calls = 0;
	clock.skip(3_600_000);
	clock.advance(0);
	assert.equal(calls, 1);
	clock.advance(2_000);
	assert.equal(calls, 3);
});

test("a look that is called off comes no more, also when another look of the same moment calls it off, and without looks there is no timer", async () => {
	const clock = manualClock();
	const called: string[] = [];
	const stops = new Map<string, () => void>();
	for (const name of ["first", "second"]) {
		stops.set(
			name,
			every(
				1_000,
				() => {
					called.push(name);
					for (const stop of stops.values()) stop();
				},
				clock,
			),
		);
	}
	clock.advance(10_000);
	assert.deepEqual(called, ["first"]);
	assert.equal(clock.waiting, 0);
	const again = every(1_000, () => called.push("again"), clock);
	clock.advance(1_000);
	assert.equal(called.at(-1), "again");
	// Called off a second time, it takes nobody else's looks away.
	stops.get("first")?.();
	again();
	assert.equal(clock.waiting, 0);
});

test("the same look that is wanted twice is called twice, and one of the two can be called off", async () => {
	const clock = manualClock();
	let calls = 0;
	const look = () => calls++;
	const stop = every(1_000, look, clock);
	every(1_000, look, clock);
	clock.advance(1_000);
	assert.equal(calls, 2);
	stop();
	clock.advance(1_000);
	assert.equal(calls, 3);
});

test("waiting for a look keeps no program running", () => {
	const program = `import { every } from "./src/net/link/ticks.ts"; every(3_600_000, () => {});`;
	const { status } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
		cwd: root,
		timeout: 60_000,
	});
	assert.equal(status, 0);
});
