// SHA-512 (FIPS 180-4) over parts, without joining them first.
import { createHash } from "node:crypto";

/** Returns SHA-512 over the parts one after the other: 64 bytes. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const hash = createHash("sha512");
	for (const part of parts) hash.update(part);
	return new Uint8Array(hash.digest());
}
