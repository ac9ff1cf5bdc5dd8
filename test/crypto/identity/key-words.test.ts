// The six words of one key, by which friends tell a room on the network from another.
import assert from "node:assert/strict";
import { argon2Sync, createHash } from "node:crypto";
import { test } from "node:test";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { keyWords } from "../../../src/crypto/identity/safety-words.ts";

function keyOf(hex: string): Fingerprint {
	const fingerprint = parseFingerprint(hex);
	assert.ok(fingerprint);
	return fingerprint;
}

test("the words of a key are those of docs/protocol.md", async () => {
	const words = await keyWords(keyOf("0123456789ABCDEF0123456789ABCDEF01234567"));
	assert.equal(words.join(" "), "car nuclear want labor floor issue");
});

test("they follow from the documented formula, for keys of either version", async () => {
	const nonce = Buffer.from("real-talk/1 key words");
	for (const hex of ["F".repeat(40), "0A".repeat(32)]) {
		const bytes = Buffer.from(hex, "hex");
		const fields = Buffer.concat([Buffer.from([nonce.length]), nonce, Buffer.from([bytes.length]), bytes]);
		const message = createHash("sha512").update(fields).digest();
		const digest = argon2Sync("argon2id", { message, nonce, memory: 8_192, passes: 1, parallelism: 1, tagLength: 64 });
		const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
		const words = [0, 1, 2, 3, 4, 5].map(
			(place) => wordlist[Number.parseInt(bits.slice(place * 11, place * 11 + 11), 2)],
		);
		assert.deepEqual(await keyWords(keyOf(hex)), words);
	}
});

test("one digit more or less is six other words", async () => {
	const one = await keyWords(keyOf("A".repeat(40)));
	const other = await keyWords(keyOf(`${"A".repeat(39)}B`));
	assert.ok(one.filter((word, place) => other[place] === word).length <= 2);
});
