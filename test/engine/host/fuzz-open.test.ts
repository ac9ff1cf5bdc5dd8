// Hostile bytes for a host's server before the password is proven, and after it before the identity is.
import assert from "node:assert/strict";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { after, test } from "node:test";
import fc from "fast-check";
import { encodeFrame, frameType, headerBytes } from "../../../src/engine/wire/frame.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { anyFrame } from "../../support/any-frame.ts";
import { expectFrame, guess, openFrames, prsOf, readGreeting, throughChannel } from "../../support/cheap-guest.ts";
import { assertStillWorks, openMemoryRoom, roomPassword } from "../../support/memory-room.ts";

/** Nobody has to wait for a turn, so that the runs are not slowed down. */
const noWaiting = { checks: { perSecond: 1e6, burst: 1e6 }, pendingPerKnocker: 1000, pendingInAll: 1000 };
/** One room takes it all. */
const room = await openMemoryRoom({ after }, noWaiting);
/** What the host may say to somebody who does not know the password. */
const openTypes: ReadonlySet<number> = new Set([frameType.hello, frameType.shareB, frameType.wrong, frameType.refused]);
/** Much less than a byte for a byte: a Hello, and an answer to each of three attempts. */
const maxAnswerBytes = 1024;

/** Collects what comes until the host has closed the Link. */
async function closedByHost({ stream }: Link): Promise<Buffer> {
	const chunks: Buffer[] = [];
	stream.on("data", (chunk: Buffer) => chunks.push(chunk));
	await finished(stream, { writable: false }).catch(() => {});
	stream.destroy();
	return Buffer.concat(chunks);
}

/** Only Hello, shares, "wrong" and refusals were answered, and little of it. */
function assertTellsNothing(answer: Buffer): void {
	assert.ok(answer.length <= maxAnswerBytes, `${answer.length} bytes were answered`);
	for (let at = 0; at < answer.length; at += headerBytes + answer.readUIntBE(at, 3))
		assert.ok(openTypes.has(answer[at + 3]!), `frame type ${answer[at + 3]} was answered`);
}

async function attack(bytes: Uint8Array): Promise<void> {
	const link = room.link();
	const answer = closedByHost(link);
	link.stream.end(bytes);
	assertTellsNothing(await answer);
}

/** What a guest says up to TLS and a little beyond. */
async function recordHandshake(): Promise<Buffer> {
	const link = room.link();
	const said: Buffer[] = [];
	const { write } = link.stream;
	link.stream.write = ((...parts: readonly unknown[]) => {
		said.push(Buffer.from(parts[0] as Uint8Array));
		return Reflect.apply(write, link.stream, parts);
	}) as typeof write;
	const { tls } = await throughChannel(link, roomPassword);
	tls.destroy();
	return Buffer.concat(said);
}

/** A recording with something changed, cut out, doubled or put in. */
const mutation = fc.record({
	at: fc.nat(),
	remove: fc.integer({ min: 0, max: 40 }),
	insert: fc.uint8Array({ maxLength: 40 }),
	flip: fc.integer({ min: 0, max: 255 }),
	isDoubled: fc.boolean(),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutate(recording: Buffer, { at, remove, insert, flip, isDoubled }: Mutation): Buffer {
	const split = at % recording.length;
	const mutated = Buffer.concat([recording.subarray(0, split), insert, recording.subarray(split + remove)]);
	if (split < mutated.length) mutated[split]! ^= flip;
	return isDoubled ? Buffer.concat([mutated, recording]) : mutated;
}

test("attack: garbage before the password is answered with a closed Link and nothing told, five thousand times", async () => {
	const garbage = fc.oneof(
		{ weight: 3, arbitrary: fc.uint8Array({ maxLength: 200 }) },
		{
			weight: 6,
			arbitrary: fc
				.array(anyFrame(100), { maxLength: 4 })
				.map((frames) => Buffer.concat(frames.map(({ type, body }) => encodeFrame(type, body)))),
		},
		{
			weight: 1,
			arbitrary: fc
				.tuple(
					fc.integer({ min: 0, max: 0xffffff }),
					fc.integer({ min: 0, max: 255 }),
					fc.uint8Array({ maxLength: 50 }),
				)
				.map(([length, type, rest]) =>
					Buffer.concat([Uint8Array.of(length >>> 16, (length >>> 8) & 255, length & 255, type), rest]),
				),
		},
	);
	await fc.assert(
		fc.asyncProperty(garbage, (bytes) => attack(bytes)),
		{ numRuns: 2500 },
	);
});

test("attack: a recorded handshake, replayed as it was or mutated anywhere, gets nobody in", async () => {
	const recording = await recordHandshake();
	await attack(recording);
	await fc.assert(
		fc.asyncProperty(mutation, (change) => attack(mutate(recording, change))),
		{ numRuns: 250 },
	);
	for (let length = 0; length < 200; length += 7) await attack(recording.subarray(0, length));
});

test("attack: megabytes before the password are left with the sender", async () => {
	for (const type of [frameType.shareA, frameType.line, frameType.padding]) {
		const { stream } = room.link();
		const flood = encodeFrame(type, new Uint8Array(4000));
		let sentBytes = 0;
		let isOver = false;
		stream.resume().on("close", () => {
			isOver = true;
		});
		stream.on("end", () => stream.destroy());
		while (!isOver && sentBytes < 10_000_000) {
			sentBytes += flood.length;
			if (!stream.write(flood)) await Promise.race([once(stream, "drain"), once(stream, "close")]).catch(() => {});
		}
		assert.ok(sentBytes < 500_000, `${sentBytes} bytes were taken`);
	}
});

test("a handshake whose bytes come one at a time is a handshake like any other", async () => {
	const link = room.link();
	const frames = openFrames(link);
	await expectFrame(frames, frameType.hello);
	for (const byte of encodeFrame(frameType.shareA, new Uint8Array(32).fill(3))) {
		link.stream.write(Uint8Array.of(byte));
		await new Promise((resolve) => setImmediate(resolve));
	}
	assert.equal((await expectFrame(frames, frameType.shareB)).length, 32);
	for (const byte of encodeFrame(frameType.confirmA, new Uint8Array(64))) link.stream.write(Uint8Array.of(byte));
	assert.deepEqual(Buffer.from(await expectFrame(frames, frameType.wrong)), Buffer.of(2));
	link.stream.destroy();
});

test("attack: garbage in the place of TLS from somebody who knows the password closes the Link", async () => {
	const tlsRecord = fc
		.tuple(fc.constantFrom(20, 21, 22, 23, 24), fc.uint8Array({ maxLength: 300, size: "max" }))
		.map(([type, body]) => Buffer.concat([Uint8Array.of(type, 3, 3, body.length >> 8, body.length & 255), body]));
	await fc.assert(
		fc.asyncProperty(fc.oneof(tlsRecord, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
			const link = room.link();
			const greeting = await readGreeting(link);
			const guessed = await guess(greeting, await prsOf(roomPassword, greeting.hello), 1);
			assert.equal(guessed.kind, "right");
			greeting.frames.detach();
			const closed = closedByHost(link);
			link.stream.end(bytes);
			await closed;
		}),
		{ numRuns: 80 },
	);
});

test("attack: garbage in the place of the identity, inside the channel, closes the Link and shows no name and no key", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(anyFrame(3000), { minLength: 1, maxLength: 3 }), async (sent) => {
			const { frames, tls } = await throughChannel(room.link(), roomPassword);
			for (const { type, body } of sent) frames.send(type, body);
			const next = await frames.next(AbortSignal.timeout(20_000));
			assert.equal(next.kind, "ended");
			tls.destroy();
		}),
		{ numRuns: 60 },
	);
});

test("after all this an honest guest still comes in, hears and is heard", async () => {
	await assertStillWorks(room);
});
