// The bodies of frames on a Link for files: read as they were written, and refused with a byte too many or too few.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PIECE_HASH_BYTES, SEALED_BLOCK_BYTES } from "../../../../src/crypto/file/pieces.ts";
import { parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import {
	decodeBlock,
	decodeHashes,
	decodeHave,
	decodeOpening,
	decodeOver,
	decodeShare,
	decodeWant,
	encodeAskHashes,
	encodeBlock,
	encodeGet,
	encodeHashes,
	encodeHave,
	encodeOver,
	encodePut,
	encodeShare,
	encodeWant,
	hashesInFrame,
	maxFileBodyBytes,
	type Over,
	overCode,
	transferOf,
} from "../../../../src/engine/wire/files/file-frames.ts";

const fingerprint = parseFingerprint("A5".repeat(20));
assert.ok(fingerprint !== undefined);
/** Above 2^31, where a number that is read with its sign would be another one. */
const transfer = 0x80_01_02_03;
const id = new Uint8Array(16).fill(3);
const plus = (body: Uint8Array, ...more: number[]) => Uint8Array.of(...body, ...more);
/** A body as it stands in the buffer of a frame. */
const within = (body: Uint8Array) => Uint8Array.of(0xee, ...body, 0xee).subarray(1, body.length + 1);

test("every body begins with the number of its transfer, and one that is too short has none", () => {
	for (const body of [
		encodePut(transfer, id),
		encodeGet(transfer, id, fingerprint),
		encodeAskHashes(transfer),
		encodeHashes(transfer, 1, new Uint8Array(32)),
		encodeWant(transfer, 1, 2),
		Buffer.concat(encodeBlock(transfer, 1, new Uint8Array(1))),
		encodeOver(transfer, "done"),
		encodeHave(transfer, 1),
		encodeShare(transfer, 1, fingerprint),
	])
		assert.equal(transferOf(within(body)), transfer);
	assert.equal(transferOf(new Uint8Array(3)), undefined);
});

test("a frame that gives names a file, one that takes names its owner too, and half a name is none", () => {
	assert.deepEqual(decodeOpening(within(encodePut(transfer, id))), { id });
	assert.deepEqual(decodeOpening(within(encodeGet(transfer, id, fingerprint))), { id, by: fingerprint });
	for (const body of [
		encodeAskHashes(transfer),
		encodePut(transfer, id.subarray(1)),
		plus(encodePut(transfer, id), 1),
		encodeGet(transfer, id, fingerprint).subarray(0, -1),
		plus(encodeGet(transfer, id, fingerprint), 1),
	])
		assert.equal(decodeOpening(body), undefined);
});

test("hashes are whole ones, and at least one", () => {
	const hashes = new Uint8Array(2 * PIECE_HASH_BYTES).fill(5);
	const body = encodeHashes(transfer, 0x90_00_00_01, hashes);
	assert.deepEqual(decodeHashes(within(body)), { first: 0x90_00_00_01, hashes });
	assert.equal(decodeHashes(body.subarray(0, -1)), undefined);
	assert.equal(decodeHashes(encodeHashes(transfer, 1, new Uint8Array(0))), undefined);
	assert.equal(decodeHashes(encodeAskHashes(transfer)), undefined);
	assert.ok(encodeHashes(transfer, 1, new Uint8Array(hashesInFrame * PIECE_HASH_BYTES)).length <= maxFileBodyBytes);
});

test("a block has one length, and what is wanted two numbers", () => {
	const sealed = new Uint8Array(SEALED_BLOCK_BYTES).fill(9);
	const body = Buffer.concat(encodeBlock(transfer, 0xa0_00_00_02, sealed));
	assert.deepEqual(decodeBlock(within(body)), { block: 0xa0_00_00_02, sealed });
	assert.equal(decodeBlock(body.subarray(0, -1)), undefined);
	assert.equal(decodeBlock(plus(body, 1)), undefined);
	assert.ok(body.length <= maxFileBodyBytes);
	const want = encodeWant(transfer, 0xb0_00_00_03, 0xc0_00_00_04);
	assert.deepEqual(decodeWant(within(want)), { from: 0xb0_00_00_03, count: 0xc0_00_00_04 });
	assert.equal(decodeWant(want.subarray(0, -1)), undefined);
	assert.equal(decodeWant(plus(want, 1)), undefined);
});

test("the end of a transfer has a reason that is known, and no byte more", () => {
	for (const why of Object.keys(overCode) as Over[]) {
		assert.equal(decodeOver(within(encodeOver(transfer, why))), why);
		assert.equal(decodeOver(plus(encodeOver(transfer, why), 1)), undefined);
	}
	assert.equal(decodeOver(plus(encodeAskHashes(transfer), 0)), undefined);
	assert.equal(decodeOver(plus(encodeAskHashes(transfer), 5)), undefined);
	assert.equal(decodeOver(encodeAskHashes(transfer)), undefined);
});

test("how much somebody has is one number, and of somebody else a whole fingerprint goes with it", () => {
	assert.equal(decodeHave(within(encodeHave(transfer, 0xd0_00_00_05))), 0xd0_00_00_05);
	assert.equal(decodeHave(encodeAskHashes(transfer)), undefined);
	assert.equal(decodeHave(plus(encodeHave(transfer, 1), 1)), undefined);
	const share = encodeShare(transfer, 0xe0_00_00_06, fingerprint);
	assert.deepEqual(decodeShare(within(share)), { pieces: 0xe0_00_00_06, who: fingerprint });
	assert.equal(decodeShare(share.subarray(0, -1)), undefined);
	assert.equal(decodeShare(encodeHave(transfer, 1)), undefined);
	assert.equal(decodeShare(encodeAskHashes(transfer)), undefined);
});
