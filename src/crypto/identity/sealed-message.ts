// Messages that are signed by one key and encrypted to another.
import { createMessage, encrypt } from "openpgp";
import { concatBytes, lvCat, splitLengthValue } from "../length-value.ts";
import { type Certificate, verifySignature } from "./certificate.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Decrypted, SealedFor, Signer } from "./identity.ts";
import { judgementDate, openpgpConfig } from "./openpgp-policy.ts";

const ascii = new TextEncoder();

/** Returns what the signature (or, off the record, the tag) inside a sealed message covers. The recipient is part of it, so that nobody can pass the message on as meant for a third. */
export function sealedFields(recipient: Fingerprint, data: Uint8Array): readonly Uint8Array[] {
	return [ascii.encode(recipient), data];
}

/**
 * Seals `data` for `recipient`: a binary OpenPGP message whose plaintext is `lv(signature) ‖ data`, the signature being the
 * signer's detached one over the context `purpose`, the recipient's fingerprint (upper-case hex) and the data. One scheme for keys
 * here and keys in gpg-agent: the encryption needs no secret, so only the signature leaves the process. AEAD is used only
 * if the recipient's key announces it; GnuPG 2.2 reads the rest. Rejects with `SigningFailed`.
 */
export async function encryptSignedTo(
	recipient: Certificate,
	signer: Signer,
	data: Uint8Array,
	purpose: SealedFor = "admission",
): Promise<Uint8Array> {
	const signature = await signer.sign(purpose, ...sealedFields(recipient.fingerprint, data));
	return encryptTo(recipient, concatBytes(lvCat(signature), data));
}

/** Encrypts bytes to one certificate, and says nothing of who did: a binary OpenPGP message. */
export async function encryptTo(recipient: Certificate, plaintext: Uint8Array): Promise<Uint8Array> {
	return encrypt({
		message: await createMessage({ binary: plaintext }),
		encryptionKeys: recipient.key,
		date: judgementDate(recipient.key),
		format: "binary",
		config: openpgpConfig(),
	});
}

/** Returns the data of a decrypted sealed message, if `from` sealed it for `recipient`. */
export async function openSealed(
	plaintext: Uint8Array,
	recipient: Fingerprint,
	from: Certificate,
	purpose: SealedFor,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const split = splitLengthValue(plaintext);
	if (split === undefined) return undefined;
	const data = Uint8Array.from(split.rest);
	const isSigned = await verifySignature(from, split.part, purpose, ...sealedFields(recipient, data));
	return isSigned ? data : undefined;
}

/** Decrypts a sealed message with our key and opens it. Both kinds of Signer do it like this. */
export async function decryptSealed(
	own: Pick<Signer, "fingerprint" | "unseal">,
	message: Uint8Array,
	from: Certificate,
	purpose: SealedFor,
): Promise<Decrypted> {
	const unsealed = await own.unseal(message);
	if (unsealed.kind === "failed") return unsealed;
	const data = await openSealed(unsealed.data, own.fingerprint, from, purpose);
	return data ? { kind: "decrypted", data } : { kind: "failed", detail: "not signed by its sender for us" };
}
