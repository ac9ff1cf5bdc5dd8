// Admission and entering: what the host gives a guest it has authenticated, and what places a guest in the order (docs/protocol.md, "Entering").
import * as v from "valibot";
import { OFF_TAG_BYTES } from "../../crypto/off-record/tags.ts";
import { SEAT_BYTES } from "../../crypto/opening/knock.ts";
import { bytesOf, decodeBody, decodeCode, encodeBody, wholeNumber } from "./codec.ts";
import { maxCertificateBytes, roomIdBytes } from "./handshake.ts";

export const maxMembers = 200;
export const maxGroupInfoBytes = 1024 * 1024;
export const maxCommitBytes = 512 * 1024;
/** Limits an encrypted line: the longest text with all that goes around it, twice over. */
export const maxLineBytes = 128 * 1024;
export const hashBytes = 32;
/** An Ed25519 public key (RFC 8032). */
export const leafKeyBytes = 32;

const admissionSchema = v.strictObject({
	v: v.literal(1),
	room: bytesOf(roomIdBytes),
	groupInfo: bytesOf(1, maxGroupInfoBytes),
	ticket: bytesOf(32),
	certificates: v.pipe(v.array(bytesOf(1, maxCertificateBytes)), v.maxLength(maxMembers)),
	/** The host's leaf key, and the host's tag over both leaf keys, in a room off the record. It is absent in all other rooms. */
	leaf: v.optional(v.strictObject({ key: bytesOf(leafKeyBytes), tag: bytesOf(OFF_TAG_BYTES) })),
});
export type Admission = v.InferOutput<typeof admissionSchema>;

/**
 * Encodes an admission. `certificates` are those of everybody in the room, the host included. It travels OpenPGP-encrypted to the guest's key, signed by the
 * host's.
 */
export const encodeAdmission = (admission: Omit<Admission, "v">): Uint8Array => encodeBody({ v: 1, ...admission });
export const decodeAdmission = (body: Uint8Array) => decodeBody(admissionSchema, body);

const enteredSchema = v.strictObject({ seq: wholeNumber(1), head: bytesOf(hashBytes), seat: bytesOf(SEAT_BYTES) });

/**
 * Encodes the body of an `entered`. `seq` is the place of the guest's own commit, `head` the transcript just before it (transcript.ts), and `seat` what the
 * guest can come back by.
 */
export const encodeEntered = (entered: v.InferOutput<typeof enteredSchema>): Uint8Array => encodeBody(entered);
export const decodeEntered = (body: Uint8Array) => decodeBody(enteredSchema, body);

const positionSchema = v.strictObject({ seq: wholeNumber(1), head: bytesOf(hashBytes) });

/** Encodes the body of a `resume` and a `readOn`: the newest place the guest has, and the transcript there. */
export const encodePosition = (position: v.InferOutput<typeof positionSchema>): Uint8Array => encodeBody(position);
export const decodePosition = (body: Uint8Array) => decodeBody(positionSchema, body);

const resumedSchema = v.strictObject({ seq: wholeNumber(1), seat: bytesOf(SEAT_BYTES) });

/**
 * Encodes the body of a `resumed`. `seq` is the newest place there is, and what lies between follows; `seat` is what the guest can come back by the next time.
 */
export const encodeResumed = (resumed: v.InferOutput<typeof resumedSchema>): Uint8Array => encodeBody(resumed);
export const decodeResumed = (body: Uint8Array) => decodeBody(resumedSchema, body);

const pageSchema = v.strictObject({ upTo: wholeNumber(1), newest: wholeNumber(1) });

/** Encodes the body of a `page`, which comes before what was missed: the newest place that follows, and the newest there is. */
export const encodePage = (page: v.InferOutput<typeof pageSchema>): Uint8Array => encodeBody(page);
export const decodePage = (body: Uint8Array) => decodeBody(pageSchema, body);

/** Says why a member can't read on. The numbers are the protocol. */
export const tooLateCode = { gone: 1, otherHistory: 2 } as const;
export type TooLate = keyof typeof tooLateCode;

export const encodeTooLate = (why: TooLate): Uint8Array => Uint8Array.of(tooLateCode[why]);

/** Reads the body of a `tooLate`. An empty one, or an unknown code, means that what was asked for is gone. */
export function decodeTooLate(body: Uint8Array): TooLate {
	return body[0] === tooLateCode.otherHistory ? "otherHistory" : "gone";
}

const commitSchema = v.strictObject({
	seq: wholeNumber(1),
	message: bytesOf(1, maxCommitBytes),
	/** The certificate of the person who enters; it is absent when somebody leaves. */
	certificate: v.optional(bytesOf(1, maxCertificateBytes)),
});

/** Encodes the body of a `commit`. */
export function encodeCommit(commit: {
	readonly seq: number;
	readonly message: Uint8Array;
	readonly certificate?: Uint8Array;
}): Uint8Array {
	return encodeBody(commit);
}
export const decodeCommit = (body: Uint8Array) => decodeBody(commitSchema, body);

/** Reads the body of a `line`: its place and the message. */
export function readLine(
	body: Uint8Array,
):
	| { readonly kind: "line"; readonly seq: number; readonly message: Uint8Array }
	| { readonly kind: "refused"; readonly detail: string } {
	if (body.length < 9) return { kind: "refused", detail: "a line was cut short" };
	if (body.length > 8 + maxLineBytes) return { kind: "refused", detail: "a line is too long" };
	const seq = Number(Buffer.from(body.buffer, body.byteOffset, 8).readBigUInt64BE());
	return { kind: "line", seq, message: body.subarray(8) };
}

/** Reads an echo: the place of an own line, and the number under which it was submitted. */
export function readEcho(
	body: Uint8Array,
):
	| { readonly kind: "echo"; readonly seq: number; readonly number: number }
	| { readonly kind: "refused"; readonly detail: string } {
	if (body.length !== 12) return { kind: "refused", detail: "an echo has the wrong size" };
	const view = Buffer.from(body.buffer, body.byteOffset, body.length);
	return { kind: "echo", seq: Number(view.readBigUInt64BE()), number: view.readUInt32BE(8) };
}

/** Says why a Link inside the room is closed on purpose. The numbers are the protocol. */
export const closeCode = {
	left: 1,
	roomClosed: 2,
	kicked: 3,
	replaced: 4,
	refused: 5,
	tooSlow: 6,
	hostAway: 7,
} as const;
export type CloseReason = keyof typeof closeCode;

export const encodeClose = (reason: CloseReason): Uint8Array => Uint8Array.of(closeCode[reason]);

/** Reads the body of a `close`. It returns `undefined` when the code is not known. */
export const decodeClose = (body: Uint8Array): CloseReason | undefined => decodeCode(closeCode, body);
