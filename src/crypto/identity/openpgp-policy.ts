// What of OpenPGP is accepted here: algorithms, sizes, and the moment at which validity is judged.
import { type Config, enums, config as libraryDefaults, type PublicKey } from "openpgp";

/** Another person's clock may be ahead of ours by this much. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** A message may unpack to this many bytes: a compressed kilobyte must not become a gigabyte. */
export const MAX_PLAINTEXT_BYTES = 8 * 1024 * 1024;

/** A key derivation of more than 2^20 KiB (1 GiB) in a key file is an attack on memory. */
const MAX_ARGON2_MEMORY_EXPONENT = 20;
const MIN_RSA_BITS = 2048;

let settings: Config | undefined;

/**
 * Returns the settings for every call, which are made when they are first asked for: until then nothing of the library need be loaded. The library's global settings are left alone. MD5, RIPEMD-160 (SHA-1 for messages), ElGamal, DSA and secp256k1 are refused by
 * the library's defaults, repeated here where we rely on them.
 */
export function openpgpConfig(): Config {
	settings ??= {
		...libraryDefaults,
		// SEIPDv2 is used for those who announce it; keys are made and locked without AEAD, which GnuPG 2.2 cannot read.
		aeadProtect: false,
		v6Keys: false,
		s2kType: enums.s2k.iterated,
		preferredHashAlgorithm: enums.hash.sha512,
		preferredCompressionAlgorithm: enums.compression.uncompressed,
		minRSABits: MIN_RSA_BITS,
		rejectPublicKeyAlgorithms: new Set([enums.publicKey.elgamal, enums.publicKey.dsa]),
		rejectHashAlgorithms: new Set([enums.hash.md5, enums.hash.ripemd]),
		rejectMessageHashAlgorithms: new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1]),
		rejectCurves: new Set([enums.curve.secp256k1]),
		allowUnauthenticatedMessages: false,
		maxArgon2MemoryExponent: MAX_ARGON2_MEMORY_EXPONENT,
		maxDecompressedMessageSize: MAX_PLAINTEXT_BYTES,
		showComment: false,
		showVersion: false,
	};
	return settings;
}

/**
 * Returns the moment at which a key's validity is judged: a little ahead of our clock, so that what expires within that time counts as expired, or
 * where the key is younger than that, when it was made. A key cannot be made in the future, so then one of two clocks is wrong; which one
 * cannot be known, and the later moment is the stricter one for everything that expires.
 */
export function judgementDate(key: PublicKey, now = Date.now()): Date {
	return new Date(Math.max(now + CLOCK_SKEW_MS, youngestPart(key)));
}

/** Returns the moment at which an own key signs: now, or when the key was made if that is in the future by our clock. */
export function signingDate(key: PublicKey, now = Date.now()): Date {
	return new Date(Math.max(now, youngestPart(key)));
}

function youngestPart(key: PublicKey): number {
	const signatures = [
		...key.users.flatMap(({ selfCertifications }) => selfCertifications),
		...key.subkeys.flatMap(({ bindingSignatures }) => bindingSignatures),
	];
	const times = [...key.getKeys().map((part) => part.getCreationTime()), ...signatures.map(({ created }) => created)];
	return Math.max(...times.map((time) => time?.getTime() ?? 0));
}
