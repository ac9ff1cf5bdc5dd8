// What is told of the way in: every dial, by each transport, with what came of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt, AttemptTarget } from "../../../src/engine/api/attempt.ts";
import { Attempts } from "../../../src/engine/guest/attempts.ts";
import type { RouteGuest } from "../../../src/engine/routes/route.ts";
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
