// What the suite for Links sends through them, and how it is seen to arrive unchanged.
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { Link } from "../../../src/net/link/link.ts";

/** Waits where there is no room. */
export async function write(stream: Duplex, bytes: Uint8Array): Promise<void> {
	if (!stream.write(bytes)) await once(stream, "drain");
}

/** In hexadecimal. */
export function sha256(bytes: Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes that differ everywhere, so that swapped or repeated pieces show. */
export function pattern(sizeBytes: number, seed: number): Buffer {
	const bytes = Buffer.alloc(sizeBytes);
	let state = seed;
	for (let at = 0; at < sizeBytes; at += 1) {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		bytes[at] = state >>> 16;
	}
	return bytes;
}

interface Cargo {
	readonly pieceBytes: number;
	readonly pieces: number;
	/** Turns of the event loop that the reader takes for each chunk. */
	readonly readerTurns?: number;
}

/** What was sent and received, as hashes, and how many bytes waited in this process at most. */
export async function carried(from: Link, to: Link, { pieceBytes, pieces, readerTurns = 0 }: Cargo) {
	const samePiece = pattern(pieceBytes, 7);
	const [sent, received] = [createHash("sha256"), createHash("sha256")];
	let mostWaiting = 0;
	const writeAll = async (): Promise<void> => {
		for (let n = 0; n < pieces; n += 1) {
			// The stream may keep a buffer until long after `write` returns, so each piece has its own. They differ, so that one too many and one
			// too few would show.
			const piece = Buffer.from(samePiece);
			piece.writeUInt32BE(n);
			sent.update(piece);
			await write(from.stream, piece);
			mostWaiting = Math.max(mostWaiting, from.stream.writableLength + to.stream.readableLength);
		}
		from.stream.end();
	};
	const readAll = async (): Promise<void> => {
		for await (const chunk of to.stream) {
			received.update(chunk);
			for (let turns = 0; turns < readerTurns; turns += 1) await setImmediate();
		}
	};
	await Promise.all([writeAll(), readAll()]);
	return { sent: sent.digest("hex"), received: received.digest("hex"), mostWaiting };
}
