// The pieces of files by WebCrypto, as a page has them, are those of the thread, byte for byte, and refuse what that refuses.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type PieceResult, type PieceTask, PieceTasks } from "../../../src/crypto/file/piece-tasks.ts";
import { PIECE_BYTES, SEALED_BLOCK_BYTES, sealedBytes } from "../../../src/crypto/file/pieces.ts";
import { SubtlePieces } from "../../../src/crypto/file/subtle-pieces.ts";

const secret = { id: randomBytes(16), key: randomBytes(32) };
const slotBytes = sealedBytes(PIECE_BYTES);

/** Behind the bytes there is what was in the slot before. */
function slotOf(bytes: Uint8Array): ArrayBuffer {
	const slot = new Uint8Array(slotBytes).fill(0xa5);
	slot.set(bytes);
	return slot.buffer;
}

/** Both do the same task to the same bytes; returns what came of it and is the same. */
async function bothDo(task: PieceTask, bytes: Uint8Array, [one, other] = [new PieceTasks(), new SubtlePieces()]) {
	const [slot, subtleSlot] = [slotOf(bytes), slotOf(bytes)];
	const [result, subtleResult] = [one.carryOut(task, slot), await other.carryOut(task, subtleSlot)];
	const hex = (bytes?: Uint8Array) => bytes && Buffer.from(bytes).toString("hex");
	const raw = ({ hash, tags, ...rest }: PieceResult) => ({ ...rest, hash: hex(hash), tags: hex(tags) });
	assert.deepEqual(raw(subtleResult), raw(result));
	return { result, slot: new Uint8Array(slot), subtleSlot: new Uint8Array(subtleSlot) };
}

const sizes = fc.oneof(
	fc.constantFrom(1, 65_535, 65_536, 65_537, PIECE_BYTES - 1, PIECE_BYTES),
	fc.integer({ min: 1, max: PIECE_BYTES }),
);
const indexes = fc.oneof(fc.constantFrom(0, 1, 2 ** 28, 2 ** 40), fc.nat(2 ** 20));

test("a piece of any size at any place is sealed, hashed and opened as the thread does it", async () => {
	await fc.assert(
		fc.asyncProperty(sizes, indexes, async (size, index) => {
			const plain = randomBytes(size);
			const sealed = await bothDo({ kind: "seal", secret, index, bytes: size, isHashed: size % 2 === 0 }, plain);
			assert.deepEqual(sealed.subtleSlot, sealed.slot);
			const whole = sealed.slot.subarray(0, sealedBytes(size));
			await bothDo({ kind: "hash", bytes: whole.length }, whole);
			const opened = await bothDo({ kind: "open", secret, index, bytes: whole.length }, whole);
			assert.equal(opened.result.isOpen, true);
			assert.deepEqual(Buffer.from(opened.subtleSlot.subarray(0, size)), plain);
		}),
		{ numRuns: 15 },
	);
});

test("attack: a changed bit anywhere, another place, key or file, half a block and more blocks than a piece has are refused as the thread refuses them", async () => {
	const bytes = 3 * 65_536 - 7;
	const index = 5;
	const { slot } = await bothDo({ kind: "seal", secret, index, bytes, isHashed: true }, randomBytes(bytes));
	const sealed = slot.slice(0, sealedBytes(bytes));
	const task = { kind: "open", secret, index, bytes: sealed.length } as const;
	const isOpened = async (asked: PieceTask, given: Uint8Array) => (await bothDo(asked, given)).result.isOpen;
	assert.equal(await isOpened(task, sealed), true);
	await fc.assert(
		fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
			const changed = Uint8Array.from(sealed);
			changed[at] = (changed[at] ?? 0) ^ (1 << bit);
			assert.equal(await isOpened(task, changed), false);
		}),
		{ numRuns: 15 },
	);
	assert.equal(await isOpened({ ...task, index: 6 }, sealed), false);
	assert.equal(await isOpened({ ...task, secret: { ...secret, id: randomBytes(16) } }, sealed), false);
	assert.equal(await isOpened({ ...task, secret: { ...secret, key: randomBytes(32) } }, sealed), false);
	assert.equal(await isOpened({ ...task, bytes: sealed.length - 1 }, sealed), false);
	// The block behind a whole piece is a good one too, of the next.
	const sealing = { kind: "seal", secret, bytes: PIECE_BYTES, isHashed: true } as const;
	const [one, next] = await Promise.all(
		[0, 1].map(async (place) => (await bothDo({ ...sealing, index: place }, randomBytes(PIECE_BYTES))).slot),
	);
	assert.ok(one && next);
	for (const tasks of [new PieceTasks(), new SubtlePieces()]) {
		const tooMany: Uint8Array<ArrayBuffer> = Uint8Array.from([...one, ...next.subarray(0, SEALED_BLOCK_BYTES)]);
		const asked: PieceTask = { kind: "open", secret, index: 0, bytes: tooMany.length };
		assert.deepEqual(await tasks.carryOut(asked, tooMany.buffer), { isOpen: false });
	}
});

test("the hash of a content is made of its pieces as they are opened, without what fills up the last one", async () => {
	const both: [PieceTasks, SubtlePieces] = [new PieceTasks(), new SubtlePieces()];
	for (const [index, size] of [PIECE_BYTES, 12_345].entries()) {
		const { slot } = await bothDo(
			{ kind: "seal", secret, index, bytes: size, isHashed: size % 2 === 0 },
			randomBytes(size),
		);
		const sealed = slot.slice(0, sealedBytes(size));
		const content = { number: 7, bytes: size, isFirst: index === 0 };
		await bothDo({ kind: "open", secret, index, bytes: sealed.length, content }, sealed, both);
	}
	const { result } = await bothDo({ kind: "digest", number: 7 }, new Uint8Array(0), both);
	assert.equal(result.hash?.length, 32);
	assert.deepEqual((await bothDo({ kind: "digest", number: 7 }, new Uint8Array(0), both)).result, {});
});
