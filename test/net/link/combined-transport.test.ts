// Several Transports as one: the same port in all of them, and dials that race.
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { severalTransports } from "../../../src/net/link/combined-transport.ts";
import type { DialOutcome, Link, ListenOutcome, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { race } from "../../../src/net/link/race.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { udpTransport } from "../../../src/net/udp/udp.ts";
import { ownPort } from "../../support/net/own-port.ts";
import { linkConformance, listening, patiently } from "./conformance.ts";

const both = (): Transport => severalTransports(tcpTransport(), [udpTransport()]);
const refused: DialOutcome = { kind: "failed", failure: "refused", detail: "no" };

linkConformance("tcp and udp", () => ({ transport: both(), host: "127.0.0.1" }));

/** A Transport of which every listen and dial ends as the test says. */
function puppet(
	name: "tcp" | "udp",
	listens: readonly ListenOutcome[],
	dial: Transport["dial"] = async () => refused,
): Transport & { readonly asked: number[] } {
	const waiting = [...listens];
	const asked: number[] = [];
	return {
		name,
		asked,
		dial,
		async listen({ port }) {
			asked.push(port);
			const next = waiting.shift();
			assert.ok(next, "not asked more often than expected");
			return next;
		},
	};
}

const taken: ListenOutcome = { kind: "failed", failure: "portTaken", detail: "taken" };
const broken: ListenOutcome = { kind: "failed", failure: "other", detail: "no such thing here" };

function open(port: number, onClose = () => {}): ListenOutcome {
	return { kind: "listening", listener: { port, close: async () => onClose() } };
}

test("guests come by TCP and by UDP to one port", async (t) => {
	const arrived: Link[] = [];
	const listener = await listening(t, both(), (link) => arrived.push(link));
	const target = { host: "127.0.0.1", port: listener.port };
	for (const transport of [tcpTransport(), udpTransport()]) {
		const outcome = await transport.dial(target, patiently());
		assert.ok(outcome.kind === "linked");
		t.after(() => outcome.link.stream.destroy());
		outcome.link.stream.write("x");
		while (arrived.length === 0) await new Promise(setImmediate);
		const link = arrived.pop();
		assert.equal(link?.far.transport, transport.name);
		link?.stream.destroy();
	}
	assert.equal(listener.without, undefined);
});

test("a free port that UDP cannot have is given back, and another one found", async () => {
	let closed = 0;
	const first = puppet("tcp", [open(1111, () => (closed += 1)), open(2222)]);
	const second = puppet("udp", [taken, open(2222)]);
	const outcome = await severalTransports(first, [second]).listen({ port: 0, onLink: () => {} });
	assert.ok(outcome.kind === "listening");
	assert.equal(outcome.listener.port, 2222);
	assert.equal(outcome.listener.without, undefined);
	assert.deepEqual(second.asked, [1111, 2222]);
	assert.equal(closed, 1);
});

test("a port that was asked for by number is opened by TCP alone when UDP cannot have it", async (t) => {
	const other = createSocket("udp4");
	const port = await ownPort();
	other.bind(port, "0.0.0.0");
	await once(other, "listening");
	t.after(() => other.close());
	const listener = await listening(t, both(), (link) => link.stream.destroy(), { port });
	assert.equal(listener.port, port);
	assert.deepEqual(
		listener.without?.map(({ transport }) => transport),
		["udp"],
	);
});

test("a port that TCP cannot have is a failure, and UDP is not opened on it", async (t) => {
	const other = createServer().listen(0, "127.0.0.1");
	await once(other, "listening");
	t.after(() => other.close());
	const bound = other.address();
	assert.ok(bound !== null && typeof bound === "object");
	const second = puppet("udp", []);
	const several = severalTransports(tcpTransport(), [second]);
	const outcome = await several.listen({ port: bound.port, bind: "127.0.0.1", onLink: () => {} });
	assert.equal(outcome.kind === "failed" && outcome.failure, "portTaken");
	assert.deepEqual(second.asked, []);
});

test("a computer without UDP hosts by TCP, and it is said what is missing", async () => {
	const several = severalTransports(puppet("tcp", [open(1111)]), [puppet("udp", [broken])]);
	const outcome = await several.listen({ port: 0, onLink: () => {} });
	assert.ok(outcome.kind === "listening");
	assert.deepEqual(outcome.listener.without, [{ transport: "udp", detail: "no such thing here" }]);
});

test("each address is dialled by TCP, and a step later by UDP, before the next address", async () => {
	const dialled: string[] = [];
	const noting =
		(name: string): Transport["dial"] =>
		async ({ host }) => {
			dialled.push(`${host} ${name}`);
			return refused;
		};
	const several = severalTransports(puppet("tcp", [], noting("tcp")), [puppet("udp", [], noting("udp"))]);
	const targets = ["a", "b"].map((host) => ({ host, port: 1 }));
	const outcome = await race(several, targets, patiently());
	assert.deepEqual(dialled, ["a tcp", "a udp", "b tcp", "b udp"]);
	assert.ok(outcome.kind === "failed");
	assert.deepEqual(
		outcome.failures.map(({ target, transport }) => `${target.host} ${transport}`),
		dialled,
	);
});

test("UDP wins where TCP is silent, and TCP's attempt is called off", async () => {
	let isCalledOff = false;
	const silent: Transport["dial"] = (_target, { signal }) =>
		new Promise((resolve) => {
			signal.addEventListener("abort", () => {
				isCalledOff = true;
				resolve({ kind: "failed", failure: "aborted", detail: "" });
			});
		});
	const [end] = memoryLinkPair();
	const answering: Transport["dial"] = async () => ({ kind: "linked", link: end });
	const several = severalTransports(puppet("tcp", [], silent), [puppet("udp", [], answering)]);
	const outcome = await several.dial({ host: "a", port: 1 }, patiently());
	assert.ok(outcome.kind === "linked" && outcome.link === end);
	assert.equal(isCalledOff, true);
});

test("where TCP was refused, UDP is not waited for as long as elsewhere; where it was silent, as long", async () => {
	const waits: number[] = [];
	const noting: Transport["dial"] = async (_target, { timeoutMs }) => {
		waits.push(timeoutMs);
		return refused;
	};
	for (const failure of ["refused", "timedOut"] as const) {
		const first = puppet("tcp", [], async () => ({ kind: "failed", failure, detail: "" }));
		await severalTransports(first, [puppet("udp", [], noting)]).dial({ host: "a", port: 1 }, patiently());
	}
	const [afterRefusal = 0, afterSilence = 0] = waits;
	assert.ok(afterRefusal < afterSilence);
	assert.equal(afterSilence, patiently().timeoutMs);
});

test("when nothing answers, TCP's reason counts and both are told", async () => {
	const first = puppet("tcp", [], async () => ({ kind: "failed", failure: "unreachable", detail: "no way" }));
	const second = puppet("udp", [], async () => ({ kind: "failed", failure: "timedOut", detail: "no word" }));
	const outcome = await severalTransports(first, [second]).dial({ host: "a", port: 1 }, patiently());
	assert.deepEqual(outcome, { kind: "failed", failure: "unreachable", detail: "no way no word" });
});
