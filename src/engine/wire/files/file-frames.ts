// The bodies of frames on a Link for files: numbers and bytes at fixed places, nothing else (docs/protocol.md §19).
import { PIECE_HASH_BYTES, SEALED_BLOCK_BYTES } from "../../../crypto/file/pieces.ts";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../../crypto/identity/fingerprint.ts";
import { contentIdBytes } from "../content-kinds.ts";

const NUMBER_BYTES = 4;
/** One frame has at most this many hashes: 64 KiB. */
export const hashesInFrame = 2_048;
/** The largest body on a Link for files: a block, or as many hashes. */
export const maxFileBodyBytes = 2 * NUMBER_BYTES + Math.max(SEALED_BLOCK_BYTES, hashesInFrame * PIECE_HASH_BYTES);

/** Says why a transfer is over. `done`: the receiver has all · `unknown`: nobody has offered that here · `gone`: it is not to be had any more · `broken`: what came was not what was asked for, or not what was signed. */
export const overCode = { done: 1, unknown: 2, gone: 3, broken: 4 } as const;
export type Over = keyof typeof overCode;

const numbers = (...values: readonly number[]): Buffer => {
	const bytes = Buffer.allocUnsafe(values.length * NUMBER_BYTES);
	for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * NUMBER_BYTES);
	return bytes;
};

const bufferOf = (body: Uint8Array): Buffer => Buffer.from(body.buffer, body.byteOffset, body.length);

/** Reads the number of the transfer with which every body begins; `undefined`: the body is too short. */
export const transferOf = (body: Uint8Array): number | undefined =>
	body.length < NUMBER_BYTES ? undefined : bufferOf(body).readUInt32BE(0);

/** Encodes a `putFile`: the guest has offered the file `id`, and gives it. */
export const encodePut = (transfer: number, id: Uint8Array): Uint8Array => Buffer.concat([numbers(transfer), id]);

/** Encodes a `getFile`: the guest takes the file that `by` has offered as `id`. */
export const encodeGet = (transfer: number, id: Uint8Array, by: Fingerprint): Uint8Array =>
	Buffer.concat([numbers(transfer), id, fingerprintBytes(by)]);

/** Decodes what follows the number in a `putFile` or `getFile`; `by` is absent in a `putFile`. `undefined`: the body is malformed. */
export function decodeOpening(body: Uint8Array): { readonly id: Uint8Array; readonly by?: Fingerprint } | undefined {
	const id = body.subarray(NUMBER_BYTES, NUMBER_BYTES + contentIdBytes);
	const rest = body.subarray(NUMBER_BYTES + contentIdBytes);
	if (id.length !== contentIdBytes) return undefined;
	if (rest.length === 0) return { id };
	const by = parseFingerprint(Buffer.from(rest).toString("hex"));
	return by === undefined ? undefined : { id, by };
}

/** Encodes an `askHashes`. */
export const encodeAskHashes = (transfer: number): Uint8Array => numbers(transfer);

/** Encodes one `hashes` frame: those of the pieces from `first` on. */
export const encodeHashes = (transfer: number, first: number, hashes: Uint8Array): Uint8Array =>
	Buffer.concat([numbers(transfer, first), hashes]);

/** Decodes a `hashes`; `undefined`: it is malformed. */
export function decodeHashes(body: Uint8Array): { readonly first: number; readonly hashes: Uint8Array } | undefined {
	const hashes = body.subarray(2 * NUMBER_BYTES);
	if (hashes.length === 0 || hashes.length % PIECE_HASH_BYTES !== 0) return undefined;
	return { first: bufferOf(body).readUInt32BE(NUMBER_BYTES), hashes };
}

/** Encodes a `want`: `count` blocks from `from` on. */
export const encodeWant = (transfer: number, from: number, count: number): Uint8Array => numbers(transfer, from, count);

/** Decodes a `want`; `undefined`: it is malformed. */
export function decodeWant(body: Uint8Array): { readonly from: number; readonly count: number } | undefined {
	if (body.length !== 3 * NUMBER_BYTES) return undefined;
	const buffer = bufferOf(body);
	return { from: buffer.readUInt32BE(NUMBER_BYTES), count: buffer.readUInt32BE(2 * NUMBER_BYTES) };
}

/** Encodes a `block` in two parts, so that the block is copied once, into the frame. */
export const encodeBlock = (transfer: number, block: number, sealed: Uint8Array): readonly [Uint8Array, Uint8Array] => [
	numbers(transfer, block),
	sealed,
];

/** Decodes a `block`; `undefined`: it is not of the one length that blocks have. */
export function decodeBlock(body: Uint8Array): { readonly block: number; readonly sealed: Uint8Array } | undefined {
	if (body.length !== 2 * NUMBER_BYTES + SEALED_BLOCK_BYTES) return undefined;
	return { block: bufferOf(body).readUInt32BE(NUMBER_BYTES), sealed: body.subarray(2 * NUMBER_BYTES) };
}

/** Encodes an `over`. */
export const encodeOver = (transfer: number, why: Over): Uint8Array =>
	Buffer.concat([numbers(transfer), Uint8Array.of(overCode[why])]);

/** Decodes an `over`; `undefined`: it is malformed. */
export function decodeOver(body: Uint8Array): Over | undefined {
	if (body.length !== NUMBER_BYTES + 1) return undefined;
	for (const [why, code] of Object.entries(overCode)) if (code === body[NUMBER_BYTES]) return why as Over;
	return undefined;
}

/** Encodes a `have`: the receiver has so many pieces, verified. */
export const encodeHave = (transfer: number, pieces: number): Uint8Array => numbers(transfer, pieces);

/** Decodes a `have`; `undefined`: it is malformed. */
export const decodeHave = (body: Uint8Array): number | undefined =>
	body.length === 2 * NUMBER_BYTES ? bufferOf(body).readUInt32BE(NUMBER_BYTES) : undefined;

/** Encodes a `share`: of what the guest gives, somebody has so many pieces. */
export const encodeShare = (transfer: number, pieces: number, who: Fingerprint): Uint8Array =>
	Buffer.concat([numbers(transfer, pieces), fingerprintBytes(who)]);

/** Decodes a `share`; `undefined`: it is malformed. */
export function decodeShare(body: Uint8Array): { readonly pieces: number; readonly who: Fingerprint } | undefined {
	const who = parseFingerprint(Buffer.from(body.subarray(2 * NUMBER_BYTES)).toString("hex"));
	return who === undefined ? undefined : { pieces: bufferOf(body).readUInt32BE(NUMBER_BYTES), who };
}
