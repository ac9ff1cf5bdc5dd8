// Happy Eyeballs: who is dialled when, who wins, and that nothing of the losers is left. Over in-memory and TCP Links.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import type { Clock } from "../../../src/net/link/clock.ts";
import type { DialOptions, DialOutcome, Link, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { inTurns, type RaceOptions, race } from "../../../src/net/link/race.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { listening } from "./conformance.ts";

const patiently: RaceOptions = { signal: new AbortController().signal, timeoutMs: 20_000 };

/** A Transport of which every dial waits until the test says how it ends. */
function puppet() {
	const dials = new Map<string, { readonly signal: AbortSignal; readonly end: (outcome: DialOutcome) => void }>();
	const transport: Transport = {
		name: "memory",
		dial: ({ host }, { signal }: DialOptions) =>
			new Promise((resolve) => {
				dials.set(host, { signal, end: resolve });
				const calledOff: DialOutcome = { kind: "failed", failure: "aborted", detail: "" };
				signal.addEventListener("abort", () => resolve(calledOff));
			}),
		listen: () => assert.fail("nobody listens"),
	};
	const end = async (host: string, outcome: DialOutcome) => {
		dials.get(host)?.end(outcome);
		await setImmediate();
	};
	return { transport, dials, end };
}

/** Time that passes when the test says so. */
function puppetClock(): Clock & { readonly pass: () => void } {
	let pending = () => {};
	return {
		now: () => 0,
		after(_delayMs, then) {
			pending = then;
			return () => {
				pending = () => {};
			};
		},
		pass: () => pending(),
	};
}

const targets = ["a", "b", "c"].map((host) => ({ host, port: 1 }));
const refusal: DialOutcome = { kind: "failed", failure: "refused", detail: "no" };

function link(): { readonly link: Link; readonly outcome: DialOutcome } {
	const [end] = memoryLinkPair();
	return { link: end, outcome: { kind: "linked", link: end } };
}

test("attempts start one after the other: after a pause, or at once when one fails", async () => {
	const { transport, dials, end } = puppet();
	const clock = puppetClock();
	const racing = race(transport, targets, { ...patiently, clock });
	assert.deepEqual([...dials.keys()], ["a"]);
	clock.pass();
	assert.deepEqual([...dials.keys()], ["a", "b"]);
	await end("a", refusal);
	assert.deepEqual([...dials.keys()], ["a", "b", "c"]);
	await end("b", refusal);
	await end("c", refusal);
	const outcome = await racing;
	assert.ok(outcome.kind === "failed");
	assert.deepEqual(
		outcome.failures.map(({ target }) => target.host),
		["a", "b", "c"],
	);
});

test("the first who answers wins, the others are called off, and a late Link of one is destroyed", async () => {
	const { transport, dials, end } = puppet();
	const clock = puppetClock();
	const racing = race(transport, targets, { ...patiently, clock });
	clock.pass();
	const [late, winner] = [link(), link()];
	dials.get("b")?.end(winner.outcome);
	dials.get("a")?.end(late.outcome);
	const outcome = await racing;
	assert.ok(outcome.kind === "linked" && outcome.link === winner.link && outcome.target.host === "b");
	await end("a", refusal);
	assert.equal(dials.get("a")?.signal.aborted, true);
	assert.equal(late.link.stream.destroyed, true);
	assert.equal(winner.link.stream.destroyed, false);
	assert.equal(dials.has("c"), false);
});

test("somebody who is not meant loses, however fast, and is hung up on", async () => {
	const { transport, end } = puppet();
	const [stranger, meant] = [link(), link()];
	const qualifies = async (one: Link) => one === meant.link;
	const racing = race(transport, targets, { ...patiently, clock: puppetClock(), qualifies });
	await end("a", stranger.outcome);
	await end("b", meant.outcome);
	const outcome = await racing;
	assert.ok(outcome.kind === "linked" && outcome.target.host === "b");
	assert.equal(stranger.link.stream.destroyed, true);
});

test("when only strangers answer, or the check itself breaks, that is said", async () => {
	const { transport, end } = puppet();
	const qualifies = () => Promise.reject(new Error("broken"));
	const racing = race(transport, targets.slice(0, 1), { ...patiently, clock: puppetClock(), qualifies });
	await end("a", link().outcome);
	const outcome = await racing;
	assert.equal(outcome.kind === "failed" && outcome.failures[0]?.failure, "notQualified");
});

test("being called off ends all attempts", async () => {
	const { transport, dials } = puppet();
	const ending = new AbortController();
	const racing = race(transport, targets, { ...patiently, signal: ending.signal, clock: puppetClock() });
	ending.abort();
	assert.equal((await racing).kind, "failed");
	assert.deepEqual([...dials.keys()], ["a"]);
});

test("nothing to dial is a failure without failures", async () => {
	assert.deepEqual(await race(puppet().transport, [], patiently), { kind: "failed", failures: [] });
});

test("families take turns, the first one's family begins, and nobody is left out or named twice", () => {
	const of = (...hosts: readonly string[]) => hosts.map((host) => ({ host, port: 1 }));
	assert.deepEqual(inTurns(of("::1", "::2", "::3", "1.1.1.1")), of("::1", "1.1.1.1", "::2", "::3"));
	assert.deepEqual(inTurns(of("1.1.1.1", "2.2.2.2", "::1")), of("1.1.1.1", "::1", "2.2.2.2"));
	fc.assert(
		fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6())), (hosts) => {
			const turned = inTurns(of(...hosts)).map(({ host }) => host);
			assert.deepEqual(turned.toSorted(), hosts.toSorted());
			assert.equal(turned[0], hosts[0]);
		}),
	);
});

test("over TCP: an address that refuses costs nothing, the one that answers wins", async (t) => {
	const transport = tcpTransport();
	const arrival = Promise.withResolvers<Link>();
	const listener = await listening(t, transport, arrival.resolve, { bind: "127.0.0.3" });
	const endpoints = ["127.0.0.2", "127.0.0.3"].map((host) => ({ host, port: listener.port }));
	const outcome = await race(transport, endpoints, patiently);
	assert.ok(outcome.kind === "linked");
	assert.equal(outcome.target.host, "127.0.0.3");
	const host = await arrival.promise;
	t.after(() => [outcome.link, host].map(({ stream }) => stream.destroy()));
	host.stream.write("hello");
	const [heard] = await once(outcome.link.stream, "data");
	assert.equal(String(heard), "hello");
});
