// Making geoip-lite's files smaller: its look-ups answer as a linear search through the files it came with, and it is never given files it stumbles over.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { UnusableData } from "../../../src/net/geoip/data-folder.ts";
import { compactLocations } from "../../../src/net/geoip-update/locations.ts";
import { install, type LocationRange, locationFiles } from "../../support/geoip/geoip-data.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const places = [
	{ country: "DE", region: "BE", city: "Berlin" },
	{ country: "GB", region: "ENG", city: "Slough" },
	{ country: "US" },
];

/** Ranges one after the other, with gaps now and then, and some without a place. */
function apart(start: bigint, longest: bigint): fc.Arbitrary<readonly LocationRange[]> {
	const length = fc.oneof(fc.bigInt({ min: 1n, max: 3n }), fc.bigInt({ min: 1n, max: longest }));
	const gap = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: longest }));
	return fc
		.array(fc.tuple(gap, length, fc.integer({ min: -1, max: 2 })), { minLength: 1, maxLength: 40 })
		.map((steps) => {
			let next = start;
			const ranges = steps.map(([skipped, count, place]): LocationRange => {
				const first = next + skipped;
				next = first + count;
				return { first, last: next - 1n, place };
			});
			// One that is always there: files without any place are refused.
			return [...ranges, { first: next + 1n, last: next + 1n, place: 0 }];
		});
}

function linear(ranges: readonly LocationRange[], address: bigint) {
	const found = ranges.find(({ first, last }) => first <= address && address <= last);
	return found === undefined || found.place < 0 ? undefined : places[found.place];
}

interface GeoIpLite {
	readonly lookup: (address: string) => { country: string; region: string; city: string } | null;
	readonly reloadDataSync: () => void;
}

function folders(t: TestContext) {
	const folder = temporaryHome(t);
	const [from, to] = [join(folder, "from"), join(folder, "to")];
	for (const made of [from, to]) mkdirSync(made);
	return { from, to };
}

const text4 = (bits: bigint) => [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join(".");
const text6 = (network: bigint) =>
	`${[48n, 32n, 16n, 0n].map((shift) => ((network >> shift) & 0xffffn).toString(16)).join(":")}:0:0:0:1`;

function edges(ranges: readonly LocationRange[]): readonly bigint[] {
	return ranges.flatMap(({ first, last }) => [first - 1n, first, (first + last) / 2n, last, last + 1n]);
}

test("geoip-lite finds in the smaller files what a linear search finds in the ones they were made of", (t) => {
	const { from, to } = folders(t);
	let library: GeoIpLite | undefined;
	// Not 10/8, which geoip-lite never looks up.
	const ranges = fc.tuple(apart(0x0b00_0000n, 1n << 20n), apart(0x2000_0000_0000_0000n, 1n << 40n));
	fc.assert(
		fc.property(ranges, ([ranges4, ranges6]) => {
			install(from, locationFiles({ places, ranges4, ranges6 }));
			compactLocations(from, to);
			Object.assign(globalThis, { geodatadir: to });
			if (library === undefined) library = createRequire(import.meta.url)("geoip-lite") as GeoIpLite;
			else library.reloadDataSync();
			const asked = [
				...edges(ranges4).map((address) => [text4(address), linear(ranges4, address)] as const),
				...edges(ranges6).map((address) => [text6(address), linear(ranges6, address)] as const),
			];
			for (const [address, place] of asked) {
				const found = library.lookup(address);
				assert.equal(found?.country, place?.country, address);
				assert.equal(found?.city ?? "", place?.city ?? "", address);
			}
		}),
		{ numRuns: 60 },
	);
});

test("Neighbours in the same place become one range", (t) => {
	const { from, to } = folders(t);
	const ranges = [0n, 1n, 2n, 3n].map((step) => ({ first: 100n + step, last: 100n + step, place: step < 3n ? 0 : 1 }));
	install(from, locationFiles({ places, ranges4: ranges, ranges6: ranges }));
	compactLocations(from, to);
	assert.equal(readFileSync(join(to, "geoip-city.dat")).length, 2 * 24);
	assert.equal(readFileSync(join(to, "geoip-city6.dat")).length, 2 * 48);
});

test("Files that geoip-lite could stumble over are refused: cut off, out of order, places that are not there, nothing in them", (t) => {
	const { from, to } = folders(t);
	const good = [{ first: 100n, last: 200n, place: 0 }];
	const refused = (why: string, change: () => void) => {
		install(from, locationFiles({ places, ranges4: good, ranges6: good }));
		change();
		assert.throws(() => compactLocations(from, to), UnusableData, why);
	};
	const write = (name: string, bytes: Buffer) => writeFileSync(join(from, name), bytes);
	const whole = locationFiles({ places, ranges4: good, ranges6: good });
	for (const file of ["geoip-city.dat", "geoip-city6.dat", "geoip-city-names.dat"]) {
		refused(`${file} cut off`, () => write(file, (whole[file] ?? Buffer.alloc(0)).subarray(0, -1)));
		refused(`${file} empty`, () => write(file, Buffer.alloc(0)));
	}
	const swapped = [{ first: 200n, last: 100n, place: 0 }];
	const backwards = [...good, { first: 50n, last: 60n, place: 0 }];
	const nowhere = [{ first: 1n, last: 2n, place: 99 }];
	const nothing = [{ first: 1n, last: 2n, place: -1 }];
	for (const ranges of [swapped, backwards, nowhere, nothing]) {
		refused("IPv4", () => install(from, locationFiles({ places, ranges4: ranges, ranges6: good })));
		refused("IPv6", () => install(from, locationFiles({ places, ranges4: good, ranges6: ranges })));
	}
	refused("a country that is none", () =>
		install(from, locationFiles({ places: [{ country: "d\u001b" }], ranges4: good, ranges6: good })),
	);
});

test("A few misplaced IPv6 ranges are left out, as geoip-lite's own files have them", (t) => {
	const { from, to } = folders(t);
	const ranges4 = [{ first: 100n, last: 200n, place: 0 }];
	const ranges6 = Array.from({ length: 200 }, (_, step) => ({
		first: 1000n * BigInt(step + 1),
		last: 1000n * BigInt(step + 1),
		place: step % 3,
	}));
	ranges6.splice(100, 0, { first: 5n, last: 7n, place: 1 });
	install(from, locationFiles({ places, ranges4, ranges6 }));
	compactLocations(from, to);
	assert.equal(readFileSync(join(to, "geoip-city6.dat")).length, 200 * 48);
});
