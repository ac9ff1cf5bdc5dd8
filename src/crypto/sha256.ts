// The one hash of what is no file: of bytes that are in memory as a whole.
import { createHash } from "node:crypto";

/** Returns the SHA-256 of `bytes`: 32 bytes, in a buffer of their own. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(createHash("sha256").update(bytes).digest());
}
