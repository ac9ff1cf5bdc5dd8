// X-Wing by OpenSSL gives what its authors' vectors and the library that pages have give, and refuses what that refuses.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { XWing } from "@hpke/hybridkem-x-wing";
import { HPKE_PUBLIC_KEY_BYTES, KEM_OUTPUT_BYTES } from "../../../../src/crypto/group/suite/mls-suite.ts";
import {
	X_WING_SEED_BYTES,
	xWingDecapsulate,
	xWingEncapsulate,
	xWingPublicKey,
} from "../../../../src/crypto/group/suite/x-wing.ts";

interface Vector {
	readonly sk: string;
	readonly pk: string;
	readonly ct: string;
	readonly ss: string;
}
const { vectors } = JSON.parse(readFileSync("test/vectors/x-wing.json", "utf8")) as {
	readonly vectors: readonly Vector[];
};
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

test("the draft's vectors give the public key of a private one, and the secret of a ciphertext", () => {
	assert.ok(vectors.length >= 3);
	for (const { sk, pk, ct, ss } of vectors) {
		assert.deepEqual(xWingPublicKey(bytes(sk)), bytes(pk));
		assert.deepEqual(xWingDecapsulate(bytes(sk), bytes(ct)), bytes(ss));
	}
});

test("our X-Wing and the library's each open what the other has encapsulated", async () => {
	const library = new XWing();
	for (let round = 0; round < 10; round += 1) {
		const seed = new Uint8Array(randomBytes(X_WING_SEED_BYTES));
		const publicKey = xWingPublicKey(seed);
		const theirs = {
			privateKey: await library.deserializePrivateKey(seed.slice().buffer),
			publicKey: await library.deserializePublicKey(publicKey.slice().buffer),
		};
		const ours = xWingEncapsulate(publicKey);
		const opened = await library.decap({ recipientKey: theirs.privateKey, enc: ours.ciphertext.buffer });
		assert.deepEqual(new Uint8Array(opened), ours.secret);
		const made = await library.encap({ recipientPublicKey: theirs.publicKey });
		assert.deepEqual(xWingDecapsulate(seed, new Uint8Array(made.enc)), new Uint8Array(made.sharedSecret));
	}
});

test("every encapsulation gives another secret, and a changed ciphertext another one than was made", () => {
	const seed = randomBytes(X_WING_SEED_BYTES);
	const publicKey = xWingPublicKey(seed);
	const [one, other] = [xWingEncapsulate(publicKey), xWingEncapsulate(publicKey)];
	assert.notDeepEqual(one.secret, other.secret);
	for (const at of [0, 1_087, 1_088, KEM_OUTPUT_BYTES - 2]) {
		const bent = one.ciphertext.slice();
		bent[at] = bent[at]! ^ 1;
		assert.notDeepEqual(xWingDecapsulate(seed, bent), one.secret);
	}
});

test("keys and ciphertexts of another size are refused", () => {
	const seed = randomBytes(X_WING_SEED_BYTES);
	const { ciphertext } = xWingEncapsulate(xWingPublicKey(seed));
	for (const size of [0, 31, 33]) assert.throws(() => xWingPublicKey(randomBytes(size)), RangeError);
	for (const size of [31, 33]) assert.throws(() => xWingDecapsulate(randomBytes(size), ciphertext), RangeError);
	for (const size of [0, HPKE_PUBLIC_KEY_BYTES - 1, HPKE_PUBLIC_KEY_BYTES + 1])
		assert.throws(() => xWingEncapsulate(new Uint8Array(size)), RangeError);
	for (const size of [0, KEM_OUTPUT_BYTES - 1, KEM_OUTPUT_BYTES + 1])
		assert.throws(() => xWingDecapsulate(seed, new Uint8Array(size)), RangeError);
});

/** Points of X25519 whose shared secret is zero whatever the other key (RFC 7748 §6.1). */
const lowOrder = [
	"00".repeat(32),
	`01${"00".repeat(31)}`,
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	`ec${"ff".repeat(30)}7f`,
	`ed${"ff".repeat(30)}7f`,
	`ee${"ff".repeat(30)}7f`,
];

test("an X25519 key of low order is refused on both sides, as by the library, or members would disagree about who is in", async () => {
	const library = new XWing();
	const seed = new Uint8Array(randomBytes(X_WING_SEED_BYTES));
	const publicKey = xWingPublicKey(seed);
	const { ciphertext } = xWingEncapsulate(publicKey);
	const privateKey = await library.deserializePrivateKey(seed.slice().buffer);
	for (const point of lowOrder.map(bytes)) {
		const key = Uint8Array.from([...publicKey.subarray(0, -32), ...point]);
		assert.throws(() => xWingEncapsulate(key));
		await assert.rejects(library.encap({ recipientPublicKey: await library.deserializePublicKey(key.buffer) }));
		const sent = Uint8Array.from([...ciphertext.subarray(0, -32), ...point]);
		assert.throws(() => xWingDecapsulate(seed, sent));
		await assert.rejects(library.decap({ recipientKey: privateKey, enc: sent.buffer }));
	}
});

test("an ML-KEM key with a number that is too large is refused, as by the library (FIPS 203 §7.2)", async () => {
	const library = new XWing();
	const key = xWingPublicKey(randomBytes(X_WING_SEED_BYTES));
	key.set([0xff, 0xff, 0xff]);
	assert.throws(() => xWingEncapsulate(key));
	await assert.rejects(library.encap({ recipientPublicKey: await library.deserializePublicKey(key.buffer) }));
});
