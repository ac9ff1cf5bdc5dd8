// The opening of a room of two that is off the record: what the host answers a knock with, and what the two prove who they are by (docs/protocol.md §18).
import * as v from "valibot";
import { type Certificate, readCertificate } from "../../crypto/identity/certificate.ts";
import { OFF_TAG_BYTES } from "../../crypto/off-record/tags.ts";
import { answersOffKnock, offHostTag, TAG_BYTES, type TagKeys } from "../../crypto/opening/knock.ts";
import { bytesOf, decodeBody, encodeBody, textOf } from "./codec.ts";
import { maxCertificateBytes, maxNameBytes } from "./handshake.ts";
import type { ExpectedHost, ProofContext, ProvenBy, WantedProof } from "./host-proof.ts";

const offProofSchema = v.strictObject({
	off: v.literal(1),
	tag: bytesOf(TAG_BYTES),
	certificate: bytesOf(1, maxCertificateBytes),
	way: v.picklist(["password", "seat", "none"]),
});

/** Encodes the body of a `hostProof` in which nothing is signed, for whoever showed the secret of `keys`. */
export function encodeOffProof(
	{ opening, knock }: ProofContext,
	host: Certificate,
	keys: TagKeys,
	way: WantedProof,
): Uint8Array {
	const tag = offHostTag(keys.host, opening, host.fingerprint, knock);
	return encodeBody({ off: 1, tag, certificate: host.bytes, way });
}

/** Tells whether a `hostProof` is of this form. A guest of a room of the other kind goes no further. */
export const isOffProof = (body: Uint8Array): boolean => decodeBody(offProofSchema, body).kind === "value";

/** Judges the body of such a `hostProof`. `detail` is for logs. It never throws. */
export async function judgeOffProof(
	body: Uint8Array,
	{ opening, knock }: ProofContext,
	{ fingerprint, secrets }: Pick<ExpectedHost, "fingerprint" | "secrets">,
): Promise<ProvenBy> {
	const decoded = decodeBody(offProofSchema, body);
	if (decoded.kind === "refused") return decoded;
	const { tag, certificate: bytes, way } = decoded.value;
	if (!answersOffKnock(tag, secrets, opening, fingerprint, knock))
		return { kind: "refused", detail: "the host does not know what the guest has shown" };
	const read = await readCertificate(bytes);
	if (read.kind === "refused")
		return { kind: "refused", detail: `the host's OpenPGP certificate was refused: ${read.detail}` };
	const { certificate } = read;
	if (certificate.fingerprint !== fingerprint)
		return { kind: "refused", detail: "another key than the one that is looked for" };
	return { kind: "proven", certificate, way, from: 0 };
}

const offHostSchema = v.strictObject({ name: textOf(maxNameBytes), tag: bytesOf(OFF_TAG_BYTES) });

/** Encodes the body of an `offHost`: the host's name and tag. */
export const encodeOffHost = (body: v.InferOutput<typeof offHostSchema>): Uint8Array => encodeBody(body);
/** Decodes the body of an `offHost`. */
export const decodeOffHost = (body: Uint8Array) => decodeBody(offHostSchema, body);

/** Reads the body of an `enter` off the record: the guest's leaf tag, and the commit behind it. */
export function readOffEnter(body: Uint8Array): { readonly tag: Uint8Array; readonly commit: Uint8Array } | undefined {
	if (body.length <= OFF_TAG_BYTES) return undefined;
	return { tag: body.subarray(0, OFF_TAG_BYTES), commit: body.subarray(OFF_TAG_BYTES) };
}
