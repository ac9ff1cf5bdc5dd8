// Looking addresses up: with the data that comes with the program, with data that is missing or damaged, and with a reader that hangs or dies.
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readManifest } from "../../../src/net/geoip/data-folder.ts";
import { geoIpDataFolders } from "../../../src/net/geoip/folders.ts";
import { GeoIp, type GeoIpOptions } from "../../../src/net/geoip/geoip.ts";
import type { Place } from "../../../src/net/geoip/place.ts";
import { importData } from "../../../src/net/geoip-update/update.ts";
import { fillDataFolder, install, locationFiles } from "../../support/geoip/geoip-data.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";

function open(t: TestContext, options: GeoIpOptions): GeoIp {
	const geoIp = new GeoIp(options);
	t.after(() => geoIp.close());
	return geoIp;
}

const failing = new URL("./geoip-worker-that-fails.ts", import.meta.url);

/** A data folder with both data sets, as an update leaves it. */
async function filledDataFolder(t: TestContext, city = "Berlin"): Promise<string> {
	const dataFolder = join(temporaryHome(t), "dataFolder");
	await fillDataFolder(dataFolder, city);
	return dataFolder;
}

function fileOf(dataFolder: string, dataset: "location" | "owner"): string {
	const found = readManifest(dataFolder, dataset);
	return join(dataFolder, found.kind === "found" ? found.manifest.folder : "", "ranges.bin");
}

function fieldsOf(place: Place, ...names: readonly string[]) {
	return names.map((name) => (place as Readonly<Record<string, unknown>>)[name]);
}

test("Well-known public addresses are where they are, with the data the program came with", async (t) => {
	const geoIp = open(t, { dataFolders: geoIpDataFolders(temporaryHome(t)) });
	const britain = await geoIp.lookUp("81.2.69.142");
	assert.deepEqual(fieldsOf(britain, "country", "countryName", "region"), ["GB", "United Kingdom", "England"]);
	assert.deepEqual(fieldsOf(await geoIp.lookUp("8.8.8.8"), "country", "asn", "networkOwner"), [
		"US",
		15_169,
		"Google LLC",
	]);
	assert.deepEqual(fieldsOf(await geoIp.lookUp("::ffff:8.8.8.8"), "asn"), [15_169]);
	assert.deepEqual(fieldsOf(await geoIp.lookUp("2001:4860:4860::8888"), "asn"), [15_169]);
	assert.deepEqual(fieldsOf(await geoIp.lookUp("2a02:8108::1"), "country"), ["DE"]);
	for (const place of await Promise.all(
		["81.2.69.160", "72.229.28.185", "2.139.175.1"].map((one) => geoIp.lookUp(one)),
	)) {
		assert.equal(place.kind, "place");
	}
	assert.deepEqual(await geoIp.lookUp("::4"), { kind: "unknown", why: "notFound" });
});

test("Addresses that are not public, or none, are answered without loading anything", async (t) => {
	const geoIp = open(t, { dataFolders: [] });
	for (const address of [
		"127.0.0.1",
		"10.0.0.1",
		"192.168.1.1",
		"::1",
		"fe80::1%eth0",
		"2001:db8::1",
		"::ffff:10.1.1.1",
	]) {
		assert.deepEqual(await geoIp.lookUp(address), { kind: "unknown", why: "notGlobal" }, address);
	}
	assert.ok(!geoIp.isLoaded);
	assert.deepEqual(await geoIp.lookUp("x".repeat(10_000)), { kind: "unknown", why: "notGlobal" });
});

test("Without data an address is unknown for that reason, and half of the data is better than none", async (t) => {
	const empty = open(t, { dataFolders: [temporaryHome(t), "/dev/null/nowhere"] });
	assert.deepEqual(await empty.lookUp("8.8.8.8"), { kind: "unknown", why: "noData" });
	const dataFolder = await filledDataFolder(t);
	rmSync(join(dataFolder, "location.json"));
	const half = open(t, { dataFolders: [dataFolder] });
	assert.deepEqual(await half.lookUp("8.8.8.8"), {
		kind: "place",
		asn: 64_500,
		networkOwner: "Example Net",
		lacksLocation: "noData",
	});
});

test("Damaged data is not used, whichever file it is and whatever happened to it", async (t) => {
	const dataFolder = await filledDataFolder(t);
	for (const [dataset, change] of [
		["location", (bytes: Buffer) => bytes.subarray(0, -5)],
		["location", (bytes: Buffer) => bytes.fill((bytes.at(40) ?? 0) ^ 1, 40, 41)],
		["owner", (bytes: Buffer) => bytes.subarray(0, -5)],
		["owner", (bytes: Buffer) => bytes.fill((bytes.at(40) ?? 0) ^ 1, 40, 41)],
	] as const) {
		const copy = join(temporaryHome(t), "copy");
		cpSync(dataFolder, copy, { recursive: true });
		const file = fileOf(copy, dataset);
		writeFileSync(file, change(readFileSync(file)));
		const place = await open(t, { dataFolders: [copy] }).lookUp("8.8.8.8");
		assert.equal(place.kind, "place");
		assert.deepEqual(
			fieldsOf(place, "country", "lacksLocation", "asn"),
			dataset === "location" ? [undefined, "damaged", 64_500] : ["DE", undefined, undefined],
			dataset,
		);
	}
});

test("Damaged data of the person's own gives way to the program's", async (t) => {
	const [own, programs] = [await filledDataFolder(t, "Own"), await filledDataFolder(t, "Program's")];
	const dataFolders = [own, programs];
	assert.deepEqual(fieldsOf(await open(t, { dataFolders }).lookUp("8.8.8.8"), "city"), ["Own"]);
	writeFileSync(fileOf(own, "location"), "");
	assert.deepEqual(fieldsOf(await open(t, { dataFolders }).lookUp("8.8.8.8"), "city"), ["Program's"]);
	writeFileSync(join(programs, "location.json"), "{}");
	assert.deepEqual(fieldsOf(await open(t, { dataFolders }).lookUp("8.8.8.8"), "lacksLocation"), ["damaged"]);
});

test("An update that is older than the data of a newer program gives way to it, and what was imported does not", async (t) => {
	const dataFolders = [await filledDataFolder(t, "Own"), await filledDataFolder(t, "Program's")];
	const change = (dataFolder: string, from: RegExp, to: string) => {
		const file = join(dataFolder, "location.json");
		writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
	};
	const [own = ""] = dataFolders;
	change(own, /"dataDate": "[^"]*"/, '"dataDate": "2026-01-01"');
	assert.deepEqual(fieldsOf(await open(t, { dataFolders }).lookUp("8.8.8.8"), "city"), ["Program's"]);
	change(own, /"origin": "update"/, '"origin": "import"');
	assert.deepEqual(fieldsOf(await open(t, { dataFolders }).lookUp("8.8.8.8"), "city"), ["Own"]);
});

test("Data of geoip-lite that a person brings along is read by that package", async (t) => {
	const [folder, dataFolder] = [temporaryHome(t), temporaryHome(t)];
	const places = [{ country: "SE", region: "BD", city: "Luleå" }];
	const ranges4 = [{ first: 0x08_00_00_00n, last: 0x08_ff_ff_ffn, place: 0 }];
	const ranges6 = [{ first: 0x2001_4860n << 32n, last: (0x2001_4861n << 32n) - 1n, place: 0 }];
	install(folder, locationFiles({ places, ranges4, ranges6 }));
	const { signal } = new AbortController();
	const outcome = await importData(folder, { dataFolder, signal, now: 0, onStep: () => {} });
	assert.equal(outcome.kind, "updated", JSON.stringify(outcome));
	const geoIp = open(t, { dataFolders: [dataFolder] });
	for (const address of ["8.8.8.8", "2001:4860:4860::8888"]) {
		const place = await geoIp.lookUp(address);
		assert.deepEqual(fieldsOf(place, "country", "region", "city"), ["SE", "Norrbottens län", "Luleå"], address);
	}
});

test("Data that nobody has asked for in a while is let go, and comes back with the next question", async (t) => {
	const geoIp = open(t, { dataFolders: [await filledDataFolder(t)], idleMs: 50 });
	assert.ok(!geoIp.isLoaded);
	for (let round = 0; round < 2; round += 1) {
		assert.equal((await geoIp.lookUp("8.8.8.8")).kind, "place");
		assert.ok(geoIp.isLoaded);
		await until(() => !geoIp.isLoaded, "the data is let go");
	}
});

test("A reader that hangs is ended, everybody who waits is told, and it is left alone for a while", async (t) => {
	const geoIp = open(t, { dataFolders: [], workerUrl: failing, answerTimeoutMs: 2_000 });
	assert.equal((await geoIp.lookUp("8.0.0.9")).kind, "place");
	const asked = ["8.0.0.9", "8.0.0.1", "8.0.0.9", "8.0.0.9"].map((address) => geoIp.lookUp(address));
	const places = await Promise.all(asked);
	assert.deepEqual(
		places.map(({ kind }) => kind),
		["place", "unknown", "unknown", "unknown"],
	);
	assert.ok(!geoIp.isLoaded);
	assert.deepEqual(await geoIp.lookUp("8.0.0.9"), { kind: "unknown", why: "damaged" });
	assert.ok(!geoIp.isLoaded);
});

test("A reader that dies is no more than an address that is unknown", async (t) => {
	const geoIp = open(t, { dataFolders: [], workerUrl: failing });
	assert.deepEqual(await geoIp.lookUp("8.0.0.2"), { kind: "unknown", why: "damaged" });
	const absent = open(t, { dataFolders: [], workerUrl: new URL("file:///nowhere/worker.js") });
	assert.deepEqual(await absent.lookUp("8.8.8.8"), { kind: "unknown", why: "damaged" });
});

test("A flood of questions is bounded: those beyond the queue are answered at once", async (t) => {
	const geoIp = open(t, { dataFolders: [], workerUrl: failing });
	const asked = Array.from({ length: 1000 }, () => geoIp.lookUp("8.0.0.9"));
	const kinds = (await Promise.all(asked)).map((place) => (place.kind === "unknown" ? place.why : place.kind));
	assert.equal(kinds.filter((kind) => kind === "place").length, 256);
	assert.equal(kinds.filter((kind) => kind === "busy").length, 744);
});

test("Closing answers whoever waits, and afterwards nothing is loaded", async (t) => {
	const geoIp = open(t, { dataFolders: [], workerUrl: failing });
	const asked = geoIp.lookUp("8.0.0.3");
	await geoIp.close();
	assert.deepEqual(await asked, { kind: "unknown", why: "busy" });
	assert.deepEqual(await geoIp.lookUp("8.8.8.8"), { kind: "unknown", why: "busy" });
	assert.ok(!geoIp.isLoaded);
});
