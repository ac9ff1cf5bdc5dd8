// Updates from a registry on this computer that cuts, lies and changes its mind: the new data is complete and tried out, or the old stays.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Offer, offerOfMaxMind, offerOfNpm, readMaxMindKey } from "../../../src/net/geoip/offers.ts";
import { isIntact, readManifest } from "../../../src/net/geoip/shelf.ts";
import { carryOut, type UpdateOptions } from "../../../src/net/geoip/update.ts";
import { locationPackage, tarball, worldwide, worldwideOwner } from "../../support/geoip-data.ts";
import { LoopbackRegistry } from "../../support/loopback-registry.ts";
import { cityRecord, mmdb, network4 } from "../../support/mmdb-writer.ts";
import { temporaryHome, timeOnDisk } from "../../support/temporary-home.ts";

const { signal } = new AbortController();

function options(shelf: string, more: Partial<UpdateOptions> = {}): UpdateOptions {
	return { shelf, signal, now: timeOnDisk(shelf), onStep: () => {}, retryPauseMs: 5, ...more };
}

function publish(
	registry: LoopbackRegistry,
	version: string,
	files = worldwideOwner(version, `Net ${version}`),
): Buffer {
	const bytes = tarball(files);
	registry.packages.set("@ip-location-db/asn", { version, bytes });
	return bytes;
}

async function offered(registry: LoopbackRegistry): Promise<Offer> {
	const outcome = await offerOfNpm("owner", registry.url, signal);
	return outcome.kind === "offer" ? outcome.offer : assert.fail(outcome.detail);
}

function versionOn(shelf: string): string | undefined {
	const found = readManifest(shelf, "owner");
	if (found.kind !== "found") return undefined;
	assert.ok(isIntact(shelf, found.manifest));
	return found.manifest.sourceVersion;
}

/** A registry with version 1 on a shelf already, and version 2 to get. */
async function scene(t: TestContext) {
	const registry = await LoopbackRegistry.open(t);
	const shelf = temporaryHome(t);
	publish(registry, "1");
	assert.equal((await carryOut(await offered(registry), options(shelf))).kind, "updated");
	const bytes = publish(registry, "2");
	registry.fileBytes = 0;
	return { registry, shelf, bytes };
}

test("An update says what it will get, gets it, and tells how far it is", async (t) => {
	const { registry, shelf, bytes } = await scene(t);
	const offer = await offered(registry);
	assert.deepEqual([offer.source, offer.version, offer.sizeBytes], ["@ip-location-db/asn", "2", bytes.length]);
	assert.equal(registry.fileBytes, 0);
	const steps: string[] = [];
	const outcome = await carryOut(offer, options(shelf, { onStep: ({ kind }) => steps.push(kind) }));
	assert.equal(outcome.kind, "updated");
	assert.deepEqual([...new Set(steps)], ["downloading", "making", "trying"]);
	assert.equal(versionOn(shelf), "2");
	assert.deepEqual(readdirSync(join(shelf, "partial")), []);
});

test("A download that is cut goes on where it stopped, in the same run and in the next", async (t) => {
	const { registry, shelf, bytes } = await scene(t);
	registry.cutAfterBytes = Math.floor(bytes.length / 5);
	registry.cuts = 2;
	// In the same run: two cuts, then the rest.
	assert.equal((await carryOut(await offered(registry), options(shelf))).kind, "updated");
	assert.equal(registry.fileBytes, bytes.length);
	assert.equal(registry.ranges.length, 2);
	// In the next: three cuts are one too many.
	const third = publish(registry, "3");
	registry.fileBytes = 0;
	registry.cuts = 3;
	const offer = await offered(registry);
	const outcome = await carryOut(offer, options(shelf));
	assert.equal(outcome.kind, "failed");
	assert.equal(versionOn(shelf), "2");
	assert.equal((await carryOut(offer, options(shelf))).kind, "updated");
	assert.equal(registry.fileBytes, third.length);
	assert.equal(versionOn(shelf), "3");
});

test("A server that knows no ranges is asked for all of it again", async (t) => {
	const { registry, shelf, bytes } = await scene(t);
	registry.cutAfterBytes = 100;
	registry.cuts = 1;
	registry.isRangeIgnored = true;
	assert.equal((await carryOut(await offered(registry), options(shelf))).kind, "updated");
	assert.equal(registry.fileBytes, bytes.length + 100);
});

test("What is already here in full is not downloaded again", async (t) => {
	const { registry, shelf, bytes } = await scene(t);
	const offer = await offered(registry);
	writeFileSync(join(shelf, "partial", `${offer.checksum.digest.slice(0, 32)}.part`), bytes);
	assert.equal((await carryOut(offer, options(shelf))).kind, "updated");
	assert.equal(registry.fileBytes, 0);
});

test("What is here in part but is something else is thrown away and got anew", async (t) => {
	const { registry, shelf, bytes } = await scene(t);
	const offer = await offered(registry);
	const file = join(shelf, "partial", `${offer.checksum.digest.slice(0, 32)}.part`);
	for (const sizeBytes of [10, bytes.length, bytes.length + 50]) {
		writeFileSync(file, Buffer.alloc(sizeBytes, 7));
		assert.equal((await carryOut(offer, options(shelf))).kind, "updated", String(sizeBytes));
	}
});

test("A file that does not have the announced checksum is refused, and the old data stays", async (t) => {
	const { registry, shelf } = await scene(t);
	const published = registry.packages.get("@ip-location-db/asn");
	assert.ok(published);
	const other = `sha512-${Buffer.alloc(64, 1).toString("base64")}`;
	registry.packages.set("@ip-location-db/asn", { ...published, integrity: other });
	const outcome = await carryOut(await offered(registry), options(shelf));
	assert.match(outcome.kind === "failed" ? outcome.detail : "", /checksum/);
	assert.equal(versionOn(shelf), "1");
	assert.deepEqual(readdirSync(join(shelf, "partial")), []);
});

test("A registry that makes no sense offers nothing", async (t) => {
	const registry = await LoopbackRegistry.open(t);
	assert.equal((await offerOfNpm("owner", registry.url, signal)).kind, "failed");
	publish(registry, "1");
	const published = registry.packages.get("@ip-location-db/asn");
	assert.ok(published);
	for (const wrong of [
		{ integrity: "sha1-AAAA" },
		{ integrity: "" },
		{ version: "../../1" },
		{ version: "\u001b[31m" },
	]) {
		registry.packages.set("@ip-location-db/asn", { ...published, ...wrong });
		assert.equal((await offerOfNpm("owner", registry.url, signal)).kind, "failed", JSON.stringify(wrong));
	}
	const { url } = registry;
	registry.close();
	assert.match(JSON.stringify(await offerOfNpm("owner", url, signal)), /The connection to 127\.0\.0\.1:\d+ failed/);
});

test("A server that sends us on to an unencrypted place is not followed", async (t) => {
	const { registry, shelf } = await scene(t);
	const elsewhere = await LoopbackRegistry.open(t);
	publish(elsewhere, "2");
	const offer = await offered(registry);
	registry.redirect = new URL(`files/${encodeURIComponent("@ip-location-db/asn")}.tgz`, elsewhere.url).href;
	const outcome = await carryOut(offer, options(shelf));
	assert.match(outcome.kind === "failed" ? outcome.detail : "", /not encrypted/);
	assert.equal(versionOn(shelf), "1");
});

test("Packages that are damaged, lack a file, or know no well-known address are refused, and the old data stays", async (t) => {
	const { registry, shelf } = await scene(t);
	const good = worldwideOwner("2", "Net");
	const only = (start: string) => ({
		...good,
		"asn-ipv4-num.csv": Buffer.from(start),
		"asn-ipv6-num.csv": Buffer.from(start),
	});
	const { "asn-ipv6-num.csv": _missing, ...lacking } = good;
	for (const files of [
		lacking,
		only("damage"),
		only("1,2,3,Nobody\n"),
		{ ...good, "package.json": Buffer.from("{}") },
	]) {
		publish(registry, "2", files);
		const outcome = await carryOut(await offered(registry), options(shelf));
		assert.equal(outcome.kind, "failed");
		assert.equal(versionOn(shelf), "1");
	}
	registry.packages.set("@ip-location-db/asn", { version: "2", bytes: Buffer.from("no archive") });
	assert.equal((await carryOut(await offered(registry), options(shelf))).kind, "failed");
	assert.deepEqual(
		readdirSync(shelf).filter((name) => name.startsWith("staging-")),
		[],
	);
});

test("A full disk is said, and the old data stays", async (t) => {
	const { registry, shelf } = await scene(t);
	const offer = await offered(registry);
	// Every write to /dev/full fails as on a full disk.
	symlinkSync("/dev/full", join(shelf, "partial", `${offer.checksum.digest.slice(0, 32)}.part`));
	const outcome = await carryOut(offer, options(shelf));
	assert.deepEqual(outcome, { kind: "failed", detail: "The disk is full." });
	assert.equal(versionOn(shelf), "1");
	rmSync(join(shelf, "partial"), { recursive: true });
	writeFileSync(join(shelf, "partial"), "in the way");
	assert.equal((await carryOut(offer, options(shelf))).kind, "failed");
	assert.equal(versionOn(shelf), "1");
});

test("An update that is broken off keeps what has arrived, and changes nothing", async (t) => {
	const { registry, shelf } = await scene(t);
	registry.cutAfterBytes = 100;
	registry.cuts = 1;
	const controller = new AbortController();
	const onStep = () => controller.abort();
	const outcome = await carryOut(await offered(registry), options(shelf, { signal: controller.signal, onStep }));
	assert.deepEqual(outcome, { kind: "failed", detail: "It was broken off." });
	assert.equal(versionOn(shelf), "1");
	assert.equal(readdirSync(join(shelf, "partial")).length, 1);
});

test("Downloads nobody went on with for a week are removed by the next update", async (t) => {
	const { registry, shelf } = await scene(t);
	const old = join(shelf, "partial", "0123456789abcdef0123456789abcdef.part");
	writeFileSync(old, "half");
	const before = timeOnDisk(shelf) / 1000 - 8 * 86_400;
	utimesSync(old, before, before);
	assert.equal((await carryOut(await offered(registry), options(shelf))).kind, "updated");
	assert.deepEqual(readdirSync(join(shelf, "partial")), []);
});

test("kill -9 at any moment of an update leaves the old data or the new, and the next update works", async (t) => {
	const { registry, shelf } = await scene(t);
	const program = new URL("./replace-until-killed.ts", import.meta.url);
	for (const moment of ["downloading", "making", "trying"]) {
		const child = fork(program, [shelf, registry.url.href], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
		await new Promise<void>((resolve) => child.on("message", (step) => step === moment && resolve()));
		await pause(Math.random() * 60);
		child.kill("SIGKILL");
		await new Promise((resolve) => child.once("exit", resolve));
		assert.match(versionOn(shelf) ?? "none", /^[12]$/);
	}
	assert.equal((await carryOut(await offered(registry), options(shelf))).kind, "updated");
	assert.equal(versionOn(shelf), "2");
});

test("Locations come the same way", async (t) => {
	const registry = await LoopbackRegistry.open(t);
	const shelf = temporaryHome(t);
	registry.packages.set("geoip-lite", {
		version: "2.1.0",
		bytes: tarball(locationPackage("2.1.0", worldwide("Berlin"))),
	});
	const outcome = await offerOfNpm("location", registry.url, signal);
	assert.equal(outcome.kind, "offer");
	if (outcome.kind !== "offer") return;
	assert.equal((await carryOut(outcome.offer, options(shelf))).kind, "updated");
	assert.equal(readManifest(shelf, "location").kind, "found");
});

test("MaxMind's databases come with the person's key, by account or alone, and the key is never said", async (t) => {
	const registry = await LoopbackRegistry.open(t);
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
	registry.databases.set("GeoLite2-City", { version: "20260102", bytes });
	const shelf = temporaryHome(t);
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
		registry.authorization = authorization;
		const outcome = await offerOfMaxMind("location", key, registry.url, signal);
		assert.ok(outcome.kind === "offer", JSON.stringify(outcome));
		assert.deepEqual([outcome.offer.source, outcome.offer.version], ["GeoLite2-City", "2026-01-02"]);
		const done = await carryOut(outcome.offer, options(shelf));
		assert.equal(done.kind, "updated", JSON.stringify(done));
		registry.authorization = "another key";
		const refused = await offerOfMaxMind("location", key, registry.url, signal);
		assert.match(JSON.stringify(refused), /401/);
		assert.doesNotMatch(JSON.stringify(refused), /abcDEF/);
		const failed = await carryOut(
			{ ...outcome.offer, checksum: { algorithm: "sha256", digest: "0".repeat(64) } },
			options(shelf),
		);
		assert.equal(failed.kind, "failed");
		assert.doesNotMatch(JSON.stringify(failed), /abcDEF/);
	}
});
