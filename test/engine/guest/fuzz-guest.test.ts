// Hostile frames from a host: in the handshake, while entering and in the room. A guest's stay ends with a reason, and never otherwise.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { after, test } from "node:test";
import fc from "fast-check";
import { Group } from "../../../src/crypto/group/group.ts";
import { enterRoom, resumeRoom } from "../../../src/engine/guest/entering.ts";
import { proveToHost } from "../../../src/engine/guest/opening/handshake-guest.ts";
import { openFrames } from "../../../src/engine/host/handshake-host.ts";
import { certifyLeaf } from "../../../src/engine/member/certify-leaf.ts";
import type { MemberEvent } from "../../../src/engine/member/events.ts";
import { Member } from "../../../src/engine/member/member.ts";
import { emptyOutbox } from "../../../src/engine/member/outbox.ts";
import { encodeCommit, encodeEntered, encodeResumed, maxLineBytes } from "../../../src/engine/wire/entering-frames.ts";
import { encodeFrame, type Frame, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { encodeHello, helloForVersion1 } from "../../../src/engine/wire/handshake.ts";
import { firstHead, startOrder } from "../../../src/engine/wire/transcript.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { endMessage } from "../../../src/ui/words/endings.ts";
import { anyFrame } from "../../support/attackers/any-frame.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";
import { patienceMs } from "../../support/until.ts";

const secure = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 };
const roomId = randomBytes(32);
const self = await newSelf("Bob");
const patience = () => AbortSignal.timeout(patienceMs);

/** A group of one, which refuses whatever it is given: reused, since a worker takes a while to start. */
const group = await Group.open({ roomId });
after(() => group.close());
const own = await certifyLeaf(group, roomId, self.signer, self.name);
assert.ok(own);
assert.equal((await group.create(own)).kind, "created");

const encodeAll = (frames: readonly Frame[]): Buffer =>
	Buffer.concat(frames.map(({ type, body }) => encodeFrame(type, body)));

const placed = (seq: number, rest: Uint8Array): Buffer => {
	const place = Buffer.alloc(8);
	place.writeBigUInt64BE(BigInt(seq));
	return Buffer.concat([place, rest]);
};

const garbage = fc.uint8Array({ maxLength: 120 });
const seq = fc.nat(4);

/** In order as often as not, so that what is behind the check of the order is reached. */
const nearlyValid: fc.Arbitrary<Frame> = fc.oneof(
	fc.tuple(seq, garbage).map(([at, rest]) => ({ type: frameType.line, body: placed(at, rest) })),
	fc
		.tuple(seq, fc.nat(2))
		.map(([at, number]) => ({ type: frameType.echo, body: placed(at, Buffer.of(0, 0, 0, number)) })),
	fc.tuple(seq, fc.uint8Array({ minLength: 1, maxLength: 50 })).map(([at, message]) => ({
		type: frameType.commit,
		body: encodeCommit({ seq: at, message, certificate: message }),
	})),
	fc.constant({ type: frameType.ping, body: new Uint8Array(0) }),
	fc.uint8Array({ maxLength: 2 }).map((body) => ({ type: frameType.close, body })),
	seq.map((at) => ({ type: frameType.entered, body: encodeEntered({ seq: at + 1, head: roomId, seat: roomId }) })),
	seq.map((at) => ({ type: frameType.resumed, body: encodeResumed({ seq: at + 1, seat: roomId }) })),
	fc.constant({ type: frameType.tooLate, body: new Uint8Array(0) }),
	garbage.map((body) => ({ type: frameType.admission, body })),
);
const someFrames = fc.array(fc.oneof(anyFrame(200), nearlyValid), { maxLength: 5 });

const memberEnds: ReadonlySet<string> = new Set(["closed", "linkLost", "outOfStep", "hostMisbehaved"]);

test("attack: a host sends garbage of every frame type to a member, two thousand times: nothing is shown, and the stay ends typed", async () => {
	await fc.assert(
		fc.asyncProperty(someFrames, async (frames) => {
			const heard: MemberEvent[] = [];
			const { member, near, far } = soloMember((event) => heard.push(event));
			far.end(encodeAll(frames));
			const end = await member.run();
			assert.ok(memberEnds.has(end.kind));
			for (const event of heard) assert.equal(event.kind, "problem");
			near.destroy();
		}),
		{ numRuns: 2000 },
	);
	assert.equal((await group.encrypt(Buffer.from("the group is unharmed"))).kind, "encrypted");
});

function soloMember(emit: (event: MemberEvent) => void = () => {}) {
	const [near, far] = memoryLinkPair();
	const member = new Member({
		frames: new FrameStream(near.stream, secure),
		group,
		self: self.signer.fingerprint,
		order: startOrder(0, firstHead(roomId)),
		outbox: emptyOutbox,
		emit,
		isRestorable: false,
	});
	far.stream.resume();
	return { member, near: near.stream, far: far.stream };
}

test("attack: a host sends lines as fast as it can: what is not read yet waits in the host's hands", async () => {
	const { member, near, far } = soloMember();
	const running = member.run();
	const longLine = Buffer.alloc(maxLineBytes, 3);
	let most = 0;
	for (let at = 1; at <= 200; at++) {
		const hasRoom = far.write(encodeFrame(frameType.line, placed(at, longLine)));
		most = Math.max(most, near.readableLength);
		if (!hasRoom) await Promise.race([once(far, "drain"), running]);
	}
	far.end();
	assert.equal((await running).kind, "linkLost");
	assert.equal(member.order.seq, 200);
	assert.ok(most < 3 * maxLineBytes, `${most} bytes waited`);
});

test("attack: a host sends a line longer than any can be: it is not even looked at", async () => {
	const { member, far } = soloMember();
	far.write(encodeFrame(frameType.line, placed(1, Buffer.alloc(maxLineBytes + 1))));
	assert.equal((await member.run()).kind, "hostMisbehaved");
	far.destroy();
});

test("attack: a host sends garbage to somebody who is entering or coming back: it ends, typed, and nobody is in", async () => {
	const entering = await Group.open({ roomId });
	await fc.assert(
		fc.asyncProperty(someFrames, fc.boolean(), async (frames, isComingBack) => {
			const [near, far] = memoryLinkPair();
			const stream = new FrameStream(near.stream, secure);
			far.stream.resume();
			far.stream.end(encodeAll(frames));
			const who = { signer: self.signer, name: self.name, host: self.signer.certificate };
			const outcome = await enterRoom({ frames: stream, roomId, group: entering, isComingBack, ...who }, patience());
			assert.equal(outcome.kind, "ended");
			if (outcome.kind === "ended") assert.ok(endMessage(outcome));
			near.stream.destroy();
		}),
		{ numRuns: 150 },
	);
	await entering.close();
	const place = { seq: 3, head: new Uint8Array(32) };
	await fc.assert(
		fc.asyncProperty(someFrames, async (frames) => {
			const [near, far] = memoryLinkPair();
			far.stream.resume();
			far.stream.end(encodeAll(frames));
			const outcome = await resumeRoom(new FrameStream(near.stream, secure), place, patience());
			assert.ok(["ended", "resumed", "tooLate"].includes(outcome.kind));
			near.stream.destroy();
		}),
		{ numRuns: 1000 },
	);
});

const guest = {
	...self,
	askPassword: async () => undefined,
	onProven: () => {},
	onChecking: () => {},
};

test("attack: whatever answers in place of a host is told apart from Real Talk before the password is asked for, a thousand times", async () => {
	const answers = fc.oneof(
		fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
		someFrames.map((frames) => encodeAll(frames)),
		fc.constant(Buffer.from(helloForVersion1())),
		fc.constant(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
		fc.constant(Buffer.from("SSH-2.0-OpenSSH_9.6\r\n")),
	);
	await fc.assert(
		fc.asyncProperty(answers, async (bytes) => {
			const [near, far] = memoryLinkPair();
			far.stream.resume();
			far.stream.end(bytes);
			const outcome = await proveToHost(near.stream, guest, patience());
			assert.equal(outcome.kind, "ended");
			if (outcome.kind === "ended") assert.ok(endMessage(outcome));
			near.stream.destroy();
			far.stream.destroy();
		}),
		{ numRuns: 1000 },
	);
});

/** What a host says inside the channel, up to the state that is meant; then whatever comes. */
const states = ["hello", "hostProof", "shareB", "hostIdentity"] as const;

test("attack: a host sends garbage of every frame type in every state of the opening: it ends, typed, and no password is used twice", async () => {
	const hello = encodeHello({ room: roomId, salt: randomBytes(16) });
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...states), someFrames, async (state, frames) => {
			const [near, far] = memoryLinkPair();
			let asked = 0;
			const side = { ...guest, askPassword: async () => (asked++ === 0 ? "some password" : undefined) };
			const outcome = proveToHost(near.stream, side, patience());
			const opened = await openFrames(far.stream, patience());
			assert.ok(opened.kind === "opened");
			if (state !== "hello") {
				opened.frames.send(frameType.hello, hello);
				await opened.frames.next(patience());
			}
			if (state === "shareB" || state === "hostIdentity") {
				opened.frames.send(frameType.hostProof);
				await opened.frames.next(patience());
			}
			if (state === "hostIdentity") opened.frames.send(frameType.shareB, randomBytes(32));
			for (const { type, body } of frames) opened.frames.send(type, body);
			opened.frames.stream.end();
			const end = await outcome;
			assert.equal(end.kind, "ended");
			if (end.kind === "ended") assert.ok(endMessage(end));
			assert.ok(asked <= 2);
			near.stream.destroy();
			far.stream.destroy();
		}),
		{ numRuns: 120 },
	);
});
