// Frames as a pure codec: every size, every cut, padding to fixed multiples.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
	encodeBareFrame,
	encodeFrame,
	type Frame,
	frameType,
	headerBytes,
	maxOpenBodyBytes,
	maxSecureBodyBytes,
	padCertificatesToBytes,
	padOpeningToBytes,
	padToBytes,
	takeFrame,
} from "../../../src/engine/wire/frame.ts";
import { maxCertificateBytes, maxSignatureBytes } from "../../../src/engine/wire/handshake.ts";
import { anyFrame, someFrameType } from "../../support/attackers/any-frame.ts";

/** All frames of `bytes`, which must end with a whole one. */
function framesOf(bytes: Uint8Array): readonly Frame[] {
	const frames: Frame[] = [];
	for (let rest = bytes; rest.length > 0; ) {
		const taken = takeFrame(rest, maxSecureBodyBytes);
		if (taken.kind !== "frame") assert.fail(`${taken.kind} after ${frames.length} frames`);
		frames.push(taken.frame);
		rest = rest.subarray(taken.usedBytes);
	}
	return frames;
}

test("a frame of any type and size is read back as it was, and says how many bytes it took", () => {
	fc.assert(
		fc.property(anyFrame(3000), fc.uint8Array({ maxLength: 9 }), ({ type, body }, after) => {
			const encoded = encodeBareFrame(type, body);
			const taken = takeFrame(Buffer.concat([encoded, after]), maxOpenBodyBytes);
			assert.deepEqual(taken, { kind: "frame", frame: { type, body: Buffer.from(body) }, usedBytes: encoded.length });
		}),
	);
});

test("a padded frame of every size around every boundary fills whole multiples of 256, wastes less than two, and holds zeros only", () => {
	const sizes = [0, 252, 508, 1020, 65_532, 0xffff, maxSecureBodyBytes].flatMap((size) =>
		Array.from({ length: 17 }, (_, i) => size - 8 + i).filter((around) => around >= 0 && around <= maxSecureBodyBytes),
	);
	for (const size of [...Array.from({ length: 600 }, (_, i) => i), ...sizes]) {
		const body = new Uint8Array(size).fill(7);
		const bytes = encodeFrame(frameType.line, body);
		assert.equal(bytes.length % padToBytes, 0, `${size}`);
		assert.ok(bytes.length - headerBytes - size < padToBytes + headerBytes, `${size}`);
		const [first, padding, ...others] = framesOf(bytes);
		assert.equal(first?.type, frameType.line);
		assert.equal(Buffer.compare(first?.body ?? Buffer.alloc(0), body), 0);
		assert.equal(others.length, 0);
		if (!padding) continue;
		assert.equal(padding.type, frameType.padding);
		assert.ok(padding.body.every((byte) => byte === 0));
	}
});

test("a frame that fills its multiple is sent as it is", () => {
	const body = new Uint8Array(padToBytes - headerBytes);
	assert.equal(encodeFrame(frameType.line, body).length, padToBytes);
	assert.equal(encodeFrame(frameType.line, body.subarray(1)).length, 2 * padToBytes);
});

test("each kind of frame on the way in has one size, whoever sends it and however long the certificate is", () => {
	const sizeOf = (type: Frame["type"], size: number) => encodeFrame(type, new Uint8Array(size)).length;
	for (const type of [frameType.hello, frameType.knock, frameType.shareA, frameType.wrong, frameType.entered]) {
		for (const size of [0, 1, 128, 4000]) assert.equal(sizeOf(type, size), padOpeningToBytes, `${type}: ${size}`);
	}
	for (const type of [frameType.hostProof, frameType.guestCertificate, frameType.hostIdentity]) {
		for (const size of [0, 900, maxCertificateBytes + maxSignatureBytes]) {
			assert.equal(sizeOf(type, size), padCertificatesToBytes, `${type}: ${size}`);
		}
	}
});

test("a body in several parts is the same frame as in one", () => {
	const body = randomBytes(1_000);
	const parts = [body.subarray(0, 8), body.subarray(8, 8), body.subarray(8)] as const;
	assert.deepEqual(encodeFrame(frameType.block, ...parts), encodeFrame(frameType.block, body));
});

test("a frame cut off anywhere asks for more, never for less than is needed, and reads nothing", () => {
	fc.assert(
		fc.property(anyFrame(400), fc.nat(), (frame, cut) => {
			const encoded = encodeBareFrame(frame.type, frame.body);
			const part = encoded.subarray(0, cut % encoded.length);
			const neededBytes = part.length < headerBytes ? headerBytes : encoded.length;
			assert.deepEqual(takeFrame(part, maxOpenBodyBytes), { kind: "more", neededBytes });
		}),
	);
});

test("attack: a length over the limit is refused by the header alone, before a byte of it was sent", () => {
	for (const limit of [maxOpenBodyBytes, maxSecureBodyBytes]) {
		for (const length of [limit + 1, limit + 256, 0xffffff]) {
			const header = Uint8Array.of(length >>> 16, (length >>> 8) & 0xff, length & 0xff, frameType.line);
			assert.equal(takeFrame(header, limit).kind, "refused", `${length} of ${limit}`);
		}
		const largest = Uint8Array.of(limit >>> 16, (limit >>> 8) & 0xff, limit & 0xff, frameType.line);
		assert.equal(takeFrame(largest, limit).kind, "more");
	}
});

test("attack: a type that is not known is refused by the header alone", () => {
	const known = new Set<number>(Object.values(frameType));
	for (let type = 0; type < 256; type++) {
		const { kind } = takeFrame(Uint8Array.of(0, 0, 1, type), maxOpenBodyBytes);
		assert.equal(kind, known.has(type) ? "more" : "refused", `${type}`);
	}
});

test("attack: any bytes at all are a frame, a wish for more, or refused: never an exception, never a body over the limit", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 0, max: 100 }), (bytes, limit) => {
			const taken = takeFrame(bytes, limit);
			if (taken.kind !== "frame") return;
			assert.ok(taken.frame.body.length <= limit);
			assert.ok(taken.usedBytes <= bytes.length);
		}),
		{ numRuns: 2000 },
	);
});

test("frames in a row are read one by one in their order, padded or not", () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(anyFrame(700), fc.boolean()), { maxLength: 8 }), (frames) => {
			const bytes = Buffer.concat(
				frames.map(([{ type, body }, isPadded]) => (isPadded ? encodeFrame : encodeBareFrame)(type, body)),
			);
			const read = framesOf(bytes).filter(({ type }) => type !== frameType.padding);
			assert.deepEqual(
				read.map(({ type, body }) => [type, Buffer.from(body).toString("hex")]),
				frames.map(([{ type, body }]) => [type, Buffer.from(body).toString("hex")]),
			);
		}),
	);
});

test("the padding type itself is one a stream can carry", () => {
	fc.assert(fc.property(someFrameType, (type) => type !== frameType.padding));
	assert.equal(framesOf(encodeBareFrame(frameType.padding, new Uint8Array(3)))[0]?.type, frameType.padding);
});
