// Messages that are encrypted to one person and that nobody has signed. Somebody who says one is known by who says the line that it is in.
import type { Certificate } from "../identity/certificate.ts";
import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import { encryptTo } from "../identity/sealed-message.ts";
import { concatBytes, lvCat } from "../length-value.ts";

const DOMAIN = new TextEncoder().encode("real-talk/2 off letter");

const headingOf = (from: Fingerprint, to: Fingerprint): Uint8Array =>
	lvCat(DOMAIN, fingerprintBytes(from), fingerprintBytes(to));

/** Encrypts `data` to `recipient`, behind the names of both: nobody can say it again as their own, or to somebody else. */
export async function sealUnsigned(recipient: Certificate, from: Fingerprint, data: Uint8Array): Promise<Uint8Array> {
	return encryptTo(recipient, concatBytes(headingOf(from, recipient.fingerprint), data));
}

/** Returns what is behind the names of both; `undefined` when the decrypted message is of another form, or of others. */
export function openUnsigned(plaintext: Uint8Array, from: Fingerprint, to: Fingerprint): Uint8Array | undefined {
	const heading = headingOf(from, to);
	const isOurs = Buffer.compare(plaintext.subarray(0, heading.length), heading) === 0;
	return isOurs ? plaintext.slice(heading.length) : undefined;
}
