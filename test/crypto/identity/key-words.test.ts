// The six words of one key, by which friends tell a room on the network from another, and those of two keys, which two people read to each other.
import assert from "node:assert/strict";
import { argon2Sync, createHash } from "node:crypto";
import { test } from "node:test";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { keyWords, primaryKeyOf, safetyWords } from "../../../src/crypto/identity/safety-words.ts";

/** The words for which the first bits of a digest stand. */
function wordsOf(digest: Uint8Array): readonly (string | undefined)[] {
	const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
	return [0, 1, 2, 3, 4, 5].map((place) => wordlist[Number.parseInt(bits.slice(place * 11, place * 11 + 11), 2)]);
}

const sha512 = (bytes: Uint8Array): Buffer => createHash("sha512").update(bytes).digest();

function keyOf(hex: string): Fingerprint {
	const fingerprint = parseFingerprint(hex);
	assert.ok(fingerprint);
	return fingerprint;
}

test("the words of a key are those of docs/protocol.md", async () => {
	const words = await keyWords(keyOf("0123456789ABCDEF0123456789ABCDEF01234567"));
	assert.equal(words.join(" "), "car nuclear want labor floor issue");
});

test("the words of a key follow from the documented formula, for keys of either version", async () => {
	const nonce = Buffer.from("real-talk/1 key words");
	for (const hex of ["F".repeat(40), "0A".repeat(32)]) {
		const bytes = Buffer.from(hex, "hex");
		const fields = Buffer.concat([Buffer.from([nonce.length]), nonce, Buffer.from([bytes.length]), bytes]);
		const message = sha512(fields);
		const digest = argon2Sync("argon2id", { message, nonce, memory: 8_192, passes: 1, parallelism: 1, tagLength: 64 });
		assert.deepEqual(await keyWords(keyOf(hex)), wordsOf(digest));
	}
});

test("a fingerprint that differs in one digit has other words", async () => {
	const one = await keyWords(keyOf("A".repeat(40)));
	const other = await keyWords(keyOf(`${"A".repeat(39)}B`));
	assert.ok(one.filter((word, place) => other[place] === word).length <= 2);
});

test("the words of two keys are the same whoever computes them, and follow from the documented formula", async () => {
	const [one, other] = [Buffer.from("one key"), Buffer.from("another key")];
	const nonce = Buffer.from("real-talk/1 safety words");
	const digests = [sha512(one), sha512(other)].toSorted(Buffer.compare);
	const fields = [nonce, ...digests].flatMap((field) => [Buffer.of(field.length), field]);
	const message = sha512(Buffer.concat(fields));
	const digest = argon2Sync("argon2id", { message, nonce, memory: 65_536, passes: 8, parallelism: 4, tagLength: 64 });
	assert.deepEqual(await safetyWords(one, other), wordsOf(digest));
	assert.deepEqual(await safetyWords(other, one), wordsOf(digest));
});

test("the key that is compared is all of the primary key, not only its fingerprint; several keys, or none, are not compared", async () => {
	const ann = (await createLocalIdentity({ name: "Ann" })).signer;
	const bob = (await createLocalIdentity({ name: "Bob" })).signer;
	const { fingerprint, certificate } = ann;
	const key = await primaryKeyOf(certificate.bytes);
	assert.ok(key);
	assert.equal(key.fingerprint, fingerprint);
	// A v4 fingerprint is the SHA-1 of 0x99, the length of the packet in two bytes, and the packet (RFC 9580 §5.5.4.2).
	const length = [key.packet.length >> 8, key.packet.length & 0xff];
	const hashed = createHash("sha1")
		.update(Uint8Array.of(0x99, ...length))
		.update(key.packet)
		.digest("hex");
	assert.equal(hashed.toUpperCase(), fingerprint);
	const two = Uint8Array.from([...certificate.bytes, ...bob.certificate.bytes]);
	for (const bytes of [two, new Uint8Array(0), certificate.bytes.subarray(0, 20)])
		assert.equal(await primaryKeyOf(bytes), undefined);
});
