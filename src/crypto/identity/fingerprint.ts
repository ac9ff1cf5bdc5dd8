// OpenPGP fingerprints as a type of their own, so that a name or an address never stands where a key is meant.

declare const brand: unique symbol;

/** A fingerprint in upper-case hex: 40 digits for a v4 key (RFC 9580 §5.5.4.2), 64 for a v6 key (§5.5.4.3). */
export type Fingerprint = string & { readonly [brand]: "Fingerprint" };

/** Reads a fingerprint in any case, with or without spaces; `undefined` when it is none. */
export function parseFingerprint(text: string): Fingerprint | undefined {
	const digits = text.replaceAll(" ", "").toUpperCase();
	return /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(digits) ? (digits as Fingerprint) : undefined;
}

/** Returns the last 16 digits of a v4 (the first 16 of a v6: that is where its key ID is) in groups of four. */
export function shortFingerprint(fingerprint: Fingerprint): string {
	const digits = fingerprint.length === 40 ? fingerprint.slice(-16) : fingerprint.slice(0, 16);
	return (digits.match(/.{4}/g) ?? []).join(" ");
}

/** Returns the 20 (v4) or 32 (v6) bytes for which the hex digits stand. */
export function fingerprintBytes(fingerprint: Fingerprint): Uint8Array {
	return Uint8Array.from(Buffer.from(fingerprint, "hex"));
}
