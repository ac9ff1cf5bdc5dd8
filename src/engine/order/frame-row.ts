// Frames one behind the other in the same memory: those of a busy moment are sent as one piece, to everybody, without another copy of them.
import { encodeFrame, type FrameType, frameBytes, writeFrame } from "../wire/frame.ts";

/** Memory is taken in pieces of this size. A frame that is longer has memory of its own. */
const pieceBytes = 32 * 1024;

/** Encodes frames into the same memory until that is full. What was encoded stays as it is. */
export class FrameRow {
	#piece = Buffer.alloc(0);
	#usedBytes = 0;

	/** Encodes a frame as `encodeFrame` does, right behind the one before where there is room. */
	encode(type: FrameType, ...parts: readonly Uint8Array[]): Buffer {
		const bytes = frameBytes(type, parts);
		if (bytes > pieceBytes) return encodeFrame(type, ...parts);
		if (this.#usedBytes + bytes > this.#piece.length) {
			this.#piece = Buffer.alloc(pieceBytes);
			this.#usedBytes = 0;
		}
		const frame = this.#piece.subarray(this.#usedBytes, this.#usedBytes + bytes);
		this.#usedBytes += bytes;
		writeFrame(frame, type, parts);
		return frame;
	}
}

/** Tells whether the second frame stands right behind the first. */
export const isBehind = (first: Buffer, second: Buffer): boolean =>
	second.buffer === first.buffer && second.byteOffset === first.byteOffset + first.length;

/** Returns all from the first frame to the last, which stand behind each other, without a copy. */
export const stretch = (first: Buffer, last: Buffer): Buffer =>
	Buffer.from(first.buffer, first.byteOffset, last.byteOffset + last.length - first.byteOffset);
