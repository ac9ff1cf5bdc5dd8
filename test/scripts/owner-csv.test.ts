// Reading the rows the network owners in data/geoip are made of.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownedRanges } from "../../scripts/owner-csv.ts";
import { UnusableData } from "../../src/net/geoip/data-folder.ts";

test("Rows are read with and without quotes, and IPv6 addresses as their /64", () => {
	const csv = Buffer.from('1,2,13335,"Cloud, ""Inc."""\n3,4,7,Plain\r\n5,6,8,');
	assert.deepEqual(
		[...ownedRanges(csv, 0n)].map(({ name }) => name),
		['Cloud, "Inc."', "Plain", ""],
	);
	const [row] = ownedRanges(Buffer.from(`${2n ** 64n * 5n + 3n},${2n ** 64n * 9n},7,X\n`), 64n);
	assert.deepEqual(row, { first: 5n, last: 9n, asn: 7, name: "X" });
});

test("Rows that make no sense are refused: too large, no numbers, endless lines", () => {
	for (const csv of ["1,2,x,A\n", "1,2,4294967296,A\n", "<html>\n", `1,2,3,${"x".repeat(2000)}\n`, "\n"]) {
		assert.throws(() => [...ownedRanges(Buffer.from(csv), 0n)], UnusableData, csv.slice(0, 40));
	}
});
