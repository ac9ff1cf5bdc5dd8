// The pieces of a file follow from the documented formulas, checked with OpenSSL directly, and a piece that is not exactly the one asked for does not open.
import assert from "node:assert/strict";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import {
	BLOCK_BYTES,
	BLOCKS_IN_PIECE,
	type FileSecret,
	fileRoot,
	hashOfTags,
	isPieceHash,
	openPiece,
	PIECE_BYTES,
	pieceHash,
	SEALED_BLOCK_BYTES,
	sealedBytes,
	sealPiece,
} from "../../../src/crypto/file/pieces.ts";

const secret: FileSecret = { id: randomBytes(16), key: randomBytes(32) };
const lv = (...parts: readonly Uint8Array[]): Buffer =>
	Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length), part]));
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** A buffer with the content in it, and what was there before behind it. */
function slotOf(content: Uint8Array): Buffer {
	const slot = Buffer.alloc(sealedBytes(PIECE_BYTES), 0xa5);
	slot.set(content);
	return slot;
}

const sealed = (index: number, content: Uint8Array): Buffer =>
	Buffer.from(sealPiece(secret, index, slotOf(content), content.length));

/** One block as docs/protocol.md has it (section 19.1): its nonce is its number in the file, behind four bytes of zeros. */
function blockByHand(number: number, plain: Uint8Array): Buffer {
	const nonce = Buffer.alloc(12);
	nonce.writeBigUInt64BE(BigInt(number), 4);
	const cipher = createCipheriv("aes-256-gcm", secret.key, nonce);
	cipher.setAAD(lv(Buffer.from("real-talk/2 file block"), secret.id));
	return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

test("each block is sealed by itself, by its number in the file, and the last one is filled up with zeros", () => {
	const content = randomBytes(2 * BLOCK_BYTES + 100);
	const filled = Buffer.concat([content, Buffer.alloc(BLOCK_BYTES - 100)]);
	const expected = [0, 1, 2].map((block) =>
		blockByHand(5 * BLOCKS_IN_PIECE + block, filled.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)),
	);
	const made = sealed(5, content);
	// Not by deepEqual: where two hundred thousand bytes differ it takes minutes to say how.
	assert.ok(made.equals(Buffer.concat(expected)));
	assert.equal(made.length, sealedBytes(content.length));
	assert.ok(openPiece(secret, 5, made)?.equals(filled));
});

test("the size of a sealed piece is that of its blocks with their tags", () => {
	for (const [plain, blocks] of [
		[0, 0],
		[1, 1],
		[BLOCK_BYTES, 1],
		[BLOCK_BYTES + 1, 2],
		[PIECE_BYTES, 16],
	] as const)
		assert.equal(sealedBytes(plain), blocks * (BLOCK_BYTES + 16));
});

test("attack: a piece that is changed, cut, at another place, of another file or under another key does not open", () => {
	const content = randomBytes(2 * BLOCK_BYTES);
	const opens = (piece: Uint8Array, index = 1, other: Partial<FileSecret> = {}) =>
		openPiece({ ...secret, ...other }, index, Buffer.from(piece)) !== undefined;
	const piece = sealed(1, content);
	assert.equal(opens(piece), true);
	for (const at of [0, BLOCK_BYTES - 1, BLOCK_BYTES, SEALED_BLOCK_BYTES - 1, SEALED_BLOCK_BYTES, piece.length - 1]) {
		const bent = Buffer.from(piece);
		bent[at] = bent[at]! ^ 1;
		assert.equal(opens(bent), false, `byte ${at}`);
	}
	assert.equal(opens(piece.subarray(0, -1)), false);
	assert.equal(opens(piece, 2), false);
	assert.equal(opens(piece, 1, { id: randomBytes(16) }), false);
	assert.equal(opens(piece, 1, { key: randomBytes(32) }), false);
	const exchanged = Buffer.concat([piece.subarray(SEALED_BLOCK_BYTES), piece.subarray(0, SEALED_BLOCK_BYTES)]);
	assert.equal(opens(exchanged), false, "the blocks in another order");
	const whole = sealed(0, randomBytes(PIECE_BYTES));
	assert.equal(opens(whole, 0), true);
	assert.equal(opens(Buffer.concat([whole, blockByHand(16, Buffer.alloc(BLOCK_BYTES))]), 0), false, "a block too many");
});

test("the hash of the tags is over them in their order and nothing else; that of the piece is over all of it", () => {
	const piece = sealed(0, randomBytes(2 * BLOCK_BYTES));
	const tags = [0, 1].map((block) =>
		piece.subarray(block * SEALED_BLOCK_BYTES + BLOCK_BYTES, (block + 1) * SEALED_BLOCK_BYTES),
	);
	assert.deepEqual(hashOfTags(piece), sha256(Buffer.concat(tags)));
	assert.deepEqual(pieceHash(piece), sha256(piece));
});

test("attack: the root of a file is of this id and these hashes in this order; another piece at a place is noticed", () => {
	const hashes = randomBytes(3 * 32);
	const root = fileRoot(secret.id, hashes);
	assert.deepEqual(root, sha256(lv(Buffer.from("real-talk/2 file root"), secret.id, hashes)));
	assert.notDeepEqual(fileRoot(randomBytes(16), hashes), root);
	const [first, second, third] = [0, 32, 64].map((at) => hashes.subarray(at, at + 32)) as [Buffer, Buffer, Buffer];
	assert.notDeepEqual(fileRoot(secret.id, Buffer.concat([second, first, third])), root);
	assert.notDeepEqual(fileRoot(secret.id, Buffer.concat([first, second])), root);
	for (const [index, hash] of [first, second, third].entries()) {
		assert.equal(isPieceHash(hashes, index, hash), true);
		assert.equal(isPieceHash(hashes, (index + 1) % 3, hash), false);
	}
	assert.equal(isPieceHash(hashes, 3, third), false, "a place behind the last one");
	assert.equal(isPieceHash(hashes, 2, third.subarray(0, 31)), false);
});
