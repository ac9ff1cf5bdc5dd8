// What is told of the way in: every dial, by each transport, with what came of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt, AttemptTarget } from "../../../src/engine/api/attempt.ts";
import type { RouteProgress } from "../../../src/engine/api/hosting.ts";
import { Attempts } from "../../../src/engine/guest/attempts.ts";
import type { RouteGuest } from "../../../src/engine/routes/route.ts";
import type { DialOutcome, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { race } from "../../../src/net/link/race.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";

const timeoutMs = 5_000;

const addressOf = (target: AttemptTarget) => (target.kind === "address" ? target.address : target.via);

/** A port of this computer on which somebody answers. */
async function listening(t: { after(work: () => unknown): void }): Promise<number> {
	const opened = await tcpTransport().listen({ port: 0, bind: "127.0.0.1", onLink: (link) => link.stream.resume() });
	assert.ok(opened.kind === "listening");
	t.after(() => opened.listener.close());
	return opened.listener.port;
}

test("Each address is told when it is dialled, and again with what came of it; the list has the latest of each", async (t) => {
	const open = await listening(t);
	const told: Attempt[] = [];
	const attempts = new Attempts((attempt) => told.push(attempt));
	const transport = attempts.watching(tcpTransport());
	const { signal } = new AbortController();
	const closed = { host: "127.0.0.2", port: open };
	const failed = await transport.dial(closed, { signal, timeoutMs });
	assert.equal(failed.kind, "failed");
	const linked = await transport.dial({ host: "127.0.0.1", port: open }, { signal, timeoutMs });
	assert.ok(linked.kind === "linked");
	linked.link.stream.destroy();
	assert.deepEqual(
		told.map(({ target, state }) => `${addressOf(target)} ${state}`),
		["127.0.0.2 trying", "127.0.0.2 failed", "127.0.0.1 trying", "127.0.0.1 answered"],
	);
	assert.deepEqual(
		attempts.list().map(({ transport: by, target, state }) => [by, addressOf(target), state]),
		[
			["tcp", "127.0.0.2", "failed"],
			["tcp", "127.0.0.1", "answered"],
		],
	);
	const why = attempts.list()[0]?.why;
	assert.equal(why?.kind === "dial" && why.failure, "refused");
});

test("Whoever answers and is not meant counts as failed, with the reason", async (t) => {
	const port = await listening(t);
	const attempts = new Attempts(() => {});
	const target = { host: "127.0.0.1", port };
	const raced = await race(attempts.watching(tcpTransport()), [target], {
		signal: new AbortController().signal,
		timeoutMs,
	});
	assert.ok(raced.kind === "linked");
	raced.link.stream.destroy();
	const other = { host: "127.0.0.1", port: 1 };
	attempts.cameToNothing(other, "wrong_host");
	attempts.cameToNothing(target, "wrong_password");
	assert.equal(attempts.list()[0]?.state, "answered", "that is no fault of the address");
	attempts.cameToNothing(target, "wrong_host");
	assert.deepEqual(attempts.list(), [
		{
			transport: "tcp",
			target: { kind: "address", address: "127.0.0.1", port },
			state: "failed",
			why: { kind: "answered", code: "wrong_host" },
		},
	]);
});

test("A dial that is called off is no failure, and a long list of addresses stays short", async () => {
	const attempts = new Attempts(() => {});
	const transport = attempts.watching(tcpTransport());
	const stop = new AbortController();
	stop.abort();
	for (let port = 1; port <= 40; port += 1) {
		await transport.dial({ host: "127.0.0.1", port }, { signal: stop.signal, timeoutMs });
	}
	assert.equal(attempts.list().length, 32);
	assert.ok(attempts.list().every(({ state }) => state === "calledOff"));
});

test("A route is told by whom it asks, and counts as failed when it led to somebody else", async () => {
	const attempts = new Attempts(() => {});
	const [link] = memoryLinkPair();
	const route: RouteGuest = {
		name: "dht",
		transport: "dht",
		via: "node1.example:1\u001b[2J",
		timeoutMs,
		dial: async () => ({ kind: "linked", link }),
		close: async () => {},
	};
	const target = { kind: "route", route: "dht", via: "node1.example:1" } as const;
	await attempts.watchingRoute(route).dial({ signal: new AbortController().signal, timeoutMs });
	assert.deepEqual(attempts.list(), [{ transport: "dht", target, state: "answered" }]);
	attempts.cameToNothing(route, "wrong_host");
	const why = { kind: "answered", code: "wrong_host" };
	assert.deepEqual(attempts.list(), [{ transport: "dht", target, state: "failed", why }]);
});

/** What each dial by it comes to, address by address. */
function transportOf(name: "tcp" | "udp", outcomes: Readonly<Record<string, DialOutcome>>): Transport {
	const dial: Transport["dial"] = async ({ host }) => outcomes[host] ?? assert.fail(`${host} was dialled`);
	return { name, dial, listen: () => assert.fail("nobody listens here") };
}

const refused: DialOutcome = { kind: "failed", failure: "refused", detail: "nobody there\u001b[2J" };
const calledOff: DialOutcome = { kind: "failed", failure: "aborted", detail: "" };
const options = { signal: new AbortController().signal, timeoutMs };
const shown = (attempts: Attempts) =>
	attempts.list().map(({ transport, target, state }) => `${transport} ${addressOf(target)} ${state}`);

test("an address that is dialled by two transports is two attempts, and each part of a transport tells of its own dials", async () => {
	const [tcpLink, udpLink] = memoryLinkPair();
	const attempts = new Attempts(() => {});
	const tcp = transportOf("tcp", { "192.0.2.1": { kind: "linked", link: tcpLink }, "192.0.2.2": refused });
	const udp = transportOf("udp", { "192.0.2.1": calledOff, "192.0.2.2": { kind: "linked", link: udpLink } });
	const { parts = [] } = attempts.watching({ ...tcp, parts: [tcp, udp] });
	assert.equal(attempts.watching(tcp).parts, undefined);
	for (const host of ["192.0.2.1", "192.0.2.2"]) for (const part of parts) await part.dial({ host, port: 5 }, options);
	const dialled = [
		"tcp 192.0.2.1 answered",
		"udp 192.0.2.1 calledOff",
		"tcp 192.0.2.2 failed",
		"udp 192.0.2.2 answered",
	];
	assert.deepEqual(shown(attempts), dialled);
	const why = { kind: "dial", failure: "refused", detail: "nobody there" };
	assert.deepEqual(attempts.list()[2]?.why, why);
	attempts.cameToNothing({ host: "192.0.2.1", port: 6 }, "wrong_host");
	assert.deepEqual(shown(attempts), dialled, "at another port is somebody else");
	attempts.cameToNothing({ host: "192.0.2.1", port: 5 }, "wrong_host");
	assert.deepEqual(shown(attempts), ["tcp 192.0.2.1 failed", ...dialled.slice(1)]);
	attempts.cameToNothing({ host: "192.0.2.2", port: 5 }, "wrong_host");
	assert.deepEqual(attempts.list()[2]?.why, why, "a dial that had failed has failed for its own reason");
});

test("a dial through a proxy is told with what the proxy said of it", async () => {
	const attempts = new Attempts(() => {});
	const failed: DialOutcome = { kind: "failed", failure: "other", detail: "the proxy", proxy: "unreachable" };
	await attempts.watching(transportOf("tcp", { "192.0.2.1": failed })).dial({ host: "192.0.2.1", port: 5 }, options);
	const why = { kind: "dial", failure: "other", detail: "the proxy", proxy: "unreachable" };
	assert.deepEqual(attempts.list()[0]?.why, why);
});

test("an end is the fault of an address when somebody else is there, or nobody who answers, and not when the gate or the person ends it", async () => {
	for (const [code, isTheirs] of [
		...(["wrong_host", "not_real_talk", "wrong_version", "refused", "timed_out", "connection_lost"] as const).map(
			(one) => [one, true] as const,
		),
		...(["left", "wrong_password", "blocked", "busy", "paused", "kicked", "host_misbehaved"] as const).map(
			(one) => [one, false] as const,
		),
	]) {
		const attempts = new Attempts(() => {});
		const [link] = memoryLinkPair();
		const target = { host: "192.0.2.1", port: 5 };
		await attempts.watching(transportOf("tcp", { "192.0.2.1": { kind: "linked", link } })).dial(target, options);
		attempts.cameToNothing(target, code);
		assert.equal(attempts.list()[0]?.state, isTheirs ? "failed" : "answered", code);
	}
});

test("routes and addresses are told apart, and progress is kept with the route that makes it, while it is dialled", async () => {
	const steps: RouteProgress[] = [];
	const attempts = new Attempts(
		() => {},
		(progress) => steps.push(progress),
	);
	const [link] = memoryLinkPair();
	const progress = { percent: 10, summary: "loading" };
	const tcp = attempts.watching(transportOf("tcp", { "192.0.2.1": { kind: "linked", link } }));
	const dialTcp = () => tcp.dial({ host: "192.0.2.1", port: 5 }, options);
	await dialTcp();
	const route = (name: "dht" | "tor", during: (tell: () => void) => void | Promise<void>): RouteGuest => {
		let hear: (progress: RouteProgress) => void = () => {};
		return {
			...{ name, transport: name, via: "somebody", timeoutMs, close: async () => {} },
			watch(listener) {
				hear = listener;
				hear(progress);
				return () => {};
			},
			async dial() {
				await during(() => hear(progress));
				return { kind: "linked", link };
			},
		};
	};
	const tor = route("tor", async (tell) => {
		await attempts.watchingRoute(route("dht", () => {})).dial(options);
		tell();
		const states = attempts.list().map(({ transport, state, progress: far }) => [transport, state, far]);
		assert.deepEqual(states, [
			["tcp", "answered", undefined],
			["tor", "trying", progress],
			["dht", "answered", undefined],
		]);
	});
	await attempts.watchingRoute(tor).dial(options);
	assert.equal(steps.length, 1, "what is told before a dial or after it is no news");
	attempts.cameToNothing(tor, "wrong_host");
	assert.deepEqual(shown(attempts), ["tcp 192.0.2.1 answered", "tor somebody failed", "dht somebody answered"]);
	attempts.cameToNothing({ host: "192.0.2.1", port: 5 }, "wrong_host");
	assert.deepEqual(shown(attempts), ["tcp 192.0.2.1 failed", "tor somebody failed", "dht somebody answered"]);
});
