// HPKE in base mode (RFC 9180) with X-Wing, HKDF-SHA-512 and ChaCha20-Poly1305, as ts-mls asks for it, for one message a context.
import { createHash, randomBytes } from "node:crypto";
import type { PrivateKey, PublicKey } from "ts-mls";
import { decryptAead, encryptAead } from "../../chacha20-poly1305.ts";
import { concatBytes } from "../../length-value.ts";
import { DIGEST_BYTES, expand, mac, taken } from "./hkdf.ts";
import { HPKE_PUBLIC_KEY_BYTES, type SuiteHpke } from "./mls-suite.ts";
import { X_WING_SEED_BYTES, xWingDecapsulate, xWingEncapsulate, xWingPublicKey } from "./x-wing.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const ascii = new TextEncoder();
const none = new Uint8Array(0);
/** "HPKE", and the numbers of X-Wing, HKDF-SHA512 and ChaCha20Poly1305 (§5.1, §7). */
const SUITE_ID = Uint8Array.of(...ascii.encode("HPKE"), 0x64, 0x7a, 0x00, 0x03, 0x00, 0x03);
const VERSION = ascii.encode("HPKE-v1");
const BASE_MODE = Uint8Array.of(0);

/** Extracts a key by LabeledExtract (§4). */
function extractLabeled(salt: Uint8Array, label: string, key: Uint8Array): Uint8Array<ArrayBuffer> {
	return mac(salt, concatBytes(VERSION, SUITE_ID, ascii.encode(label), key));
}

/** Expands a key by LabeledExpand (§4). */
function expandLabeled(key: Uint8Array, label: string, info: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
	const size = Uint8Array.of(sizeBytes >> 8, sizeBytes & 0xff);
	return expand(key, concatBytes(size, VERSION, SUITE_ID, ascii.encode(label), info), sizeBytes);
}

type Output = (label: string, sizeBytes: number) => Uint8Array<ArrayBuffer>;

/** Returns what `make` takes from the key schedule (§5.1) of one shared secret, which it overwrites. */
function schedule<Made>(shared: Uint8Array, info: Uint8Array, make: (output: Output) => Made): Made {
	const context = concatBytes(
		BASE_MODE,
		extractLabeled(none, "psk_id_hash", none),
		extractLabeled(none, "info_hash", info),
	);
	const secret = extractLabeled(shared, "secret", none);
	shared.fill(0);
	const made = make((label, sizeBytes) => expandLabeled(secret, label, context, sizeBytes));
	secret.fill(0);
	return made;
}

/** Makes or opens the one message of a context (§5.2, with the number 0), and overwrites its key. */
function crypt(
	shared: Uint8Array,
	info: Uint8Array,
	cipher: typeof encryptAead,
	aad: Uint8Array,
	text: Uint8Array,
): Uint8Array {
	const [key, nonce] = schedule(shared, info, (output) => [
		output("key", KEY_BYTES),
		output("base_nonce", NONCE_BYTES),
	]);
	try {
		return cipher(key, nonce, aad, text);
	} finally {
		key.fill(0);
	}
}

function exported(
	shared: Uint8Array,
	info: Uint8Array,
	exporterContext: Uint8Array,
	sizeBytes: number,
): Uint8Array<ArrayBuffer> {
	const exporter = schedule(shared, info, (output) => output("exp", DIGEST_BYTES));
	const secret = expandLabeled(exporter, "sec", exporterContext, sizeBytes);
	exporter.fill(0);
	return secret;
}

// ts-mls hands keys through without a look at them: a private key is its seed, a public key its bytes.
const keyOf = <Key extends PrivateKey | PublicKey>(bytes: Uint8Array): Key => bytes as unknown as Key;
const bytesOf = (key: PrivateKey | PublicKey): Uint8Array => key as unknown as Uint8Array;

function checked(bytes: Uint8Array, sizeBytes: number): Uint8Array {
	if (bytes.length !== sizeBytes) throw new RangeError(`a key of ${bytes.length} bytes`);
	return bytes;
}

function pairOf(seed: Uint8Array): { readonly privateKey: PrivateKey; readonly publicKey: PublicKey } {
	return { privateKey: keyOf(seed), publicKey: keyOf(xWingPublicKey(seed)) };
}

/** HPKE as ts-mls wants it. */
export const systemHpke: SuiteHpke = {
	keyLength: KEY_BYTES,
	nonceLength: NONCE_BYTES,
	seal: async (publicKey, plaintext, info, aad = none) => {
		const { secret, ciphertext: enc } = xWingEncapsulate(bytesOf(publicKey));
		return { enc, ct: crypt(secret, info, encryptAead, aad, plaintext) };
	},
	open: async (privateKey, enc, ciphertext, info, aad = none) =>
		crypt(xWingDecapsulate(bytesOf(privateKey), enc), info, decryptAead, aad, ciphertext),
	exportSecret: async (publicKey, exporterContext, sizeBytes, info) => {
		const { secret, ciphertext: enc } = xWingEncapsulate(bytesOf(publicKey));
		return { enc, secret: exported(secret, info, exporterContext, sizeBytes) };
	},
	importSecret: async (privateKey, exporterContext, enc, sizeBytes, info) =>
		exported(xWingDecapsulate(bytesOf(privateKey), enc), info, exporterContext, sizeBytes),
	importPrivateKey: async (bytes) => keyOf(checked(bytes, X_WING_SEED_BYTES)),
	importPublicKey: async (bytes) => keyOf(checked(bytes, HPKE_PUBLIC_KEY_BYTES)),
	exportPublicKey: async (key) => bytesOf(key),
	exportPrivateKey: async (key) => bytesOf(key),
	deriveKeyPair: async (secret) =>
		pairOf(taken(createHash("shake256", { outputLength: X_WING_SEED_BYTES }).update(secret).digest())),
	generateKeyPair: async () => pairOf(taken(randomBytes(X_WING_SEED_BYTES))),
};
