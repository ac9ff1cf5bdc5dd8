// Direct addresses have a head start, and one Link wins.
import assert from "node:assert/strict";
import { test } from "node:test";
import { directFirst } from "../../../src/engine/guest/dial-order.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import type { RaceOutcome } from "../../../src/net/link/race.ts";

/** What the later dials are called. */
type By = "the DHT" | "the other";
const target = { host: "192.0.2.1", port: 1 };
const { signal } = new AbortController();
const newLink = (): Link => memoryLinkPair()[0];
const failed: RaceOutcome = { kind: "failed", failures: [{ target, failure: "refused", detail: "nobody" }] };

/** Time stands still until it is told to go on. */
function stillClock() {
	let then: (() => void) | undefined;
	const clock = {
		now: () => 0,
		after(_ms: number, work: () => void) {
			then = work;
			return () => {
				then = undefined;
			};
		},
	};
	return { clock, goOn: () => then?.(), isWaiting: () => then !== undefined };
}

test("whoever answers directly is not looked for elsewhere", async () => {
	const link = newLink();
	const outcome = await directFirst<By>({
		direct: async () => ({ kind: "linked", link, target }),
		later: [{ by: "the DHT", dial: () => assert.fail("somebody else was asked") }],
		signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(outcome, { kind: "linked", link, by: target });
});

test("the other way begins as soon as the direct ones have failed", async () => {
	const link = newLink();
	const outcome = await directFirst<By>({
		direct: async () => failed,
		later: [{ by: "the DHT", dial: async () => ({ kind: "linked", link }) }],
		signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(outcome, { kind: "linked", link, by: "the DHT" });
});

test("the other way begins after the head start, and the direct dial that comes second is ended", async () => {
	const { clock, goOn } = stillClock();
	const [first, second] = [newLink(), newLink()];
	const slow = Promise.withResolvers<RaceOutcome>();
	const racing = directFirst<By>({
		direct: () => slow.promise,
		later: [{ by: "the DHT", dial: async () => ({ kind: "linked", link: first }) }],
		signal,
		clock,
	});
	goOn();
	const outcome = await racing;
	assert.equal(outcome.kind === "linked" && outcome.link, first);
	slow.resolve({ kind: "linked", link: second, target });
	await slow.promise;
	await new Promise((resolve) => second.stream.once("close", resolve));
	assert.ok(!first.stream.destroyed);
});

test("when both fail, the reasons of both are told", async () => {
	const outcome = await directFirst<By>({
		direct: async () => failed,
		later: [{ by: "the DHT", dial: async () => ({ kind: "failed", failure: "unreachable", detail: "no hole" }) }],
		signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(outcome.kind === "failed" && outcome.failures.map(({ failure }) => failure), [
		"refused",
		"unreachable",
	]);
});

test("of several routes the first that leads there wins, one that fails stops none, and the Link that comes late is ended", async () => {
	const [first, late] = [newLink(), newLink()];
	const slow = Promise.withResolvers<void>();
	const racing = directFirst<By>({
		direct: async () => failed,
		later: [
			{ by: "the DHT", dial: async () => ({ kind: "failed", failure: "refused", detail: "unknown" }) },
			{ by: "the other", dial: async () => ({ kind: "linked", link: first }) },
			{ by: "the DHT", dial: () => slow.promise.then(() => ({ kind: "linked", link: late })) },
		],
		signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(await racing, { kind: "linked", link: first, by: "the other" });
	slow.resolve();
	await new Promise((resolve) => late.stream.once("close", resolve));
	assert.ok(!first.stream.destroyed);
});

test("the dial that wins calls the other dials off, and nothing waits for the head start any more", async () => {
	const { clock, goOn, isWaiting } = stillClock();
	const link = newLink();
	let calledOff: AbortSignal | undefined;
	const racing = directFirst<By>({
		direct: (running) => {
			calledOff = running;
			return new Promise(() => {});
		},
		later: [{ by: "the DHT", dial: async () => ({ kind: "linked", link }) }],
		signal,
		clock,
	});
	assert.equal(isWaiting(), true);
	goOn();
	await racing;
	assert.deepEqual([calledOff?.aborted, isWaiting()], [true, false]);
});

test("a search that is called off dials nothing more, not even by the routes that have not begun", async () => {
	const stop = new AbortController();
	const outcome = await directFirst<By>({
		direct: async (running) => {
			stop.abort();
			assert.equal(running.aborted, true);
			return failed;
		},
		later: [{ by: "the DHT", dial: () => assert.fail("somebody else was asked") }],
		signal: stop.signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(outcome, { kind: "failed", failures: failed.failures });
});
