// What noise-handshake asks of libsodium, in a page: X25519, BLAKE2b and ChaCha20-Poly1305 of audited @noble packages, under libsodium's names.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";

const KEY_BYTES = 32;
export const crypto_kx_SEEDBYTES = KEY_BYTES;
export const crypto_scalarmult_BYTES = KEY_BYTES;
export const crypto_scalarmult_SCALARBYTES = KEY_BYTES;
export const crypto_aead_chacha20poly1305_ietf_ABYTES = 16;
export const crypto_aead_chacha20poly1305_ietf_NPUBBYTES = 12;

export const sodium_memzero = (bytes: Uint8Array): void => void bytes.fill(0);

export function crypto_kx_keypair(publicKey: Uint8Array, secretKey: Uint8Array): void {
	secretKey.set(x25519.utils.randomSecretKey());
	publicKey.set(x25519.getPublicKey(secretKey));
}

export function crypto_kx_seed_keypair(): void {
	throw new Error("no key pair is made from a seed here");
}

export const crypto_scalarmult_base = (output: Uint8Array, secretKey: Uint8Array): void =>
	output.set(x25519.getPublicKey(secretKey));

/** Throws, as libsodium does, when the point is of low order. */
export const crypto_scalarmult = (output: Uint8Array, secretKey: Uint8Array, publicKey: Uint8Array): void =>
	output.set(x25519.getSharedSecret(secretKey, publicKey));

export const crypto_generichash = (output: Uint8Array, input: Uint8Array): void =>
	output.set(blake2b(input, { dkLen: output.length }));

export function crypto_generichash_batch(output: Uint8Array, inputs: readonly Uint8Array[]): void {
	const hash = blake2b.create({ dkLen: output.length });
	for (const input of inputs) hash.update(input);
	output.set(hash.digest());
}

export function crypto_aead_chacha20poly1305_ietf_encrypt(
	output: Uint8Array,
	message: Uint8Array,
	aad: Uint8Array,
	_none: null,
	nonce: Uint8Array,
	key: Uint8Array,
): void {
	output.set(chacha20poly1305(key, nonce, aad).encrypt(message));
}

export function crypto_aead_chacha20poly1305_ietf_decrypt(
	output: Uint8Array,
	_none: null,
	ciphertext: Uint8Array,
	aad: Uint8Array,
	nonce: Uint8Array,
	key: Uint8Array,
): void {
	output.set(chacha20poly1305(key, nonce, aad).decrypt(ciphertext));
}
