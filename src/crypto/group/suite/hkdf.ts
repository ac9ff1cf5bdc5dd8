// HMAC and HKDF with SHA-512, on synchronous node:crypto: a join costs tens of thousands of small digests, and WebCrypto makes each a job of its own.
import { createHmac, createSecretKey } from "node:crypto";

/** The size of a digest in bytes. */
export const DIGEST_BYTES = 64;

/** Returns what node has digested in memory of its own, and overwrites it there: a view of node's shared pool can neither be transferred nor wiped alone. */
export function taken(digest: Uint8Array): Uint8Array<ArrayBuffer> {
	const own = new Uint8Array(digest);
	digest.fill(0);
	return own;
}

/**
 * Computes an HMAC with a key object. Node 24 takes 20 to 50 µs to find out that a plain byte array is not one (it throws and catches inside): more than the
 * HMAC itself. It is also HKDF-Extract (RFC 5869 §2.2), with the salt as the key.
 */
export function mac(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
	return taken(createHmac("sha512", createSecretKey(key)).update(data).digest());
}

/** Expands a key by HKDF-Expand (RFC 5869 §2.3). Throws for more than 255 digests, after which its counter would begin again. */
export function expand(key: Uint8Array, info: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
	if (sizeBytes > 255 * DIGEST_BYTES) throw new RangeError("HKDF does not give so much.");
	const secret = createSecretKey(key);
	const output = new Uint8Array(sizeBytes);
	let block = new Uint8Array(0);
	for (let counter = 1, filled = 0; filled < sizeBytes; counter++, filled += DIGEST_BYTES) {
		const hmac = createHmac("sha512", secret).update(block).update(info).update(Uint8Array.of(counter));
		const next = taken(hmac.digest());
		block.fill(0);
		block = next;
		output.set(block.subarray(0, sizeBytes - filled), filled);
	}
	block.fill(0);
	return output;
}
