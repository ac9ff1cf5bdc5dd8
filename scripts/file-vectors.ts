// Test vectors of files (docs/protocol.md §19): one small file in one block, and the frames by which it travels.
import { createHash } from "node:crypto";
import { fileRoot, openPiece, pieceHash, sealedBytes, sealPiece } from "../src/crypto/file/pieces.ts";
import type { Fingerprint } from "../src/crypto/identity/fingerprint.ts";
import {
	encodeAskHashes,
	encodeBlock,
	encodeGet,
	encodeHashes,
	encodeHave,
	encodeOver,
	encodePut,
	encodeShare,
	encodeWant,
} from "../src/engine/wire/files/file-frames.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Seals `content` as a file of one piece under `id` and `key`. Returns the vectors, byte strings as hex; of what is long the SHA-256. */
export function fileVectors(id: Uint8Array, key: Uint8Array, content: string, by: Fingerprint) {
	const secret = { id, key };
	const slot = Buffer.alloc(sealedBytes(content.length));
	const sealed = sealPiece(secret, 0, slot, slot.write(content));
	if (openPiece(secret, 0, Buffer.from(sealed))?.subarray(0, content.length).toString() !== content)
		throw new Error("not opened");
	const hashes = pieceHash(sealed);
	return {
		key: hex(key),
		content,
		sealedBlockBegins: hex(sealed.subarray(0, 32)),
		sealedBlockTag: hex(sealed.subarray(-16)),
		pieceHash: hex(hashes),
		root: hex(fileRoot(id, hashes)),
		putFile: hex(encodePut(1, id)),
		getFile: hex(encodeGet(2, id, by)),
		askHashes: hex(encodeAskHashes(2)),
		hashes: hex(encodeHashes(2, 0, hashes)),
		want: hex(encodeWant(2, 0, 1)),
		blockSha256: createHash("sha256")
			.update(Buffer.concat(encodeBlock(2, 0, sealed)))
			.digest("hex"),
		over: hex(encodeOver(2, "done")),
		have: hex(encodeHave(2, 1)),
		share: hex(encodeShare(1, 1, by)),
	};
}
