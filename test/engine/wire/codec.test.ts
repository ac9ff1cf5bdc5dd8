// The CBOR codec: one way to write each value, and everything else refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as v from "valibot";
import { bytesOf, decodeBody, encodeBody, textOf, wholeNumber } from "../../../src/engine/wire/codec.ts";

const schema = v.strictObject({
	n: wholeNumber(0, 1000),
	bytes: bytesOf(0, 64),
	text: textOf(64),
	list: v.pipe(v.array(wholeNumber(0)), v.maxLength(8)),
	maybe: v.optional(v.boolean()),
});
const anything = v.unknown();

const value = fc.record(
	{
		n: fc.integer({ min: 0, max: 1000 }),
		bytes: fc.uint8Array({ maxLength: 64 }),
		text: fc.string({ unit: "grapheme", maxLength: 8 }).filter((text) => Buffer.byteLength(text) <= 64),
		list: fc.array(fc.maxSafeNat(), { maxLength: 8 }),
		maybe: fc.boolean(),
	},
	{ requiredKeys: ["n", "bytes", "text", "list"] },
);

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const isRefused = (bytes: Uint8Array, by: v.GenericSchema = anything) => decodeBody(by, bytes).kind === "refused";

test("a value that is encoded is decoded to the same value, and the same value is always the same bytes", () => {
	fc.assert(
		fc.property(value, (given) => {
			const bytes = encodeBody(given);
			const decoded = decodeBody(schema, bytes);
			assert.ok(decoded.kind === "value");
			assert.deepEqual({ ...decoded.value, bytes: [...decoded.value.bytes] }, { ...given, bytes: [...given.bytes] });
			const reversed = Object.fromEntries(Object.entries(given).reverse());
			assert.deepEqual(encodeBody(reversed), bytes);
		}),
	);
});

test("attack: bytes behind the value, or missing from it, are refused", () => {
	fc.assert(
		fc.property(value, fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.nat(), (given, more, cut) => {
			const bytes = encodeBody(given);
			assert.ok(isRefused(Buffer.concat([bytes, more])));
			assert.ok(isRefused(bytes.subarray(0, cut % bytes.length)));
		}),
	);
});

test("attack: a second way to write the same value is refused", () => {
	const refused = {
		"a key twice": "a2 61 6e 01 61 6e 02",
		"an indefinite byte string": "5f 41 00 ff",
		"an indefinite text": "7f 61 61 ff",
		"an indefinite list": "9f 01 ff",
		"an indefinite map": "bf 61 6e 01 ff",
		"a number in two bytes that fits in one": "18 01",
		"a number in five bytes that fits in one": "1a 00 00 00 01",
		"a length in two bytes that fits in one": "58 01 00",
		"keys in another order": "a2 61 6f 01 61 6e 02",
		"a longer key before a shorter one": "a2 62 61 61 01 61 6e 02",
		"a number as floating point": "f9 3c 00",
		"a tag": "c0 61 61",
		undefined: "f7",
		"not a number": "f9 7e 00",
		infinity: "f9 7c 00",
		"a text that is not UTF-8": "62 c3 28",
		"a lone break": "ff",
		nothing: "",
	};
	for (const [what, bytes] of Object.entries(refused)) assert.ok(isRefused(hex(bytes)), what);
});

test("attack: a million levels of nesting, and lengths of 2^53 bytes, are refused without an exception", () => {
	assert.ok(isRefused(Buffer.alloc(1024 * 1024, 0x81)));
	assert.ok(isRefused(Buffer.concat([Buffer.alloc(100_000, 0x81), Uint8Array.of(0)])));
	assert.ok(isRefused(Buffer.alloc(1024 * 1024, 0xc6)));
	for (const major of ["5b", "7b", "9b", "bb"]) {
		assert.ok(isRefused(hex(`${major} 00 1f ff ff ff ff ff ff`)), major);
		assert.ok(isRefused(hex(`${major} ff ff ff ff ff ff ff ff`)), major);
		assert.ok(isRefused(hex(`${major.replace("b", "a")} 7f ff ff ff`)), major);
	}
});

test("attack: unknown fields, missing fields, other types and too much of anything are refused", () => {
	const good = { n: 1, bytes: Uint8Array.of(1), text: "t", list: [1] };
	assert.equal(decodeBody(schema, encodeBody(good)).kind, "value");
	for (const bad of [
		{ ...good, more: 1 },
		{ n: 1, bytes: Uint8Array.of(1), text: "t" },
		{ ...good, n: 1001 },
		{ ...good, n: -1 },
		{ ...good, n: 1.5 },
		{ ...good, n: 2n ** 60n },
		{ ...good, n: "1" },
		{ ...good, bytes: new Uint8Array(65) },
		{ ...good, bytes: "t" },
		{ ...good, text: "ü".repeat(33) },
		{ ...good, text: Uint8Array.of(0x74) },
		{ ...good, list: Array.from({ length: 9 }, () => 1) },
		{ ...good, list: { 0: 1 } },
		{ ...good, maybe: null },
		null,
		[],
	])
		assert.ok(
			isRefused(encodeBody(bad), schema),
			JSON.stringify(bad, (_, x) => (typeof x === "bigint" ? `${x}` : x)),
		);
});

test("attack: __proto__ as a key changes no object and passes no schema", () => {
	const bytes = hex("a1 69 5f5f70726f746f5f5f a1 61 6e 01");
	assert.ok(isRefused(bytes, schema));
	decodeBody(anything, bytes);
	assert.equal(({} as { n?: number }).n, undefined);
});

test("attack: any bytes are a value or refused, never an exception", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 48 }), (bytes) => {
			decodeBody(schema, bytes);
			decodeBody(anything, bytes);
		}),
		{ numRuns: 3000 },
	);
	fc.assert(
		fc.property(value, fc.nat(), fc.integer({ min: 0, max: 255 }), (given, at, byte) => {
			const bytes = Buffer.from(encodeBody(given));
			bytes[at % bytes.length] = byte;
			const decoded = decodeBody(schema, bytes);
			// What is taken is in its one encoding: nobody can change how a message looks and keep what it says.
			if (decoded.kind === "value") assert.deepEqual(Buffer.from(encodeBody(decoded.value)), bytes);
		}),
		{ numRuns: 1000 },
	);
});
