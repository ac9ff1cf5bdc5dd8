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
	knock: 0x08,
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
	kept: 0x1a,
	readOn: 0x1b,
	page: 0x1c,
	line: 0x20,
	echo: 0x21,
	commit: 0x22,
	submit: 0x23,
	ping: 0x30,
	close: 0x31,
	offSecret: 0x40,
	offGuest: 0x41,
	offHost: 0x42,
	files: 0x50,
	putFile: 0x51,
	getFile: 0x52,
	askHashes: 0x53,
	hashes: 0x54,
	want: 0x55,
	block: 0x56,
	over: 0x57,
	have: 0x58,
	share: 0x59,
	getFeed: 0x60,
	feed: 0x61,
} as const;

export type FrameType = (typeof frameType)[keyof typeof frameType];

export const headerBytes = 4;
/** The largest body of a guest who has proven nothing yet. */
export const maxOpenBodyBytes = 4 * 1024;
/** Limits how many bytes such a guest may send in all, padding included. */
export const maxOpenBytes = 64 * 1024;
/** The largest body of somebody who has proven the password or a key. */
export const maxSecureBodyBytes = 1024 * 1024;
/** The largest body that a guest takes from its host: an admission with the longest certificate of everybody in a full room, and what encrypts it. */
export const maxAdmissionBytes = 8 * 1024 * 1024;
/** Frames in the room are written in multiples of this, so that sizes tell an onlooker little. */
export const padToBytes = 256;
/** Frames on the way in are written in multiples of this. */
export const padOpeningToBytes = 4 * 1024;
/** Frames that carry a certificate are written in multiples of this, into which the longest one fits; otherwise the size would name a person. */
export const padCertificatesToBytes = 40 * 1024;

const inRoom: ReadonlySet<FrameType> = new Set([
	frameType.line,
	frameType.echo,
	frameType.commit,
	frameType.submit,
	frameType.ping,
	frameType.close,
	frameType.files,
	frameType.putFile,
	frameType.getFile,
	frameType.askHashes,
	frameType.hashes,
	frameType.want,
	frameType.block,
	frameType.over,
	frameType.have,
	frameType.share,
]);
const withCertificate: ReadonlySet<FrameType> = new Set([
	frameType.hostProof,
	frameType.guestCertificate,
	frameType.hostIdentity,
]);

function paddingOf(type: FrameType): number {
	if (inRoom.has(type)) return padToBytes;
	return withCertificate.has(type) ? padCertificatesToBytes : padOpeningToBytes;
}

export interface Frame {
	readonly type: FrameType;
	readonly body: Uint8Array;
}

export type Taken =
	| { readonly kind: "frame"; readonly frame: Frame; readonly usedBytes: number }
	/** Too little has come so far: `neededBytes` must be there before trying again. */
	| { readonly kind: "more"; readonly neededBytes: number }
	| { readonly kind: "refused"; readonly detail: string };

const knownTypes: ReadonlySet<number> = new Set(Object.values(frameType));

function isFrameType(type: number): type is FrameType {
	return knownTypes.has(type);
}

/**
 * Reads the first frame of `buffer`, or of its part from `start` to `end`. The length is judged before anything is kept or copied; `body` is a view into `buffer`.
 */
export function takeFrame(buffer: Uint8Array, maxBodyBytes: number, start = 0, end = buffer.length): Taken {
	const hereBytes = end - start;
	if (hereBytes < headerBytes) return { kind: "more", neededBytes: headerBytes };
	const header = new DataView(buffer.buffer, buffer.byteOffset + start).getUint32(0);
	const [length, type] = [header >>> 8, header & 0xff];
	if (length > maxBodyBytes) return { kind: "refused", detail: `a frame of ${length} bytes is over the limit` };
	if (!isFrameType(type)) return { kind: "refused", detail: `frame type ${type} is not known` };
	const usedBytes = headerBytes + length;
	if (hereBytes < usedBytes) return { kind: "more", neededBytes: usedBytes };
	const body = buffer.subarray(start + headerBytes, start + usedBytes);
	return { kind: "frame", frame: { type, body }, usedBytes };
}

function writeHeader(target: Uint8Array, offset: number, length: number, type: FrameType): void {
	new DataView(target.buffer, target.byteOffset).setUint32(offset, length * 256 + type);
}

/** Encodes one frame without padding. This is only for telling a program of version 1 that this is another version. */
export function encodeBareFrame(type: FrameType, body: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(headerBytes + body.length);
	writeHeader(bytes, 0, body.length, type);
	bytes.set(body, headerBytes);
	return bytes;
}

/** Encodes one frame, whose body is all `parts`, and the padding frame (zeros) after it, which fills up to a multiple of the size that frames of this type have. */
export function encodeFrame(type: FrameType, ...parts: readonly Uint8Array[]): Buffer {
	// A Buffer: of any other bytes a stream makes one, for each Link anew.
	const bytes = Buffer.alloc(frameBytes(type, parts));
	writeFrame(bytes, type, parts);
	return bytes;
}

/** Returns how many bytes a frame has with its padding. */
export function frameBytes(type: FrameType, parts: readonly Uint8Array[]): number {
	const ownBytes = headerBytes + bodyBytesOf(parts);
	const multipleBytes = paddingOf(type);
	// A padding frame has a header of its own, so a gap of 1 to 3 bytes cannot be filled: go on to the next multiple.
	const totalBytes = Math.ceil(ownBytes / multipleBytes) * multipleBytes;
	const gap = totalBytes - ownBytes;
	return gap > 0 && gap < headerBytes ? totalBytes + multipleBytes : totalBytes;
}

/** Writes a frame and its padding into `bytes`, which are zero behind the frame itself, and as many as `frameBytes` says. */
export function writeFrame(bytes: Uint8Array, type: FrameType, parts: readonly Uint8Array[]): void {
	const bodyBytes = bodyBytesOf(parts);
	writeHeader(bytes, 0, bodyBytes, type);
	let at = headerBytes;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	if (at < bytes.length) writeHeader(bytes, at, bytes.length - at - headerBytes, frameType.padding);
}

const bodyBytesOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
