// Reads private keys out of a file as people have it: armored with text around it, beside the public key, saved by an editor as UTF-16, or binary.
import { type PrivateKey, readPrivateKeys } from "openpgp";
import { OPENPGP_CONFIG } from "./openpgp-policy.ts";

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
	const config = OPENPGP_CONFIG;
	try {
		if (typeof file !== "string" && !text.includes(ANY_ARMOR))
			return await readPrivateKeys({ binaryKeys: file, config });
		const blocks = text.match(PRIVATE_ARMOR) ?? [];
		return (await Promise.all(blocks.map((armoredKeys) => readPrivateKeys({ armoredKeys, config })))).flat();
	} catch {
		return [];
	}
}
