// Hostile bytes for a host's server: before the channel, inside it before anything is proven, and after the password before the identity is.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { finished } from "node:stream/promises";
import { after, test } from "node:test";
import fc from "fast-check";
import { KNOCK_BYTES } from "../../../src/crypto/opening/knock.ts";
import { tlsChannel } from "../../../src/crypto/opening/tls-channel.ts";
import { encodeBareFrame, frameType } from "../../../src/engine/wire/frame.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { anyFrame } from "../../support/attackers/any-frame.ts";
import { flood } from "../../support/attackers/by-hand.ts";
import {
	expectFrame,
	hostIdentity,
	knockEmpty,
	readGreeting,
	showCertificate,
	throughPassword,
} from "../../support/attackers/cheap-guest.ts";
import { assertStillWorks, newSelf, openMemoryRoom, roomPassword } from "../../support/rooms/memory-room.ts";
import { patienceMs } from "../../support/until.ts";

/** Nobody has to wait for a turn, so that the runs are not slowed down. */
const often = { perSecond: 1e6, burst: 1e6 };
const noWaiting = { channels: often, checks: often, knocks: often, pendingPerCaller: 1000, pendingInAll: 1000 };
/** One room takes it all. */
const room = await openMemoryRoom({ after }, noWaiting);
const mallory = await newSelf("Mallory");
const patience = () => AbortSignal.timeout(patienceMs);

/** Collects what comes until the host has closed the Link. */
async function closedByHost({ stream }: Link): Promise<Buffer> {
	const chunks: Buffer[] = [];
	stream.on("data", (chunk: Buffer) => chunks.push(chunk));
	await finished(stream, { writable: false }).catch(() => {});
	stream.destroy();
	return Buffer.concat(chunks);
}

async function attack(bytes: Uint8Array): Promise<Buffer> {
	const link = room.link();
	const answer = closedByHost(link);
	link.stream.end(bytes);
	return answer;
}

test("attack: garbage in the place of the channel is answered with at most an alert of TLS, two thousand times", async () => {
	const tlsRecord = fc
		.tuple(fc.constantFrom(20, 21, 22, 23, 24), fc.uint8Array({ maxLength: 300, size: "max" }))
		.map(([type, body]) => Buffer.concat([Uint8Array.of(type, 3, 3, body.length >> 8, body.length & 255), body]));
	const bareFrames = fc
		.array(anyFrame(100), { maxLength: 4 })
		.map((frames) => Buffer.concat(frames.map(({ type, body }) => encodeBareFrame(type, body))));
	await fc.assert(
		fc.asyncProperty(fc.oneof(tlsRecord, bareFrames, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
			const answer = await attack(bytes);
			assert.ok(answer.length <= 64, `${answer.length} bytes were answered`);
			if (answer.length > 0) assert.equal(answer[0], 0x15, "an alert (RFC 8446 §6)");
		}),
		{ numRuns: 2000 },
	);
});

/** What a guest says on the wire up to its identity. */
async function recordOpening(): Promise<Buffer> {
	const link = room.link();
	const said: Buffer[] = [];
	const { write } = link.stream;
	link.stream.write = ((...parts: readonly unknown[]) => {
		said.push(Buffer.from(parts[0] as Uint8Array));
		return Reflect.apply(write, link.stream, parts);
	}) as typeof write;
	const { frames } = await throughPassword(link, roomPassword);
	frames.stream.destroy();
	return Buffer.concat(said);
}

test("attack: a recorded opening, replayed as it was or changed anywhere, gets nobody in", async () => {
	const recording = await recordOpening();
	await attack(recording);
	await fc.assert(
		fc.asyncProperty(
			fc.nat(),
			fc.integer({ min: 0, max: 40 }),
			fc.uint8Array({ maxLength: 40 }),
			async (at, cut, put) => {
				const split = at % recording.length;
				await attack(Buffer.concat([recording.subarray(0, split), put, recording.subarray(split + cut)]));
			},
		),
		{ numRuns: 150 },
	);
	for (let length = 0; length < 200; length += 7) await attack(recording.subarray(0, length));
});

/** In each state what the host may have said already has been read; then whatever comes. */
const states = {
	beforeTheKnock: async () => (await readGreeting(room.link())).frames,
	beforeTheShare: async () => (await knockEmpty(room.link())).frames,
	beforeTheTag: async () => {
		const { frames } = await knockEmpty(room.link());
		frames.send(frameType.shareA, randomBytes(32));
		await expectFrame(frames, frameType.shareB);
		return frames;
	},
	beforeTheCertificate: async () => (await throughPassword(room.link(), roomPassword)).frames,
	beforeTheSignature: async () => {
		const greeting = await throughPassword(room.link(), roomPassword);
		showCertificate(greeting, mallory);
		await hostIdentity(greeting);
		return greeting.frames;
	},
} as const;
/** What a host may still say to somebody who sends garbage in the place of a share or a tag. */
const harmless: ReadonlySet<number> = new Set([frameType.hostProof, frameType.shareB, frameType.wrong]);

for (const [state, reach] of Object.entries(states)) {
	test(`attack: garbage of every frame type, ${state}, ends the connection and tells nothing`, async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(anyFrame(3000), { minLength: 1, maxLength: 3 }), async (sent) => {
				const frames = await reach();
				for (const { type, body } of sent) frames.send(type, body);
				frames.stream.end();
				for (;;) {
					const next = await frames.next(patience());
					if (next.kind !== "frame") break;
					assert.ok(harmless.has(next.frame.type), `frame type ${next.frame.type} was answered`);
					if (next.frame.type === frameType.hostProof) assert.equal(next.frame.body.length, 0);
				}
				frames.stream.destroy();
			}),
			{ numRuns: 50 },
		);
	});
}

test("attack: megabytes before anything is proven are left with the sender", async () => {
	for (const type of [frameType.knock, frameType.line, frameType.padding]) {
		const secured = await tlsChannel({ stream: room.link().stream, role: "guest", signal: patience() });
		assert.ok(secured.kind === "secured");
		const takenBytes = await flood(secured.channel.stream, encodeBareFrame(type, new Uint8Array(KNOCK_BYTES)));
		assert.ok(takenBytes < 1_000_000, `${takenBytes} bytes were taken`);
	}
});

test("a knock whose bytes come one at a time is a knock like any other", async () => {
	const { frames } = await readGreeting(room.link());
	for (const byte of encodeBareFrame(frameType.knock, randomBytes(KNOCK_BYTES))) {
		frames.stream.write(Uint8Array.of(byte));
		await new Promise((resolve) => setImmediate(resolve));
	}
	assert.equal((await expectFrame(frames, frameType.hostProof)).length, 0);
	frames.send(frameType.shareA, new Uint8Array(32).fill(3));
	assert.equal((await expectFrame(frames, frameType.shareB)).length, 32);
	frames.send(frameType.confirmA, new Uint8Array(64));
	assert.deepEqual(Buffer.from(await expectFrame(frames, frameType.wrong)), Buffer.of(2));
	frames.stream.destroy();
});

test("after all this an honest guest still comes in, hears and is heard", async () => {
	await assertStillWorks(room);
});
