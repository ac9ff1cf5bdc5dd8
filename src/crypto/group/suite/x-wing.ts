// X-Wing (draft-connolly-cfrg-xwing-kem §5), the key encapsulation of every room, made of OpenSSL's ML-KEM-768 and X25519.
import {
	createHash,
	createPrivateKey,
	createPublicKey,
	decapsulate,
	diffieHellman,
	encapsulate,
	generateKeyPairSync,
	type KeyObject,
} from "node:crypto";
import { concatBytes } from "../../length-value.ts";
import { taken } from "./hkdf.ts";
import { HPKE_PUBLIC_KEY_BYTES, KEM_OUTPUT_BYTES } from "./mls-suite.ts";

/** The size of a private key in bytes: a seed, of which the keys of both kinds are made. */
export const X_WING_SEED_BYTES = 32;
const ML_KEM_SEED_BYTES = 64;
const X25519_BYTES = 32;
const ML_KEM_PUBLIC_KEY_BYTES = HPKE_PUBLIC_KEY_BYTES - X25519_BYTES;
const ML_KEM_CIPHERTEXT_BYTES = KEM_OUTPUT_BYTES - X25519_BYTES;
/** The label that the secrets are joined with: \./ /^\ in ASCII. */
const LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

/** These bytes stand before a key in PKCS #8 and in SubjectPublicKeyInfo: RFC 9935 for ML-KEM-768, RFC 8410 for X25519. */
const prefixes = {
	mlKemSeed: Buffer.from("3054020100300b060960864801650304040204428040", "hex"),
	mlKemPublic: Buffer.from("308204b2300b0609608648016503040402038204a100", "hex"),
	x25519Private: Buffer.from("302e020100300506032b656e04220420", "hex"),
	x25519Public: Buffer.from("302a300506032b656e032100", "hex"),
};

function privateKeyOf(prefix: Buffer, secret: Uint8Array): KeyObject {
	const key = Buffer.concat([prefix, secret]);
	try {
		return createPrivateKey({ key, format: "der", type: "pkcs8" });
	} finally {
		key.fill(0);
	}
}

const publicKeyOf = (prefix: Buffer, bytes: Uint8Array): KeyObject =>
	createPublicKey({ key: Buffer.concat([prefix, bytes]), format: "der", type: "spki" });

const publicBytes = (privateKey: KeyObject, sizeBytes: number): Buffer =>
	createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-sizeBytes);

/** Expands a seed to both private keys (§5.2 `expandDecapsulationKey`). */
function expand(seed: Uint8Array): { readonly mlKem: KeyObject; readonly x25519: KeyObject } {
	if (seed.length !== X_WING_SEED_BYTES) throw new RangeError("not an X-Wing private key");
	const expanded = createHash("shake256", { outputLength: ML_KEM_SEED_BYTES + X25519_BYTES })
		.update(seed)
		.digest();
	try {
		return {
			mlKem: privateKeyOf(prefixes.mlKemSeed, expanded.subarray(0, ML_KEM_SEED_BYTES)),
			x25519: privateKeyOf(prefixes.x25519Private, expanded.subarray(ML_KEM_SEED_BYTES)),
		};
	} finally {
		expanded.fill(0);
	}
}

/** Joins the secrets of both kinds to one (§5.3 `Combiner`), and overwrites them. */
function combined(
	mlKem: Buffer,
	x25519: Buffer,
	ciphertext: Uint8Array,
	publicKey: Uint8Array,
): Uint8Array<ArrayBuffer> {
	const hash = createHash("sha3-256").update(mlKem).update(x25519).update(ciphertext).update(publicKey).update(LABEL);
	mlKem.fill(0);
	x25519.fill(0);
	return taken(hash.digest());
}

/** Returns the public key of a private one: 1,216 bytes. */
export function xWingPublicKey(seed: Uint8Array): Uint8Array<ArrayBuffer> {
	const { mlKem, x25519 } = expand(seed);
	return concatBytes(publicBytes(mlKem, ML_KEM_PUBLIC_KEY_BYTES), publicBytes(x25519, X25519_BYTES));
}

/** Makes a secret of 32 bytes and its ciphertext of 1,120 bytes for whoever has the private key. Throws for what is no public key, and for an X25519 key of low order. */
export function xWingEncapsulate(publicKey: Uint8Array): {
	readonly secret: Uint8Array<ArrayBuffer>;
	readonly ciphertext: Uint8Array<ArrayBuffer>;
} {
	if (publicKey.length !== HPKE_PUBLIC_KEY_BYTES) throw new RangeError("not an X-Wing public key");
	const theirX25519 = publicKey.subarray(ML_KEM_PUBLIC_KEY_BYTES);
	const mlKem = encapsulate(publicKeyOf(prefixes.mlKemPublic, publicKey.subarray(0, ML_KEM_PUBLIC_KEY_BYTES)));
	const ours = generateKeyPairSync("x25519");
	const shared = diffieHellman({
		privateKey: ours.privateKey,
		publicKey: publicKeyOf(prefixes.x25519Public, theirX25519),
	});
	const ourX25519 = publicBytes(ours.privateKey, X25519_BYTES);
	return {
		secret: combined(mlKem.sharedKey, shared, ourX25519, theirX25519),
		ciphertext: concatBytes(mlKem.ciphertext, ourX25519),
	};
}

/** Returns the secret of a ciphertext. One that was changed gives another secret; it throws for one of another size, and for an X25519 key of low order. */
export function xWingDecapsulate(seed: Uint8Array, ciphertext: Uint8Array): Uint8Array<ArrayBuffer> {
	if (ciphertext.length !== KEM_OUTPUT_BYTES) throw new RangeError("not an X-Wing ciphertext");
	const { mlKem, x25519 } = expand(seed);
	const theirX25519 = ciphertext.subarray(ML_KEM_CIPHERTEXT_BYTES);
	const shared = diffieHellman({ privateKey: x25519, publicKey: publicKeyOf(prefixes.x25519Public, theirX25519) });
	const secret = decapsulate(mlKem, ciphertext.subarray(0, ML_KEM_CIPHERTEXT_BYTES));
	return combined(secret, shared, theirX25519, publicBytes(x25519, X25519_BYTES));
}
