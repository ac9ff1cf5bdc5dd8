// NAT-PMP and PCP against routers on loopback that answer as they should, as somebody else, and with anything at all.

import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { Standpoint } from "../../../src/net/address/interfaces.ts";
import type { MapRequest, OwnMapping } from "../../../src/net/portmap/method.ts";
import { natPmpMethod, readAddressAnswer, readMapAnswer as readNatPmp } from "../../../src/net/portmap/natpmp.ts";
import { pcpMethod, readEpoch, readMapAnswer as readPcp } from "../../../src/net/portmap/pcp.ts";
import { hasRestarted } from "../../../src/net/portmap/router-datagram.ts";

const own: Standpoint = {
	family: 4,
	address: "127.0.0.1",
	prefixLength: 8,
	interface: "lo",
	gateway: { address: "127.0.0.1", isCertain: true },
};
const request: MapRequest = {
	protocol: "tcp",
	internalPort: 40_213,
	externalPort: 40_213,
	leaseSeconds: 3_600,
	mayChoose: false,
	nonce: "0123456789abcdef01234567",
};
const mapping: OwnMapping = {
	nonce: request.nonce,
	method: "pcp",
	router: "127.0.0.1",
	protocol: "tcp",
	internalAddress: "127.0.0.1",
	internalPort: 40_213,
	externalPort: 40_213,
};
const patiently = new AbortController().signal;

type Answer = (question: Buffer, from: RemoteInfo, router: Socket) => Buffer | readonly Buffer[] | undefined;

/** A router on loopback; returns its port. */
async function router(t: TestContext, answer: Answer): Promise<{ readonly port: number; readonly now: () => number }> {
	const socket = createSocket("udp4");
	t.after(() => socket.close());
	socket.on("message", (question: Buffer, from: RemoteInfo) => {
		for (const one of [answer(question, from, socket) ?? []].flat()) socket.send(one, from.port, from.address);
	});
	socket.bind(0, "127.0.0.1");
	await once(socket, "listening");
	return { port: socket.address().port, now: Date.now };
}

function hex(text: string): Buffer {
	return Buffer.from(text.replaceAll(" ", ""), "hex");
}

/** 44.128.0.10, clock 100. */
const ADDRESS_ANSWER = hex("00 80 0000 00000064 2c80000a");
const MAP_ANSWER = hex("00 82 0000 00000064 9d15 9d16 00000e10");

/** A PCP router that maps as it is asked; `change` edits its answers to MAP requests. */
function pcpRouter(change: (answer: Buffer) => Buffer | readonly Buffer[] = (answer) => answer): Answer {
	return (question) => {
		const answer = Buffer.from(question);
		answer[1] = (question[1] ?? 0) | 0x80;
		answer.fill(0, 8, 24);
		answer.writeUInt32BE(100, 8);
		if (question[1] === 0) return answer;
		hex("00000000000000000000ffff2c80000a").copy(answer, 44);
		return change(answer);
	};
}

test("NAT-PMP: the answers of RFC 6886 are read, with the port and lease the router chose", async (t) => {
	const surroundings = await router(t, (question) => (question[1] === 0 ? ADDRESS_ANSWER : MAP_ANSWER));
	const found = await natPmpMethod(own, surroundings).find(patiently);
	const outcome = await found?.map(request, patiently);
	assert.ok(outcome?.kind === "mapped");
	const { externalPort, seconds, address, verdict, epoch } = outcome.lease;
	assert.deepEqual(
		[externalPort, seconds, address, verdict, epoch?.seconds],
		[40_214, 3_600, "44.128.0.10", "public", 100],
	);
	assert.equal((await found?.check(mapping, outcome.lease, patiently))?.kind, "still");
	const before = { ...outcome.lease, epoch: { seconds: 5_000, at: Date.now() } };
	assert.equal((await found?.check(mapping, before, patiently))?.kind, "gone");
});

test("NAT-PMP: a refusal is told by its number, and a port of 0 or a lease of 0 is none", async (t) => {
	let answer = hex("00 82 0002 00000064 9d15 0000 00000000");
	const surroundings = await router(t, (question) => (question[1] === 0 ? ADDRESS_ANSWER : answer));
	const found = await natPmpMethod(own, surroundings).find(patiently);
	assert.deepEqual(await found?.map(request, patiently), {
		kind: "refused",
		refusal: { why: "notAuthorized", code: 2 },
	});
	for (const wrong of ["00 82 0000 00000064 9d15 0000 00000e10", "00 82 0000 00000064 9d15 9d15 00000000"]) {
		answer = hex(wrong);
		assert.deepEqual(await found?.map(request, patiently), { kind: "refused", refusal: { why: "malformed" } });
	}
});

test("PCP: the answer of RFC 6887 is read, and removing sends lifetime 0 with the same nonce", async (t) => {
	const lifetimes: number[] = [];
	const surroundings = await router(t, (question, ...more) => {
		if (question[1] === 1) lifetimes.push(question.readUInt32BE(4));
		return pcpRouter()(question, ...more);
	});
	const found = await pcpMethod(own, surroundings).find(patiently);
	const outcome = await found?.map(request, patiently);
	assert.ok(outcome?.kind === "mapped");
	assert.deepEqual(
		[outcome.lease.address, outcome.lease.verdict, outcome.lease.seconds],
		["44.128.0.10", "public", 3_600],
	);
	assert.equal(await found?.unmap(mapping, patiently), true);
	assert.deepEqual(lifetimes, [3_600, 0]);
});

test("PCP: a refusal is told by its number, and by the router's private address where it gives one", async (t) => {
	const surroundings = await router(
		t,
		pcpRouter((answer) => {
			answer[3] = 8;
			hex("64400001").copy(answer, 56);
			return answer;
		}),
	);
	const found = await pcpMethod(own, surroundings).find(patiently);
	assert.deepEqual(await found?.map(request, patiently), {
		kind: "refused",
		refusal: { why: "noResources", code: 8, outside: { address: "100.64.0.1", verdict: "cgnat" } },
	});
});

test("attack: an answer with another nonce, port or protocol is not taken for ours; the right one after it is", async (t) => {
	const surroundings = await router(
		t,
		pcpRouter((answer) => {
			const forged = [24, 36, 41].map((at) => {
				const other = Buffer.from(answer);
				other[at] = (other[at] ?? 0) ^ 1;
				other.writeUInt16BE(6_666, 42);
				return other;
			});
			return [...forged, answer.subarray(0, 59), answer];
		}),
	);
	const found = await pcpMethod(own, surroundings).find(patiently);
	const outcome = await found?.map(request, patiently);
	assert.equal(outcome?.kind === "mapped" && outcome.lease.externalPort, 40_213);
});

test("attack: an answer from another address or port of the network is not heard", async (t) => {
	const stranger = createSocket("udp4");
	const neighbour = createSocket("udp4");
	t.after(() => [stranger, neighbour].map((socket) => socket.close()));
	stranger.bind(0, "127.0.0.1");
	neighbour.bind(0, "127.0.0.2");
	await Promise.all([once(stranger, "listening"), once(neighbour, "listening")]);
	const lie = hex("00 80 0000 00000064 06060606");
	const surroundings = await router(t, (_question, from, socket) => {
		stranger.send(lie, from.port, from.address);
		neighbour.send(lie, from.port, from.address, () => socket.send(ADDRESS_ANSWER, from.port, from.address));
		return undefined;
	});
	const found = await natPmpMethod(own, surroundings).find(patiently);
	const lease = { externalPort: 1, seconds: 1, verdict: "none" as const };
	const checked = await found?.check(mapping, lease, patiently);
	assert.equal(checked?.kind === "still" && checked.lease.address, "44.128.0.10");
});

test("attack: a pinhole router that gives the guests another IPv6 address is not believed", async (t) => {
	const socket = createSocket("udp6");
	t.after(() => socket.close());
	const answer = pcpRouter((one) => {
		hex("20010db8000000000000000000000666").copy(one, 44);
		return one;
	});
	socket.on("message", (question: Buffer, from: RemoteInfo) => {
		const reply = answer(question, from, socket);
		if (Buffer.isBuffer(reply)) socket.send(reply, from.port, from.address);
	});
	socket.bind(0, "::1");
	await once(socket, "listening");
	const here: Standpoint = { ...own, family: 6, address: "::1", gateway: { address: "::1", isCertain: true } };
	const found = await pcpMethod(here, { port: socket.address().port, now: Date.now }).find(patiently);
	assert.deepEqual(await found?.map(request, patiently), { kind: "refused", refusal: { why: "malformed" } });
});

test("a closed port, no router, and being called off end the search at once", async (t) => {
	const closed = createSocket("udp4");
	closed.bind(0, "127.0.0.1");
	await once(closed, "listening");
	const { port } = closed.address();
	closed.close();
	for (const method of [natPmpMethod, pcpMethod]) {
		assert.equal(await method(own, { port, now: Date.now }).find(patiently), undefined);
		const { gateway: _none, ...alone } = own;
		assert.equal(await method(alone, { port, now: Date.now }).find(patiently), undefined);
		const silent = await router(t, () => undefined);
		const ending = new AbortController();
		const search = method(own, silent).find(ending.signal);
		ending.abort();
		assert.equal(await search, undefined);
		assert.equal(await method(own, silent).find(ending.signal), undefined);
	}
});

test("no datagram makes a reader throw, and what is read is in its bounds", () => {
	const near = fc.tuple(fc.constantFrom(ADDRESS_ANSWER, MAP_ANSWER, Buffer.alloc(60, 2)), fc.nat(59), fc.nat(255));
	const datagrams = fc.oneof(
		fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
		near.map(([base, at, value]) => {
			const bytes = Buffer.from(base);
			if (at < bytes.length) bytes[at] = value;
			return bytes.subarray(0, Math.max(1, value % 64));
		}),
	);
	fc.assert(
		fc.property(datagrams, (datagram) => {
			readAddressAnswer(datagram);
			readEpoch(datagram);
			for (const answer of [readNatPmp(datagram, "tcp", 40_213), readPcp(datagram, request)]) {
				if (answer?.kind === "mapped") assert.ok(answer.externalPort <= 65_535);
			}
		}),
	);
});

test("a clock that goes on as ours does is no restart; one that goes back, jumps or stands still is", () => {
	const at = (seconds: number, ours: number) => ({ seconds, at: ours * 1000 });
	assert.equal(hasRestarted(at(100, 0), at(160, 60)), false);
	assert.equal(hasRestarted(at(100, 0), at(163, 60)), false);
	assert.equal(hasRestarted(at(100, 0), at(3, 60)), true);
	assert.equal(hasRestarted(at(100, 0), at(100, 60)), true);
	assert.equal(hasRestarted(at(100, 0), at(900, 60)), true);
	fc.assert(
		fc.property(
			fc.nat(2 ** 31),
			fc.integer({ min: 0, max: 1e6 }),
			fc.integer({ min: -1, max: 1 }),
			(start, later, off) => {
				assert.equal(hasRestarted(at(start, 0), at(start + later + off, later)), false);
			},
		),
	);
});
