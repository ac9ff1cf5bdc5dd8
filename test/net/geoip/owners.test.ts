// The table of network owners: equal to a linear search, whatever the ranges; and what becomes of rows and tables that are damaged.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildOwnerTable, type OwnedRange, OwnerTable, ownedRanges } from "../../../src/net/geoip/owners.ts";
import { NAME_LIMIT } from "../../../src/net/geoip/place.ts";
import { UnusableData } from "../../../src/net/geoip/shelf.ts";

/** Ranges in the order of their first addresses, overlapping now and then, some to the very end. */
function rangesBelow(end: bigint): fc.Arbitrary<readonly OwnedRange[]> {
	const address = fc.oneof(
		fc.bigInt({ min: 0n, max: end - 1n }),
		fc.bigInt({ min: 0n, max: 40n }),
		fc.bigInt({ min: end - 40n, max: end - 1n }),
	);
	const range = fc
		.tuple(address, address, fc.integer({ min: 1, max: 5 }), fc.constantFrom("", "Ä", "Net"))
		.map(([one, other, asn, name]): OwnedRange => {
			const [first, last] = one < other ? [one, other] : [other, one];
			return { first, last, asn, name };
		});
	return fc
		.array(range, { maxLength: 30 })
		.map((ranges) => ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0)));
}

/** Whoever came first has an address. */
function linear(ranges: readonly OwnedRange[], address: bigint) {
	const found = ranges.find(({ first, last }) => first <= address && address <= last);
	if (found === undefined) return undefined;
	return found.name === "" ? { asn: found.asn } : { asn: found.asn, networkOwner: found.name };
}

test("A look-up in the table equals a linear search, for every range and its edges", () => {
	const end4 = 1n << 32n;
	const end6 = 1n << 64n;
	fc.assert(
		fc.property(rangesBelow(end4), rangesBelow(end6), fc.bigInt({ min: 0n, max: end6 - 1n }), (four, six, any) => {
			const table = new OwnerTable(buildOwnerTable(four, six));
			const edges = (ranges: readonly OwnedRange[]) =>
				ranges.flatMap(({ first, last }) => [first - 1n, first, last, last + 1n]);
			for (const address of [any % end4, 0n, end4 - 1n, ...edges(four)]) {
				if (address < 0n || address >= end4) continue;
				assert.deepEqual(table.find4(Number(address)), linear(four, address));
			}
			for (const address of [any, 0n, end6 - 1n, ...edges(six)]) {
				if (address < 0n || address >= end6) continue;
				assert.deepEqual(table.find6(address), linear(six, address));
			}
		}),
		{ numRuns: 300 },
	);
});

const some: readonly OwnedRange[] = [
	{ first: 10n, last: 20n, asn: 1, name: "One" },
	{ first: 30n, last: 40n, asn: 2, name: "Zwei" },
];

test("A table that was cut, grown or changed is refused or answers within bounds, and never throws anything else", () => {
	const whole = buildOwnerTable(some, some);
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
			fc.integer({ min: -whole.length, max: 8 }),
			fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
			(changes, growth, address) => {
				const bytes = Buffer.concat([whole, Buffer.alloc(8)]).subarray(0, whole.length + growth);
				for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
				try {
					const table = new OwnerTable(bytes);
					for (const key of [address, 15n, 35n]) {
						for (const owner of [table.find4(Number(key & 0xffff_ffffn)), table.find6(key)]) {
							assert.ok((owner?.networkOwner?.length ?? 0) <= NAME_LIMIT);
						}
					}
				} catch (error) {
					assert.ok(error instanceof UnusableData, String(error));
				}
			},
		),
		{ numRuns: 1000 },
	);
});

test("Rows are read with and without quotes, and IPv6 addresses as their /64", () => {
	const csv = Buffer.from('1,2,13335,"Cloud, ""Inc."""\n3,4,7,Plain\r\n5,6,8,');
	assert.deepEqual(
		[...ownedRanges(csv, 0n)].map(({ name }) => name),
		['Cloud, "Inc."', "Plain", ""],
	);
	const [row] = ownedRanges(Buffer.from(`${2n ** 64n * 5n + 3n},${2n ** 64n * 9n},7,X\n`), 64n);
	assert.deepEqual(row, { first: 5n, last: 9n, asn: 7, name: "X" });
});

test("Rows that make no sense are refused whole: wrong order, too large, no numbers, endless lines", () => {
	const bad = [
		"10,20,1,A\n5,6,1,B\n",
		"20,10,1,A\n",
		`0,${2n ** 32n},1,A\n`,
		"1,2,x,A\n",
		"1,2,4294967296,A\n",
		"<html>\n",
		`1,2,3,${"x".repeat(2000)}\n`,
		"\n",
	];
	for (const csv of bad) {
		assert.throws(() => buildOwnerTable(ownedRanges(Buffer.from(csv), 0n), []), UnusableData, csv.slice(0, 40));
	}
});

test("A name of any length is kept within its limit", () => {
	const long: OwnedRange = { first: 0n, last: 9n, asn: 1, name: "🙂".repeat(500) };
	const owner = new OwnerTable(buildOwnerTable([long], [])).find4(5);
	assert.ok(owner?.networkOwner !== undefined && owner.networkOwner.length <= NAME_LIMIT);
	assert.ok(owner.networkOwner.isWellFormed());
});
