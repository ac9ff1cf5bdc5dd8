// Unambiguous joining of byte strings: what is signed or hashed is always a list of length-prefixed fields.

/** Returns the parts one after the other, in a buffer of its own. The result is ambiguous by itself: use `lvCat` for anything signed or hashed. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const joined = new Uint8Array(parts.reduce((sizeBytes, part) => sizeBytes + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		joined.set(part, offset);
		offset += part.length;
	}
	return joined;
}

/** Writes a length as unsigned LEB128: seven bits a byte, lowest first, the top bit says that more follow. */
function leb128(length: number): Uint8Array {
	const digits: number[] = [];
	let rest = length;
	do {
		const low = rest % 128;
		rest = Math.floor(rest / 128);
		digits.push(rest > 0 ? low + 128 : low);
	} while (rest > 0);
	return Uint8Array.from(digits);
}

/** Returns the part after its own length in bytes: `prepend_len` of draft-irtf-cfrg-cpace-21, appendix A.1. */
export function prependLength(part: Uint8Array): Uint8Array<ArrayBuffer> {
	return concatBytes(leb128(part.length), part);
}

/** Joins parts so that two different lists never give the same bytes: `lv_cat` of draft-irtf-cfrg-cpace-21, appendix A.1. */
export function lvCat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	return concatBytes(...parts.map(prependLength));
}

/** A length may have this many digits: 28 bits are more than anything here. */
const MAX_LENGTH_DIGITS = 4;

/** Takes the first part off what `lvCat` made, and gives the rest untouched; `undefined` when there is no whole part in its one valid spelling. */
export function splitLengthValue(
	bytes: Uint8Array,
): { readonly part: Uint8Array; readonly rest: Uint8Array } | undefined {
	let length = 0;
	for (let index = 0; index < MAX_LENGTH_DIGITS; index++) {
		const digit = bytes[index];
		if (digit === undefined) return undefined;
		length += (digit % 128) * 128 ** index;
		if (digit >= 128) continue;
		const start = index + 1;
		const isPadded = digit === 0 && index > 0;
		if (isPadded || bytes.length - start < length) return undefined;
		return { part: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
	}
	return undefined;
}
