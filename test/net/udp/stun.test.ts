// STUN against servers on loopback: honest, silent, refusing and lying ones.
import assert from "node:assert/strict";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { askStun, readStunAnswer, stunRequest } from "../../../src/net/udp/stun.ts";

const patiently = new AbortController().signal;

interface Endpoint {
	readonly address: string;
	readonly port: number;
}

/** An answer to `question` (RFC 8489 §14.2), written apart from the code under test. IPv4 only. */
function answerTo(question: Buffer, seen: Endpoint, more: Buffer = Buffer.alloc(0)): Buffer {
	const value = Buffer.alloc(12);
	value.writeUInt16BE(0x0020, 0);
	value.writeUInt16BE(8, 2);
	value[5] = 1;
	value.writeUInt16BE(seen.port ^ 0x2112, 6);
	for (const [at, octet] of seen.address.split(".").entries()) value[8 + at] = Number(octet) ^ (question[4 + at] ?? 0);
	const header = Buffer.from(question.subarray(0, 20));
	header.writeUInt16BE(0x0101, 0);
	header.writeUInt16BE(value.length + more.length, 2);
	return Buffer.concat([header, more, value]);
}

async function server(
	t: TestContext,
	answer: (question: Buffer, from: RemoteInfo) => readonly Buffer[],
): Promise<number> {
	const socket = createSocket("udp4");
	t.after(() => socket.close());
	socket.on("message", (question: Buffer, from: RemoteInfo) => {
		for (const one of answer(question, from)) socket.send(one, from.port, from.address);
	});
	socket.bind(0, "127.0.0.1");
	await once(socket, "listening");
	return socket.address().port;
}

test("a server says which address and port it sees", async (t) => {
	let seen: Endpoint | undefined;
	const port = await server(t, (question, from) => {
		seen = { address: from.address, port: from.port };
		return [answerTo(question, seen)];
	});
	const outcome = await askStun({ server: "127.0.0.1", port, from: "127.0.0.1", signal: patiently });
	assert.deepEqual(outcome, { kind: "seen", ...seen });
});

test("the vectors of RFC 5769: an IPv4 and an IPv6 answer", () => {
	const transaction = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");
	const ipv4 = Buffer.from(
		"0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96",
		"hex",
	);
	assert.deepEqual(readStunAnswer(ipv4, transaction), { kind: "seen", address: "192.0.2.1", port: 32_853 });
	const ipv6 = Buffer.from(
		"010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c",
		"hex",
	);
	assert.deepEqual(readStunAnswer(ipv6, transaction), {
		kind: "seen",
		address: "2001:db8:1234:5678:11:2233:4455:6677",
		port: 32_853,
	});
});

test("attack: answers to another question, or from another server, are not heard", async (t) => {
	const other = createSocket("udp4");
	t.after(() => other.close());
	other.bind(0, "127.0.0.1");
	await once(other, "listening");
	const lie = { address: "6.6.6.6", port: 6_666 };
	const port = await server(t, (question, from) => {
		other.send(answerTo(question, lie), from.port, from.address);
		const strange = Buffer.from(answerTo(question, lie));
		strange[10] = (strange[10] ?? 0) ^ 1;
		return [strange, answerTo(question, { address: "44.128.0.10", port: 7 })];
	});
	const outcome = await askStun({ server: "127.0.0.1", port, signal: patiently });
	assert.deepEqual(outcome, { kind: "seen", address: "44.128.0.10", port: 7 });
});

test("a refusal, an answer without an address, and one that demands what is not known here are failures", () => {
	const transaction = new Uint8Array(12).fill(7);
	const question = stunRequest(transaction);
	const good = answerTo(question, { address: "44.128.0.10", port: 7 });
	const refusal = Buffer.from(good);
	refusal.writeUInt16BE(0x0111, 0);
	assert.deepEqual(readStunAnswer(refusal, transaction), { kind: "failed", why: "refused" });
	const empty = Buffer.from(good.subarray(0, 20));
	empty.writeUInt16BE(0, 2);
	assert.deepEqual(readStunAnswer(empty, transaction), { kind: "failed", why: "malformed" });
	const demand = Buffer.from("7fff0000", "hex");
	const demanding = answerTo(question, { address: "44.128.0.10", port: 7 }, demand);
	assert.deepEqual(readStunAnswer(demanding, transaction), { kind: "failed", why: "malformed" });
	const offer = Buffer.from("ffff000161000000", "hex");
	const offering = answerTo(question, { address: "44.128.0.10", port: 7 }, offer);
	assert.equal(readStunAnswer(offering, transaction)?.kind, "seen");
});

test("being called off ends the question, before and during it", async (t) => {
	const port = await server(t, () => []);
	const ending = new AbortController();
	const asking = askStun({ server: "127.0.0.1", port, signal: ending.signal });
	ending.abort();
	assert.deepEqual(await asking, { kind: "failed", why: "aborted" });
	assert.deepEqual(await askStun({ server: "127.0.0.1", port, signal: ending.signal }), {
		kind: "failed",
		why: "aborted",
	});
});

test("no datagram makes the reader throw", () => {
	const transaction = new Uint8Array(12).fill(7);
	const good = answerTo(stunRequest(transaction), { address: "44.128.0.10", port: 7 });
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(31), fc.nat(255), fc.nat(32), (random, at, value, length) => {
			readStunAnswer(Buffer.from(random), transaction);
			const near = Buffer.from(good);
			near[at] = value;
			readStunAnswer(near, transaction);
			readStunAnswer(near.subarray(0, length), transaction);
			const tail = Buffer.concat([good.subarray(0, 20), random]);
			tail.writeUInt16BE(random.length, 2);
			readStunAnswer(tail, transaction);
		}),
	);
});
