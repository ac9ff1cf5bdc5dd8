// Databases people bring along: real ones are used, and hostile ones are refused within a time, whatever they do to their reader.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { readManifest, UnusableData } from "../../../src/net/geoip/data-folder.ts";
import { GeoIp } from "../../../src/net/geoip/geoip.ts";
import { NAME_LIMIT } from "../../../src/net/geoip/place.ts";
import { RangeTable } from "../../../src/net/geoip/range-table.ts";
import { addDatabase } from "../../../src/net/geoip-update/make.ts";
import { type Mmdb, openMmdb } from "../../../src/net/geoip-update/mmdb.ts";
import { RangeTableBuilder } from "../../../src/net/geoip-update/range-table-builder.ts";
import { importData, type UpdateOutcome } from "../../../src/net/geoip-update/update.ts";
import {
	cityRecord,
	encoded,
	type MmdbEntry,
	mmdb,
	network4,
	pointer,
	pointerList,
} from "../../support/geoip/mmdb-writer.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const city = mmdb("GeoLite2-City", [
	network4("8.8.8.0/24", cityRecord("US", "Mountain View", { code: "CA", name: "California" })),
	network4("81.2.69.0/24", cityRecord("GB", "London")),
	{ prefix: 0x2001_4860_0000_0000n << 64n, bits: 32, value: cityRecord("US", "") },
]);
const asn = mmdb("DBIP-ASN-Lite (compat=GeoLite2-ASN)", [
	network4("8.8.8.0/24", { autonomous_system_number: 15_169, autonomous_system_organization: "Google LLC" }),
]);

/** What would go on for ever is given up after this time in milliseconds, which is enough for what is real. */
const enough = 20_000;
const forHostile = 2_000;

function importBytes(t: TestContext, dataFolder: string, bytes: Buffer, limitMs = enough): Promise<UpdateOutcome> {
	const file = join(temporaryHome(t), "any name.mmdb");
	writeFileSync(file, bytes);
	return importFile(dataFolder, file, limitMs);
}

function importFile(dataFolder: string, file: string, makeTimeoutMs = enough): Promise<UpdateOutcome> {
	const { signal } = new AbortController();
	return importData(file, { dataFolder, signal, now: Date.now(), onStep: () => {}, makeTimeoutMs });
}

test("Databases of GeoLite2 and DB-IP are told apart by their type, and answer from then on", async (t) => {
	const dataFolder = temporaryHome(t);
	assert.equal((await importBytes(t, dataFolder, city)).kind, "updated");
	assert.equal((await importBytes(t, dataFolder, asn)).kind, "updated");
	const found = readManifest(dataFolder, "owner");
	assert.ok(found.kind === "found");
	assert.match(found.manifest.licence, /CC BY 4\.0.*DB-IP/);
	assert.equal(found.manifest.dataDate, "2026-05-28");
	const geoIp = new GeoIp({ dataFolders: [dataFolder] });
	t.after(() => geoIp.close());
	assert.deepEqual(await geoIp.lookUp("8.8.8.8"), {
		kind: "place",
		country: "US",
		countryName: "United States",
		region: "California",
		city: "Mountain View",
		asn: 15_169,
		networkOwner: "Google LLC",
	});
	assert.deepEqual(await geoIp.lookUp("2001:4860:4860::8888"), {
		kind: "place",
		country: "US",
		countryName: "United States",
	});
	assert.deepEqual(await geoIp.lookUp("9.9.9.9"), { kind: "unknown", why: "notFound" });
});

test("Files that are no database, or one of another kind, are refused, and what was there stays", async (t) => {
	const dataFolder = temporaryHome(t);
	await importBytes(t, dataFolder, city);
	const before = readManifest(dataFolder, "location");
	const others = [
		Buffer.alloc(1000),
		city.subarray(0, city.length / 2),
		city.subarray(200),
		mmdb("GeoIP2-Anonymous-IP", [network4("8.8.8.0/24", { is_anonymous: 1 })]),
		mmdb("GeoLite2-City", [network4("100.0.0.0/24", cityRecord("US", "Nowhere known"))]),
		mmdb("GeoLite2-City", [network4("8.8.8.0/24", "not a city")]),
	];
	for (const [index, bytes] of others.entries()) {
		assert.equal((await importBytes(t, dataFolder, bytes)).kind, "failed", String(index));
	}
	assert.deepEqual(readManifest(dataFolder, "location"), before);
});

test("Things that are no files are refused without reading them: a folder, a socket, a device, nothing", async (t) => {
	const folder = temporaryHome(t);
	mkdirSync(join(folder, "folder"));
	const server = createServer().listen(join(folder, "socket"));
	t.after(() => server.close());
	await once(server, "listening");
	for (const path of [join(folder, "folder"), join(folder, "socket"), "/dev/zero", join(folder, "nothing")]) {
		assert.equal((await importFile(join(folder, "dataFolder"), path)).kind, "failed", path);
	}
});

test("A database that points at itself, or would take for ever or all memory, is refused", async (t) => {
	const dataFolder = temporaryHome(t);
	// Each list has many pointers to the one before: 24 to the power of the levels.
	const lists: Buffer[] = [encoded("x")];
	const offsets = [0];
	for (let level = 0; level < 12; level += 1) {
		offsets.push(offsets.at(-1)! + lists.at(-1)!.length);
		lists.push(pointerList(Array<number>(24).fill(offsets[level]!)));
	}
	const bomb = mmdb("GeoLite2-City", [network4("8.0.0.0/8", offsets.at(-1)!)], Buffer.concat(lists));
	const loop = mmdb("GeoLite2-City", [network4("8.0.0.0/8", 0)], pointer(0));
	const huge = mmdb("GeoLite2-City", [network4("8.0.0.0/8", 0)], Buffer.from([0x1f, 0x04, 0xff, 0xff, 0xff]));
	const outside = mmdb("GeoLite2-City", [network4("8.0.0.0/8", 0xfff_ffff)], Buffer.alloc(4));
	for (const bytes of [bomb, loop, huge, outside]) {
		assert.equal((await importBytes(t, dataFolder, bytes, forHostile)).kind, "failed");
	}
	assert.equal(readManifest(dataFolder, "location").kind, "absent");
});

test("A table made of a database says of every address what the database says", async (t) => {
	const folder = temporaryHome(t);
	const network = fc.tuple(
		fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
		fc.integer({ min: 1, max: 64 }),
		fc.boolean(),
	);
	const networks = fc.uniqueArray(network, { minLength: 1, maxLength: 12 });
	await fc.assert(
		fc.asyncProperty(networks, async (wanted) => {
			const entries = apart(wanted.map(([any, bits, isIpv4]) => (isIpv4 ? in4(any, bits) : in6(any, bits))));
			const file = join(folder, "any.mmdb");
			writeFileSync(file, mmdb("GeoLite2-City", entries));
			const database = await openMmdb(file);
			const table = tableOf(folder, database);
			for (const { prefix, bits } of entries) {
				const last = prefix | ((1n << BigInt(128 - bits)) - 1n);
				for (const address of [prefix - 1n, prefix, last, last + 1n].filter((one) => one >= 0n && one < 1n << 128n)) {
					const isIpv4 = address < 1n << 32n;
					const record = database.get(isIpv4 ? text4(address) : text6((address >> 64n) << 64n));
					const line = isIpv4 ? table.find4(address) : table.find6(address >> 64n);
					assert.equal(
						line?.split("\t")[3],
						(record as { city?: { names?: { en?: string } } } | null)?.city?.names?.en,
					);
				}
			}
			table.close();
		}),
		{ numRuns: 60 },
	);
});

/** Networks within IPv4, which lies in ::/96, and within the public part of IPv6. */
const in4 = (any: bigint, bits: number): MmdbEntry => {
	const length = 96 + Math.min(32, Math.max(2, bits));
	return { prefix: cut(any & 0xffff_ffffn, length), bits: length, value: cityRecord("DE", `city ${any % 5n}`) };
};
const in6 = (any: bigint, bits: number): MmdbEntry => {
	const length = Math.max(4, bits);
	return { prefix: cut((1n << 125n) | (any >> 3n), length), bits: length, value: cityRecord("SE", `city ${any % 5n}`) };
};
const cut = (address: bigint, bits: number) => (address >> BigInt(128 - bits)) << BigInt(128 - bits);

/** Leaves out what overlaps with an earlier one. */
function apart(entries: readonly MmdbEntry[]): readonly MmdbEntry[] {
	const kept: MmdbEntry[] = [];
	for (const one of entries) {
		const overlaps = kept.some((other) => {
			const bits = Math.min(one.bits, other.bits);
			return cut(one.prefix, bits) === cut(other.prefix, bits);
		});
		if (!overlaps) kept.push(one);
	}
	return kept;
}

function tableOf(folder: string, database: Mmdb): RangeTable {
	const file = join(folder, "ranges.bin");
	rmSync(file, { force: true });
	const builder = new RangeTableBuilder();
	addDatabase(builder, database);
	builder.write(file);
	return new RangeTable(file);
}

function text4(address: bigint): string {
	return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
}

function text6(address: bigint): string {
	return Array.from({ length: 8 }, (_, group) => ((address >> BigInt(112 - group * 16)) & 0xffffn).toString(16)).join(
		":",
	);
}

test("The parts of an IPv6 tree that repeat IPv4 are left out, and a /64 with several records has the first", async (t) => {
	const folder = temporaryHome(t);
	const file = join(folder, "any.mmdb");
	const both = [0n, 1n].map((half) => ({
		prefix: (0x2a00n << 112n) | (half << 63n),
		bits: 65,
		value: cityRecord("SE", `half ${half}`),
	}));
	writeFileSync(
		file,
		mmdb("GeoLite2-City", [network4("8.8.8.0/24", cityRecord("US", "Mountain View")), ...both], undefined, {
			has6to4: true,
		}),
	);
	const table = tableOf(folder, await openMmdb(file));
	t.after(() => table.close());
	assert.match(table.find4(0x0808_0808n) ?? "", /Mountain View/);
	assert.match(table.find6(0x2a00n << 48n) ?? "", /half 0/);
	// 6to4 (RFC 3056): 2002:0808:0808::/48.
	assert.equal(table.find6(0x2002_0808_0808_0000n), undefined);
});

test("A tree that refers to itself is given up", async (t) => {
	const dataFolder = temporaryHome(t);
	const bytes = Buffer.from(city);
	// Both branches of every node lead to the top again.
	bytes.fill(0, 0, 64 * 8);
	const outcome = await importBytes(t, dataFolder, bytes, forHostile);
	assert.match(outcome.kind === "failed" ? outcome.detail : "", /without end|too long|out of order/);
});

test("No change of a database is anything but refused, or a table of bounded texts", async (t) => {
	const folder = temporaryHome(t);
	const file = join(folder, "changed.mmdb");
	const changes = fc.array(fc.tuple(fc.nat(city.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
	await fc.assert(
		fc.asyncProperty(changes, fc.nat(city.length), async (changed, length) => {
			const bytes = Buffer.from(length % 2 === 0 ? city : city.subarray(0, length));
			for (const [at, value] of changed) if (at < bytes.length) bytes[at] = value;
			writeFileSync(file, bytes);
			try {
				const table = tableOf(folder, await openMmdb(file));
				for (const line of [table.find4(0x0808_0808n), table.find4(0x5102_458en), table.find6(0x2001_4860n << 32n)]) {
					for (const text of line?.split("\t") ?? []) assert.ok(text.length <= NAME_LIMIT);
				}
				table.close();
			} catch (error) {
				assert.ok(error instanceof UnusableData, String(error));
			}
		}),
		{ numRuns: 300 },
	);
});
