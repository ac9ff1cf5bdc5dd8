// Fingerprints as people type and read them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprintBytes, parseFingerprint, shortFingerprint } from "../../../src/crypto/identity/fingerprint.ts";

const v4 = "0123456789ABCDEF0123456789ABCDEF01234567";
const v6 = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";

test("a fingerprint of either version is read in any case, with or without spaces", () => {
	for (const digits of [v4, v6]) {
		assert.equal(parseFingerprint(digits), digits);
		assert.equal(parseFingerprint(digits.toLowerCase()), digits);
		assert.equal(parseFingerprint(` ${(digits.match(/.{4}/g) ?? []).join(" ")} `), digits);
	}
});

test("a text with another number of digits, or with anything beside digits, is no fingerprint", () => {
	const others = [
		"",
		v4.slice(1),
		`${v4}0`,
		v6.slice(1),
		`${v6}0`,
		`${v4.slice(1)}G`,
		`x${v4}`,
		`${v4}\n`,
		`${v4}${v4}`,
	];
	for (const text of others) assert.equal(parseFingerprint(text), undefined, text);
});

test("the short form is the key id in groups of four: the last digits of a v4, the first of a v6 fingerprint", () => {
	assert.equal(shortFingerprint(parseFingerprint(v4)!), "89AB CDEF 0123 4567");
	assert.equal(shortFingerprint(parseFingerprint(v6)!), "0123 4567 89AB CDEF");
});

test("the bytes of a fingerprint are its digits, two for each", () => {
	assert.deepEqual(fingerprintBytes(parseFingerprint(v4)!), Uint8Array.from(Buffer.from(v4, "hex")));
	assert.equal(fingerprintBytes(parseFingerprint(v6)!).length, 32);
});
