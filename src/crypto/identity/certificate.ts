// OpenPGP certificates (RFC 9580 §10.1): read as hostile input, judged, kept in their smallest form; signatures checked and messages sealed with them.
import {
	type AnyPacket,
	createMessage,
	enums,
	PacketList,
	type PublicKey,
	readKeys,
	readSignature,
	SignaturePacket,
	verify,
} from "openpgp";
import { lvCat } from "../length-value.ts";
import { type Fingerprint, parseFingerprint } from "./fingerprint.ts";
import { judgementDate, openpgpConfig } from "./openpgp-policy.ts";

/** The largest certificate, in bytes, that is taken from or sent to anyone. */
export const MAX_CERTIFICATE_BYTES = 32 * 1024;
/** The largest detached signature in bytes: one packet, with room for the notations of GnuPG and long RSA keys. */
const MAX_SIGNATURE_BYTES = 8 * 1024;
/** The largest message, in bytes, that is taken for decryption. */
export const MAX_SEALED_BYTES = 8 * 1024 * 1024;
/** The longest user name, in UTF-16 units. */
export const MAX_USER_NAME_LENGTH = 256;
/** A certificate has at most this many signatures. Each is one public-key operation: without a bound 32 KiB of them would keep a processor busy for seconds. */
const MAX_SIGNATURES = 64;
const MAX_SUBKEYS = 16;
/** A larger RSA key is refused: one signature would take too long to check. */
const MAX_RSA_BITS = 8192;

/** A public key that was found usable. Only `readCertificate` and `certificateFromKey` make one. */
export interface Certificate {
	readonly fingerprint: Fingerprint;
	/** The name in the primary user id, which the key itself certified. It is not cleaned: it may hold anything, up to `MAX_USER_NAME_LENGTH`. */
	readonly userName: string;
	/** The certificate in binary, at most `MAX_CERTIFICATE_BYTES`, without certifications by others and without photos. */
	readonly bytes: Uint8Array;
	readonly key: PublicKey;
}

export type ReadCertificate =
	| { readonly kind: "certificate"; readonly certificate: Certificate }
	/** `detail` is for logs; it may hold words of the library, none of the input. */
	| { readonly kind: "refused"; readonly detail: string };

/** Returns as text what the library throws on bad input. */
export function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return "unknown error";
	const { message } = error;
	// openpgp.js loads what it needs for further curves by itself, and where that is not there its error names the file.
	if (/Cannot find (?:module|package)/.test(message)) return "its elliptic curve is not known here";
	// It also reads every user id as UTF-8, so that one in another encoding is no longer what was signed.
	if (message.includes("Could not find valid self-signature"))
		return "it has not signed its own name: it was altered, or the name is not UTF-8 text";
	return message.includes("Key is invalid") ? "its kind of key is not known here, or it was altered" : message;
}

async function readOne(bytes: Uint8Array): Promise<PublicKey> {
	const [key, ...others] = await readKeys({ binaryKeys: bytes, config: openpgpConfig() });
	if (key === undefined || others.length > 0) throw new Error("not exactly one key");
	if (key.isPrivate()) throw new Error("secret key material");
	return key;
}

/** Returns the key without what others added to it and without attributes (photos). It bounds the work before any signature is checked. */
function smallestForm(key: PublicKey): Uint8Array {
	const unwanted = new Set<AnyPacket>(
		key.users.flatMap((user) => (user.userID === null ? [...user.toPacketList()] : user.otherCertifications)),
	);
	const kept = new PacketList<AnyPacket>();
	for (const packet of key.toPacketList()) if (!unwanted.has(packet)) kept.push(packet);
	if (key.subkeys.length > MAX_SUBKEYS) throw new Error("too many subkeys");
	if (key.getKeys().some((part) => (part.getAlgorithmInfo().bits ?? 0) > MAX_RSA_BITS))
		throw new Error("RSA key too long");
	if (kept.filter((packet) => packet instanceof SignaturePacket).length > MAX_SIGNATURES)
		throw new Error("too many signatures");
	const bytes = kept.write();
	if (bytes.length > MAX_CERTIFICATE_BYTES) throw new Error("certificate too long");
	return bytes;
}

/** Returns the name in the user id that the key certified as its main one; any other may have been added by a stranger. */
async function primaryUserName(key: PublicKey, date: Date): Promise<string> {
	const { user } = await key.getPrimaryUser(date, undefined, openpgpConfig());
	const name = user.userID?.name || user.userID?.email || user.userID?.userID;
	if (!name) throw new Error("no user id");
	return name.slice(0, MAX_USER_NAME_LENGTH);
}

/** Judges a key and keeps its smallest form. It throws with the reason when it is not usable. */
async function judge(given: PublicKey): Promise<Certificate> {
	const bytes = smallestForm(given);
	// Read again, so that `key` is what `bytes` say and nothing more.
	const key = await readOne(bytes);
	const fingerprint = parseFingerprint(key.getFingerprint());
	if (fingerprint === undefined) throw new Error("no v4 or v6 key");
	const date = judgementDate(key);
	// Both check revocation, expiry, self-signatures, key flags and the algorithms' strength of the primary key and the subkey.
	await key.getSigningKey(undefined, date, undefined, openpgpConfig());
	await key.getEncryptionKey(undefined, date, undefined, openpgpConfig());
	return { fingerprint, userName: await primaryUserName(key, date), bytes, key };
}

async function refusedIfThrown(work: () => Promise<Certificate>): Promise<ReadCertificate> {
	try {
		return { kind: "certificate", certificate: await work() };
	} catch (error) {
		return { kind: "refused", detail: reasonOf(error) };
	}
}

/**
 * Reads a stranger's certificate: binary, exactly one public key (v4 or v6) that can sign and encrypt now, neither revoked nor
 * expired, with strong algorithms only. Whoever expects a certain key compares the fingerprint.
 */
export async function readCertificate(bytes: Uint8Array): Promise<ReadCertificate> {
	if (bytes.length > MAX_CERTIFICATE_BYTES) return { kind: "refused", detail: "certificate too long" };
	return refusedIfThrown(async () => judge(await readOne(bytes)));
}

/** Makes the certificate of a key that is already in hand, by the same rules. */
export async function certificateFromKey(key: PublicKey): Promise<ReadCertificate> {
	return refusedIfThrown(() => judge(key));
}

/** Returns the certificate as armored text, for people to give away. */
export function exportPublic(certificate: Certificate): string {
	return certificate.key.armor(openpgpConfig());
}

const ascii = new TextEncoder();

/** Returns the bytes over which a signature of ours is made: no signature for one purpose is ever one for another. */
export function toBeSigned(context: string, fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	return lvCat(ascii.encode(`real-talk/2 ${context}`), ...fields);
}

/**
 * Says whether `signature` is one detached binary signature of the certificate's over this context and these fields, by a key that was good
 * when it signed and still is. When it was signed is only what the signer's clock said: what must be fresh has something fresh in its fields.
 */
export async function verifySignature(
	certificate: Certificate,
	signature: Uint8Array,
	context: string,
	...fields: readonly Uint8Array[]
): Promise<boolean> {
	if (signature.length > MAX_SIGNATURE_BYTES) return false;
	try {
		const parsed = await readSignature({ binarySignature: signature, config: openpgpConfig() });
		const [packet, ...others] = parsed.packets;
		if (packet?.signatureType !== enums.signature.binary || others.length > 0) return false;
		const date = judgementDate(certificate.key);
		const { signatures } = await verify({
			message: await createMessage({ binary: toBeSigned(context, fields) }),
			signature: parsed,
			verificationKeys: certificate.key,
			format: "binary",
			date: new Date(Math.max(date.getTime(), packet.created?.getTime() ?? 0)),
			config: openpgpConfig(),
		});
		const [result] = signatures;
		if (result === undefined) return false;
		// The library judges the key at the time the signature claims, which whoever stole an expired key can choose: judge it now, too.
		await certificate.key.getSigningKey(result.keyID, date, undefined, openpgpConfig());
		return await result.verified;
	} catch {
		return false;
	}
}
