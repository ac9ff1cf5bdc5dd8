// The one MLS cipher suite of Real Talk, on synchronous node:crypto; HPKE is Node's (hpke.ts), or in a page the library's (web/groups.ts).
import {
	createPrivateKey,
	createPublicKey,
	hash,
	type KeyObject,
	randomBytes,
	sign,
	timingSafeEqual,
	verify,
} from "node:crypto";
import type { CiphersuiteImpl, CiphersuiteName, Hpke } from "ts-mls";
import { decryptAead, encryptAead } from "../../chacha20-poly1305.ts";
import { concatBytes } from "../../length-value.ts";
import { DIGEST_BYTES, expand, mac, taken } from "./hkdf.ts";

/**
 * The suite of every room: X-Wing (draft-connolly-cfrg-xwing-kem) joins X25519 and ML-KEM-768, so that whoever records a room today
 * cannot read it with a quantum computer later. ts-mls gives it the code point 0x0054, from the range that is not assigned yet.
 */
export const mlsSuiteName: CiphersuiteName = "MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519";

/** The size of an X-Wing public key in bytes: 1,184 of ML-KEM-768 (FIPS 203) and 32 of X25519. */
export const HPKE_PUBLIC_KEY_BYTES = 1_216;
/** The size of an X-Wing ciphertext in bytes, which MLS calls the KEM output. */
export const KEM_OUTPUT_BYTES = 1_120;
/** The size of an Ed25519 public key in bytes. */
export const SIGNATURE_PUBLIC_KEY_BYTES = 32;

const ED25519_SEED_BYTES = 32;
/** These bytes stand before the 32 bytes of an Ed25519 key in PKCS #8 and in SubjectPublicKeyInfo (RFC 8410 §7). */
const pkcs8Prefix = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
const spkiPrefix = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]);

function verifyMac(key: Uint8Array, expected: Uint8Array, data: Uint8Array): boolean {
	const actual = mac(key, data);
	return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** Maps the byte array that a key object was made from to it: ts-mls keeps the same array of a member through all epochs. */
type KeyObjects = WeakMap<Uint8Array, KeyObject>;

function keyObject(known: KeyObjects, key: Uint8Array, make: (key: Uint8Array) => KeyObject): KeyObject {
	const found = known.get(key);
	if (found !== undefined) return found;
	const made = make(key);
	known.set(key, made);
	return made;
}

function privateKeyObject(key: Uint8Array): KeyObject {
	const der = concatBytes(pkcs8Prefix, key);
	try {
		return createPrivateKey({ key: Buffer.from(der.buffer), format: "der", type: "pkcs8" });
	} finally {
		der.fill(0);
	}
}

function publicKeyObject(key: Uint8Array): KeyObject {
	const der = concatBytes(spkiPrefix, key);
	return createPublicKey({ key: Buffer.from(der.buffer), format: "der", type: "spki" });
}

function verifyEd25519(known: KeyObjects, key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
	if (key.length !== SIGNATURE_PUBLIC_KEY_BYTES) return false;
	try {
		return verify(null, message, keyObject(known, key, publicKeyObject), signature);
	} catch {
		return false;
	}
}

/** HPKE (RFC 9180) without the bare cipher, which is always ours. */
export type SuiteHpke = Omit<Hpke, "encryptAead" | "decryptAead">;

/** Makes a leaf's signature key pair. */
function leafKeys(): { readonly publicKey: Uint8Array; readonly signKey: Uint8Array } {
	const signKey = taken(randomBytes(ED25519_SEED_BYTES));
	const spki = createPublicKey(privateKeyObject(signKey)).export({ format: "der", type: "spki" });
	return { publicKey: taken(spki.subarray(spkiPrefix.length)), signKey };
}

/** Makes the suite as ts-mls wants it. */
export function makeMlsSuite(hpke: SuiteHpke): CiphersuiteImpl {
	const privateKeys: KeyObjects = new WeakMap();
	const publicKeys: KeyObjects = new WeakMap();
	const none = new Uint8Array(0);
	return {
		name: mlsSuiteName,
		hash: {
			digest: async (data) => taken(hash("sha512", data, "buffer")),
			mac: async (key, data) => mac(key, data),
			verifyMac: async (key, expected, data) => verifyMac(key, expected, data),
		},
		kdf: {
			size: DIGEST_BYTES,
			extract: async (salt, inputKey) => mac(salt, inputKey),
			expand: async (key, info, sizeBytes) => expand(key, info, sizeBytes),
		},
		signature: {
			keygen: async () => leafKeys(),
			sign: async (key, message) => taken(sign(null, message, keyObject(privateKeys, key, privateKeyObject))),
			verify: async (key, message, signature) => verifyEd25519(publicKeys, key, message, signature),
		},
		hpke: {
			...hpke,
			encryptAead: async (key, nonce, aad, plaintext) => encryptAead(key, nonce, aad ?? none, plaintext),
			decryptAead: async (key, nonce, aad, ciphertext) => decryptAead(key, nonce, aad ?? none, ciphertext),
		},
		rng: { randomBytes: (sizeBytes) => taken(randomBytes(sizeBytes)) },
	};
}
