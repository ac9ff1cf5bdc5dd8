// libsodium's ristretto255 (RFC 9496) in a page, as CPace uses it: from @noble/curves, for which the page is not too large.
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";

const { Point } = ristretto255;

/** Throws as libsodium does: for what is no canonical encoding, and for the identity as the product. */
function multiply(scalar: Uint8Array, encoded: Uint8Array): Uint8Array {
	const product = Point.fromBytes(encoded).multiply(Point.Fn.create(bytesToNumberLE(scalar)));
	if (product.is0()) throw new Error("the product is the identity");
	return product.toBytes();
}

const sodium = {
	ready: Promise.resolve(),
	crypto_core_ristretto255_from_hash(digest: Uint8Array): Uint8Array {
		const derive = ristretto255_hasher.deriveToCurve;
		if (derive === undefined) throw new Error("the library cannot map to the group");
		return derive(digest).toBytes();
	},
	crypto_scalarmult_ristretto255: multiply,
};

// The package itself exports this way.
// biome-ignore lint/style/noDefaultExport: it stands in the place of a package that does.
export default sodium;
