// The group of CPACE-RISTR255-SHA512 (draft-irtf-cfrg-cpace-21 §8.3): generator from a password, scalars, and multiplication that checks the point.
import { createHash, randomBytes } from "node:crypto";
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { lvCat, prependLength } from "../length-value.ts";

/** Separates every CPace hash of this suite from others: the DSI of draft-irtf-cfrg-cpace-21 §8.3. */
export const CPACE_DOMAIN = new TextEncoder().encode("CPaceRistretto255");

/** Is `s_in_bytes` of SHA-512: one block (draft §5). */
const HASH_BLOCK_BYTES = 128;
const SCALAR_BYTES = 32;

/** Is a point of ristretto255 (RFC 9496). */
export type GroupPoint = InstanceType<typeof ristretto255.Point>;

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

/** Returns SHA-512 over the parts one after the other. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const hash = createHash("sha512");
	for (const part of parts) hash.update(part);
	return new Uint8Array(hash.digest());
}

/** Returns `generator_string` (draft §8.1): the zero padding fills the first hash block, so that the rest hides in later ones. */
function generatorString({ prs, ci, sid }: PasswordBinding): Uint8Array<ArrayBuffer> {
	const taken = prependLength(prs).length + prependLength(CPACE_DOMAIN).length;
	const padding = new Uint8Array(Math.max(0, HASH_BLOCK_BYTES - 1 - taken));
	return lvCat(CPACE_DOMAIN, prs, padding, ci, sid);
}

/** Returns `calculate_generator` (draft §8.3): hash to 64 bytes, then the one-way map of RFC 9496 §4.3.4. */
export function passwordGenerator(binding: PasswordBinding): GroupPoint {
	const text = generatorString(binding);
	const digest = sha512(text);
	const { deriveToCurve } = ristretto255_hasher;
	if (deriveToCurve === undefined) throw new Error("@noble/curves has no ristretto255 map");
	const point = deriveToCurve(digest);
	text.fill(0);
	digest.fill(0);
	return point;
}

function littleEndian(bytes: Uint8Array): bigint {
	return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

/**
 * `sample_scalar` (draft §8.3): 252 random bits, hence below the group order; zero is drawn again. A bigint cannot be
 * wiped: whoever holds it lets go of it as soon as it has been used.
 */
export function sampleScalar(random: RandomSource = randomBytes): bigint {
	for (;;) {
		const bytes = Uint8Array.from(random(SCALAR_BYTES));
		bytes[SCALAR_BYTES - 1] = (bytes[SCALAR_BYTES - 1] ?? 0) & 0x0f;
		const scalar = littleEndian(bytes);
		bytes.fill(0);
		if (scalar !== 0n) return scalar;
	}
}

/** `scalar_mult_vfy` (draft §8.3): `undefined` for anything that is not the canonical encoding of a point other than the identity. */
export function multiplyChecked(scalar: bigint, encoded: Uint8Array): Uint8Array | undefined {
	let point: GroupPoint;
	try {
		point = ristretto255.Point.fromBytes(encoded);
	} catch {
		return undefined;
	}
	return point.is0() ? undefined : point.multiply(scalar).toBytes();
}
