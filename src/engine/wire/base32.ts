// Base32 (RFC 4648 §6) in small letters without padding: letters and digits only, so that nothing takes it for markup.

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const bitsPerCharacter = 5;

/** Writes bytes; the last character is filled up with zero bits. */
export function base32Of(bytes: Uint8Array): string {
	let text = "";
	let pending = 0;
	let bits = 0;
	for (const byte of bytes) {
		pending = (pending << 8) | byte;
		for (bits += 8; bits >= bitsPerCharacter; bits -= bitsPerCharacter)
			text += alphabet[(pending >> (bits - bitsPerCharacter)) & 31];
		pending &= (1 << bits) - 1;
	}
	return bits === 0 ? text : text + alphabet[(pending << (bitsPerCharacter - bits)) & 31];
}

/** Reads what `base32Of` wrote, and nothing else: one text for each sequence of bytes. `undefined` for all others. */
export function bytesOfBase32(text: string): Uint8Array | undefined {
	const bytes: number[] = [];
	let pending = 0;
	let bits = 0;
	for (const character of text) {
		const value = alphabet.indexOf(character);
		if (value < 0) return undefined;
		pending = (pending << bitsPerCharacter) | value;
		bits += bitsPerCharacter;
		if (bits >= 8) {
			bits -= 8;
			bytes.push(pending >> bits);
			pending &= (1 << bits) - 1;
		}
	}
	// A whole character that carries nothing, or filling that is not zero.
	return bits >= bitsPerCharacter || pending !== 0 ? undefined : Uint8Array.from(bytes);
}
