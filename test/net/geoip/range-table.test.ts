// The table of address ranges: equal to a linear search, whatever the ranges; and what becomes of files that are damaged.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { UnusableData } from "../../../src/net/geoip/data-folder.ts";
import { locationLine, ownerLine, readLocation, readOwner } from "../../../src/net/geoip/entries.ts";
import { NAME_LIMIT } from "../../../src/net/geoip/place.ts";
import { RangeTable, STEPS_PER_BLOCK, TEXTS_PER_BLOCK } from "../../../src/net/geoip/range-table.ts";
import { RangeTableBuilder } from "../../../src/net/geoip-update/range-table-builder.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

interface TextRange {
	readonly first: bigint;
	readonly last: bigint;
	readonly text: string;
}

const end4 = 1n << 32n;
const end6 = 1n << 64n;

/** Ranges in the order of their first addresses, overlapping now and then, some to the very end. */
function rangesBelow(end: bigint): fc.Arbitrary<readonly TextRange[]> {
	const address = fc.oneof(
		fc.bigInt({ min: 0n, max: end - 1n }),
		fc.bigInt({ min: 0n, max: 40n }),
		fc.bigInt({ min: end - 40n, max: end - 1n }),
	);
	const range = fc.tuple(address, address, fc.constantFrom("A", "Ä", "Net 1")).map(([one, other, text]): TextRange => {
		const [first, last] = one < other ? [one, other] : [other, one];
		return { first, last, text };
	});
	return fc
		.array(range, { maxLength: 30 })
		.map((ranges) => ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0)));
}

/** Whoever came first has an address. */
function linear(ranges: readonly TextRange[], address: bigint): string | undefined {
	return ranges.find(({ first, last }) => first <= address && address <= last)?.text;
}

function write(file: string, ranges4: readonly TextRange[], ranges6: readonly TextRange[]): void {
	const builder = new RangeTableBuilder();
	for (const { first, last, text } of ranges4) builder.add4(first, last, text);
	for (const { first, last, text } of ranges6) builder.add6(first, last, text);
	rmSync(file, { force: true });
	builder.write(file);
}

function edges(ranges: readonly TextRange[], end: bigint): readonly bigint[] {
	const all = ranges.flatMap(({ first, last }) => [first - 1n, first, last, last + 1n]);
	return [0n, end - 1n, ...all].filter((address) => address >= 0n && address < end);
}

const fileIn = (t: TestContext) => join(temporaryHome(t), "ranges.bin");

test("A look-up in the table equals a linear search, for every range and its edges", (t) => {
	const file = fileIn(t);
	fc.assert(
		fc.property(rangesBelow(end4), rangesBelow(end6), fc.bigInt({ min: 0n, max: end6 - 1n }), (four, six, any) => {
			write(file, four, six);
			const table = new RangeTable(file);
			for (const address of [any % end4, ...edges(four, end4)]) {
				assert.equal(table.find4(address), linear(four, address));
			}
			for (const address of [any, ...edges(six, end6)]) assert.equal(table.find6(address), linear(six, address));
			table.close();
		}),
		{ numRuns: 200 },
	);
});

test("Tables of many blocks answer the same at the edges of the blocks, and after many other look-ups", (t) => {
	const file = fileIn(t);
	// Every range has a text of its own, and every second address none: more steps and texts than several blocks have.
	const count = 3 * STEPS_PER_BLOCK + 5;
	const ranges = Array.from({ length: count }, (_, place) => {
		const first = BigInt(place) * 977n + 100n;
		return { first, last: first + 3n, text: `text ${place}` };
	});
	assert.ok(count > 3 * TEXTS_PER_BLOCK);
	write(file, ranges, ranges);
	const table = new RangeTable(file);
	t.after(() => table.close());
	const half = STEPS_PER_BLOCK / 2;
	const places = [0, half - 1, half, half + 1, 2 * half, TEXTS_PER_BLOCK - 1, TEXTS_PER_BLOCK, count - 1];
	for (const place of [...places, ...places.toReversed()]) {
		const first = BigInt(place) * 977n + 100n;
		for (const find of [(address: bigint) => table.find4(address), (address: bigint) => table.find6(address)]) {
			assert.deepEqual(
				[first - 1n, first, first + 3n, first + 4n].map(find),
				[undefined, `text ${place}`, `text ${place}`, undefined],
				String(place),
			);
		}
	}
});

test("A table that was cut, grown or changed is refused or answers within bounds, and never throws anything else", (t) => {
	const file = fileIn(t);
	const some = [
		{ first: 10n, last: 20n, text: ownerLine({ asn: 1, networkOwner: "One" }) },
		{ first: 30n, last: 40n, text: locationLine({ country: "DE", city: "Köln" }) },
	];
	write(file, some, some);
	const whole = readFileSync(file);
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
			fc.oneof(fc.constant(0), fc.integer({ min: -whole.length, max: 8 })),
			fc.bigInt({ min: 0n, max: end6 - 1n }),
			(changes, growth, address) => {
				const bytes = Buffer.concat([whole, Buffer.alloc(8)]).subarray(0, whole.length + growth);
				for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
				writeFileSync(file, bytes);
				try {
					const table = new RangeTable(file);
					for (const key of [address, 15n, 35n]) {
						for (const line of [table.find4(key % end4), table.find6(key)]) {
							const texts = Object.values({ ...readOwner(line ?? ""), ...readLocation(line ?? "") });
							for (const text of texts) assert.ok(typeof text === "number" || text.length <= NAME_LIMIT);
						}
					}
					table.close();
				} catch (error) {
					assert.ok(error instanceof UnusableData, String(error));
				}
			},
		),
		{ numRuns: 1000 },
	);
});

test("Ranges that are out of order, upside down or beyond the last address are refused", () => {
	for (const [first, last] of [
		[20n, 10n],
		[0n, end4],
		[5n, 6n],
	] as const) {
		const builder = new RangeTableBuilder();
		builder.add4(8n, 9n, "before");
		assert.throws(() => builder.add4(first, last, "text"), UnusableData);
	}
});

test("Lines of places and owners come back as they were, without characters that would end a field", () => {
	const place = { country: "DE", regionCode: "BE", regionName: "Land Berlin", city: "Berlin" };
	assert.deepEqual(readLocation(locationLine(place)), place);
	assert.deepEqual(readLocation(locationLine({ country: "SE", city: "Lu\tle\nå" })), {
		country: "SE",
		city: "Lu le å",
	});
	assert.deepEqual(readOwner(ownerLine({ asn: 64_500, networkOwner: "A\nB" })), { asn: 64_500, networkOwner: "A B" });
	assert.deepEqual(readOwner(ownerLine({ asn: 7 })), { asn: 7 });
	for (const line of ["", "de\t\t\t", "D\u001b\t", "0\tNobody", "4294967296\tX", "1e3\tX", "-1"]) {
		assert.equal(readLocation(line), undefined, line);
		assert.equal(readOwner(line), undefined, line);
	}
	const long = readOwner(`1\t${"🙂".repeat(500)}`)?.networkOwner ?? "";
	assert.ok(long.length <= NAME_LIMIT && long.isWellFormed());
});
