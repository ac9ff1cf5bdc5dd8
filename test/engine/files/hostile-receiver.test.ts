// Whoever takes a file, or begins transfers, is not trusted either: what is asked for is bounded, and one that does not read costs the others nothing.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Desk } from "../../../src/engine/files/desk/desk.ts";
import { SpeedLimit } from "../../../src/engine/files/pieces/speed.ts";
import { encodeGet, encodePut, encodeWant } from "../../../src/engine/wire/files/file-frames.ts";
import { type FrameType, frameType } from "../../../src/engine/wire/frame.ts";
import { bytesOf, framePair, guestPort, MemorySink, sealedFile, somebody, uptime } from "./ports.ts";

const other = parseFingerprint("F".repeat(40)) ?? somebody;

function openDesk(t: TestContext): Desk {
	const desk = new Desk({ limit: new SpeedLimit(uptime), uptime, spool: undefined, onShare: () => {} });
	t.after(() => desk.close(true));
	return desk;
}

/** Sends these frames to a desk that has a file of two pieces, and returns how the Link ended. */
async function sends(t: TestContext, frames: (id: Uint8Array) => readonly (readonly [FrameType, Uint8Array])[]) {
	const desk = openDesk(t);
	const file = sealedFile(bytesOf(2));
	desk.offered(somebody, file.wanted, file.source);
	const [mine, theirs] = framePair();
	t.after(() => mine.stream.destroy());
	const served = desk.serve(theirs, other, new AbortController().signal);
	for (const [type, body] of frames(file.wanted.id)) mine.send(type, body);
	return served;
}

const broken = async (
	t: TestContext,
	frames: (id: Uint8Array) => readonly (readonly [FrameType, Uint8Array])[],
	why: RegExp,
): Promise<void> => {
	const end = await sends(t, frames);
	assert.ok(end.kind === "broken", end.kind);
	assert.match(end.detail, why);
};

test("blocks that there are not are refused", async (t) => {
	await broken(
		t,
		(id) => [
			[frameType.getFile, encodeGet(1, id, somebody)],
			[frameType.want, encodeWant(1, 32, 1)],
		],
		/blocks were asked for/,
	);
});

test("more blocks at once than any window has are refused", async (t) => {
	await broken(
		t,
		(id) => [
			[frameType.getFile, encodeGet(1, id, somebody)],
			...Array.from({ length: 40 }, () => [frameType.want, encodeWant(1, 0, 32)] as const),
		],
		/too many/,
	);
});

test("more files at once than a Link may have are refused", async (t) => {
	await broken(
		t,
		(id) => Array.from({ length: 70 }, (_, index) => [frameType.getFile, encodeGet(index, id, somebody)] as const),
		/too many files/,
	);
});

test("a number of a transfer that is used twice is refused", async (t) => {
	await broken(
		t,
		(id) => [
			[frameType.getFile, encodeGet(1, id, somebody)],
			[frameType.getFile, encodeGet(1, id, somebody)],
		],
		/used twice/,
	);
});

test("a frame of the talk is refused on a Link for files", async (t) => {
	await broken(t, () => [[frameType.submit, new Uint8Array(8)]], /out of turn/);
});

test("nobody gives a file in another's name", async (t) => {
	const desk = openDesk(t);
	const file = sealedFile(bytesOf(2));
	const offered = desk.offered(somebody, file.wanted);
	const [mine, theirs] = framePair();
	t.after(() => mine.stream.destroy());
	void desk.serve(theirs, other, new AbortController().signal);
	mine.send(frameType.putFile, encodePut(1, file.wanted.id));
	// What comes behind it has been dealt with when it is answered.
	const port = guestPort(mine);
	void port.run();
	const own = sealedFile(1);
	desk.offered(other, own.wanted);
	await new Promise<void>((resolve) => {
		const onOver = () => resolve();
		const later = port.put(own.wanted.id, own.source, { onOver });
		setImmediate(() => port.end(later));
	});
	assert.equal(offered.count, 0);
	port.close();
});

test("a receiver that never reads holds up nobody else", async (t) => {
	const desk = openDesk(t);
	const file = sealedFile(bytesOf(20));
	desk.offered(somebody, file.wanted, file.source);
	const [deaf, forDeaf] = framePair();
	t.after(() => deaf.stream.destroy());
	void desk.serve(forDeaf, other, new AbortController().signal);
	deaf.send(frameType.getFile, encodeGet(1, file.wanted.id, somebody));
	for (let from = 0; from < 320; from += 64) deaf.send(frameType.want, encodeWant(1, from, 64));
	const [mine, theirs] = framePair();
	t.after(() => mine.stream.destroy());
	void desk.serve(theirs, somebody, new AbortController().signal);
	const port = guestPort(mine);
	void port.run();
	const sink = new MemorySink(file.wanted);
	const why = await new Promise((resolve) => port.get(somebody, { wanted: file.wanted, sink, onOver: resolve }));
	assert.equal(why, "done");
	assert.ok(forDeaf.stream.writableLength < 1_000_000, "what waits for the deaf one is bounded");
	port.close();
});
