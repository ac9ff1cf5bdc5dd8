// UDP links: the shared suite, then names, families, failures and far ends that die.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import type { Link } from "../../../src/net/link/link.ts";
import { restrictedTransport } from "../../../src/net/link/restricted-transport.ts";
import { loadUdx } from "../../../src/net/udp/library.ts";
import { MAX_WINDOW_BYTES, WINDOW_BYTES } from "../../../src/net/udp/packet.ts";
import { UdpStream } from "../../../src/net/udp/stream.ts";
import { udpTransport } from "../../../src/net/udp/udp.ts";
import { take } from "../../support/net/take.ts";
import { udpBetween } from "../../support/net/udp-between.ts";
import { until } from "../../support/until.ts";
import { dialled, linkConformance, linked, listening, patiently } from "../link/conformance.ts";

linkConformance("udp", () => ({ transport: udpTransport(), host: "127.0.0.1" }));
linkConformance("udp kept to one address", () => ({
	transport: restrictedTransport(udpTransport(), { bind: "127.0.0.1" }),
	host: "127.0.0.1",
}));

const hasIPv6 = Object.values(networkInterfaces()).some((infos) => infos?.some(({ address }) => address === "::1"));
const noPrebuild = () => loadUdx(() => Promise.reject(new Error("Cannot find addon '.'\nand more")));

test("a guest over IPv4 is known by its IPv4 address although the listener takes both families", async (t) => {
	const { host } = await linked(t, { transport: udpTransport(), host: "127.0.0.1" });
	assert.equal(host.far.address, "127.0.0.1");
});

if (hasIPv6) {
	test("one listener takes IPv6 as well", async (t) => {
		const { guest, host } = await linked(t, { transport: udpTransport(), host: "::1" });
		assert.equal(guest.far.address, "::1");
		assert.equal(host.far.address, "::1");
	});
}

test("each address of the computer answers for itself, also when the system would rather answer from another", async (t) => {
	// All of 127/8 is this computer's; a socket for all addresses would answer from 127.0.0.1.
	const transport = udpTransport({ addresses: () => ["127.0.0.1", "127.0.0.7"] });
	const { guest } = await linked(t, { transport, host: "127.0.0.7" });
	assert.equal(guest.far.address, "127.0.0.7");
});

test("an address that comes is listened on, and who came by one that goes is told", async (t) => {
	let addresses = ["127.0.0.1"];
	const transport = udpTransport({ addresses: () => addresses });
	const links: Link[] = [];
	const listener = await listening(t, transport, (link) => links.push(link));
	const first = await dialled(t, { transport, host: "127.0.0.1" }, listener.port);
	addresses = ["127.0.0.8"];
	first.stream.resume();
	await once(first.stream, "end");
	const second = await dialled(t, { transport, host: "127.0.0.8" }, listener.port);
	second.stream.end("here instead");
	const host = links.at(-1);
	assert.ok(host);
	assert.equal((await buffer(host.stream)).toString(), "here instead");
	for (const { stream } of links) stream.destroy();
});

test("listening on an address of another computer, or on none, says so", async () => {
	for (const bind of ["192.0.2.77", "2001:db8::dead", "localhost", "", "nonsense"]) {
		const outcome = await udpTransport().listen({ port: 0, bind, onLink: () => {} });
		assert.equal(outcome.kind === "failed" && outcome.failure, "addressNotHere", bind);
	}
});

test("a name is dialled at each of its addresses until one answers, and the far end is that address", async (t) => {
	const lookup = async () => [{ address: "127.0.0.3" }, { address: "127.0.0.1" }];
	const transport = udpTransport({ lookup });
	const listener = await listening(t, transport, (link) => link.stream.destroy(), { bind: "127.0.0.1" });
	const guest = await dialled(t, { transport, host: "friend.example" }, listener.port);
	assert.deepEqual(guest.far, { transport: "udp", address: "127.0.0.1", port: listener.port });
});

test("a name that does not exist is told, and a name server that is silent is not waited for longer than the dial", async () => {
	const missing = async () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
	const silent = () => new Promise<never>(() => {});
	for (const lookup of [missing, silent, async () => []]) {
		const signal = new AbortController().signal;
		const outcome = await udpTransport({ lookup }).dial({ host: "friend.example", port: 1 }, { signal, timeoutMs: 50 });
		assert.equal(outcome.kind === "failed" && outcome.failure, "nameNotFound");
	}
});

test("a port that takes everything and answers nothing is given up when time is up", async (t) => {
	const deaf = createSocket("udp4");
	deaf.bind(0, "127.0.0.1");
	await once(deaf, "listening");
	t.after(() => deaf.close());
	const signal = new AbortController().signal;
	const target = { host: "127.0.0.1", port: deaf.address().port };
	const outcome = await udpTransport().dial(target, { signal, timeoutMs: 50 });
	assert.equal(outcome.kind === "failed" && outcome.failure, "timedOut");
});

test("hosts and ports that cannot be dialled fail instead of throwing", async () => {
	for (const [host, port] of [
		["", 1],
		["127.0.0.1", 70_000],
		["127.0.0.1", -1],
		["127.0.0.1", 0],
		["a\u0000b", 1],
		["x".repeat(5000), 1],
	] as const) {
		const outcome = await udpTransport().dial({ host, port }, patiently());
		assert.equal(outcome.kind, "failed", host.slice(0, 20));
	}
});

test("where the native part does not load, dialling and listening say so in one line", async () => {
	const transport = udpTransport({ load: noPrebuild });
	const outcomes = [
		await transport.dial({ host: "127.0.0.1", port: 1 }, patiently()),
		await transport.listen({ port: 0, onLink: () => {} }),
	];
	for (const outcome of outcomes) {
		assert.ok(outcome.kind === "failed" && outcome.failure === "other");
		assert.match(outcome.detail, /^UDP cannot be used on this computer.*Cannot find addon '\.'\).*$/);
	}
});

test("a datagram that is lost on the way is sent again: every third of them, both ways", async (t) => {
	const transport = udpTransport();
	const arrival = Promise.withResolvers<Link>();
	const listener = await listening(t, transport, arrival.resolve);
	const between = await udpBetween(t, listener.port, 3);
	const guest = await dialled(t, { transport, host: "127.0.0.1" }, between);
	const host = await arrival.promise;
	t.after(() => host.stream.destroy());
	const bytes = Buffer.alloc(30_000, "lost and found ");
	guest.stream.end(bytes);
	host.stream.end(bytes);
	const [atHost, atGuest] = await Promise.all([buffer(host.stream), buffer(guest.stream)]);
	assert.ok(atHost.equals(bytes) && atGuest.equals(bytes));
});

test("more may wait for a reader who has read much, and no more than the limit", async (t) => {
	const { guest, host } = await linked(t, { transport: udpTransport(), host: "127.0.0.1" });
	const { stream } = host;
	assert.ok(stream instanceof UdpStream);
	const totalBytes = 5 * MAX_WINDOW_BYTES;
	guest.stream.end(Buffer.alloc(totalBytes, "x"));
	const takenBytes = await take(stream, 2 * MAX_WINDOW_BYTES);
	await until(() => stream.unreadBytes > WINDOW_BYTES * 1.5, "more waits than at first would have");
	assert.ok(stream.unreadBytes <= 2 * MAX_WINDOW_BYTES);
	assert.equal((await buffer(stream)).length, totalBytes - takenBytes);
});

test("a host that is killed without a word is noticed by a guest that says nothing either", async (t) => {
	const program = fork(new URL("./udp-host.ts", import.meta.url));
	t.after(() => program.kill("SIGKILL"));
	const [port] = await once(program, "message");
	const guest = await dialled(t, { transport: udpTransport(), host: "127.0.0.1" }, Number(port));
	assert.equal(String((await once(guest.stream, "data"))[0]), "hello");
	program.kill("SIGKILL");
	guest.stream.resume();
	// Only a greeting every ten seconds tells.
	await once(guest.stream, "end");
	const closed = new Promise((resolve) => guest.stream.once("close", resolve));
	guest.stream.write("anyone?");
	await closed;
	assert.ok(guest.stream.errored, "who writes to it is told");
});
