// ChaCha20-Poly1305 with the tag behind the ciphertext: the example of RFC 8439 §2.8.2, and everything that is not exactly it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decryptAead, encryptAead } from "../../src/crypto/chacha20-poly1305.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const key = Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index);
const nonce = hex("07000000 40414243 44454647");
const aad = hex("50515253 c0c1c2c3 c4c5c6c7");
const plaintext = new TextEncoder().encode(
	"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);
const sealed = hex(
	`
	d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
	1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
	3ff4def08e4b7a9de576d26586cec64b 6116 1ae10b594f09e26a7e902ecbd0600691`.replaceAll(/\s/g, ""),
);

test("the example of RFC 8439 is sealed and opened", () => {
	assert.deepEqual(new Uint8Array(encryptAead(key, nonce, aad, plaintext)), sealed);
	assert.deepEqual(new Uint8Array(decryptAead(key, nonce, aad, sealed)), plaintext);
});

test("a changed byte, other data around it, another nonce or key, and what is cut short are refused", () => {
	for (let at = 0; at < sealed.length; at += 1) {
		const changed = Uint8Array.from(sealed);
		changed[at]! ^= 1;
		assert.throws(() => decryptAead(key, nonce, aad, changed));
	}
	const changed = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
	assert.throws(() => decryptAead(changed(key), nonce, aad, sealed));
	assert.throws(() => decryptAead(key, changed(nonce), aad, sealed));
	assert.throws(() => decryptAead(key, nonce, changed(aad), sealed));
	assert.throws(() => decryptAead(key, nonce, aad, sealed.subarray(0, -1)));
	for (let size = 0; size < 16; size += 1)
		assert.throws(() => decryptAead(key, nonce, aad, sealed.subarray(0, size)), RangeError);
});

test("an empty text is sealed to a tag alone, which is checked like any other", () => {
	const tag = encryptAead(key, nonce, aad, new Uint8Array(0));
	assert.equal(tag.length, 16);
	assert.equal(decryptAead(key, nonce, aad, tag).length, 0);
});
