// Reads what kind of MLS message a byte string is, and of which epoch, without a key: the host's sequencer sees only ciphertext.

/** Says what kind of message it is. `enter`: the external commit of somebody who comes in · `commit`: that of a member · `line`: an encrypted line. */
export interface MessageHeader {
	readonly kind: "line" | "commit" | "enter";
	readonly epoch: number;
}

/** These are the numbers of version mls10, wire formats, content types and sender types (RFC 9420 §6 and §17). */
const MLS10 = 1;
const PUBLIC_MESSAGE = 1;
const PRIVATE_MESSAGE = 2;
const APPLICATION = 1;
const COMMIT = 3;
const NEW_MEMBER_COMMIT = 4;
const MAXIMUM_GROUP_ID_BYTES = 255;

/** Reads a variable-length vector's header (RFC 9420 §2.1.2) and returns where its content starts and ends, within the bounds of the view. */
function vector(view: DataView, offset: number): { readonly start: number; readonly end: number } | undefined {
	const first = view.getUint8(offset);
	const sizeBytes = 1 << (first >> 6);
	if (sizeBytes > 4) return undefined;
	let length = first & 0x3f;
	for (let i = 1; i < sizeBytes; i++) length = length * 256 + view.getUint8(offset + i);
	return { start: offset + sizeBytes, end: offset + sizeBytes + length };
}

function read(view: DataView): MessageHeader | undefined {
	if (view.getUint16(0) !== MLS10) return undefined;
	const wireFormat = view.getUint16(2);
	const groupId = vector(view, 4);
	if (groupId === undefined || groupId.end - groupId.start > MAXIMUM_GROUP_ID_BYTES) return undefined;
	const epoch = Number(view.getBigUint64(groupId.end));
	if (!Number.isSafeInteger(epoch)) return undefined;
	const type = view.getUint8(groupId.end + 8);
	if (wireFormat === PRIVATE_MESSAGE) {
		if (type === APPLICATION) return { kind: "line", epoch };
		return type === COMMIT ? { kind: "commit", epoch } : undefined;
	}
	if (wireFormat !== PUBLIC_MESSAGE || type !== NEW_MEMBER_COMMIT) return undefined;
	const authenticatedData = vector(view, groupId.end + 9);
	if (authenticatedData === undefined || view.getUint8(authenticatedData.end) !== COMMIT) return undefined;
	return { kind: "enter", epoch };
}

/**
 * Reads the header of an MLS message, in constant time and without a copy; returns `undefined` for anything a Group would refuse by its header alone. It says
 * nothing about whether the rest is valid.
 */
export function messageKind(bytes: Uint8Array): MessageHeader | undefined {
	try {
		return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
	} catch {
		return undefined; // DataView throws a RangeError past the end
	}
}
