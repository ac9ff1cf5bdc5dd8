// Length-prefixed joining: the draft's examples, and that no two lists of fields look alike.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lvCat, prependLength, splitLengthValue } from "../../src/crypto/length-value.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

test("the examples of draft-irtf-cfrg-cpace appendix A.1 come out", () => {
	assert.equal(hex(prependLength(bytes(""))), "00");
	assert.equal(hex(prependLength(bytes("1234"))), "0431323334");
	const long = Uint8Array.from({ length: 128 }, (_, index) => index);
	assert.equal(hex(prependLength(long)), `8001${hex(long)}`);
	assert.equal(hex(lvCat(bytes("1234"), bytes("5"), bytes(""), bytes("678"))), "043132333401350003363738");
});

test("a field shifted into its neighbour gives other bytes: two different lists are never joined alike", () => {
	const list = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 });
	fc.assert(
		fc.property(list, list, (left, right) => {
			const isSame = left.length === right.length && left.every((part, index) => hex(part) === hex(right[index]!));
			assert.equal(hex(lvCat(...left)) === hex(lvCat(...right)), isSame);
		}),
	);
	assert.notEqual(hex(lvCat(bytes("ab"), bytes("c"))), hex(lvCat(bytes("a"), bytes("bc"))));
});

test("fields that were joined are taken apart again, and a part that is not whole or is spelt in another way is refused", () => {
	for (const size of [0, 1, 127, 128, 129, 16_383, 16_384]) {
		const part = new Uint8Array(size).fill(7);
		assert.deepEqual(splitLengthValue(lvCat(part, bytes("rest"))), { part, rest: prependLength(bytes("rest")) });
		assert.deepEqual(splitLengthValue(lvCat(part)), { part, rest: new Uint8Array(0) });
		assert.equal(splitLengthValue(lvCat(part).subarray(0, -1)), undefined, `${size} bytes without the last`);
	}
	const refused = {
		"no end of the length": [0x81],
		"zeros before it": [0x81, 0x00, 7],
		"five digits": [0x80, 0x80, 0x80, 0x80, 0x01],
	};
	for (const [why, written] of Object.entries(refused))
		assert.equal(splitLengthValue(Uint8Array.from(written)), undefined, why);
	assert.deepEqual(splitLengthValue(Uint8Array.from([0xff, 0xff, 0xff, 0x80, 0x01])), undefined);
});
