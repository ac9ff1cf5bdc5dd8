// Our primitives must give exactly what ts-mls's own give: they are the same algorithms.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import { makeMlsSuite, mlsSuiteName } from "../../../src/crypto/group/mls-suite.ts";

const ours = await makeMlsSuite();
const theirs = await getCiphersuiteImpl(getCiphersuiteFromName(mlsSuiteName));
const bytes = fc.uint8Array({ maxLength: 200 });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const aeadKey = fc.uint8Array({ minLength: 16, maxLength: 16 });
const nonce = fc.uint8Array({ minLength: 12, maxLength: 12 });

test("digest, MAC and HKDF agree with the library's", async () => {
	await fc.assert(
		fc.asyncProperty(key, bytes, fc.integer({ min: 1, max: 100 }), async (secret, data, sizeBytes) => {
			assert.deepEqual(await ours.hash.digest(data), await theirs.hash.digest(data));
			const tag = await theirs.hash.mac(secret, data);
			assert.deepEqual(await ours.hash.mac(secret, data), tag);
			assert.equal(await ours.hash.verifyMac(secret, tag, data), true);
			assert.equal(await ours.hash.verifyMac(secret, tag.subarray(1), data), false);
			assert.deepEqual(await ours.kdf.extract(secret, data), await theirs.kdf.extract(secret, data));
			assert.deepEqual(
				await ours.kdf.expand(secret, data, sizeBytes),
				await theirs.kdf.expand(secret, data, sizeBytes),
			);
		}),
		{ numRuns: 50 },
	);
});

test("each opens what the other sealed", async () => {
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

test("each verifies what the other signed, and neither anything else", async () => {
	const { publicKey, signKey } = await ours.signature.keygen();
	const message = new TextEncoder().encode("hello");
	const signature = await ours.signature.sign(signKey, message);
	assert.deepEqual(signature, await theirs.signature.sign(signKey, message));
	assert.equal(await theirs.signature.verify(publicKey, message, signature), true);
	assert.equal(await ours.signature.verify(publicKey, message, signature), true);
	assert.equal(await ours.signature.verify(publicKey, message.subarray(1), signature), false);
	assert.equal(await ours.signature.verify(publicKey.subarray(1), message, signature), false);
	assert.equal(await ours.signature.verify(publicKey, message, signature.subarray(1)), false);
});
