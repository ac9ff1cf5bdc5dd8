// ChaCha20-Poly1305 (RFC 8439) with the tag behind the ciphertext, as MLS and Noise have it.
import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { concatBytes } from "./length-value.ts";

export const AEAD_TAG_BYTES = 16;

/** Encrypts. The key has 32 bytes, the nonce 12; the two together must never be used again. */
export function encryptAead(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
	const cipher = createCipheriv("chacha20-poly1305", createSecretKey(key), nonce, { authTagLength: AEAD_TAG_BYTES });
	cipher.setAAD(aad, { plaintextLength: plaintext.length });
	return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** Decrypts. Throws when anything was made with another key, nonce or associated data, or was changed. */
export function decryptAead(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
	const sizeBytes = ciphertext.length - AEAD_TAG_BYTES;
	if (sizeBytes < 0) throw new RangeError("The ciphertext is shorter than its tag.");
	const decipher = createDecipheriv("chacha20-poly1305", createSecretKey(key), nonce, {
		authTagLength: AEAD_TAG_BYTES,
	});
	decipher.setAuthTag(ciphertext.subarray(sizeBytes));
	decipher.setAAD(aad, { plaintextLength: sizeBytes });
	return concatBytes(decipher.update(ciphertext.subarray(0, sizeBytes)), decipher.final());
}
