// What is heavy about the pieces of a file, as tasks over one buffer each; a thread of its own carries them out.
import { type FileSecret, HashedContents, hashOfTags, openPiece, pieceHash, sealPiece } from "./pieces.ts";

/** Says what to do with the first `bytes` of a buffer. */
export type PieceTask =
	/** They are plain, and sealed in place; the answer has the hash of the tags, and of all of it if `isHashed`. */
	| {
			readonly kind: "seal";
			readonly bytes: number;
			readonly secret: FileSecret;
			readonly index: number;
			readonly isHashed: boolean;
	  }
	/** The bytes are a sealed piece; the answer has its hash. */
	| { readonly kind: "hash"; readonly bytes: number }
	/** The bytes are a sealed piece, which is opened in their place. */
	| {
			readonly kind: "open";
			readonly bytes: number;
			readonly secret: FileSecret;
			readonly index: number;
			/** Says that the first so many plain bytes come next in a content that is hashed on the way. */
			readonly content?: { readonly number: number; readonly bytes: number; readonly isFirst: boolean } | undefined;
	  }
	/** Asks for the hash of a content that is at its end; there is no buffer. */
	| { readonly kind: "digest"; readonly number: number };

/** Says what came of a task: the hash, where one was asked for and can be had, and whether the piece could be opened. */
export interface PieceResult {
	readonly hash?: Uint8Array;
	readonly tags?: Uint8Array;
	readonly isOpen?: boolean;
}

/** Carries tasks out in the order in which they are given, and keeps the hashes of contents between them. */
export class PieceTasks {
	readonly #contents = new HashedContents();

	/** Does one task; `slot` is overwritten, except by "hash". */
	carryOut(task: PieceTask, slot: ArrayBuffer): PieceResult {
		switch (task.kind) {
			case "seal": {
				const sealed = sealPiece(task.secret, task.index, Buffer.from(slot), task.bytes);
				return { tags: hashOfTags(sealed), ...(task.isHashed ? { hash: pieceHash(sealed) } : {}) };
			}
			case "hash":
				return { hash: pieceHash(new Uint8Array(slot, 0, task.bytes)) };
			case "open":
				return { isOpen: this.#open(task, slot) };
			case "digest":
				return this.#contents.digest(task.number);
		}
	}

	#open({ secret, index, bytes, content }: PieceTask & { readonly kind: "open" }, slot: ArrayBuffer): boolean {
		const plain = openPiece(secret, index, Buffer.from(slot, 0, bytes));
		if (plain === undefined) return false;
		if (content) this.#contents.add(content, plain.subarray(0, content.bytes));
		return true;
	}
}
