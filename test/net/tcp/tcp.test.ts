// TCP links: the shared suite, then names, families, failures and what strangers can do to a listener.
import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { connect, type LookupFunction, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import type { Caller } from "../../../src/net/address/caller.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { restrictedTransport } from "../../../src/net/link/restricted-transport.ts";
import { dialFailureOf, listenFailureOf } from "../../../src/net/tcp/failure.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { until } from "../../support/until.ts";
import { dialled, linkConformance, linked, listening, patiently } from "../link/conformance.ts";

linkConformance("tcp", () => ({ transport: tcpTransport(), host: "127.0.0.1" }));

const hasIPv6 = Object.values(networkInterfaces()).some((infos) => infos?.some(({ address }) => address === "::1"));

/** A name server that knows one answer. */
function answering(...addresses: readonly string[]): LookupFunction {
	return (_name, _options, done) =>
		done(
			null,
			addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
		);
}

function failingWith(code: string): LookupFunction {
	return (name, _options, done) => done(Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code }), "", 0);
}

test("a guest over IPv4 is known by its IPv4 address although the listener takes both families", async (t) => {
	const { host } = await linked(t, { transport: tcpTransport(), host: "127.0.0.1" });
	assert.equal(host.far.address, "127.0.0.1");
});

if (hasIPv6) {
	test("one listener takes IPv6 as well", async (t) => {
		const { guest, host } = await linked(t, { transport: tcpTransport(), host: "::1" });
		assert.equal(guest.far.address, "::1");
		assert.equal(host.far.address, "::1");
	});
}

for (const [name, transport] of [
	["attack: of whoever may not come not even a socket is made, and who may come gets in", tcpTransport()],
	["attack: the same where only one address may be used", restrictedTransport(tcpTransport(), { bind: "127.0.0.1" })],
] as const)
	test(name, async (t) => {
		const made: unknown[] = [];
		const onSocket = (message: unknown): void => void made.push(message);
		const asked: string[] = [];
		const mayCome = ({ key }: Caller): boolean => asked.push(key) > 0 && key !== "127.0.0.66";
		const links: (string | undefined)[] = [];
		const onLink = ({ stream, far }: Link): void => {
			links.push(far.caller?.key);
			stream.destroy();
		};
		const { port } = await listening(t, transport, onLink, { bind: "127.0.0.1", mayCome });
		subscribe("net.server.socket", onSocket);
		t.after(() => unsubscribe("net.server.socket", onSocket));
		for (let count = 0; count < 5; count += 1) {
			const stranger = connect({ host: "127.0.0.1", port, localAddress: "127.0.0.66" });
			stranger.on("error", () => {});
			stranger.resume();
			await new Promise((resolve) => stranger.once("close", resolve).once("end", () => stranger.end()));
		}
		assert.deepEqual([asked.length, made.length, links.length], [5, 0, 0]);
		await dialled(t, { transport: tcpTransport(), host: "127.0.0.1" }, port);
		await until(() => links.length > 0);
		assert.deepEqual([made.length, links], [1, ["127.0.0.1"]]);
	});

test("where IPv6 is off, every IPv4 address is listened on", async (t) => {
	// An address no computer has stands in for "::" on such a system.
	const transport = tcpTransport({ everyAddress: ["2001:db8::dead", "127.0.0.1"] });
	const { host } = await linked(t, { transport, host: "127.0.0.1" });
	assert.equal(host.far.address, "127.0.0.1");
});

test("a listener bound to one address is not reached through another", async (t) => {
	const transport = tcpTransport();
	const listener = await listening(t, transport, (link) => link.stream.destroy(), { bind: "127.0.0.2" });
	const wrong = await transport.dial({ host: "127.0.0.1", port: listener.port }, patiently());
	assert.equal(wrong.kind === "failed" && wrong.failure, "refused");
	await dialled(t, { transport, host: "127.0.0.2" }, listener.port);
});

test("listening on an address of another computer, or on none, says so", async () => {
	for (const bind of ["192.0.2.77", "2001:db8::dead", "localhost", "", "nonsense"]) {
		const outcome = await tcpTransport().listen({ port: 0, bind, onLink: () => {} });
		assert.equal(outcome.kind === "failed" && outcome.failure, "addressNotHere", bind);
	}
});

test("a name is dialled at each of its addresses until one answers, and the far end is that address", async (t) => {
	const transport = tcpTransport({ lookup: answering("::1", "127.0.0.3", "127.0.0.1") });
	const listener = await listening(t, transport, (link) => link.stream.destroy(), { bind: "127.0.0.1" });
	const guest = await dialled(t, { transport, host: "friend.example" }, listener.port);
	assert.deepEqual(guest.far, { transport: "tcp", address: "127.0.0.1", port: listener.port });
});

test("a name of which every address refuses is refused", async (t) => {
	const transport = tcpTransport({ lookup: answering("127.0.0.2", "127.0.0.3") });
	const listener = await listening(t, transport, () => {}, { bind: "127.0.0.1" });
	const outcome = await transport.dial({ host: "friend.example", port: listener.port }, patiently());
	assert.equal(outcome.kind === "failed" && outcome.failure, "refused");
});

test("a name that does not exist and a name server that does not answer are told apart in words", async () => {
	const details = [];
	for (const code of ["ENOTFOUND", "EAI_AGAIN"]) {
		const outcome = await tcpTransport({ lookup: failingWith(code) }).dial(
			{ host: "friend.example", port: 1 },
			patiently(),
		);
		assert.equal(outcome.kind === "failed" && outcome.failure, "nameNotFound");
		details.push(outcome.kind === "failed" && outcome.detail);
	}
	assert.notEqual(details[0], details[1]);
});

test("a dial that gets no answer ends when its time is up", async () => {
	const outcome = await tcpTransport({ lookup: () => {} }).dial(
		{ host: "silent.example", port: 1 },
		{ signal: new AbortController().signal, timeoutMs: 20 },
	);
	assert.equal(outcome.kind === "failed" && outcome.failure, "timedOut");
});

test("a dial can be aborted while its name is being looked up, and the late answer harms nothing", async () => {
	let answer = () => {};
	const lookup: LookupFunction = (_name, _options, done) => {
		answer = () => done(null, [{ address: "127.0.0.1", family: 4 }]);
	};
	const calledOff = new AbortController();
	const dialling = tcpTransport({ lookup }).dial({ host: "slow.example", port: 1 }, patiently(calledOff.signal));
	calledOff.abort();
	const outcome = await dialling;
	assert.equal(outcome.kind === "failed" && outcome.failure, "aborted");
	answer();
});

test("hosts and ports that cannot be dialled fail instead of throwing", async () => {
	for (const [host, port] of [
		["", 1],
		["127.0.0.1", 70_000],
		["127.0.0.1", -1],
		["a\u0000b", 1],
		["x".repeat(5000), 1],
	] as const) {
		const outcome = await tcpTransport().dial({ host, port }, patiently());
		assert.equal(outcome.kind, "failed", host.slice(0, 20));
	}
});

test("attack: guests that reset at once neither crash the listener nor keep others out", async (t) => {
	const transport = tcpTransport();
	const arrived: Link[] = [];
	let onArrival = () => {};
	const listener = await listening(t, transport, (link) => {
		arrived.push(link);
		onArrival();
	});
	const attackers = Array.from({ length: 100 }, () => {
		const socket = connect({ host: "127.0.0.1", port: listener.port }, () => socket.resetAndDestroy());
		return new Promise((resolve) => socket.once("close", resolve).on("error", () => {}));
	});
	await Promise.all(attackers);
	const guest = await dialled(t, { transport, host: "127.0.0.1" }, listener.port);
	const isFriend = (link: Link) => link.far.port === (guest.stream as Socket).localPort;
	guest.stream.end("let me in");
	const friend = await new Promise<Link>((resolve) => {
		onArrival = () => {
			const found = arrived.find(isFriend);
			if (found) resolve(found);
		};
		onArrival();
	});
	assert.equal((await buffer(friend.stream)).toString(), "let me in");
	for (const link of arrived) link.stream.destroy();
});

test("each system error becomes the failure people have words for", () => {
	const target = { host: "friend.example", port: 4321 };
	const failures = {
		ECONNREFUSED: "refused",
		EHOSTUNREACH: "unreachable",
		ENETUNREACH: "unreachable",
		ETIMEDOUT: "timedOut",
		ENOTFOUND: "nameNotFound",
		EAI_AGAIN: "nameNotFound",
		EMFILE: "other",
	};
	for (const [code, failure] of Object.entries(failures)) {
		assert.equal(dialFailureOf({ code }, target).failure, failure);
		assert.equal(dialFailureOf({ code: "first", errors: [{ code: "EMFILE" }, { code }] }, target).failure, failure);
	}
	assert.equal(listenFailureOf({ code: "EACCES" }, "::", 80).failure, "notPermitted");
	assert.equal(listenFailureOf({ code: "EMFILE" }, "::", 80).failure, "other");
});
