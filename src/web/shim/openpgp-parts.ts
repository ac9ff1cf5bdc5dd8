// The mathematics that OpenPGP.js brings along for what a browser's own cryptography has not: the same, by the same author, from the newer packages that are in the page anyway.
import { ed448, x448 } from "@noble/curves/ed448.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from "@noble/curves/misc.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { sha3_256, sha3_512 } from "@noble/hashes/sha3.js";

const SEED_BYTES = 32;

/** Makes a curve that can only verify. OpenPGP.js hashes by itself, and the page's own key is on no such curve, so it never signs with one. */
const verifying = ({ verify, keygen, getPublicKey, getSharedSecret }: typeof p256) => ({
	verify: (signature: Uint8Array, hashed: Uint8Array, publicKey: Uint8Array, options: { readonly lowS: boolean }) =>
		verify(signature, hashed, publicKey, { ...options, prehash: false }),
	keygen,
	getPublicKey,
	getSharedSecret,
});

/** Holds what stands in `noble_curves`. secp256k1 is refused everywhere. */
export const nobleCurves = new Map<string, unknown>([
	["nistP256", verifying(p256)],
	["nistP384", verifying(p384)],
	["nistP521", verifying(p521)],
	["brainpoolP256r1", verifying(brainpoolP256r1)],
	["brainpoolP384r1", verifying(brainpoolP384r1)],
	["brainpoolP512r1", verifying(brainpoolP512r1)],
	["x448", x448],
	["ed448", ed448],
]);

/** Holds what stands in `noble_hashes`, as far as a signature may be by it; SHA-1, for the fingerprints of keys, browsers have themselves. */
export const nobleHashes = new Map(Object.entries({ sha224, sha256, sha384, sha512, sha3_256, sha3_512 }));

/** Signs a message as TweetNaCl does, whose private key is the seed with the public key behind it. */
const detached = (message: Uint8Array, secretKey: Uint8Array): Uint8Array =>
	ed25519.sign(message, secretKey.subarray(0, SEED_BYTES));
detached.verify = (message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean =>
	ed25519.verify(signature, message, publicKey, { zip215: false });

/** Is as much of TweetNaCl as is asked for. */
const nacl = {
	sign: { detached, keyPair: { fromSeed: (seed: Uint8Array) => ({ publicKey: ed25519.getPublicKey(seed) }) } },
	box: { keyPair: () => x25519.keygen() },
	scalarMult: (secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array =>
		x25519.getSharedSecret(secretKey, publicKey),
};

// The file itself exports this way.
// biome-ignore lint/style/noDefaultExport: it stands in the place of a file that does.
export default nacl;
