// What stands off the record where a signature stands elsewhere: HMAC-SHA-256 (RFC 2104) under a key that both have, over the very bytes that would be signed.
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { type Certificate, toBeSigned } from "../identity/certificate.ts";
import type { Decrypted, SealedFor, Signer } from "../identity/identity.ts";
import { encryptTo, sealedFields } from "../identity/sealed-message.ts";
import { concatBytes, lvCat, splitLengthValue } from "../length-value.ts";
import type { Side } from "./exchange.ts";

/** The size in bytes of each tag. */
export const OFF_TAG_BYTES = 32;

/** The context of the one message that is sealed with a tag. */
const ADMISSION: SealedFor = "admission";
const ascii = new TextEncoder();

function hmac(key: KeyObject, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(createHmac("sha256", key).update(bytes).digest());
}

/** Compares a tag that came from outside in constant time. */
function equals(tag: Uint8Array, expected: Uint8Array): boolean {
	return tag.length === expected.length && timingSafeEqual(tag, expected);
}

/** Computes the tag that stands where `Signer.sign` would give a signature over the same context and fields. */
export function contextTag(key: KeyObject, context: string, fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	return hmac(key, toBeSigned(context, fields));
}

/** Says whether a tag is the one over this context and these fields. */
export function isContextTag(tag: Uint8Array, key: KeyObject, context: string, fields: readonly Uint8Array[]): boolean {
	return equals(tag, contextTag(key, context, fields));
}

/** Holds the room and the two leaf keys, which belong together from then on. */
export interface LeafPair {
	readonly roomId: Uint8Array;
	readonly guestLeaf: Uint8Array;
	readonly hostLeaf: Uint8Array;
}

/** Computes the tag by which one side says that these are the leaf keys of the two in this room. */
export function leafTag(
	key: KeyObject,
	from: Side,
	{ roomId, guestLeaf, hostLeaf }: LeafPair,
): Uint8Array<ArrayBuffer> {
	return hmac(key, lvCat(ascii.encode(from), roomId, guestLeaf, hostLeaf));
}

/** Says whether a tag is that of the other side over these leaf keys. */
export function isLeafTag(tag: Uint8Array, key: KeyObject, from: Side, leaves: LeafPair): boolean {
	return equals(tag, leafTag(key, from, leaves));
}

/** Encrypts `data` to one person with a tag where `encryptSignedTo` has a signature: the plaintext is `lv(tag) ‖ data`. */
export async function encryptTaggedTo(recipient: Certificate, key: KeyObject, data: Uint8Array): Promise<Uint8Array> {
	const tag = contextTag(key, ADMISSION, sealedFields(recipient.fingerprint, data));
	return encryptTo(recipient, concatBytes(lvCat(tag), data));
}

/** Reads what `encryptTaggedTo` made for us; fails unless the tag is right. */
export async function openTagged(message: Uint8Array, key: KeyObject, recipient: Signer): Promise<Decrypted> {
	const opened = await recipient.unseal(message);
	if (opened.kind === "failed") return opened;
	const split = splitLengthValue(opened.data);
	const isRight =
		split !== undefined && isContextTag(split.part, key, ADMISSION, sealedFields(recipient.fingerprint, split.rest));
	if (!isRight) return { kind: "failed", detail: "without the right tag" };
	return { kind: "decrypted", data: Uint8Array.from(split.rest) };
}
