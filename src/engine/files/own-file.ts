// An own file while it is offered: read once for its root, then sealed again piece by piece, each compared with what was offered, so that no key and nonce ever meet two contents.
import { type PieceThread, pieceThread, readingThread, type SealedPiece } from "../../crypto/file/piece-thread.ts";
import { type FileSecret, fileRoot, isPieceHash, PIECE_HASH_BYTES } from "../../crypto/file/pieces.ts";
import type { Source } from "../../store/files/outgoing-plan.ts";
import type { FileFailure } from "../api/files/files.ts";
import { encodeBody } from "../wire/codec.ts";
import type { FileDisk, SourceReader } from "./disk.ts";
import type { PieceSource } from "./pieces/giver.ts";
import { allPieces, type Layout, partOf } from "./pieces/layout.ts";

/** At most this many pieces are in memory while the whole file is read: each of two threads has one, and one waits for each of them. */
const readAtOnce = 4;

/** Says why nothing more can be had of it. */
export type OwnFailure = Extract<FileFailure, "changed" | "unreadable">;

/** An Offered is what the line that offers a file tells others of it. */
export interface Offered {
	readonly secret: FileSecret;
	readonly root: Uint8Array;
	readonly hashes: Uint8Array;
}

/** Returns the list of a folder as it travels; nothing for a file. */
function listOf({ list }: Source): Uint8Array {
	if (list === undefined) return new Uint8Array(0);
	const paths = list.files.map(({ folders, name, size }) => ({ path: [...folders, name].join("/"), size }));
	return encodeBody(paths);
}

/** A Sealed is what comes of sealing a piece; `undefined` where the thread that seals has died. */
type Sealed = SealedPiece | OwnFailure | undefined;

/** Owns what is open of the file. */
export class OwnFile implements PieceSource {
	readonly source: Source;
	readonly layout: Layout;
	readonly #list: Uint8Array;
	readonly #file: SourceReader;
	readonly #onFailure: (code: OwnFailure) => void;
	#offered: Offered | undefined;
	/** The hashes of the tags of each piece as it was offered, where it was read by this program: to compare them takes less than to hash all of it. */
	#tags: Uint8Array | undefined;

	/** `onFailure` is called when the file is no more what was offered. */
	constructor(source: Source, disk: FileDisk, onFailure: (code: OwnFailure) => void) {
		this.source = source;
		this.#list = listOf(source);
		this.#file = disk.reader(source);
		this.#onFailure = onFailure;
		this.layout = { contentBytes: source.size, listBytes: this.#list.length };
	}

	/** Reads all of it once and says what to offer under this secret; `undefined`: it could not be read, or was called off. */
	async read(
		secret: FileSecret,
		onProgress: (doneBytes: number) => void,
		signal: AbortSignal,
	): Promise<Offered | undefined> {
		const pieces = allPieces(this.layout);
		const hashes = Buffer.alloc(pieces * PIECE_HASH_BYTES);
		const tags = Buffer.alloc(pieces * PIECE_HASH_BYTES);
		const coming: Promise<Sealed>[] = [];
		for (let piece = 0, begun = 0; piece < pieces; piece += 1) {
			// The disk reads while two threads encrypt and hash.
			for (; begun < Math.min(pieces, piece + readAtOnce); begun += 1)
				coming.push(this.#sealed(secret, begun, true, begun % 2 === 0 ? pieceThread : readingThread));
			const found = await coming.shift();
			if (typeof found !== "object") this.#onFailure(found ?? "unreadable");
			if (typeof found !== "object" || found.hash === undefined || signal.aborted) return undefined;
			hashes.set(found.hash, piece * PIECE_HASH_BYTES);
			tags.set(found.tags, piece * PIECE_HASH_BYTES);
			pieceThread.giveBack(found.sealed);
			const { isList, at, bytes } = partOf(this.layout, piece);
			if (!isList) onProgress(at + bytes);
		}
		const checked = await this.#file.check();
		if (checked.kind === "failed") {
			this.#onFailure("changed");
			return undefined;
		}
		this.#tags = tags;
		this.#offered = { secret, root: fileRoot(secret.id, hashes), hashes };
		return this.#offered;
	}

	/** Goes on with what was offered before the program was started. */
	resume(offered: Offered): void {
		this.#offered = offered;
	}

	async hashes(): Promise<Uint8Array | undefined> {
		return this.#offered?.hashes;
	}

	async piece(index: number): Promise<Uint8Array | undefined> {
		const offered = this.#offered;
		if (offered === undefined) return undefined;
		const tags = this.#tags;
		const found = await this.#sealed(offered.secret, index, tags === undefined, pieceThread);
		// Another content must never leave under the same nonce.
		if (typeof found === "object" && isAsOffered(found, index, tags, offered.hashes)) return found.sealed;
		if (found !== undefined) this.#onFailure(typeof found === "object" ? "changed" : found);
		return undefined;
	}

	async close(): Promise<void> {
		await this.#file.close();
	}

	async #sealed(secret: FileSecret, piece: number, isHashed: boolean, thread: PieceThread): Promise<Sealed> {
		const { isList, at, bytes } = partOf(this.layout, piece);
		const slot = pieceThread.slot();
		if (isList) slot.set(this.#list.subarray(at, at + bytes));
		else {
			const read = await this.#file.read(slot.subarray(0, bytes), at);
			if (read.kind === "failed") return read.why === "changed" ? "changed" : "unreadable";
		}
		return thread.seal(secret, piece, slot, bytes, isHashed);
	}
}

function isAsOffered(
	{ tags, hash }: SealedPiece,
	index: number,
	offeredTags: Uint8Array | undefined,
	hashes: Uint8Array,
): boolean {
	if (offeredTags !== undefined) return isPieceHash(offeredTags, index, tags);
	return hash !== undefined && isPieceHash(hashes, index, hash);
}
