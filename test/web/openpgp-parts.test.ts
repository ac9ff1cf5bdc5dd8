// The mathematics that the page gives OpenPGP.js in the place of the library's own gives what that gives, and refuses what that refuses.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import nacl, { nobleCurves, nobleHashes } from "../../src/web/shim/openpgp-parts.ts";

type Bytes = Uint8Array;
interface Curve {
	keygen(): { readonly secretKey: Bytes; readonly publicKey: Bytes };
	getPublicKey(secretKey: Bytes, isCompressed?: boolean): Bytes;
	getSharedSecret(secretKey: Bytes, publicKey: Bytes): Bytes;
	sign(hashed: Bytes, secretKey: Bytes, options?: object): Bytes | { readonly toBytes: () => Bytes };
	verify(signature: Bytes, hashed: Bytes, publicKey: Bytes, options?: object): boolean;
}

const folder = "../../node_modules/openpgp/dist/lightweight";
const theirCurves = ((await import(`${folder}/noble_curves.mjs`)) as { nobleCurves: Map<string, Curve> }).nobleCurves;
const theirNacl = ((await import(`${folder}/nacl-fast.mjs`)) as { default: typeof nacl & { sign: typeof nacl.sign } })
	.default;
const raw = (bytes: Bytes) => Buffer.from(bytes).toString("hex");
const hashed = hash("sha512", "what is signed", "buffer");
const bytesOf = (signature: ReturnType<Curve["sign"]>) =>
	signature instanceof Uint8Array ? signature : signature.toBytes();

test("each curve that a key may be on is there: signatures and shared secrets are those of the library's own", () => {
	for (const [name, theirs] of theirCurves) {
		if (name === "secp256k1") continue;
		const ours = nobleCurves.get(name) as Curve;
		const [one, other] = [theirs.keygen(), ours.keygen()];
		assert.equal(raw(ours.getPublicKey(one.secretKey, false)), raw(theirs.getPublicKey(one.secretKey, false)), name);
		if (name !== "ed448") {
			const shared = theirs.getSharedSecret(one.secretKey, other.publicKey);
			assert.equal(raw(ours.getSharedSecret(other.secretKey, one.publicKey)), raw(shared), name);
		}
		if (name === "x448") continue;
		const publicKey = theirs.getPublicKey(one.secretKey, false);
		const signature = bytesOf(theirs.sign(hashed, one.secretKey, { lowS: false }));
		assert.ok(ours.verify(signature, hashed, publicKey, { lowS: false }), name);
		const altered = hash("sha512", "something else", "buffer");
		assert.ok(!ours.verify(signature, altered, publicKey, { lowS: false }), name);
	}
});

test("hashes are those of OpenSSL", () => {
	for (const [name, ours] of nobleHashes) assert.equal(raw(ours(hashed)), hash(name.replace("_", "-"), hashed), name);
});

test("Ed25519 and X25519 are those of TweetNaCl", () => {
	const seed = hashed.subarray(0, 32);
	const { publicKey } = theirNacl.sign.keyPair.fromSeed(seed);
	assert.equal(raw(nacl.sign.keyPair.fromSeed(seed).publicKey), raw(publicKey));
	const whole = Buffer.concat([seed, publicKey]);
	const signature = theirNacl.sign.detached(hashed, whole);
	assert.equal(raw(nacl.sign.detached(hashed, whole)), raw(signature));
	assert.ok(nacl.sign.detached.verify(hashed, signature, publicKey));
	assert.ok(!nacl.sign.detached.verify(seed, signature, publicKey));
	const [one, other] = [nacl.box.keyPair(), theirNacl.box.keyPair()];
	assert.equal(
		raw(nacl.scalarMult(one.secretKey, other.publicKey)),
		raw(theirNacl.scalarMult(other.secretKey, one.publicKey)),
	);
});
