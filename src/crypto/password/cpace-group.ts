// The group of CPACE-RISTR255-SHA512 (draft-irtf-cfrg-cpace-21 §8.3): generator from a password, scalars, and multiplication that checks the point.
import { randomBytes } from "node:crypto";
import sodium from "libsodium-wrappers-sumo";
import { lvCat, prependLength } from "../length-value.ts";
import { sha512 } from "../sha512.ts";

/** Separates every CPace hash of this suite from others: the DSI of draft-irtf-cfrg-cpace-21 §8.3. */
export const CPACE_DOMAIN = new TextEncoder().encode("CPaceRistretto255");

/** Is `s_in_bytes` of SHA-512: one block (draft §5). */
const HASH_BLOCK_BYTES = 128;
const SCALAR_BYTES = 32;

await sodium.ready;

/** Bytes nobody can guess; tests pass their own. */
export type RandomSource = (sizeBytes: number) => Uint8Array;

/** Holds what both sides must share for their keys to be equal (draft §4.1). */
export interface PasswordBinding {
	/** Is `PRS`: the stretched password. */
	readonly prs: Uint8Array;
	/** Is `CI`: who talks to whom, in which role. */
	readonly ci: Uint8Array;
	/** Is `sid`: it names this one attempt. */
	readonly sid: Uint8Array;
}

/** Returns `generator_string` (draft §8.1): the zero padding fills the first hash block, so that the rest hides in later ones. */
function generatorString({ prs, ci, sid }: PasswordBinding): Uint8Array<ArrayBuffer> {
	const taken = prependLength(prs).length + prependLength(CPACE_DOMAIN).length;
	const padding = new Uint8Array(Math.max(0, HASH_BLOCK_BYTES - 1 - taken));
	return lvCat(CPACE_DOMAIN, prs, padding, ci, sid);
}

/** Returns `calculate_generator` (draft §8.3), encoded: hash to 64 bytes, then the one-way map of RFC 9496 §4.3.4. */
export function passwordGenerator(binding: PasswordBinding): Uint8Array {
	const text = generatorString(binding);
	const digest = sha512(text);
	const point = sodium.crypto_core_ristretto255_from_hash(digest);
	text.fill(0);
	digest.fill(0);
	return point;
}

/** Returns `sample_scalar` (draft §8.3), little-endian: 252 random bits, hence below the group order; zero is drawn again. Whoever holds it wipes it. */
export function sampleScalar(random: RandomSource = randomBytes): Uint8Array {
	for (;;) {
		const scalar = Uint8Array.from(random(SCALAR_BYTES));
		scalar[SCALAR_BYTES - 1] = (scalar[SCALAR_BYTES - 1] ?? 0) & 0x0f;
		if (scalar.some((byte) => byte !== 0)) return scalar;
	}
}

/** Returns `scalar_mult_vfy` (draft §8.3): `undefined` for anything that is not the canonical encoding of a point other than the identity. */
export function multiplyChecked(scalar: Uint8Array, encoded: Uint8Array): Uint8Array | undefined {
	try {
		return sodium.crypto_scalarmult_ristretto255(scalar, encoded);
	} catch {
		// The library's only answer to a point that is none, in its length too, and to the identity as the product.
		return undefined;
	}
}

/** Makes a share and the scalar it was made with. */
export function makeShare({ random, ...binding }: PasswordBinding & { readonly random?: RandomSource | undefined }): {
	readonly scalar: Uint8Array;
	readonly share: Uint8Array;
} {
	const scalar = sampleScalar(random);
	const generator = passwordGenerator(binding);
	const share = multiplyChecked(scalar, generator);
	generator.fill(0);
	// A generator that is the identity would take 2^252 passwords to find.
	if (share === undefined) throw new Error("the password's generator is the identity");
	return { scalar, share };
}
