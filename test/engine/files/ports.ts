// Both ends of a Link for files in memory, with a file in it, for tests that play one of the ends by hand.
import { randomBytes } from "node:crypto";
import {
	type FileSecret,
	fileRoot,
	PIECE_BYTES,
	pieceHash,
	sealedBytes,
	sealPiece,
} from "../../../src/crypto/file/pieces.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { PieceSource } from "../../../src/engine/files/pieces/giver.ts";
import { allPieces, type Layout, partOf } from "../../../src/engine/files/pieces/layout.ts";
import { FilePort } from "../../../src/engine/files/pieces/port.ts";
import { SpeedLimit } from "../../../src/engine/files/pieces/speed.ts";
import type { PieceSink, Wanted } from "../../../src/engine/files/pieces/taker.ts";
import { maxFileBodyBytes } from "../../../src/engine/wire/files/file-frames.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { maxWaitingBytes } from "../../../src/engine/wire/handshake.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";

export const uptime = (): number => performance.now();

/** A file that is offered, with all its sealed pieces. */
export interface SealedFile {
	readonly secret: FileSecret;
	readonly wanted: Wanted;
	readonly source: PieceSource;
	readonly sealed: readonly Uint8Array[];
	readonly hashes: Uint8Array;
}

/** Makes a file of random bytes. */
export function sealedFile(contentBytes: number): SealedFile {
	const layout: Layout = { contentBytes, listBytes: 0 };
	const secret = { id: randomBytes(16), key: randomBytes(32) };
	const content = randomBytes(contentBytes);
	const sealed = Array.from({ length: allPieces(layout) }, (_, piece) => {
		const { at, bytes } = partOf(layout, piece);
		const slot = Buffer.alloc(sealedBytes(bytes));
		slot.set(content.subarray(at, at + bytes));
		return sealPiece(secret, piece, slot, bytes);
	});
	const hashes = Buffer.concat(sealed.map(pieceHash));
	const wanted = { id: secret.id, layout, root: fileRoot(secret.id, hashes) };
	const source: PieceSource = {
		layout,
		hashes: async () => hashes,
		piece: async (index) => sealed[index],
	};
	return { secret, wanted, source, sealed, hashes };
}

/** Takes pieces into memory. */
export class MemorySink implements PieceSink {
	readonly pieces = new Map<number, Uint8Array>();
	readonly #all: number;

	constructor({ layout }: Wanted) {
		this.#all = allPieces(layout);
	}

	get isWhole(): boolean {
		return this.pieces.size === this.#all;
	}

	get count(): number {
		return this.pieces.size;
	}

	next(busy: ReadonlySet<number>): number | undefined {
		for (let piece = 0; piece < this.#all; piece += 1) if (!this.pieces.has(piece) && !busy.has(piece)) return piece;
		return undefined;
	}

	async write(piece: number, sealed: Uint8Array): Promise<boolean> {
		this.pieces.set(piece, Uint8Array.from(sealed));
		return true;
	}
}

export const bytesOf = (pieces: number): number => pieces * PIECE_BYTES;

/** The frames of both ends of a Link in memory. */
export function framePair(): readonly [FrameStream, FrameStream] {
	const [one, other] = memoryLinkPair();
	const options = { maxBodyBytes: maxFileBodyBytes, maxWaitingBytes };
	return [new FrameStream(one.stream, options), new FrameStream(other.stream, options)];
}

/** A guest's end by the program's own code. */
export const guestPort = (frames: FrameStream): FilePort =>
	new FilePort({ frames, limit: new SpeedLimit(uptime), uptime });

/** Anybody's fingerprint. */
export const somebody = "00112233445566778899AABBCCDDEEFF01234567" as Fingerprint;
