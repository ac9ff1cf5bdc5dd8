// Frames over a stream: however the bytes are cut, what is bounded, and who lets go of the stream when.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { Duplex, Readable, Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import {
	encodeBareFrame,
	encodeFrame,
	type Frame,
	frameType,
	maxOpenBodyBytes,
	maxOpenBytes,
	maxSecureBodyBytes,
	padToBytes,
} from "../../../src/engine/wire/frame.ts";
import { FrameStream, type FrameStreamOptions, mostBulkFrames } from "../../../src/engine/wire/frame-stream.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { anyFrame } from "../../support/attackers/any-frame.ts";

const open = { maxBodyBytes: maxOpenBodyBytes, maxBytes: maxOpenBytes, maxWaitingBytes: 64 * 1024 };
const secure = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 64 * 1024 };
const never = new AbortController().signal;

const plain = ({ type, body }: Frame) => [type, Buffer.from(body).toString("hex")];

/** Everything that comes until the stream has no more to give, and why it ended. */
async function readAll(frames: FrameStream) {
	const read: unknown[] = [];
	for (;;) {
		const next = await frames.next(never);
		if (next.kind !== "frame") return { read, end: next.kind };
		read.push(plain(next.frame));
	}
}

function pair(options: FrameStreamOptions = secure) {
	const [near, far] = memoryLinkPair();
	return { near: near.stream, far: far.stream, frames: new FrameStream(far.stream, options) };
}

test("however the bytes are cut, the same frames come out", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(anyFrame(600), { maxLength: 6 }),
			fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
			fc.boolean(),
			fc.boolean(),
			async (sent, cuts, isPadded, isInBulk) => {
				const { near, frames } = pair(secure);
				if (isInBulk) frames.takeInBulk();
				const encode = isPadded ? encodeFrame : encodeBareFrame;
				const bytes = Buffer.concat(sent.map(({ type, body }) => encode(type, body)));
				const reading = readAll(frames);
				for (let at = 0, i = 0; at < bytes.length; i++) {
					const size = cuts[i % cuts.length]!;
					near.write(bytes.subarray(at, at + size));
					at += size;
					if (size % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
				}
				near.end();
				assert.deepEqual(await reading, { read: sent.map(plain), end: "ended" });
			},
		),
		{ numRuns: 150 },
	);
});

test("bytes that come one at a time make the same frame", async () => {
	const { near, frames } = pair();
	const bytes = encodeFrame(frameType.line, new Uint8Array(700).fill(9));
	const reading = frames.next(never);
	for (const byte of bytes) {
		near.write(Uint8Array.of(byte));
		await new Promise((resolve) => setImmediate(resolve));
	}
	const next = await reading;
	assert.deepEqual(
		next.kind === "frame" && plain(next.frame),
		plain({ type: frameType.line, body: bytes.subarray(4, 704) }),
	);
});

test("every write inside the channel is a multiple of 256 bytes", async () => {
	const sizes: number[] = [];
	const written = new Writable({
		write(chunk: Buffer, _encoding, done) {
			sizes.push(chunk.length);
			done();
		},
	});
	const sender = new FrameStream(Duplex.from({ writable: written, readable: Readable.from([]) }), secure);
	for (let size = 0; size < 520; size += 3) {
		assert.ok(sender.send(frameType.line, new Uint8Array(size)));
		await new Promise((resolve) => setImmediate(resolve));
	}
	assert.equal(sizes.length, 174);
	for (const size of sizes) assert.equal(size % padToBytes, 0);
});

test("frames that are sent in bulk come as they were, however many wait and whatever sizes they have", async () => {
	const { near, frames } = pair();
	const sender = new FrameStream(near, secure);
	const sizes = [900, 900, 900, 40_000, 900, 900, 40_000, 40_000];
	const sent = sizes.map((size, index) => ({ type: frameType.line, body: new Uint8Array(size).fill(index + 1) }));
	const read: unknown[] = [];
	for (let round = 0; round < 3; round += 1) {
		for (const { type, body } of sent) sender.sendInBulk(type, [[body.subarray(0, 100), body.subarray(100)]]);
		for (const _ of sent) {
			const next = await frames.next(never);
			if (next.kind === "frame") read.push(plain(next.frame));
		}
	}
	assert.deepEqual(read, [...sent, ...sent, ...sent].map(plain));
});

test("several frames that are sent in bulk at once come one by one, and no third lot is let in before one is taken", async () => {
	const { near, frames } = pair();
	const sender = new FrameStream(near, secure);
	const bodyOf = (count: number) => new Uint8Array(70_001).fill(count);
	for (let lot = 0; lot < 5; lot += 1) {
		await sender.bulkRoom();
		const bodies = Array.from({ length: 1 + (lot % mostBulkFrames) }, (_, index) => [bodyOf(10 * lot + index)]);
		sender.sendInBulk(frameType.line, bodies);
		const isTold = sender.bulkRoom().then(() => true);
		for (const [body] of bodies) {
			const next = await frames.next(never);
			assert.ok(next.kind === "frame" && body && Buffer.from(body).equals(next.frame.body), `lot ${lot}`);
		}
		assert.ok(await isTold);
	}
	sender.sendInBulk(frameType.line, [[bodyOf(1)]]);
	sender.sendInBulk(frameType.line, [[bodyOf(2)]]);
	let hasRoom = false;
	const waiting = sender.bulkRoom().then(() => {
		hasRoom = true;
	});
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(hasRoom, false, "nobody has read");
	near.destroy();
	await waiting;
});

test("attack: padding frames without end are swallowed and keep nothing", async () => {
	const { near, frames } = pair();
	const padding = encodeBareFrame(frameType.padding, new Uint8Array(padToBytes - 4));
	const reading = frames.next(never);
	for (let i = 0; i < 2000; i++) {
		if (!near.write(padding)) await new Promise((resolve) => near.once("drain", resolve));
	}
	near.write(encodeFrame(frameType.ping, new Uint8Array(0)));
	assert.equal((await reading).kind, "frame");
});

test("attack: whoever has proven nothing may send 64 KiB in all, padding included, and more only once the limit is lifted", async () => {
	const { near, frames } = pair(open);
	const ping = encodeFrame(frameType.ping, new Uint8Array(0));
	for (let sent = 0; sent < maxOpenBytes; sent += ping.length) {
		near.write(ping);
		assert.equal((await frames.next(never)).kind, "frame");
	}
	near.write(ping);
	const next = await frames.next(never);
	assert.equal(next.kind === "refused" && next.detail, "more bytes came than are allowed so early");
	frames.limit(secure);
	assert.equal((await frames.next(never)).kind, "frame");
});

test("attack: padding alone uses the 64 KiB up, too", async () => {
	const { near, frames } = pair(open);
	const padding = encodeBareFrame(frameType.padding, new Uint8Array(4092));
	for (let sent = 0; sent <= maxOpenBytes; sent += padding.length) near.write(padding);
	assert.equal((await frames.next(never)).kind, "refused");
});

test("attack: what nobody asks for stays in the sender's hands: only one read buffer is kept", async () => {
	const { near, far } = pair();
	const line = encodeFrame(frameType.line, new Uint8Array(1000));
	let isFull = false;
	for (let i = 0; i < 1000; i++) isFull = !near.write(line) || isFull;
	await new Promise((resolve) => setImmediate(resolve));
	assert.ok(isFull);
	assert.ok(far.readableLength <= 128 * 1024, `${far.readableLength} bytes are kept`);
	near.destroy();
});

test("attack: in bulk, too, what nobody asks for stays in the sender's hands, and all of it comes once it is asked for", async () => {
	const { near, far, frames } = pair();
	const line = encodeFrame(frameType.line, new Uint8Array(1000));
	near.write(line);
	assert.equal((await frames.next(never)).kind, "frame");
	near.write(line);
	await new Promise((resolve) => near.write(line.subarray(0, 500), resolve));
	frames.takeInBulk();
	near.write(line.subarray(500));
	let sent = 3; // one of them is taken already
	while (near.writableLength < 512 * 1024) {
		near.write(line);
		sent += 1;
		if (sent % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
		assert.ok(sent < 5000, "everything is taken");
	}
	assert.ok(far.readableLength <= 128 * 1024, `${far.readableLength} bytes are kept`);
	near.end();
	assert.deepEqual(await readAll(frames), {
		read: Array.from({ length: sent - 1 }, () => plain({ type: frameType.line, body: new Uint8Array(1000) })),
		end: "ended",
	});
});

test("attack: in bulk, too, no more bytes are taken than are allowed, those before it counted", async () => {
	const { near, frames } = pair({ ...secure, maxBytes: 3_000 });
	const line = encodeFrame(frameType.line, new Uint8Array(1000));
	near.write(line);
	assert.equal((await frames.next(never)).kind, "frame");
	frames.takeInBulk();
	near.write(line);
	assert.equal((await frames.next(never)).kind, "frame");
	near.write(line);
	assert.equal((await frames.next(never)).kind, "refused");
	near.destroy();
});

test("attack: a frame announced large and fed in crumbs costs time in proportion to its size", async () => {
	const { near, frames } = pair();
	const size = 512 * 1024;
	const bytes = encodeFrame(frameType.line, new Uint8Array(size));
	const copied = countCopiedBytes();
	const reading = frames.next(never);
	for (let at = 0; at < bytes.length; at += 64) {
		near.write(bytes.subarray(at, at + 64));
		if (at % 1024 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	const next = await reading;
	copied.stop();
	assert.equal(next.kind === "frame" && next.frame.body.length, size);
	assert.ok(copied.bytes() < 8 * size, `${copied.bytes()} bytes were copied for ${size}`);
});

/** Counts what is put together or allocated anew until `stop`. */
function countCopiedBytes() {
	const { concat, allocUnsafe } = Buffer;
	let bytes = 0;
	Buffer.concat = (list, total) => {
		const joined = concat(list, total);
		bytes += joined.length;
		return joined;
	};
	Buffer.allocUnsafe = (size) => {
		bytes += size;
		return allocUnsafe(size);
	};
	return {
		bytes: () => bytes,
		stop: () => Object.assign(Buffer, { concat, allocUnsafe }),
	};
}

test("a far end that does not read is noticed: nothing more is written and the sender is told", async () => {
	const [near] = memoryLinkPair();
	const sender = new FrameStream(near.stream, secure);
	let sent = 0;
	while (sent < 1000 && sender.send(frameType.line, new Uint8Array(1000))) sent += 1;
	assert.ok(sent < 300, `${sent} frames were taken`);
	assert.ok(near.stream.writableLength < secure.maxWaitingBytes + 2048);
	near.stream.destroy();
});

test("waiting ends with the signal, with the end of the stream and with its destruction, and a frame that came before is read first", async () => {
	for (const how of ["end", "destroy", "abort"] as const) {
		const { near, frames } = pair();
		const stop = new AbortController();
		near.write(encodeFrame(frameType.ping, new Uint8Array(0)));
		assert.equal((await frames.next(stop.signal)).kind, "frame");
		const waiting = frames.next(stop.signal);
		if (how === "abort") stop.abort();
		else near[how]();
		const end = how === "abort" ? "aborted" : "ended";
		assert.equal((await waiting).kind, end);
		assert.equal((await frames.next(stop.signal)).kind, end);
	}
});

test("an error of the stream ends the waiting and nothing else", async () => {
	const { far, frames } = pair();
	const waiting = frames.next(never);
	far.destroy(new Error("broken"));
	assert.equal((await waiting).kind, "ended");
	assert.equal(frames.send(frameType.ping), true);
});

test("whoever is silent for the time that was given is late, on a slow Link only after so many times as long, and nothing is left of the wait", async (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	for (const [patience, passMs] of [
		[undefined, 1_000],
		[3, 3_000],
	] as const) {
		const { near, frames } = pair({ ...secure, ...(patience === undefined ? {} : { patience }) });
		assert.equal(frames.patience, patience ?? 1);
		const stop = new AbortController();
		let isOver = false;
		const waiting = frames.next(stop.signal, 1_000).finally(() => {
			isOver = true;
		});
		t.mock.timers.tick(passMs - 1);
		await new Promise((resolve) => setImmediate(resolve));
		assert.equal(isOver, false);
		t.mock.timers.tick(1);
		assert.deepEqual(await waiting, { kind: "aborted" });
		assert.equal(getEventListeners(stop.signal, "abort").length, 0);
		near.write(encodeFrame(frameType.ping, new Uint8Array(0)));
		assert.equal((await frames.next(never, 1_000)).kind, "frame", "what comes later is read");
	}
});

test("a timer of a frame that came in time ends with it", async () => {
	const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
	const { near, frames } = pair();
	near.write(encodeFrame(frameType.ping, new Uint8Array(0)));
	const before = timers();
	assert.equal((await frames.next(never, 60_000)).kind, "frame");
	assert.equal(timers(), before);
});

test("to a stream that has ended or was destroyed nothing is written, and that is no fault of whoever does not read", async () => {
	for (const how of ["end", "destroy"] as const) {
		const { near } = pair();
		const sender = new FrameStream(near, secure);
		near.on("error", (error) => assert.fail(error));
		near[how]();
		assert.equal(sender.send(frameType.ping), true);
		sender.sendInBulk(frameType.line, [[new Uint8Array(9)]]);
		await new Promise((resolve) => setImmediate(resolve));
	}
});

test("attack: for the header of a frame of megabytes little more than 128 KiB are set aside", async () => {
	const { near, frames } = pair();
	const bytes = encodeFrame(frameType.line, new Uint8Array(maxSecureBodyBytes - 4_096));
	const copied = countCopiedBytes();
	const reading = frames.next(never);
	near.write(bytes.subarray(0, 5));
	await new Promise((resolve) => setImmediate(resolve));
	near.write(bytes.subarray(5, 9));
	await new Promise((resolve) => setImmediate(resolve));
	copied.stop();
	assert.ok(copied.bytes() < 130 * 1024, `${copied.bytes()} bytes were set aside`);
	near.end();
	assert.equal((await reading).kind, "ended");
});

test("frames in bulk of one size serve themselves of the same memory, and another size of other memory", async () => {
	const { near, frames } = pair();
	const sender = new FrameStream(near, secure);
	const { alloc } = Buffer;
	let made = 0;
	Buffer.alloc = (...given: Parameters<typeof alloc>) => {
		made += 1;
		return alloc(...given);
	};
	for (const [size, expected] of [
		[900, 1],
		[900, 1],
		[900, 1],
		[5_000, 2],
		[5_000, 2],
		[900, 3],
	] as const) {
		sender.sendInBulk(frameType.line, [[new Uint8Array(size)]]);
		const next = await frames.next(never);
		assert.equal(next.kind === "frame" && next.frame.body.length, size);
		await new Promise((resolve) => setImmediate(resolve));
		assert.equal(made, expected, `${size}`);
	}
	Buffer.alloc = alloc;
});

test("in bulk, too, frames that are cut anywhere come as they were sent, beyond the end of the memory and larger than all of it", async () => {
	const { near, frames } = pair({ ...secure, maxBodyBytes: 1024 * 1024 });
	const sizes = [100, 90_000, ...Array.from({ length: 12 }, (_, index) => 50_000 + 1_001 * index), 600_000, 7, 120_000];
	const bodies = sizes.map((size, index) => Buffer.alloc(size, Buffer.from(`${index} is in this frame;`)));
	const bytes = Buffer.concat(bodies.map((body) => encodeFrame(frameType.line, body)));
	// Half of the second frame stands behind the first when the way of taking changes.
	near.write(bytes.subarray(0, 50_000));
	for (const [index, body] of bodies.entries()) {
		const next = await frames.next(never);
		assert.ok(next.kind === "frame" && body.equals(next.frame.body), `frame ${index}`);
		if (index > 0) continue;
		frames.takeInBulk();
		for (let at = 50_000; at < bytes.length; at += 10_007) near.write(bytes.subarray(at, at + 10_007));
	}
	near.destroy();
});

test("a stream says whether its other side is in this program", () => {
	const streams = [secure, { ...secure, isInside: true }].map((options) => pair(options).frames);
	assert.deepEqual(
		streams.map(({ isInside }) => isInside),
		[false, true],
	);
});

test("whoever stops taking in bulk reads nothing more, and leaves nobody listening", async () => {
	const { near, far, frames } = pair();
	const stop = frames.takeInBulk();
	near.write(encodeFrame(frameType.ping, new Uint8Array(0)));
	assert.equal((await frames.next(never)).kind, "frame");
	stop();
	near.write(encodeFrame(frameType.ping, new Uint8Array(0)));
	await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(await frames.next(AbortSignal.abort()), { kind: "aborted" });
	assert.equal(far.listenerCount("data"), 0);
	assert.equal(far.isPaused(), true);
	near.destroy();
});

test("a frame that is there is returned at once, in its order with those that are waited for, and none is when it must be waited for", async () => {
	const { near, frames } = pair(secure);
	assert.equal(frames.nextNow(never), undefined);
	const [first, second] = [Buffer.of(1), Buffer.of(2)];
	const sent = Buffer.concat([encodeFrame(frameType.line, first), encodeFrame(frameType.line, second)]);
	near.write(sent.subarray(0, sent.length - 1));
	const waited = await frames.next(never);
	assert.deepEqual(waited.kind === "frame" && plain(waited.frame), [frameType.line, "01"]);
	const now = frames.nextNow(never);
	assert.deepEqual(now?.kind === "frame" && plain(now.frame), [frameType.line, "02"]);
	assert.equal(frames.nextNow(never), undefined);
	assert.deepEqual(frames.nextNow(AbortSignal.abort()), { kind: "aborted" });
	frames.limit({ ...secure, maxBytes: 1 });
	assert.equal(frames.nextNow(never)?.kind, "refused");
	frames.limit(secure);
	near.end(sent.subarray(sent.length - 1));
	assert.deepEqual(await frames.next(never), { kind: "ended" });
	assert.deepEqual(frames.nextNow(never), { kind: "ended" });
});
