// The host's answer to a knock: the proof that it is the host whose secret was shown, or nothing.
import * as v from "valibot";
import { type Certificate, readCertificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import {
	isHostProof,
	objectionToDelegation,
	PROOF_KEY_BYTES,
	PROOF_SIGNATURE_BYTES,
	type ProofKey,
	signHostProof,
} from "../../crypto/opening/delegation.ts";
import { answersKnock, hostTag, type KnockSecrets, TAG_BYTES, type TagKeys } from "../../crypto/opening/knock.ts";
import type { EntryProof } from "../../crypto/opening/proofs.ts";
import { bytesOf, decodeBody, encodeBody, wholeNumber } from "./codec.ts";
import { maxCertificateBytes, maxSignatureBytes } from "./handshake.ts";

const proofSchema = v.strictObject({
	tag: bytesOf(TAG_BYTES),
	certificate: bytesOf(1, maxCertificateBytes),
	door: v.strictObject({
		key: bytesOf(PROOF_KEY_BYTES),
		from: wholeNumber(0),
		until: wholeNumber(0),
		signature: bytesOf(1, maxSignatureBytes),
	}),
	signature: bytesOf(PROOF_SIGNATURE_BYTES),
	way: v.picklist(["password", "seat", "feed", "none"]),
});

/**
 * Says what is asked for after the proof: a seat that was retired opens nothing any more, and to somebody who was removed nothing is open. `feed`: the posts
 * that a feed link leads to are given to whoever asks, and nothing else is.
 */
export type WantedProof = EntryProof | "feed" | "none";

/** Says what a proof is made for: T, and the knock that it answers. */
export interface ProofContext {
	readonly opening: Uint8Array;
	readonly knock: Uint8Array;
}

/** Encodes the body of a `hostProof` for whoever showed the secret of `keys`. */
export function encodeHostProof(
	{ opening, knock }: ProofContext,
	host: Certificate,
	{ delegation, privateKey }: ProofKey,
	keys: TagKeys,
	way: WantedProof,
): Uint8Array {
	return encodeBody({
		tag: hostTag(keys.host, opening),
		certificate: host.bytes,
		door: delegation,
		signature: signHostProof(privateKey, opening, host.fingerprint, knock),
		way,
	});
}

/** Holds what a guest expects of the host it looks for. */
export interface ExpectedHost {
	readonly fingerprint: Fingerprint;
	readonly secrets: KnockSecrets;
	/** The room of the hello. */
	readonly roomId: Uint8Array;
	/** The newest beginning of a certificate that was seen of this room, in seconds. */
	readonly notBefore?: number | undefined;
	readonly nowMs: number;
}

/** Tells whether a `hostProof` is one in which something is signed. A guest of a room that is off the record goes no further. */
export const isSignedProof = (body: Uint8Array): boolean => decodeBody(proofSchema, body).kind === "value";

export type ProvenBy =
	| { readonly kind: "proven"; readonly certificate: Certificate; readonly way: WantedProof; readonly from: number }
	/** The host did not know any of the secrets. */
	| { readonly kind: "none" }
	/** The proof was refused. `clockGapSeconds` says how far off the time is at which it would be good (see `DelegationObjection`). */
	| { readonly kind: "refused"; readonly detail: string; readonly clockGapSeconds?: number };

/** Judges the body of a `hostProof`. `detail` is for logs. It never throws. */
export async function judgeHostProof(
	body: Uint8Array,
	{ opening, knock }: ProofContext,
	{ fingerprint, secrets, roomId, notBefore, nowMs }: ExpectedHost,
): Promise<ProvenBy> {
	if (body.length === 0) return { kind: "none" };
	const decoded = decodeBody(proofSchema, body);
	if (decoded.kind === "refused") return decoded;
	const { tag, certificate: bytes, door: delegation, signature, way } = decoded.value;
	if (!answersKnock(tag, secrets, opening)) return refused("the host does not know what the guest has shown");
	const read = await readCertificate(bytes);
	if (read.kind === "refused") return refused(`the host's OpenPGP certificate was refused: ${read.detail}`);
	const { certificate } = read;
	if (certificate.fingerprint !== fingerprint) return refused("another key than the one that is looked for");
	const wish = { roomId, nowMs, ...(notBefore === undefined ? {} : { notBefore }) };
	const objection = await objectionToDelegation(delegation, certificate, wish);
	if (objection !== undefined) return { kind: "refused", ...objection };
	if (!isHostProof(signature, delegation.key, opening, fingerprint, knock))
		return refused("the proof's signature is not good");
	return { kind: "proven", certificate, way, from: delegation.from };
}

const refused = (detail: string): ProvenBy => ({ kind: "refused", detail });
