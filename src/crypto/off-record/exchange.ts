// Proving to each other who one is without a signature: each encrypts a secret to the other's OpenPGP key, and only who can read both computes the same keys.
//
// This is the shape of SKEME (Krawczyk, "SKEME: A Versatile Secure Key Exchange Mechanism for Internet", 1996). Whoever knows both secrets can make all of it
// alone, so it convinces the other one and nobody else (Di Raimondo, Gennaro, Krawczyk, "Deniable Authentication and Key Exchange", 2006).
import { createSecretKey, hkdfSync, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";
import { PublicKeyEncryptedSessionKeyPacket, readMessage, SymEncryptedIntegrityProtectedDataPacket } from "openpgp";
import type { Certificate } from "../identity/certificate.ts";
import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import type { Signer } from "../identity/identity.ts";
import { openpgpConfig } from "../identity/openpgp-policy.ts";
import { encryptTo } from "../identity/sealed-message.ts";
import { concatBytes, lvCat } from "../length-value.ts";
import { sha256 } from "../sha256.ts";

/** The size in bytes of what each side encrypts to the other. */
const OFF_SECRET_BYTES = 32;
/** The longest message with such a secret, in bytes: one for RSA-8192 has 1.3 KiB. */
const MAX_SEALED_SECRET_BYTES = 2048;

const KEY_BYTES = 32;
const ascii = new TextEncoder();
const DOMAIN = ascii.encode("real-talk/2 off");

/** Names a side of the exchange. */
export type Side = "guest" | "host";

/** Says between whom and in which channel a secret is sent. `opening` is T, which names the channel and the hello that was said in it. */
export interface OffParties {
	readonly opening: Uint8Array;
	readonly guest: Fingerprint;
	readonly host: Fingerprint;
}

/** Holds one value for each side. */
export type OfBoth<Value> = Readonly<Record<Side, Value>>;

/** Holds the keys that stand in the place of signatures: for the channel, for the admission and for the keys of the leaves. */
export interface OffKeys {
	readonly channel: KeyObject;
	readonly admission: KeyObject;
	readonly leaf: KeyObject;
}

/** Makes a secret for one exchange. */
export const newSecret = (): Uint8Array => new Uint8Array(randomBytes(OFF_SECRET_BYTES));

/** Returns what is encrypted: the secret behind everything it is for, each part after its length. */
export function secretPlaintext(from: Side, { opening, guest, host }: OffParties, secret: Uint8Array): Uint8Array {
	return lvCat(DOMAIN, ascii.encode(from), opening, fingerprintBytes(guest), fingerprintBytes(host), secret);
}

/** Encrypts the secret of one side to the other side's certificate: a binary OpenPGP message that nobody has signed. */
export async function sealSecret(
	from: Side,
	parties: OffParties,
	recipient: Certificate,
	secret: Uint8Array,
): Promise<Uint8Array> {
	return encryptTo(recipient, secretPlaintext(from, parties, secret));
}

/**
 * Reads the secret that the other side has encrypted to us. What can't be read, or was made for another channel, direction or person, gives a random secret: the
 * keys differ then, and the sender learns no more than that (as RFC 5246 §7.4.7.1 does it). It never rejects.
 */
export async function openSecret(
	message: Uint8Array,
	from: Side,
	parties: OffParties,
	signer: Signer,
): Promise<Uint8Array> {
	const fallback = newSecret();
	if (!(await isPlainlySealed(message, signer.certificate))) return fallback;
	const opened = await signer.unseal(message).catch(() => ({ kind: "failed" }) as const);
	if (opened.kind === "failed") return fallback;
	const secret = opened.data.slice(-OFF_SECRET_BYTES);
	const expected = secretPlaintext(from, parties, secret);
	const isMeant = opened.data.length === expected.length && timingSafeEqual(opened.data, expected);
	return isMeant ? secret : fallback;
}

/**
 * Tells whether a message is one session key for a key of this certificate and what it opens, and nothing else. Anything more would be work for our key, or a
 * question for a passphrase to our person, of the sender's choosing.
 */
async function isPlainlySealed(message: Uint8Array, { key }: Certificate): Promise<boolean> {
	if (message.length > MAX_SEALED_SECRET_BYTES) return false;
	try {
		const read = await readMessage({ binaryMessage: message, config: openpgpConfig() });
		const [sessionKey, data, ...others] = read.packets;
		const [wanted] = read.getEncryptionKeyIDs();
		return (
			others.length === 0 &&
			sessionKey instanceof PublicKeyEncryptedSessionKeyPacket &&
			key.getKeys().some((part) => wanted !== undefined && part.getKeyID().equals(wanted)) &&
			data instanceof SymEncryptedIntegrityProtectedDataPacket
		);
	} catch {
		return false;
	}
}

/** Derives the three keys from both secrets, the channel and both messages as they went over the wire (HKDF-SHA-256, RFC 5869). The secrets are wiped. */
export function offKeys(opening: Uint8Array, sealed: OfBoth<Uint8Array>, secrets: OfBoth<Uint8Array>): OffKeys {
	const both = concatBytes(secrets.guest, secrets.host);
	const info = lvCat(DOMAIN, sha256(sealed.guest), sha256(sealed.host));
	const derived = new Uint8Array(hkdfSync("sha256", both, opening, info, 3 * KEY_BYTES));
	const [channel, admission, leaf] = [0, 1, 2].map((index) =>
		createSecretKey(derived.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES)),
	) as [KeyObject, KeyObject, KeyObject];
	for (const used of [both, derived, secrets.guest, secrets.host]) used.fill(0);
	return { channel, admission, leaf };
}
