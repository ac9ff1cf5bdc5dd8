// An own file while it is offered: read once for its root, then sealed again piece by piece, each compared with what was offered, so that no key and nonce ever meet two contents.
import { randomBytes } from "node:crypto";
import {
	FILE_KEY_BYTES,
	type FileSecret,
	fileRoot,
	isPiece,
	PIECE_BYTES,
	PIECE_HASH_BYTES,
	pieceHash,
	sealPiece,
} from "../../crypto/file/pieces.ts";
import type { Source } from "../../store/files/outgoing-plan.ts";
import type { FileFailure } from "../api/files/files.ts";
import { encodeBody } from "../wire/codec.ts";
import type { FileDisk, SourceReader } from "./disk.ts";
import type { PieceSource } from "./pieces/giver.ts";
import { allPieces, type Layout, partOf } from "./pieces/layout.ts";

/** Says why nothing more can be had of it. */
export type OwnFailure = Extract<FileFailure, "changed" | "unreadable">;

/** What others get to know of it, by the line that offers it. */
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

/** What is read goes into the same few buffers, whatever file it is of: a new one for each piece would be garbage at once. */
const idleBuffers: Buffer[] = [];
const mostIdleBuffers = 4;

/** Owns what is open of the file. */
export class OwnFile implements PieceSource {
	readonly source: Source;
	readonly layout: Layout;
	readonly #list: Uint8Array;
	readonly #file: SourceReader;
	readonly #onFailure: (code: OwnFailure) => void;
	#offered: Offered | undefined;

	/** `onFailure` is called when the file is no more what was offered. */
	constructor(source: Source, disk: FileDisk, onFailure: (code: OwnFailure) => void) {
		this.source = source;
		this.#list = listOf(source);
		this.#file = disk.reader(source);
		this.#onFailure = onFailure;
		this.layout = { contentBytes: source.size, listBytes: this.#list.length };
	}

	/** Reads all of it once and says what to offer; `undefined`: it could not be read, or was called off. */
	async read(
		id: Uint8Array,
		onProgress: (doneBytes: number) => void,
		signal: AbortSignal,
	): Promise<Offered | undefined> {
		const secret = { id, key: randomBytes(FILE_KEY_BYTES) };
		const pieces = allPieces(this.layout);
		const hashes = Buffer.alloc(pieces * PIECE_HASH_BYTES);
		for (let piece = 0; piece < pieces; piece += 1) {
			const sealed = await this.#sealed(secret, piece);
			if (sealed === undefined || signal.aborted) return undefined;
			pieceHash(sealed).copy(hashes, piece * PIECE_HASH_BYTES);
			const { isList, at, bytes } = partOf(this.layout, piece);
			if (!isList) onProgress(at + bytes);
		}
		const checked = await this.#file.check();
		if (checked.kind === "failed") {
			this.#onFailure("changed");
			return undefined;
		}
		this.#offered = { secret, root: fileRoot(id, hashes), hashes };
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
		const sealed = offered && (await this.#sealed(offered.secret, index));
		if (offered === undefined || sealed === undefined) return undefined;
		// Another content must never leave under the same nonce.
		if (isPiece(offered.hashes, index, sealed)) return sealed;
		this.#onFailure("changed");
		return undefined;
	}

	async close(): Promise<void> {
		await this.#file.close();
	}

	async #sealed(secret: FileSecret, piece: number): Promise<Buffer | undefined> {
		const { isList, at, bytes } = partOf(this.layout, piece);
		if (isList) return sealPiece(secret, piece, this.#list.subarray(at, at + bytes));
		const buffer = idleBuffers.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
		const plain = buffer.subarray(0, bytes);
		const read = await this.#file.read(plain, at);
		if (read.kind === "read") {
			const sealed = sealPiece(secret, piece, plain);
			if (idleBuffers.length < mostIdleBuffers) idleBuffers.push(buffer);
			return sealed;
		}
		this.#onFailure(read.why === "changed" ? "changed" : "unreadable");
		return undefined;
	}
}
