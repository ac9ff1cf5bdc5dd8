// Lets a guest with an invite make sure of the host before the person is asked for the password. Who does not know the host's fingerprint
// learns nothing of it: the challenge proves that it is known, and only then the host answers.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { readCertificate, verifySignature } from "../../crypto/identity/certificate.ts";
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { lvCat } from "../../crypto/length-value.ts";
import { bytesOf, decodeBody, encodeBody } from "./codec.ts";
import { maxCertificateBytes, maxSignatureBytes } from "./handshake.ts";

const challengeNonceBytes = 32;
const tagBytes = 32;
/** A body with a certificate and a signature. */
export const maxHostProofBytes = maxCertificateBytes + maxSignatureBytes + 256;

const context = "host proof";
const domain = new TextEncoder().encode("real-talk/1 pin");

const proofSchema = v.strictObject({
	certificate: bytesOf(1, maxCertificateBytes),
	signature: bytesOf(1, maxSignatureBytes),
});

/** nonce ‖ SHA-256(lv_cat("real-talk/1 pin", hello, nonce, fingerprint)). */
export function challengeFor(
	fingerprint: Fingerprint,
	hello: Uint8Array,
	nonce = randomBytes(challengeNonceBytes),
): Uint8Array {
	const tag = createHash("sha256")
		.update(lvCat(domain, hello, nonce, fingerprintBytes(fingerprint)))
		.digest();
	return Buffer.concat([nonce, tag]);
}

function signedFields(hello: Uint8Array, challenge: Uint8Array): readonly Uint8Array[] {
	return [createHash("sha256").update(hello).digest(), challenge.subarray(0, challengeNonceBytes)];
}

/** The host's answer; `undefined` when the challenge is not for this key, or the key cannot sign. */
export async function answerChallenge(
	challenge: Uint8Array,
	hello: Uint8Array,
	signer: Signer,
): Promise<Uint8Array | undefined> {
	if (challenge.length !== challengeNonceBytes + tagBytes) return undefined;
	const expected = challengeFor(signer.fingerprint, hello, Buffer.from(challenge.subarray(0, challengeNonceBytes)));
	if (!timingSafeEqual(challenge, expected)) return undefined;
	const signature = await signer.sign(context, ...signedFields(hello, challenge)).catch(() => undefined);
	return signature && encodeBody({ certificate: signer.certificate.bytes, signature });
}

/** Whether the answer proves that this key's owner sent the Hello and got the challenge. */
export async function provesHost(
	proof: Uint8Array,
	fingerprint: Fingerprint,
	hello: Uint8Array,
	challenge: Uint8Array,
): Promise<boolean> {
	const decoded = decodeBody(proofSchema, proof);
	if (decoded.kind === "refused") return false;
	const read = await readCertificate(decoded.value.certificate);
	if (read.kind === "refused" || read.certificate.fingerprint !== fingerprint) return false;
	return verifySignature(read.certificate, decoded.value.signature, context, ...signedFields(hello, challenge));
}
