// Our primitives must give exactly what ts-mls's own give: they are the same algorithms.
import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey, decapsulate, diffieHellman, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { XWing } from "@hpke/hybridkem-x-wing";
import fc from "fast-check";
import { getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import { systemHpke } from "../../../../src/crypto/group/suite/hpke.ts";
import {
	HPKE_PUBLIC_KEY_BYTES,
	KEM_OUTPUT_BYTES,
	makeMlsSuite,
	mlsSuiteName,
} from "../../../../src/crypto/group/suite/mls-suite.ts";

const ours = makeMlsSuite(systemHpke);
const theirs = await getCiphersuiteImpl(getCiphersuiteFromName(mlsSuiteName));
const bytes = fc.uint8Array({ maxLength: 200 });
/** As long as SHA-512's output: the library's HKDF takes no other salt. */
const key = fc.uint8Array({ minLength: 64, maxLength: 64 });
const aeadKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
const nonce = fc.uint8Array({ minLength: 12, maxLength: 12 });

test("digest, MAC and HKDF of our suite agree with the library's", async () => {
	await fc.assert(
		fc.asyncProperty(key, bytes, fc.integer({ min: 1, max: 100 }), async (secret, data, sizeBytes) => {
			assert.deepEqual(await ours.hash.digest(data), await theirs.hash.digest(data));
			const tag = await theirs.hash.mac(secret, data);
			assert.deepEqual(await ours.hash.mac(secret, data), tag);
			assert.equal(await ours.hash.verifyMac(secret, tag, data), true);
			assert.equal(await ours.hash.verifyMac(secret, tag.subarray(1), data), false);
			const bent = Uint8Array.from(tag);
			bent[63] = bent[63]! ^ 1;
			assert.equal(await ours.hash.verifyMac(secret, bent, data), false);
			assert.equal(await ours.hash.verifyMac(secret, tag, Uint8Array.of(...data, 0)), false);
			assert.deepEqual(await ours.kdf.extract(secret, data), await theirs.kdf.extract(secret, data));
			assert.deepEqual(
				await ours.kdf.expand(secret, data, sizeBytes),
				await theirs.kdf.expand(secret, data, sizeBytes),
			);
		}),
		{ numRuns: 50 },
	);
});

test("our suite and the library's each open what the other sealed", async () => {
	await fc.assert(
		fc.asyncProperty(aeadKey, nonce, bytes, bytes, async (secret, once, aad, plaintext) => {
			const sealed = await ours.hpke.encryptAead(secret, once, aad, plaintext);
			assert.deepEqual(sealed, await theirs.hpke.encryptAead(secret, once, aad, plaintext));
			assert.deepEqual(await ours.hpke.decryptAead(secret, once, aad, sealed), plaintext);
			await assert.rejects(ours.hpke.decryptAead(secret, once, Uint8Array.of(...aad, 1), sealed));
			await assert.rejects(ours.hpke.decryptAead(secret, once, aad, sealed.subarray(0, 15)));
		}),
		{ numRuns: 50 },
	);
});

test("our suite and the library's each verify what the other signed, and nothing else", async () => {
	const { publicKey, signKey } = await ours.signature.keygen();
	const message = new TextEncoder().encode("hello");
	const signature = await ours.signature.sign(signKey, message);
	assert.deepEqual(signature, await theirs.signature.sign(signKey, message));
	assert.equal(await theirs.signature.verify(publicKey, message, signature), true);
	assert.equal(await ours.signature.verify(publicKey, message, signature), true);
	assert.equal(await ours.signature.verify(publicKey, message.subarray(1), signature), false);
	for (const size of [0, 31, 33])
		assert.equal(await ours.signature.verify(resized(publicKey, size), message, signature), false);
	for (const size of [0, 63, 65])
		assert.equal(await ours.signature.verify(publicKey, message, resized(signature, size)), false);
});

/** The key or signature with its end left out, or with zeros behind it: OpenSSL itself takes a key with bytes behind it. */
function resized(bytes: Uint8Array, sizeBytes: number): Uint8Array {
	const other = new Uint8Array(sizeBytes);
	other.set(bytes.subarray(0, sizeBytes));
	return other;
}

test("HKDF gives at most 255 digests, as the library's, and random bytes are as many as are asked for and never twice the same", async () => {
	const secret = new Uint8Array(64).fill(7);
	const info = new Uint8Array(3);
	for (const size of [64, 65, 255 * 64])
		assert.deepEqual(await ours.kdf.expand(secret, info, size), await theirs.kdf.expand(secret, info, size));
	for (const { kdf } of [ours, theirs]) await assert.rejects(kdf.expand(secret, info, 255 * 64 + 1));
	const [one, other] = [ours.rng.randomBytes(32), ours.rng.randomBytes(32)];
	assert.equal(one.length, 32);
	assert.notDeepEqual(one, other);
});

/** The private key of a seed, by what stands before it in PKCS #8 (RFC 8410 for X25519, RFC 9935 for ML-KEM-768). */
const privateKeyOf = (prefix: string, seed: Uint8Array): KeyObject =>
	createPrivateKey({ key: Buffer.concat([Buffer.from(prefix, "hex"), seed]), format: "der", type: "pkcs8" });
const publicBytes = (key: KeyObject, sizeBytes: number): Buffer =>
	createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-sizeBytes);
const x25519Of = (raw: Uint8Array): KeyObject =>
	createPublicKey({
		key: Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), raw]),
		format: "der",
		type: "spki",
	});

test("the keys and secrets of X-Wing are those that OpenSSL's ML-KEM-768 and X25519 give by the formulas of the draft", async () => {
	const kem = new XWing();
	const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
	// Expand the seed: 32 bytes d and 32 bytes z of ML-KEM, then the X25519 key.
	const expanded = createHash("shake256", { outputLength: 96 }).update(seed).digest();
	const mlKem = privateKeyOf("3054020100300b060960864801650304040204428040", expanded.subarray(0, 64));
	const x25519 = privateKeyOf("302e020100300506032b656e04220420", expanded.subarray(64));
	const publicKey = Buffer.concat([publicBytes(mlKem, 1_184), publicBytes(x25519, 32)]);
	const pair = await kem.generateKeyPairDerand(seed);
	assert.deepEqual(Buffer.from(await kem.serializePublicKey(pair.publicKey)), publicKey);
	assert.equal(publicKey.length, HPKE_PUBLIC_KEY_BYTES);

	const { enc, sharedSecret } = await kem.encap({ recipientPublicKey: pair.publicKey });
	const ciphertext = Buffer.from(enc);
	assert.equal(ciphertext.length, KEM_OUTPUT_BYTES);
	const [ofMlKem, ofX25519] = [ciphertext.subarray(0, 1_088), ciphertext.subarray(1_088)];
	const combined = createHash("sha3-256")
		.update(decapsulate(mlKem, ofMlKem))
		.update(diffieHellman({ privateKey: x25519, publicKey: x25519Of(ofX25519) }))
		.update(ofX25519)
		.update(publicKey.subarray(1_184))
		.update(Buffer.from("5c2e2f2f5e5c", "hex"))
		.digest();
	assert.deepEqual(Buffer.from(sharedSecret), combined);
});

test("by HPKE our suite and the library's each open what the other sealed, and derive the same secrets and keys", async () => {
	const size = { minLength: 64, maxLength: 64 };
	await fc.assert(
		fc.asyncProperty(fc.uint8Array(size), bytes, bytes, bytes, async (ikm, info, aad, plaintext) => {
			const pairs = await Promise.all([ours, theirs].map(({ hpke }) => hpke.deriveKeyPair(ikm)));
			const [own, other] = await Promise.all(
				[ours, theirs].map(async ({ hpke }, index) => ({
					hpke,
					secret: await hpke.exportPrivateKey(pairs[index]!.privateKey),
					open: await hpke.exportPublicKey(pairs[index]!.publicKey),
				})),
			);
			assert.deepEqual([own!.secret, own!.open], [other!.secret, other!.open]);
			for (const [from, to] of [
				[own!, other!],
				[other!, own!],
			]) {
				const publicKey = await from!.hpke.importPublicKey(to!.open);
				const privateKey = await to!.hpke.importPrivateKey(to!.secret);
				const { ct, enc } = await from!.hpke.seal(publicKey, plaintext, info, aad);
				assert.deepEqual(await to!.hpke.open(privateKey, enc, ct, info, aad), plaintext);
				await assert.rejects(to!.hpke.open(privateKey, enc, ct, Uint8Array.of(...info, 1), aad));
				await assert.rejects(to!.hpke.open(privateKey, enc, ct, info, Uint8Array.of(...aad, 1)));
				for (const at of [0, ct.length - 1]) {
					const bent = Uint8Array.from(ct);
					bent[at] = bent[at]! ^ 1;
					await assert.rejects(to!.hpke.open(privateKey, enc, bent, info, aad));
				}
				await assert.rejects(to!.hpke.open(privateKey, enc, ct.subarray(0, 15), info, aad));
				const made = await from!.hpke.exportSecret(publicKey, aad, 64, info);
				assert.deepEqual(await to!.hpke.importSecret(privateKey, aad, made.enc, 64, info), made.secret);
			}
		}),
		{ numRuns: 10 },
	);
});

test("keys of HPKE have one size each, and no two that are made are the same", async () => {
	const { hpke } = ours;
	const [one, other] = await Promise.all([hpke.generateKeyPair(), hpke.generateKeyPair()]);
	const secret = await hpke.exportPrivateKey(one.privateKey);
	assert.notDeepEqual(secret, await hpke.exportPrivateKey(other.privateKey));
	assert.deepEqual([secret.length, (await hpke.exportPublicKey(one.publicKey)).length], [32, HPKE_PUBLIC_KEY_BYTES]);
	for (const size of [31, 33]) await assert.rejects(hpke.importPrivateKey(new Uint8Array(size)));
	for (const size of [HPKE_PUBLIC_KEY_BYTES - 1, HPKE_PUBLIC_KEY_BYTES + 1])
		await assert.rejects(hpke.importPublicKey(new Uint8Array(size)));
	assert.deepEqual([hpke.keyLength, hpke.nonceLength], [theirs.hpke.keyLength, theirs.hpke.nonceLength]);
	assert.equal(ours.name, theirs.name);
});
