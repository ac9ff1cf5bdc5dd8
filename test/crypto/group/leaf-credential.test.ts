// Leaf credentials come from outside: one encoding, bounded, or nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "cborg";
import fc from "fast-check";
import {
	encodeLeafCredential,
	LEAF_SIGNATURE_CONTEXT,
	leafSignatureFields,
	MAXIMUM_LEAF_SIGNATURE_BYTES,
	MAXIMUM_NAME_BYTES,
	readLeafCredential,
} from "../../../src/crypto/group/leaf-credential.ts";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";

const v4 = parseFingerprint("0123456789abcdef0123456789abcdef01234567")!;
const v6 = parseFingerprint("ab".repeat(32))!;
const signature = Uint8Array.of(1, 2, 3);

const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((name) => {
	return Buffer.byteLength(name) <= MAXIMUM_NAME_BYTES;
});
const credentials = fc.record(
	{
		fingerprint: fc.constantFrom(v4, v6),
		name: names,
		signature: fc.uint8Array({ minLength: 1, maxLength: 600 }),
	},
	{ noNullPrototype: true },
);

test("every credential that fits reads back as it was written", () => {
	fc.assert(
		fc.property(credentials, (credential) => {
			assert.deepEqual(readLeafCredential(encodeLeafCredential(credential)!), credential);
		}),
	);
});

test("a name or signature that does not fit is not written", () => {
	for (const name of ["", "x".repeat(MAXIMUM_NAME_BYTES + 1), "ä".repeat(MAXIMUM_NAME_BYTES / 2 + 1), "\ud800"])
		assert.equal(encodeLeafCredential({ fingerprint: v4, name, signature }), undefined, JSON.stringify(name));
	for (const sizeBytes of [0, MAXIMUM_LEAF_SIGNATURE_BYTES + 1])
		assert.equal(
			encodeLeafCredential({ fingerprint: v4, name: "Bob", signature: new Uint8Array(sizeBytes) }),
			undefined,
		);
});

test("the longest name and signature with the longest fingerprint still fit, and what is signed says that it is a leaf", () => {
	const longest = {
		fingerprint: v6,
		name: "ä".repeat(MAXIMUM_NAME_BYTES / 2),
		signature: new Uint8Array(MAXIMUM_LEAF_SIGNATURE_BYTES).fill(5),
	};
	assert.deepEqual(readLeafCredential(encodeLeafCredential(longest)!), longest);
	assert.equal(LEAF_SIGNATURE_CONTEXT, "mls-leaf");
});

test("a credential in any other encoding is refused: extra, missing or repeated keys, other order, other types, trailing bytes", () => {
	const fingerprint = new Uint8Array(20).fill(7);
	const good = { v: 1, name: "Bob", signature, fingerprint };
	assert.ok(readLeafCredential(encode(good)));
	const unsorted = Buffer.concat([
		Buffer.from([0xa4]),
		...Object.entries({ fingerprint, name: "Bob", signature, v: 1 }).flatMap((pair) =>
			pair.map((part) => encode(part)),
		),
	]);
	const repeated = Buffer.concat([Buffer.from([0xa5]), encode("v"), encode(1), encode(good).subarray(1)]);
	const longLength = Buffer.concat([Buffer.from([0xb8, 4]), encode(good).subarray(1)]);
	const wrong: readonly Uint8Array[] = [
		unsorted,
		repeated,
		longLength,
		Buffer.concat([encode(good), Buffer.of(0)]),
		encode({ ...good, v: 2 }),
		encode({ ...good, v: 1.5 }),
		encode({ ...good, more: 1 }),
		encode({ v: 1, name: "Bob", signature }),
		encode({ ...good, fingerprint: new Uint8Array(21) }),
		encode({ ...good, fingerprint: "07".repeat(20) }),
		encode({ ...good, name: new TextEncoder().encode("Bob") }),
		encode({ ...good, name: "" }),
		encode({ ...good, name: "x".repeat(MAXIMUM_NAME_BYTES + 1) }),
		encode({ ...good, signature: new Uint8Array(0) }),
		encode({ ...good, signature: new Uint8Array(MAXIMUM_LEAF_SIGNATURE_BYTES + 1) }),
		encode([good]),
		new Uint8Array(0),
	];
	for (const [index, bytes] of wrong.entries()) assert.equal(readLeafCredential(bytes), undefined, `case ${index}`);
});

test("a name that is not valid UTF-8 is refused", () => {
	const bytes = encodeLeafCredential({ fingerprint: v4, name: "Bob", signature })!;
	bytes[Buffer.from(bytes).indexOf("Bob")] = 0xff;
	assert.equal(readLeafCredential(bytes), undefined);
});

test("random and altered bytes are refused or read back to exactly themselves, and never throw", () => {
	fc.assert(
		fc.property(credentials, fc.nat(), fc.integer({ min: 1, max: 255 }), (credential, position, difference) => {
			const bytes = encodeLeafCredential(credential)!;
			bytes[position % bytes.length]! ^= difference;
			const read = readLeafCredential(bytes);
			if (read !== undefined) assert.deepEqual(encodeLeafCredential(read), bytes);
		}),
	);
	fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readLeafCredential(bytes) === undefined));
});

test("room, leaf key and name are separate fields of what is signed", () => {
	const fields = leafSignatureFields(Uint8Array.of(1), Uint8Array.of(2), "é");
	assert.deepEqual(fields, [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(0xc3, 0xa9)]);
});
