// The host's key for proving itself to strangers: an Ed25519 key of one room, certified once by the host's OpenPGP key, as delegated credentials are
// (RFC 9345). So the OpenPGP key, which may sit behind a question or in a card, signs once a room and not once a stranger.
import {
	createHash,
	createPublicKey,
	generateKeyPairSync,
	type KeyObject,
	sign as signEd25519,
	verify as verifyEd25519,
} from "node:crypto";
import { type Certificate, verifySignature } from "../identity/certificate.ts";
import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import type { Signer } from "../identity/identity.ts";
import { lvCat } from "../length-value.ts";

/** The size in bytes of an Ed25519 public key (RFC 8032). */
export const PROOF_KEY_BYTES = 32;
/** The size in bytes of an Ed25519 signature (RFC 8032). */
export const PROOF_SIGNATURE_BYTES = 64;
/** A certificate is good for this time, in seconds, for a room that leaves nothing behind. */
export const DELEGATION_SECONDS = 24 * 60 * 60;
/** The longest life of a certificate that is accepted, in seconds: 30 days. */
export const LONGEST_DELEGATION_SECONDS = 30 * DELEGATION_SECONDS;
/**
 * The clocks of two people may differ by this much, in seconds: a day. A clock in a wrong time zone is 14 hours off; whoever steals a proof key has that much
 * longer.
 */
const CLOCK_SKEW_SECONDS = 24 * 60 * 60;

/** The context of the OpenPGP signature; the "door" of the room is what the key stands at. */
const CERTIFICATE_CONTEXT = "door";
const PROOF_DOMAIN = new TextEncoder().encode("real-talk/2 host proof");
/** Comes before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** A Delegation is the certificate of a proof key. Times are in seconds since 1970. */
export interface Delegation {
	readonly key: Uint8Array;
	readonly from: number;
	readonly until: number;
	/** A detached OpenPGP signature by the host's key. */
	readonly signature: Uint8Array;
}

/** A ProofKey is a proof key with its certificate. */
export interface ProofKey {
	readonly delegation: Delegation;
	readonly privateKey: KeyObject;
}

function u64(value: number): Uint8Array {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64BE(BigInt(value));
	return bytes;
}

type Certified = Omit<Delegation, "signature">;

function certifiedFields(
	roomId: Uint8Array,
	host: Fingerprint,
	{ key, from, until }: Certified,
): readonly Uint8Array[] {
	return [roomId, fingerprintBytes(host), key, u64(from), u64(until)];
}

/** Makes a proof key for a room, good for a day from `nowMs`, and has the host's OpenPGP key certify it. Rejects with `SigningFailed`. */
export async function makeProofKey(signer: Signer, roomId: Uint8Array, nowMs: number): Promise<ProofKey> {
	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	const key = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length));
	const from = Math.floor(nowMs / 1000);
	const certified = { key, from, until: from + DELEGATION_SECONDS };
	const signature = await signer.sign(CERTIFICATE_CONTEXT, ...certifiedFields(roomId, signer.fingerprint, certified));
	return { delegation: { ...certified, signature }, privateKey };
}

/** Says what a guest requires of a certificate. */
export interface DelegationWish {
	readonly roomId: Uint8Array;
	readonly nowMs: number;
	/** The newest `from` that was seen of this room: an older certificate has been taken back by it. */
	readonly notBefore?: number;
}

/**
 * Says why a certificate is not good. `detail` is for logs. `clockGapSeconds` is there when the host's key made it, and by our clock not around now: so far the
 * host's clock is ahead of ours, at least.
 */
export interface DelegationObjection {
	readonly detail: string;
	readonly clockGapSeconds?: number;
}

/** Says why a certificate is not good; `undefined` when it is. */
export async function objectionToDelegation(
	delegation: Delegation,
	host: Certificate,
	{ roomId, nowMs, notBefore = 0 }: DelegationWish,
): Promise<DelegationObjection | undefined> {
	const { from, until, signature } = delegation;
	const now = Math.floor(nowMs / 1000);
	if (until <= from || until - from > LONGEST_DELEGATION_SECONDS)
		return { detail: "the certificate's time is not possible" };
	if (from < notBefore) return { detail: "the certificate is older than one that was seen before" };
	const fields = certifiedFields(roomId, host.fingerprint, delegation);
	const isSigned = await verifySignature(host, signature, CERTIFICATE_CONTEXT, ...fields);
	if (!isSigned) return { detail: "the certificate was not made by the host's key for this room" };
	if (from > now + CLOCK_SKEW_SECONDS)
		return {
			detail: "the certificate is from the future; one of the two clocks is wrong",
			clockGapSeconds: from - now,
		};
	if (until < now - CLOCK_SKEW_SECONDS)
		return { detail: "the certificate has run out, or one of the two clocks is wrong", clockGapSeconds: until - now };
	return undefined;
}

/** Returns the bytes that a proof key signs: T, the host and the knock that is answered. */
export function proofToBeSigned(opening: Uint8Array, host: Fingerprint, knock: Uint8Array): Uint8Array {
	return lvCat(PROOF_DOMAIN, opening, fingerprintBytes(host), createHash("sha256").update(knock).digest());
}

/** Signs that the host is in this channel and has heard this knock (Ed25519). `opening` is T. */
export function signHostProof(
	privateKey: KeyObject,
	opening: Uint8Array,
	host: Fingerprint,
	knock: Uint8Array,
): Uint8Array<ArrayBuffer> {
	return new Uint8Array(signEd25519(null, proofToBeSigned(opening, host, knock), privateKey));
}

/** Says whether the holder of the proof key is in this channel and has heard this knock. It never throws. */
export function isHostProof(
	signature: Uint8Array,
	proofKey: Uint8Array,
	opening: Uint8Array,
	host: Fingerprint,
	knock: Uint8Array,
): boolean {
	if (proofKey.length !== PROOF_KEY_BYTES || signature.length !== PROOF_SIGNATURE_BYTES) return false;
	try {
		const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, proofKey]), format: "der", type: "spki" });
		return verifyEd25519(null, proofToBeSigned(opening, host, knock), key, signature);
	} catch {
		return false;
	}
}
