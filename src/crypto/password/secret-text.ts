// The text of a shared secret as two people compare it.

/** The largest secret as it is compared, in bytes of UTF-8. */
const MAX_SECRET_BYTES = 256;

/** Returns a text as secrets are compared: what people type differently without meaning it does not count. */
export const foldedSecret = (typed: string): string =>
	typed.normalize("NFKC").toUpperCase().toLowerCase().replace(/\s+/gu, " ").trim().normalize("NFC");

/** Returns the secret as it is compared. It returns `undefined` when that is empty or too long. */
export function readSecret(typed: string): Uint8Array | undefined {
	const bytes = new TextEncoder().encode(foldedSecret(typed));
	return bytes.length > 0 && bytes.length <= MAX_SECRET_BYTES ? bytes : undefined;
}
