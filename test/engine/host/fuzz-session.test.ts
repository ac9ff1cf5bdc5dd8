// Hostile frames for a host's server from somebody who is in the room: typed ends, bounded buffers, and everybody else goes on.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { Turns } from "../../../src/engine/bounds/turns.ts";
import {
	burstLines,
	type Entrance,
	GuestSession,
	linesPerSecond,
	type SessionEnd,
} from "../../../src/engine/host/guest-session.ts";
import type { Authority } from "../../../src/engine/order/authority.ts";
import { newStart, Sequencer } from "../../../src/engine/order/sequencer.ts";
import {
	type CloseReason,
	decodeClose,
	encodeCommit,
	encodePosition,
} from "../../../src/engine/wire/entering-frames.ts";
import { encodeFrame, frameType, headerBytes, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { enteringTimeoutMs } from "../../../src/engine/wire/handshake.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { anyFrame } from "../../support/attackers/any-frame.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";
import { stopTime, turns } from "./stopped-time.ts";

const secure = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 };
const roomId = Buffer.alloc(32, 5);
const { signer } = await newSelf("Mallory");

/** Takes nobody in, quickly; the real one is at work in fuzz-member.test.ts. */
const strictAuthority: Authority = {
	admit: async () => Buffer.from("admission"),
	judge: async () => ({ kind: "refused", detail: "no" }),
	remove: async () => undefined,
	renew: async () => undefined,
};

/** Everybody may come in. */
const welcome: Entrance = {
	judge: async () => undefined,
	entered: () => {},
	giveSeat: () => new Uint8Array(32),
	seatKept: () => {},
};

/** A member's session, with the member's end of the Link in the test's hands. */
function openSession() {
	const [near, far] = memoryLinkPair();
	const frames = new FrameStream(far.stream, secure);
	const sequencer = new Sequencer(newStart(roomId, 0), strictAuthority);
	const services = {
		sequencer,
		authority: strictAuthority,
		admissions: new Turns(),
		uptime: () => 0,
		onBack: () => {},
	};
	const session = new GuestSession(
		{ frames, stream: far.stream, certificate: signer.certificate, entrance: welcome },
		services,
	);
	sequencer.addFounder(session);
	return { near: near.stream, far: far.stream, session, sequencer };
}

/** A session that ends with the test, also with one that fails: a flood that is still being read would keep the process going. */
function openSessionFor(t: TestContext) {
	const opened = openSession();
	t.after(async () => {
		opened.session.end("kicked");
		opened.near.destroy();
		await opened.session.close();
	});
	return opened;
}

const ends: ReadonlySet<SessionEnd> = new Set(["left", "lost", "sentAway", "neverEntered"]);

/** Closes a session that is over; why, as its guest is told, or `undefined`. */
async function lastWord(session: GuestSession, guest: FrameStream): Promise<CloseReason | undefined> {
	const closing = session.close();
	let word: CloseReason | undefined;
	for (;;) {
		const next = await guest.next(new AbortController().signal);
		if (next.kind !== "frame") break;
		if (next.frame.type === frameType.close) word = decodeClose(next.frame.body);
	}
	guest.stream.destroy();
	await closing;
	return word;
}

/** Sends and hangs up: the session must end by itself. */
async function attack(bytes: Uint8Array): Promise<SessionEnd> {
	const { near, far, session } = openSession();
	near.resume();
	near.end(bytes);
	const end = await session.run(true);
	await session.close();
	assert.ok(ends.has(end));
	assert.ok(far.destroyed);
	return end;
}

/** An MLS line's header, fit to be placed; the rest is garbage. */
const lineHeader = (epoch: number): Buffer => {
	const header = Buffer.concat([Buffer.of(0, 1, 0, 2, 32), roomId, Buffer.alloc(8), Buffer.of(1)]);
	header.writeBigUInt64BE(BigInt(epoch), 37);
	return header;
};

const submit = (number: number, message: Uint8Array): Buffer => {
	const head = Buffer.alloc(4);
	head.writeUInt32BE(number);
	return Buffer.concat([head, message]);
};

/** Frames that are nearly right, so that the code behind the first check is reached. */
const nearlyValid = fc.oneof(
	fc.tuple(fc.nat(0xffff), fc.uint8Array({ maxLength: 200 })).map(([number, rest]) => ({
		type: frameType.submit,
		body: submit(number, Buffer.concat([lineHeader(0), rest])),
	})),
	fc
		.uint8Array({ maxLength: 200 })
		.map((rest) => ({ type: frameType.enter, body: Buffer.concat([lineHeader(0), rest]) })),
	fc
		.nat(10)
		.map((seq) => ({ type: frameType.resume, body: encodePosition({ seq: seq + 1, head: new Uint8Array(32) }) })),
	fc.constant({ type: frameType.admitMe, body: new Uint8Array(0) }),
	fc.constant({ type: frameType.ping, body: new Uint8Array(0) }),
	fc.uint8Array({ maxLength: 3 }).map((body) => ({ type: frameType.close, body })),
	fc.uint8Array({ minLength: 1, maxLength: 60 }).map((message) => ({
		type: frameType.commit,
		body: encodeCommit({ seq: 1, message }),
	})),
);

test("attack: a member sends garbage of every frame type, four thousand times: the session ends, typed, every time", async () => {
	const frames = fc.array(fc.oneof(anyFrame(300), nearlyValid), { maxLength: 5 });
	const bytes = fc.oneof(
		{
			weight: 4,
			arbitrary: frames.map((all) => Buffer.concat(all.map(({ type, body }) => encodeFrame(type, body)))),
		},
		{ weight: 1, arbitrary: frames.map((all) => Buffer.concat(all.map(({ type, body }) => encodeFrame(type, body)))) },
		{ weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
	);
	await fc.assert(
		fc.asyncProperty(bytes, async (sent) => void (await attack(sent))),
		{ numRuns: 4000 },
	);
});

test("attack: frames cut short anywhere, or fed byte by byte, end like any other", async (t) => {
	const whole = Buffer.concat([
		encodeFrame(frameType.submit, submit(1, lineHeader(0))),
		encodeFrame(frameType.ping, new Uint8Array(0)),
	]);
	for (let length = 0; length < whole.length; length += 5)
		assert.equal(await attack(whole.subarray(0, length)), "lost");
	const { near, session, sequencer } = openSessionFor(t);
	const running = session.run(true);
	near.resume();
	for (const byte of whole) near.write(Uint8Array.of(byte));
	near.end();
	assert.equal(await running, "lost");
	assert.equal(sequencer.seq, 1);
});

test("attack: a line so long that the others could not take it ends its sender's session, not theirs", async (t) => {
	const { near, session, sequencer } = openSessionFor(t);
	const delivered: number[] = [];
	const other = {
		fingerprint: (await newSelf("Carol")).signer.fingerprint,
		deliver: (f: Uint8Array) => delivered.push(f.length),
	};
	sequencer.addFounder(other);
	near.resume();
	const longest = Buffer.concat([lineHeader(0), Buffer.alloc(maxSecureBodyBytes - 4 - lineHeader(0).length)]);
	near.write(encodeFrame(frameType.submit, submit(1, longest)));
	assert.equal(await session.run(true), "sentAway");
	for (const size of delivered) assert.ok(size <= maxSecureBodyBytes + headerBytes, `${size} bytes`);
});

test("attack: a member who renews its keys again and again is read at the pace of one renewal in three seconds", async (t) => {
	stopTime(t);
	const { near, session, sequencer } = openSessionFor(t);
	const running = session.run(true);
	near.resume();
	const renewal = encodeFrame(frameType.admitMe);
	near.write(Buffer.concat([renewal, renewal, encodeFrame(frameType.submit, submit(1, lineHeader(0)))]));
	await turns(200);
	t.mock.timers.tick(1000 * (burstLines / linesPerSecond) - 1);
	await turns(200);
	assert.equal(sequencer.seq, 0, "the second one waits");
	t.mock.timers.tick(1);
	await turns(200);
	t.mock.timers.tick(1000 * (burstLines / linesPerSecond));
	await turns(200);
	assert.equal(sequencer.seq, 0, "what comes behind it waits, too");
	t.mock.timers.tick(1000 / linesPerSecond);
	while (sequencer.seq === 0) await turns(1);
	session.end("kicked");
	assert.equal(await running, "sentAway");
});

test("attack: a member who floods is read no faster than allowed, and what was not read stays in its own hands", async (t) => {
	stopTime(t);
	const { near, far, session, sequencer } = openSessionFor(t);
	const running = session.run(true);
	near.resume();
	const line = encodeFrame(frameType.submit, submit(1, lineHeader(0)));
	let isFull = false;
	for (let i = 0; i < 5000; i++) isFull = !near.write(line) || isFull;
	const before = sequencer.seq;
	while (sequencer.seq < before + burstLines) await turns(1);
	await turns(200);
	// Time stands still: only the burst was taken.
	assert.ok(isFull);
	assert.equal(sequencer.seq, before + burstLines);
	assert.ok(far.readableLength <= 128 * 1024, `${far.readableLength} bytes wait to be read`);
	t.mock.timers.tick(1000 / linesPerSecond);
	await turns(200);
	assert.equal(sequencer.seq, before + burstLines + 1);
	session.end("kicked");
	assert.equal(await running, "sentAway");
});

test("attack: a member who never reads is let go before the host keeps more than it should for them", async (t) => {
	const { far, session, sequencer } = openSessionFor(t);
	const running = session.run(true);
	const someone = { fingerprint: (await newSelf("Carol")).signer.fingerprint, deliver: () => {} };
	sequencer.addFounder(someone);
	const line = Buffer.concat([lineHeader(0), Buffer.alloc(60_000)]);
	for (let i = 0; i < 100; i++) await sequencer.line(someone, i, line);
	assert.ok(far.writableLength <= secure.maxWaitingBytes + 61_000, `${far.writableLength} bytes wait`);
	assert.equal(await running, "lost");
});

test("attack: asking for admission again and again, and never entering, is given up on", async () => {
	const [near, far] = memoryLinkPair();
	const frames = new FrameStream(far.stream, secure);
	const sequencer = new Sequencer(newStart(roomId, 0), strictAuthority);
	let time = 0;
	const services = {
		sequencer,
		authority: strictAuthority,
		admissions: new Turns(),
		uptime: () => {
			time += 1000;
			return time;
		},
		onBack: () => {},
	};
	const session = new GuestSession(
		{ frames, stream: far.stream, certificate: signer.certificate, entrance: welcome },
		services,
	);
	const running = session.run(false);
	const guest = new FrameStream(near.stream, secure);
	for (let i = 0; i < 25; i++) guest.send(frameType.admitMe);
	assert.equal(await running, "neverEntered");
	assert.equal(await lastWord(session, guest), "refused");
});

test("attack: somebody who proves everything and never enters does not keep a place for ever", async (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const { near, session } = openSessionFor(t);
	const guest = new FrameStream(near, secure);
	const running = session.run(false);
	for (let waitedMs = 0; waitedMs < enteringTimeoutMs; waitedMs += 10_000) {
		guest.send(frameType.ping);
		await new Promise((resolve) => setImmediate(resolve));
		t.mock.timers.tick(10_000);
	}
	assert.equal(await running, "neverEntered");
	// Somebody who pings is not silent: it was the patience that ended.
	assert.equal(await lastWord(session, guest), "tooSlow");
});

test("attack: a guest who is proven and not in, or whose place another connection has taken, places no line", async () => {
	for (const who of ["outside", "replaced"] as const) {
		const { near, far, session, sequencer } = openSession();
		const delivered: Uint8Array[] = [];
		const other = { deliver: (frame: Uint8Array) => void delivered.push(frame) };
		sequencer.addFounder({ fingerprint: (await newSelf("Carol")).signer.fingerprint, ...other });
		if (who === "outside") await sequencer.removal(session, "left");
		else sequencer.addFounder({ fingerprint: session.fingerprint, ...other });
		near.resume();
		near.write(encodeFrame(frameType.submit, submit(1, lineHeader(0))));
		near.end();
		await session.run(false);
		await session.close();
		assert.ok(far.destroyed);
		assert.equal(sequencer.seq, 0);
		assert.deepEqual(delivered, []);
	}
});
