// Messages that nobody has signed: opened as said by one person to another, and as nothing else.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, test } from "node:test";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { openUnsigned, sealUnsigned } from "../../../src/crypto/off-record/unsigned.ts";

const data = randomBytes(100);
let ann: Signer;
let bob: Signer;
let plaintext: Uint8Array;

before(async () => {
	ann = (await createLocalIdentity({ name: "Ann" })).signer;
	bob = (await createLocalIdentity({ name: "Bob" })).signer;
	const unsealed = await bob.unseal(await sealUnsigned(bob.certificate, ann.fingerprint, data));
	assert.ok(unsealed.kind === "decrypted");
	plaintext = unsealed.data;
});

test("an unsigned message is read by its recipient, and only as from the one who said it to the one who was meant", () => {
	const [from, to] = [ann.fingerprint, bob.fingerprint];
	assert.deepEqual(openUnsigned(plaintext, from, to), new Uint8Array(data));
	for (const wrong of [
		[to, to],
		[from, from],
		[to, from],
	] as const)
		assert.equal(openUnsigned(plaintext, ...wrong), undefined);
});

test("the names of both stand before the data as the protocol says, so a message of another form is none", () => {
	const lv = (bytes: Uint8Array) => Uint8Array.of(bytes.length, ...bytes);
	const names = [ann.fingerprint, bob.fingerprint].map((one) => Buffer.from(one, "hex"));
	const heading = Buffer.concat([Buffer.from("real-talk/2 off letter"), ...names].map(lv));
	assert.deepEqual(plaintext, new Uint8Array(Buffer.concat([heading, data])));
	assert.equal(openUnsigned(plaintext.subarray(1), ann.fingerprint, bob.fingerprint), undefined);
	assert.equal(openUnsigned(plaintext.subarray(0, 20), ann.fingerprint, bob.fingerprint), undefined);
	assert.equal(openUnsigned(new Uint8Array(0), ann.fingerprint, bob.fingerprint), undefined);
});
