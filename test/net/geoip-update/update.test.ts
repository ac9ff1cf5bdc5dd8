// Updates from a server on this computer that cuts, lies and changes its mind: the new data is complete and tried out, or the old stays.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { isIntact, readManifest } from "../../../src/net/geoip/data-folder.ts";
import { type Offer, offerOfDbIp, offerOfMaxMind, readMaxMindKey } from "../../../src/net/geoip-update/offers.ts";
import { carryOut, type UpdateOptions } from "../../../src/net/geoip-update/update.ts";
import { tarball, worldwideCity, worldwideOwner } from "../../support/geoip/geoip-data.ts";
import { LoopbackDatabases } from "../../support/geoip/loopback-download.ts";
import { cityRecord, mmdb, network4 } from "../../support/geoip/mmdb-writer.ts";
import { temporaryHome, timeOnDisk } from "../../support/temporary-home.ts";

const { signal } = new AbortController();
const thisMonth = "2026-01";
const now = Date.parse(`${thisMonth}-15`);

function options(dataFolder: string, more: Partial<UpdateOptions> = {}): UpdateOptions {
	return { dataFolder, signal, now: timeOnDisk(dataFolder), onStep: () => {}, retryPauseMs: 5, ...more };
}

/** Publishes network owners that were made on 2026-01-`day`. */
function publish(server: LoopbackDatabases, day: number): Buffer {
	return server.publish("dbip-asn-lite", thisMonth, worldwideOwner(`Net ${day}`, `2026-01-0${day}`));
}

async function offered(server: LoopbackDatabases): Promise<Offer> {
	const outcome = await offerOfDbIp("owner", server.url, now, signal);
	return outcome.kind === "offer" ? outcome.offer : assert.fail(outcome.detail);
}

function versionOn(dataFolder: string): string | undefined {
	const found = readManifest(dataFolder, "owner");
	if (found.kind !== "found") return undefined;
	assert.ok(isIntact(dataFolder, found.manifest));
	return found.manifest.sourceVersion.replace("2026-01-0", "");
}

/** A server with version 1 in a data folder already, and version 2 to get. */
async function scene(t: TestContext) {
	const server = await LoopbackDatabases.open(t);
	const dataFolder = temporaryHome(t);
	publish(server, 1);
	assert.equal((await carryOut(await offered(server), options(dataFolder))).kind, "updated");
	const bytes = publish(server, 2);
	server.fileBytes = 0;
	return { server, dataFolder, bytes };
}

test("An update says what it will get, gets it, and tells how far it is", async (t) => {
	const { server, dataFolder, bytes } = await scene(t);
	const offer = await offered(server);
	assert.deepEqual([offer.source, offer.version, offer.sizeBytes], ["DBIP-ASN-Lite", thisMonth, bytes.length]);
	assert.equal(server.fileBytes, 0);
	const steps: string[] = [];
	const outcome = await carryOut(offer, options(dataFolder, { onStep: ({ kind }) => steps.push(kind) }));
	assert.equal(outcome.kind, "updated");
	assert.deepEqual([...new Set(steps)], ["downloading", "making", "trying"]);
	assert.equal(versionOn(dataFolder), "2");
	assert.deepEqual(readdirSync(join(dataFolder, "partial")), []);
});

test("A download that is cut goes on where it stopped, in the same run and in the next", async (t) => {
	const { server, dataFolder, bytes } = await scene(t);
	server.cutAfterBytes = Math.floor(bytes.length / 5);
	server.cuts = 2;
	// In the same run: two cuts, then the rest.
	assert.equal((await carryOut(await offered(server), options(dataFolder))).kind, "updated");
	assert.equal(server.fileBytes, bytes.length);
	assert.equal(server.ranges.length, 2);
	// In the next: three cuts are one too many.
	const third = publish(server, 3);
	server.fileBytes = 0;
	server.cuts = 3;
	const offer = await offered(server);
	const outcome = await carryOut(offer, options(dataFolder));
	assert.equal(outcome.kind, "failed");
	assert.equal(versionOn(dataFolder), "2");
	assert.equal((await carryOut(offer, options(dataFolder))).kind, "updated");
	assert.equal(server.fileBytes, third.length);
	assert.equal(versionOn(dataFolder), "3");
});

test("A server that knows no ranges is asked for all of it again", async (t) => {
	const { server, dataFolder, bytes } = await scene(t);
	server.cutAfterBytes = 100;
	server.cuts = 1;
	server.isRangeIgnored = true;
	assert.equal((await carryOut(await offered(server), options(dataFolder))).kind, "updated");
	assert.equal(server.fileBytes, bytes.length + 100);
});

test("A download that is already here in full is not made again", async (t) => {
	const { server, dataFolder, bytes } = await scene(t);
	const offer = await offered(server);
	writeFileSync(await partialOf(server, dataFolder, offer), bytes);
	server.fileBytes = 0;
	assert.equal((await carryOut(offer, options(dataFolder))).kind, "updated");
	assert.equal(server.fileBytes, 0);
	assert.equal(versionOn(dataFolder), "2");
});

/** Where the part of a download is kept: it is begun and broken off, to find out. */
async function partialOf(server: LoopbackDatabases, dataFolder: string, offer: Offer): Promise<string> {
	server.cutAfterBytes = 1;
	server.cuts = 1;
	const controller = new AbortController();
	await carryOut(offer, options(dataFolder, { signal: controller.signal, onStep: () => controller.abort() }));
	server.cuts = 0;
	const [name = assert.fail("nothing was kept")] = readdirSync(join(dataFolder, "partial"));
	return join(dataFolder, "partial", name);
}

test("A part of a download that is something else is thrown away, and the next update gets it anew", async (t) => {
	const { server, dataFolder, bytes } = await scene(t);
	const offer = await offered(server);
	const file = await partialOf(server, dataFolder, offer);
	for (const sizeBytes of [10, bytes.length, bytes.length + 50]) {
		writeFileSync(file, Buffer.alloc(sizeBytes, 7));
		assert.equal((await carryOut(offer, options(dataFolder))).kind, "failed", String(sizeBytes));
		assert.deepEqual(readdirSync(join(dataFolder, "partial")), []);
		assert.equal((await carryOut(offer, options(dataFolder))).kind, "updated", String(sizeBytes));
	}
});

test("While this month's database is not out the last month's is offered, and other failures are told", async (t) => {
	const server = await LoopbackDatabases.open(t);
	const january = Date.parse("2026-01-03");
	assert.match(JSON.stringify(await offerOfDbIp("owner", server.url, january, signal)), /404/);
	server.publish("dbip-asn-lite", "2025-12", worldwideOwner("Net"));
	const older = await offerOfDbIp("owner", server.url, january, signal);
	assert.equal(older.kind === "offer" && older.offer.version, "2025-12");
	server.publish("dbip-asn-lite", "2026-01", worldwideOwner("Net"));
	const newer = await offerOfDbIp("owner", server.url, january, signal);
	assert.equal(newer.kind === "offer" && newer.offer.version, "2026-01");
	const { url } = server;
	server.close();
	const gone = await offerOfDbIp("owner", url, january, signal);
	assert.match(JSON.stringify(gone), /The connection to 127\.0\.0\.1:\d+ failed/);
});

test("A server that sends us on to an unencrypted place is not followed", async (t) => {
	const { server, dataFolder } = await scene(t);
	const elsewhere = await LoopbackDatabases.open(t);
	publish(elsewhere, 2);
	const offer = await offered(server);
	server.redirect = new URL(offer.url.pathname, elsewhere.url).href;
	const outcome = await carryOut(offer, options(dataFolder));
	assert.match(outcome.kind === "failed" ? outcome.detail : "", /not encrypted/);
	assert.equal(versionOn(dataFolder), "1");
});

test("Files that are damaged, of another kind, or know no well-known address are refused, and the old data stays", async (t) => {
	const { server, dataFolder, bytes } = await scene(t);
	const path = `free/dbip-asn-lite-${thisMonth}.mmdb.gz`;
	const crc = Buffer.from(bytes);
	crc[crc.length - 5] = (crc.at(-5) ?? 0) ^ 1;
	const unknown = mmdb("DBIP-ASN-Lite", [network4("100.0.0.0/24", { autonomous_system_number: 7 })]);
	for (const [why, file] of [
		["no gzip", Buffer.from("no gzip file")],
		["cut off", bytes.subarray(0, -20)],
		["wrong CRC", crc],
		["no database", gzipSync("damage")],
		["another kind", gzipSync(worldwideCity("Atlantis"))],
		["unknown addresses", gzipSync(unknown)],
	] as const) {
		server.files.set(path, file);
		const outcome = await carryOut(await offered(server), options(dataFolder));
		assert.equal(outcome.kind, "failed", why);
		assert.equal(versionOn(dataFolder), "1");
	}
	assert.deepEqual(
		readdirSync(dataFolder).filter((name) => name.startsWith("staging-") || name.startsWith("location")),
		[],
	);
});

test("A full disk is said, and the old data stays", async (t) => {
	const { server, dataFolder } = await scene(t);
	const offer = await offered(server);
	const file = await partialOf(server, dataFolder, offer);
	rmSync(file);
	// Every write to /dev/full fails as on a full disk.
	symlinkSync("/dev/full", file);
	const outcome = await carryOut(offer, options(dataFolder));
	assert.deepEqual(outcome, { kind: "failed", detail: "The disk is full." });
	assert.equal(versionOn(dataFolder), "1");
	rmSync(join(dataFolder, "partial"), { recursive: true });
	writeFileSync(join(dataFolder, "partial"), "in the way");
	assert.equal((await carryOut(offer, options(dataFolder))).kind, "failed");
	assert.equal(versionOn(dataFolder), "1");
});

test("An update that is broken off keeps what has arrived, and changes nothing", async (t) => {
	const { server, dataFolder } = await scene(t);
	server.cutAfterBytes = 100;
	server.cuts = 1;
	const controller = new AbortController();
	const onStep = () => controller.abort();
	const outcome = await carryOut(await offered(server), options(dataFolder, { signal: controller.signal, onStep }));
	assert.deepEqual(outcome, { kind: "failed", detail: "It was broken off." });
	assert.equal(versionOn(dataFolder), "1");
	assert.equal(readdirSync(join(dataFolder, "partial")).length, 1);
});

test("Downloads nobody went on with for a week are removed by the next update", async (t) => {
	const { server, dataFolder } = await scene(t);
	const old = join(dataFolder, "partial", "0123456789abcdef0123456789abcdef.part");
	writeFileSync(old, "half");
	const before = timeOnDisk(dataFolder) / 1000 - 8 * 86_400;
	utimesSync(old, before, before);
	assert.equal((await carryOut(await offered(server), options(dataFolder))).kind, "updated");
	assert.deepEqual(readdirSync(join(dataFolder, "partial")), []);
});

test("kill -9 at any moment of an update leaves the old data or the new, and the next update works", async (t) => {
	const { server, dataFolder } = await scene(t);
	const program = new URL("./update-until-killed.ts", import.meta.url);
	for (const moment of ["downloading", "making", "trying"]) {
		const child = fork(program, [dataFolder, server.url.href, String(now)], {
			stdio: ["ignore", "ignore", "ignore", "ipc"],
		});
		await new Promise<void>((resolve) => child.on("message", (step) => step === moment && resolve()));
		await pause(Math.random() * 60);
		child.kill("SIGKILL");
		await new Promise((resolve) => child.once("exit", resolve));
		assert.match(versionOn(dataFolder) ?? "none", /^[12]$/);
	}
	assert.equal((await carryOut(await offered(server), options(dataFolder))).kind, "updated");
	assert.equal(versionOn(dataFolder), "2");
});

test("Data about locations is updated in the same way as data about network owners", async (t) => {
	const server = await LoopbackDatabases.open(t);
	const dataFolder = temporaryHome(t);
	server.publish("dbip-city-lite", thisMonth, worldwideCity("Berlin"));
	const outcome = await offerOfDbIp("location", server.url, now, signal);
	assert.ok(outcome.kind === "offer");
	assert.equal((await carryOut(outcome.offer, options(dataFolder))).kind, "updated");
	const found = readManifest(dataFolder, "location");
	assert.ok(found.kind === "found");
	assert.match(found.manifest.licence, /CC BY 4\.0/);
});

test("MaxMind's databases come with the person's key, by account or alone, and the key is never said", async (t) => {
	const server = await LoopbackDatabases.open(t);
	const database = mmdb("GeoLite2-City", [
		network4("8.8.8.0/24", cityRecord("US", "Mountain View")),
		network4("1.1.1.0/24", cityRecord("AU", "Sydney")),
		network4("9.9.9.0/24", cityRecord("US", "Berkeley")),
		network4("81.2.69.0/24", cityRecord("GB", "London")),
	]);
	const bytes = tarball(
		{ "GeoLite2-City.mmdb": database, "COPYRIGHT.txt": Buffer.from("c") },
		"GeoLite2-City_20260102",
	);
	server.databases.set("GeoLite2-City", { version: "20260102", bytes });
	const dataFolder = temporaryHome(t);
	const account = readMaxMindKey(
		"# GeoIP.conf\nAccountID 123456\nLicenseKey abcDEF_123456\nEditionIDs GeoLite2-City\n",
	);
	const alone = readMaxMindKey("abcDEF_123456\n");
	assert.deepEqual(readMaxMindKey("123456:abcDEF_123456"), account);
	for (const text of ["", "key", "two words here", "x".repeat(100), "AccountID 1\n"])
		assert.equal(readMaxMindKey(text), undefined);
	for (const [key, authorization] of [
		[account, `Basic ${Buffer.from("123456:abcDEF_123456").toString("base64")}`],
		[alone, "abcDEF_123456"],
	] as const) {
		assert.ok(key);
		server.authorization = authorization;
		const outcome = await offerOfMaxMind("location", key, server.url, signal);
		assert.ok(outcome.kind === "offer", JSON.stringify(outcome));
		assert.deepEqual([outcome.offer.source, outcome.offer.version], ["GeoLite2-City", "2026-01-02"]);
		const done = await carryOut(outcome.offer, options(dataFolder));
		assert.equal(done.kind, "updated", JSON.stringify(done));
		server.authorization = "another key";
		const refused = await offerOfMaxMind("location", key, server.url, signal);
		assert.match(JSON.stringify(refused), /401/);
		assert.doesNotMatch(JSON.stringify(refused), /abcDEF/);
		const failed = await carryOut(
			{ ...outcome.offer, checksum: { algorithm: "sha256", digest: "0".repeat(64) } },
			options(dataFolder),
		);
		assert.equal(failed.kind, "failed");
		assert.doesNotMatch(JSON.stringify(failed), /abcDEF/);
	}
});
