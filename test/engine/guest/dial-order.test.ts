// Direct addresses have a head start, and one Link wins.
import assert from "node:assert/strict";
import { test } from "node:test";
import { directFirst } from "../../../src/engine/guest/dial-order.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import type { RaceOutcome } from "../../../src/net/link/race.ts";

const laterTarget = { host: "the DHT", port: 0 };
const target = { host: "192.0.2.1", port: 1 };
const { signal } = new AbortController();
const newLink = (): Link => memoryLinkPair()[0];
const failed: RaceOutcome = { kind: "failed", failures: [{ target, failure: "refused", detail: "nobody" }] };

/** Time stands still until it is told to go on. */
function stillClock() {
	let then = () => {};
	const clock = {
		now: () => 0,
		after(_ms: number, work: () => void) {
			then = work;
			return () => {};
		},
	};
	return { clock, goOn: () => then() };
}

test("who answers directly is not looked for elsewhere", async () => {
	const link = newLink();
	const outcome = await directFirst({
		direct: async () => ({ kind: "linked", link, target }),
		later: () => assert.fail("somebody else was asked"),
		laterTarget,
		signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(outcome, { kind: "linked", link, target });
});

test("the other way begins as soon as the direct ones have failed", async () => {
	const link = newLink();
	const outcome = await directFirst({
		direct: async () => failed,
		later: async () => ({ kind: "linked", link }),
		laterTarget,
		signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(outcome, { kind: "linked", link, target: laterTarget });
});

test("the other way begins after the head start, and the direct dial that comes second is ended", async () => {
	const { clock, goOn } = stillClock();
	const [first, second] = [newLink(), newLink()];
	const slow = Promise.withResolvers<RaceOutcome>();
	const racing = directFirst({
		direct: () => slow.promise,
		later: async () => ({ kind: "linked", link: first }),
		laterTarget,
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
	const outcome = await directFirst({
		direct: async () => failed,
		later: async () => ({ kind: "failed", failure: "unreachable", detail: "no hole" }),
		laterTarget,
		signal,
		clock: stillClock().clock,
	});
	assert.deepEqual(outcome.kind === "failed" && outcome.failures.map(({ failure }) => failure), [
		"refused",
		"unreachable",
	]);
});
