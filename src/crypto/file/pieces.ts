// A file as it travels: blocks of 64 KiB under a key of its own (AES-256-GCM, NIST SP 800-38D), hashed in pieces of 1 MiB, all hashes under one root (docs/protocol.md §19.1).
import { createCipheriv, createDecipheriv, createHash, createSecretKey, type Hash, hash } from "node:crypto";
import { lvCat } from "../length-value.ts";

/** The bytes that are encrypted at a time. The last block of a file is filled up with zeros, so that nobody on the way sees its exact size. */
export const BLOCK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
export const SEALED_BLOCK_BYTES = BLOCK_BYTES + TAG_BYTES;
export const BLOCKS_IN_PIECE = 16;
/** A piece has this many bytes; it is what is hashed, asked for again and kept at a time. */
export const PIECE_BYTES = BLOCKS_IN_PIECE * BLOCK_BYTES;
export const FILE_KEY_BYTES = 32;
export const PIECE_HASH_BYTES = 32;

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const NONCE_NUMBER_AT = 4;

/** Holds what only those have who may read the file. The key is for this file alone: the number of a block is its nonce. */
export interface FileSecret {
	/** Has 16 bytes and is bound to each block. */
	readonly id: Uint8Array;
	/** Has `FILE_KEY_BYTES`. */
	readonly key: Uint8Array;
}

/** Returns the nonce of a block by its number in the file. */
export const blockNonce = (block: number): Uint8Array => {
	const nonce = Buffer.alloc(NONCE_BYTES);
	nonce.writeBigUInt64BE(BigInt(block), NONCE_NUMBER_AT);
	return nonce;
};

/** Returns what each block of a file is bound to. */
export const boundToBlocks = ({ id }: FileSecret): Uint8Array => lvCat(Buffer.from("real-talk/2 file block"), id);

/** Returns how many bytes a piece has when it is sealed, whose content has `plainBytes`: whole blocks with their tags. */
export const sealedBytes = (plainBytes: number): number => Math.ceil(plainBytes / BLOCK_BYTES) * SEALED_BLOCK_BYTES;

/**
 * Encrypts piece `index`, whose `plainBytes`, at most `PIECE_BYTES`, are the first in `slot`; they are filled up with zeros to whole blocks. Returns what is sealed: it
 * takes the place of the plain bytes, so there must be room for it. Whoever calls it makes sure that no other content is ever encrypted under the same key and
 * index: by comparing the hash with the one that was offered before anything is sent.
 */
export function sealPiece(secret: FileSecret, index: number, slot: Buffer, plainBytes: number): Buffer {
	const key = createSecretKey(secret.key);
	const bound = boundToBlocks(secret);
	const blocks = Math.ceil(plainBytes / BLOCK_BYTES);
	slot.fill(0, plainBytes, blocks * BLOCK_BYTES);
	// From the last one on: a sealed block reaches into the place of the plain one behind it.
	for (let block = blocks - 1; block >= 0; block -= 1) {
		const cipher = createCipheriv(CIPHER, key, blockNonce(index * BLOCKS_IN_PIECE + block), {
			authTagLength: TAG_BYTES,
		});
		cipher.setAAD(bound);
		const at = block * SEALED_BLOCK_BYTES;
		cipher.update(slot.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)).copy(slot, at);
		cipher.final();
		cipher.getAuthTag().copy(slot, at + BLOCK_BYTES);
	}
	return slot.subarray(0, blocks * SEALED_BLOCK_BYTES);
}

/**
 * Decrypts piece `index`, `undefined` where it was not made by `sealPiece` for this file, key and index. What it was filled up with is still there. The plain bytes take
 * the place of the sealed ones.
 */
export function openPiece(secret: FileSecret, index: number, sealed: Buffer): Buffer | undefined {
	const blocks = sealed.length / SEALED_BLOCK_BYTES;
	if (!Number.isInteger(blocks) || blocks > BLOCKS_IN_PIECE) return undefined;
	const key = createSecretKey(secret.key);
	const bound = boundToBlocks(secret);
	for (let block = 0; block < blocks; block += 1) {
		const decipher = createDecipheriv(CIPHER, key, blockNonce(index * BLOCKS_IN_PIECE + block), {
			authTagLength: TAG_BYTES,
		});
		decipher.setAAD(bound);
		const at = block * SEALED_BLOCK_BYTES;
		decipher.setAuthTag(sealed.subarray(at + BLOCK_BYTES, at + SEALED_BLOCK_BYTES));
		const plain = decipher.update(sealed.subarray(at, at + BLOCK_BYTES));
		try {
			decipher.final();
		} catch {
			return undefined;
		}
		plain.copy(sealed, block * BLOCK_BYTES);
	}
	return sealed.subarray(0, blocks * BLOCK_BYTES);
}

/**
 * Returns the SHA-256 of the tags of a sealed piece. Under one key and index GCM's tag is a MAC of the block (NIST SP 800-38D), so whoever has sealed a piece before
 * knows by it that another content was sealed this time, without hashing all of it. It tells nothing to others, for whoever has the key can choose a tag.
 */
export function hashOfTags(sealed: Uint8Array): Buffer {
	const tags = createHash("sha256");
	for (let at = BLOCK_BYTES; at < sealed.length; at += SEALED_BLOCK_BYTES)
		tags.update(sealed.subarray(at, at + TAG_BYTES));
	return tags.digest();
}

/** Returns the SHA-256 of a sealed piece: it says nothing about the file to who has not the key. */
export const pieceHash = (sealed: Uint8Array): Buffer => hash("sha256", sealed, "buffer");

/** Returns the root of a file: SHA-256 over its id and the hashes of all its pieces, one after another. */
export function fileRoot(id: Uint8Array, hashes: Uint8Array): Buffer {
	return createHash("sha256")
		.update(lvCat(Buffer.from("real-talk/2 file root"), id, hashes))
		.digest();
}

/** Tells whether a piece with the hash `found` is the one whose hash stands at its place in `hashes`. */
export function isPieceHash(hashes: Uint8Array, index: number, found: Uint8Array): boolean {
	return Buffer.compare(hashes.subarray(index * PIECE_HASH_BYTES, (index + 1) * PIECE_HASH_BYTES), found) === 0;
}

/** Hashes contents by SHA-256 whose plain bytes come one piece after another; each content has a number. */
export class HashedContents {
	readonly #hashes = new Map<number, Hash>();

	/** Takes the next bytes of a content. With `isFirst` it begins, anew if it had begun. */
	add({ number, isFirst }: { readonly number: number; readonly isFirst: boolean }, plain: Uint8Array): void {
		if (isFirst) this.#hashes.set(number, createHash("sha256"));
		this.#hashes.get(number)?.update(plain);
	}

	/** Ends a content. Returns its hash; none where it had not begun. */
	digest(number: number): { readonly hash?: Uint8Array } {
		const hash = this.#hashes.get(number)?.digest();
		this.#hashes.delete(number);
		return hash ? { hash } : {};
	}
}
