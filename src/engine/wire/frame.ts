// Frames: how messages are cut out of a byte stream. u24 length ‖ u8 type ‖ body (docs/protocol.md, "Frames").

/** Frame types; the numbers are the protocol (docs/protocol.md). */
export const frameType = {
	padding: 0x00,
	hello: 0x01,
	shareA: 0x02,
	shareB: 0x03,
	confirmA: 0x04,
	confirmB: 0x05,
	wrong: 0x06,
	refused: 0x07,
	prove: 0x08,
	hostProof: 0x09,
	guestCertificate: 0x10,
	hostIdentity: 0x11,
	guestSignature: 0x12,
	admission: 0x13,
	enter: 0x14,
	entered: 0x15,
	admitMe: 0x16,
	resume: 0x17,
	resumed: 0x18,
	tooLate: 0x19,
	line: 0x20,
	echo: 0x21,
	commit: 0x22,
	submit: 0x23,
	ping: 0x30,
	close: 0x31,
} as const;

export type FrameType = (typeof frameType)[keyof typeof frameType];

export const headerBytes = 4;
/** Largest body before the password is proven: the largest legitimate one is the Hello. */
export const maxOpenBodyBytes = 4 * 1024;
/** Largest body inside the TLS channel. */
export const maxSecureBodyBytes = 1024 * 1024;
/** Inside the channel everything is written in multiples of this, so that sizes tell an onlooker little. */
export const padToBytes = 256;

export interface Frame {
	readonly type: FrameType;
	readonly body: Uint8Array;
}

export type Taken =
	| { readonly kind: "frame"; readonly frame: Frame; readonly usedBytes: number }
	| { readonly kind: "more" /** how many bytes must be there before trying again */; readonly neededBytes: number }
	| { readonly kind: "refused"; readonly detail: string };

const knownTypes: ReadonlySet<number> = new Set(Object.values(frameType));

function isFrameType(type: number): type is FrameType {
	return knownTypes.has(type);
}

/** Reads the first frame of `buffer`. The length is judged before anything is kept or copied; `body` is a view into `buffer`. */
export function takeFrame(buffer: Uint8Array, maxBodyBytes: number): Taken {
	const [high, middle, low, type] = buffer;
	if (high === undefined || middle === undefined || low === undefined || type === undefined) {
		return { kind: "more", neededBytes: headerBytes };
	}
	const length = high * 65536 + middle * 256 + low;
	if (length > maxBodyBytes) return { kind: "refused", detail: `a frame of ${length} bytes is over the limit` };
	if (!isFrameType(type)) return { kind: "refused", detail: `frame type ${type} is not known` };
	const usedBytes = headerBytes + length;
	if (buffer.length < usedBytes) return { kind: "more", neededBytes: usedBytes };
	return { kind: "frame", frame: { type, body: buffer.subarray(headerBytes, usedBytes) }, usedBytes };
}

function writeHeader(target: Uint8Array, offset: number, length: number, type: FrameType): void {
	target[offset] = length >>> 16;
	target[offset + 1] = (length >>> 8) & 0xff;
	target[offset + 2] = length & 0xff;
	target[offset + 3] = type;
}

/** One frame as bytes, unpadded: for use before the channel stands, where every legitimate frame has a fixed size. */
export function encodeFrame(type: FrameType, body: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(headerBytes + body.length);
	writeHeader(bytes, 0, body.length, type);
	bytes.set(body, headerBytes);
	return bytes;
}

/** One frame followed by a padding frame (zeros) that fills up to a multiple of `padToBytes`. */
export function encodePaddedFrame(type: FrameType, body: Uint8Array): Uint8Array {
	const ownBytes = headerBytes + body.length;
	// A padding frame has a header of its own, so a gap of 1 to 3 bytes cannot be filled: go on to the next multiple.
	const totalBytes = Math.ceil(ownBytes / padToBytes) * padToBytes;
	const gap = totalBytes - ownBytes;
	const paddedBytes = gap > 0 && gap < headerBytes ? totalBytes + padToBytes : totalBytes;
	const bytes = new Uint8Array(paddedBytes);
	writeHeader(bytes, 0, body.length, type);
	bytes.set(body, headerBytes);
	if (paddedBytes > ownBytes) writeHeader(bytes, ownBytes, paddedBytes - ownBytes - headerBytes, frameType.padding);
	return bytes;
}
