// Data folders: there is the old or the new, whole, whenever one looks; and what is not as it was put there is not used.
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
import {
	isIntact,
	type Manifest,
	putInDataFolder,
	readManifest,
	sweepDataFolder,
} from "../../../src/net/geoip/data-folder.ts";
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

function put(dataFolder: string, sourceVersion: string, content = sourceVersion): Promise<Manifest> {
	return putInDataFolder(dataFolder, { ...about, sourceVersion }, (folder) =>
		writeFileSync(join(folder, "data"), content),
	);
}

function present(dataFolder: string): Manifest {
	const found = readManifest(dataFolder, "owner");
	assert.equal(found.kind, "found");
	return found.kind === "found" ? found.manifest : assert.fail();
}

test("New data that was put in a data folder is there, and the data of before is gone", async (t) => {
	const dataFolder = join(temporaryHome(t), "made", "when needed");
	const first = await put(dataFolder, "1");
	assert.deepEqual(present(dataFolder), first);
	await put(dataFolder, "2");
	assert.equal(present(dataFolder).sourceVersion, "2");
	assert.ok(isIntact(dataFolder, present(dataFolder)));
	assert.ok(!existsSync(join(dataFolder, first.folder)));
	assert.deepEqual(readManifest(dataFolder, "location"), { kind: "absent" });
});

test("A data folder that can't be filled (a full disk) keeps the old data, and nothing of the new", async (t) => {
	const dataFolder = temporaryHome(t);
	const old = await put(dataFolder, "1");
	const full = putInDataFolder(dataFolder, { ...about, sourceVersion: "2" }, (folder) => {
		writeFileSync(join(folder, "data"), "half");
		throw Object.assign(new Error("no space"), { code: "ENOSPC" });
	});
	await assert.rejects(full, { code: "ENOSPC" });
	assert.deepEqual(present(dataFolder), old);
	assert.deepEqual(readdirSync(dataFolder).toSorted(), [old.folder, "owner.json"].toSorted());
});

test("A file that was changed, cut or removed is noticed", async (t) => {
	const dataFolder = temporaryHome(t);
	const content = "x".repeat(5000);
	const manifest = await put(dataFolder, "1", content);
	const file = join(dataFolder, manifest.folder, "data");
	fc.assert(
		fc.property(fc.nat(4999), fc.integer({ min: 1, max: 255 }), (at, flip) => {
			const bytes = Buffer.from(content);
			bytes[at] = (bytes[at] ?? 0) ^ flip;
			writeFileSync(file, bytes);
			assert.ok(!isIntact(dataFolder, manifest));
		}),
		{ numRuns: 50 },
	);
	writeFileSync(file, content);
	assert.ok(isIntact(dataFolder, manifest));
	truncateSync(file, 4999);
	assert.ok(!isIntact(dataFolder, manifest));
	assert.ok(!isIntact(dataFolder, { ...manifest, folder: "owner-0000000000000000" }));
});

test("No change of a manifest makes it name files elsewhere, or is an error of ours", async (t) => {
	const dataFolder = temporaryHome(t);
	await put(dataFolder, "1");
	const file = join(dataFolder, "owner.json");
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
			const found = readManifest(dataFolder, "owner");
			if (found.kind !== "found") return;
			for (const name of [found.manifest.folder, ...found.manifest.files.map((one) => one.name)]) {
				assert.ok(!name.includes("/") && !name.startsWith("."), name);
			}
			isIntact(dataFolder, found.manifest);
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
		assert.equal(readManifest(dataFolder, "owner").kind, "damaged");
	}
	// A manifest of another data set does not pass for this one.
	writeFileSync(join(dataFolder, "location.json"), whole);
	assert.equal(readManifest(dataFolder, "location").kind, "damaged");
});

test("Sweeping removes what was left behind an hour ago, and neither data in use nor anything else", async (t: TestContext) => {
	const dataFolder = temporaryHome(t);
	const manifest = await put(dataFolder, "1");
	const now = timeOnDisk(dataFolder);
	const left = ["owner-1111111111111111", "staging-2222222222222222"];
	const kept = ["owner-3333333333333333", "somebody's own folder"];
	for (const name of [...left, ...kept]) mkdirSync(join(dataFolder, name));
	const before = (now - 2 * 3_600_000) / 1000;
	for (const name of [...left, "somebody's own folder", manifest.folder])
		utimesSync(join(dataFolder, name), before, before);
	sweepDataFolder(dataFolder, now);
	assert.deepEqual(readdirSync(dataFolder).toSorted(), [...kept, manifest.folder, "owner.json"].toSorted());
	sweepDataFolder(join(dataFolder, "not there"), now);
});

test("Sweeping goes by the time of a link itself, not of what it leads to", (t) => {
	const dataFolder = temporaryHome(t);
	const [old, link] = [join(dataFolder, "old"), join(dataFolder, "partial", "0123456789abcdef0123456789abcdef.part")];
	writeFileSync(old, "");
	utimesSync(old, 1, 1);
	mkdirSync(join(dataFolder, "partial"));
	symlinkSync(old, link);
	sweepDataFolder(dataFolder, timeOnDisk(dataFolder));
	assert.deepEqual(readdirSync(join(dataFolder, "partial")), [basename(link)]);
});

test("kill -9 while data is replaced over and over leaves one edition, whole, every time", async (t) => {
	const dataFolder = temporaryHome(t);
	await put(dataFolder, "first");
	const program = new URL("./replace-until-killed.ts", import.meta.url);
	for (let kills = 0; kills < 6; kills += 1) {
		const before = present(dataFolder).folder;
		const child = fork(program, [dataFolder], { stdio: "ignore" });
		// At work for certain, and then at any moment of it.
		await until(() => present(dataFolder).folder !== before, "the program has replaced the data");
		await pause(Math.random() * 30);
		child.kill("SIGKILL");
		await new Promise((resolve) => child.once("exit", resolve));
		assert.notEqual(present(dataFolder).folder, before);
		assert.ok(isIntact(dataFolder, present(dataFolder)));
	}
});
