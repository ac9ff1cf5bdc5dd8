// The tasks of a PieceThread by WebCrypto, for a page, which has no such thread: the browser encrypts and hashes in threads of its own, and many times as fast as JavaScript does.
import type { PieceResult, PieceTask } from "./piece-tasks.ts";
import {
	BLOCK_BYTES,
	BLOCKS_IN_PIECE,
	blockNonce,
	boundToBlocks,
	type FileSecret,
	HashedContents,
	hashOfTags,
	SEALED_BLOCK_BYTES,
	sealedBytes,
} from "./pieces.ts";

type Sealing = PieceTask & { readonly kind: "seal" };
type Opening = PieceTask & { readonly kind: "open" };
type Use = "encrypt" | "decrypt";

/** Does what `PieceTasks` does, to the same bytes. Whoever calls it waits for one task before it gives the next. */
export class SubtlePieces {
	/** WebCrypto hashes only what is whole, so the hash of a content, which nobody waits for, is made here. */
	readonly #contents = new HashedContents();

	/** Does one task; `slot` is overwritten, except by "hash". */
	async carryOut(task: PieceTask, slot: ArrayBuffer): Promise<PieceResult> {
		switch (task.kind) {
			case "seal": {
				await seal(task, slot);
				const bytes = sealedBytes(task.bytes);
				const tags = hashOfTags(new Uint8Array(slot, 0, bytes));
				return task.isHashed ? { tags, hash: await hashOf(slot, bytes) } : { tags };
			}
			case "hash":
				return { hash: await hashOf(slot, task.bytes) };
			case "open":
				return { isOpen: await this.#open(task, slot) };
			case "digest":
				return this.#contents.digest(task.number);
		}
	}

	async #open(task: Opening, slot: ArrayBuffer): Promise<boolean> {
		if (!(await open(task, slot))) return false;
		const { content } = task;
		if (content) this.#contents.add(content, new Uint8Array(slot, 0, content.bytes));
		return true;
	}
}

const hashOf = async (slot: ArrayBuffer, bytes: number): Promise<Uint8Array> =>
	new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(slot, 0, bytes)));

/** Returns what encrypts or decrypts one block of a piece. WebCrypto puts the tag behind the ciphertext, as a sealed block has it. */
async function cipherOf(
	secret: FileSecret,
	index: number,
	use: Use,
): Promise<(block: number, bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>> {
	const key = await crypto.subtle.importKey("raw", Uint8Array.from(secret.key), "AES-GCM", false, [use]);
	const additionalData = Uint8Array.from(boundToBlocks(secret));
	return (block, bytes) => {
		const iv = Uint8Array.from(blockNonce(index * BLOCKS_IN_PIECE + block));
		return crypto.subtle[use]({ name: "AES-GCM", iv, additionalData }, key, bytes);
	};
}

/** Writes blocks back into a slot when all are done. The browser has taken all of them before, because each reaches into the place of the next. */
async function inPlace(slot: ArrayBuffer, blocks: readonly Promise<ArrayBuffer>[], sizeBytes: number): Promise<void> {
	const bytes = new Uint8Array(slot);
	for (const [block, done] of (await Promise.all(blocks)).entries()) bytes.set(new Uint8Array(done), block * sizeBytes);
}

async function seal({ secret, index, bytes }: Sealing, slot: ArrayBuffer): Promise<void> {
	const encrypt = await cipherOf(secret, index, "encrypt");
	const blocks = Math.ceil(bytes / BLOCK_BYTES);
	new Uint8Array(slot).fill(0, bytes, blocks * BLOCK_BYTES);
	const sealed = Array.from({ length: blocks }, (_, block) =>
		encrypt(block, new Uint8Array(slot, block * BLOCK_BYTES, BLOCK_BYTES)),
	);
	await inPlace(slot, sealed, SEALED_BLOCK_BYTES);
}

/** Tells whether all of it was sealed for this file, key and index; the plain bytes are in the slot then. */
async function open({ secret, index, bytes }: Opening, slot: ArrayBuffer): Promise<boolean> {
	const blocks = bytes / SEALED_BLOCK_BYTES;
	if (!Number.isInteger(blocks) || blocks > BLOCKS_IN_PIECE) return false;
	const decrypt = await cipherOf(secret, index, "decrypt");
	const plain = Array.from({ length: blocks }, (_, block) =>
		decrypt(block, new Uint8Array(slot, block * SEALED_BLOCK_BYTES, SEALED_BLOCK_BYTES)),
	);
	try {
		await inPlace(slot, plain, BLOCK_BYTES);
	} catch {
		return false;
	}
	return true;
}
