// Databases people bring along: real ones are used, and hostile ones are refused within a time, whatever they do to their reader.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { GeoIp } from "../../../src/net/geoip/geoip.ts";
import { locationIn, openMmdb, ownerIn } from "../../../src/net/geoip/mmdb.ts";
import { NAME_LIMIT } from "../../../src/net/geoip/place.ts";
import { readManifest, UnusableData } from "../../../src/net/geoip/shelf.ts";
import { importMmdb, type UpdateOutcome } from "../../../src/net/geoip/update.ts";
import { cityRecord, encoded, mmdb, network4, pointer, pointerList } from "../../support/mmdb-writer.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const city = mmdb("GeoLite2-City", [
	network4("8.8.8.0/24", cityRecord("US", "Mountain View", { code: "CA", name: "California" })),
	network4("81.2.69.0/24", cityRecord("GB", "London")),
	{ prefix: 0x2001_4860_0000_0000n << 64n, bits: 32, value: cityRecord("US", "") },
]);
const asn = mmdb("DBIP-ASN-Lite (compat=GeoLite2-ASN)", [
	network4("8.8.8.0/24", { autonomous_system_number: 15_169, autonomous_system_organization: "Google LLC" }),
]);

function importBytes(t: TestContext, shelf: string, bytes: Buffer): Promise<UpdateOutcome> {
	const file = join(temporaryHome(t), "any name.mmdb");
	writeFileSync(file, bytes);
	return importFile(shelf, file);
}

function importFile(shelf: string, file: string): Promise<UpdateOutcome> {
	const { signal } = new AbortController();
	return importMmdb(file, { shelf, signal, now: Date.now(), onStep: () => {} });
}

test("Databases of GeoLite2 and DB-IP are told apart by their type, and answer from then on", async (t) => {
	const shelf = temporaryHome(t);
	assert.equal((await importBytes(t, shelf, city)).kind, "updated");
	assert.equal((await importBytes(t, shelf, asn)).kind, "updated");
	const found = readManifest(shelf, "owner");
	assert.ok(found.kind === "found");
	assert.match(found.manifest.licence, /CC BY 4\.0.*DB-IP/);
	assert.equal(found.manifest.dataDate, "2026-05-28");
	const geoIp = new GeoIp({ folders: { shelves: [shelf], packages: {} } });
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
	const shelf = temporaryHome(t);
	await importBytes(t, shelf, city);
	const before = readManifest(shelf, "location");
	const others = [
		Buffer.alloc(1000),
		city.subarray(0, city.length / 2),
		city.subarray(200),
		mmdb("GeoIP2-Anonymous-IP", [network4("8.8.8.0/24", { is_anonymous: 1 })]),
		mmdb("GeoLite2-City", [network4("100.0.0.0/24", cityRecord("US", "Nowhere known"))]),
		mmdb("GeoLite2-City", [network4("8.8.8.0/24", "not a city")]),
	];
	for (const [index, bytes] of others.entries()) {
		assert.equal((await importBytes(t, shelf, bytes)).kind, "failed", String(index));
	}
	assert.deepEqual(readManifest(shelf, "location"), before);
});

test("Things that are no files are refused without reading them: a folder, a socket, a device, nothing", async (t) => {
	const folder = temporaryHome(t);
	mkdirSync(join(folder, "folder"));
	const server = createServer().listen(join(folder, "socket"));
	t.after(() => server.close());
	await once(server, "listening");
	for (const path of [join(folder, "folder"), join(folder, "socket"), "/dev/zero", join(folder, "nothing")]) {
		assert.equal((await importFile(join(folder, "shelf"), path)).kind, "failed", path);
	}
});

test("A database that points at itself, or would take for ever or all memory, is refused", async (t) => {
	const shelf = temporaryHome(t);
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
		assert.equal((await importBytes(t, shelf, bytes)).kind, "failed");
	}
	assert.equal(readManifest(shelf, "location").kind, "absent");
});

test("No change of a database is anything but refused, unknown, or another bounded text", async (t) => {
	const file = join(temporaryHome(t), "changed.mmdb");
	const changes = fc.array(fc.tuple(fc.nat(city.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
	await fc.assert(
		fc.asyncProperty(changes, fc.nat(city.length), async (changed, length) => {
			const bytes = Buffer.from(length % 2 === 0 ? city : city.subarray(0, length));
			for (const [at, value] of changed) if (at < bytes.length) bytes[at] = value;
			writeFileSync(file, bytes);
			try {
				const { get } = await openMmdb(file);
				for (const address of ["8.8.8.8", "81.2.69.142", "2001:4860::1"]) {
					const record = recordOf(get, address);
					for (const text of Object.values({ ...locationIn(record), ...ownerIn(record) })) {
						assert.ok(typeof text === "number" || text.length <= NAME_LIMIT);
					}
				}
			} catch (error) {
				assert.ok(error instanceof UnusableData, String(error));
			}
		}),
		{ numRuns: 500 },
	);
});

/** The worker takes any error of the reader as "damaged". */
function recordOf(get: (address: string) => unknown, address: string): unknown {
	try {
		return get(address);
	} catch {
		return undefined;
	}
}
