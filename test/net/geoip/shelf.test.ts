// Shelves of data: there is the old or the new, whole, whenever one looks; and what is not as it was put there is not used.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	symlinkSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { isIntact, type Manifest, putOnShelf, readManifest, sweepShelf } from "../../../src/net/geoip/shelf.ts";
import { temporaryHome, timeOnDisk } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";

const about = {
	origin: "import",
	source: "a test",
	licence: "none",
	dataset: "owner",
	format: "range-table",
	now: 1000,
} as const;

function put(shelf: string, sourceVersion: string, content = sourceVersion): Promise<Manifest> {
	return putOnShelf(shelf, { ...about, sourceVersion }, (folder) => writeFileSync(join(folder, "data"), content));
}

function present(shelf: string): Manifest {
	const found = readManifest(shelf, "owner");
	assert.equal(found.kind, "found");
	return found.kind === "found" ? found.manifest : assert.fail();
}

test("What was put on a shelf is there, and what was there before is gone", async (t) => {
	const shelf = join(temporaryHome(t), "made", "when needed");
	const first = await put(shelf, "1");
	assert.deepEqual(present(shelf), first);
	await put(shelf, "2");
	assert.equal(present(shelf).sourceVersion, "2");
	assert.ok(isIntact(shelf, present(shelf)));
	assert.ok(!existsSync(join(shelf, first.folder)));
	assert.deepEqual(readManifest(shelf, "location"), { kind: "absent" });
});

test("A filling that fails (a full disk) leaves the old, and nothing of the new", async (t) => {
	const shelf = temporaryHome(t);
	const old = await put(shelf, "1");
	const full = putOnShelf(shelf, { ...about, sourceVersion: "2" }, (folder) => {
		writeFileSync(join(folder, "data"), "half");
		throw Object.assign(new Error("no space"), { code: "ENOSPC" });
	});
	await assert.rejects(full, { code: "ENOSPC" });
	assert.deepEqual(present(shelf), old);
	assert.deepEqual(readdirSync(shelf).toSorted(), [old.folder, "owner.json"].toSorted());
});

test("A file that was changed, cut or removed is noticed", async (t) => {
	const shelf = temporaryHome(t);
	const content = "x".repeat(5000);
	const manifest = await put(shelf, "1", content);
	const file = join(shelf, manifest.folder, "data");
	fc.assert(
		fc.property(fc.nat(4999), fc.integer({ min: 1, max: 255 }), (at, flip) => {
			const bytes = Buffer.from(content);
			bytes[at] = (bytes[at] ?? 0) ^ flip;
			writeFileSync(file, bytes);
			assert.ok(!isIntact(shelf, manifest));
		}),
		{ numRuns: 50 },
	);
	writeFileSync(file, content);
	assert.ok(isIntact(shelf, manifest));
	truncateSync(file, 4999);
	assert.ok(!isIntact(shelf, manifest));
	assert.ok(!isIntact(shelf, { ...manifest, folder: "owner-0000000000000000" }));
});

test("No change of a manifest makes it name files elsewhere, or is an error of ours", async (t) => {
	const shelf = temporaryHome(t);
	await put(shelf, "1");
	const file = join(shelf, "owner.json");
	const whole = readFileSync(file, "utf8");
	const changes = fc.array(
		fc.tuple(fc.nat(whole.length - 1), fc.constantFrom("/", ".", "..", '"', "}", "9", "\0", "")),
		{
			minLength: 1,
			maxLength: 3,
		},
	);
	fc.assert(
		fc.property(changes, (replaced) => {
			let text = whole;
			for (const [at, value] of replaced) text = text.slice(0, at) + value + text.slice(at + 1);
			writeFileSync(file, text);
			const found = readManifest(shelf, "owner");
			if (found.kind !== "found") return;
			for (const name of [found.manifest.folder, ...found.manifest.files.map((one) => one.name)]) {
				assert.ok(!name.includes("/") && !name.startsWith("."), name);
			}
			isIntact(shelf, found.manifest);
		}),
		{ numRuns: 300 },
	);
	for (const text of [
		"",
		"null",
		"[]",
		`{"a":${"[".repeat(60_000)}`,
		whole.replace("{", `{"pad":"${" ".repeat(70_000)}",`),
	]) {
		writeFileSync(file, text);
		assert.equal(readManifest(shelf, "owner").kind, "damaged");
	}
	// A manifest of another data set does not pass for this one.
	writeFileSync(join(shelf, "location.json"), whole);
	assert.equal(readManifest(shelf, "location").kind, "damaged");
});

test("Sweeping removes what was left behind an hour ago, and neither data in use nor anything else", async (t: TestContext) => {
	const shelf = temporaryHome(t);
	const manifest = await put(shelf, "1");
	const now = timeOnDisk(shelf);
	const left = ["owner-1111111111111111", "staging-2222222222222222"];
	const kept = ["owner-3333333333333333", "somebody's own folder"];
	for (const name of [...left, ...kept]) mkdirSync(join(shelf, name));
	const before = (now - 2 * 3_600_000) / 1000;
	for (const name of [...left, "somebody's own folder", manifest.folder]) utimesSync(join(shelf, name), before, before);
	sweepShelf(shelf, now);
	assert.deepEqual(readdirSync(shelf).toSorted(), [...kept, manifest.folder, "owner.json"].toSorted());
	sweepShelf(join(shelf, "not there"), now);
});

test("Sweeping goes by the time of a link itself, not of what it leads to", (t) => {
	const shelf = temporaryHome(t);
	const [old, link] = [join(shelf, "old"), join(shelf, "partial", "0123456789abcdef0123456789abcdef.part")];
	writeFileSync(old, "");
	utimesSync(old, 1, 1);
	mkdirSync(join(shelf, "partial"));
	symlinkSync(old, link);
	sweepShelf(shelf, timeOnDisk(shelf));
	assert.deepEqual(readdirSync(join(shelf, "partial")), [basename(link)]);
});

test("kill -9 while data is replaced over and over leaves one edition, whole, every time", async (t) => {
	const shelf = temporaryHome(t);
	await put(shelf, "first");
	const program = new URL("./replace-until-killed.ts", import.meta.url);
	for (let kills = 0; kills < 6; kills += 1) {
		const before = present(shelf).folder;
		const child = fork(program, [shelf], { stdio: "ignore" });
		// At work for certain, and then at any moment of it.
		await until(() => present(shelf).folder !== before, "the program has replaced the data");
		await pause(Math.random() * 30);
		child.kill("SIGKILL");
		await new Promise((resolve) => child.once("exit", resolve));
		assert.notEqual(present(shelf).folder, before);
		assert.ok(isIntact(shelf, present(shelf)));
	}
});
