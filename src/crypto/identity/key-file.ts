// Reads private keys out of a file as people have it: armored with text around it, beside the public key, saved by an editor as UTF-16, or binary.
import { type PrivateKey, readPrivateKeys } from "openpgp";
import { openpgpConfig } from "./openpgp-policy.ts";

/** The largest key file that is taken, in bytes: a key with photos and many certifications by others still fits. */
const MAX_KEY_FILE_BYTES = 512 * 1024;

const ANY_ARMOR = "-----BEGIN PGP ";
/** One armored private key (RFC 9580 §6.2). What stands around it is no part of it, as for GnuPG. */
const PRIVATE_ARMOR = /-----BEGIN PGP PRIVATE KEY BLOCK-----[\s\S]*?-----END PGP PRIVATE KEY BLOCK-----/g;

/** Returns the file as text; bytes that are no text become one character each. */
function textOf(file: Uint8Array): string {
	const [first, second] = file;
	// Byte order marks (RFC 2781 §3.2): editors and shells of Windows save so.
	if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(file);
	if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(file);
	return Buffer.from(file).toString("latin1");
}

/** Returns all private keys in the file, armored or binary; none where it is too large or cannot be read. It never throws. */
export async function privateKeysIn(file: string | Uint8Array): Promise<readonly PrivateKey[]> {
	if (file.length > MAX_KEY_FILE_BYTES) return [];
	const text = typeof file === "string" ? file : textOf(file);
	const config = openpgpConfig();
	try {
		if (typeof file !== "string" && !text.includes(ANY_ARMOR))
			return await readPrivateKeys({ binaryKeys: file, config });
		const blocks = text.match(PRIVATE_ARMOR) ?? [];
		return (await Promise.all(blocks.map((armoredKeys) => readPrivateKeys({ armoredKeys, config })))).flat();
	} catch {
		return [];
	}
}

/** libotr's file of private keys, "otr.private_key": an S-expression. Pidgin, irssi, WeeChat, Adium and others have it. */
const OTR_PRIVATE_KEYS = /^\s*\(privkeys\b|\(private-key\s*\(dsa\b/;
/** One line of libotr's file of fingerprints, "otr.fingerprints": name, account, protocol, 40 hexadecimal digits, and how it was verified. */
const OTR_FINGERPRINT = /^[^\t\n]+\t[^\t\n]+\t[^\t\n]+\t[0-9a-f]{40}(?:\t[^\t\n]*)?\r?$/m;
/** This many characters of a file are enough to tell what kind of file it is. */
const TELLING_LENGTH = 4096;

/** Tells whether a file is one of libotr's: a private key for OTR, or the fingerprints of one's buddies there. It looks at the beginning only. */
export function isOfOtr(file: string | Uint8Array): boolean {
	const start = (typeof file === "string" ? file : textOf(file.subarray(0, 2 * TELLING_LENGTH))).slice(
		0,
		TELLING_LENGTH,
	);
	return OTR_PRIVATE_KEYS.test(start) || OTR_FINGERPRINT.test(start);
}
