// The data the program comes with is what data/geoip/ says it is, and the licences that ask for it are named.
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { sha256Of } from "../../../src/net/geoip/shelf.ts";
import { attributions, packageSources, provenanceOf } from "../../../src/net/geoip/sources.ts";

const root = resolve(import.meta.dirname, "../../..");

interface Described {
	readonly package: string;
	readonly version: string;
	readonly integrity: string;
	readonly dataset: "location" | "owner";
	readonly dataDate: string;
	readonly licenceFiles: readonly string[];
	readonly files: readonly { readonly path: string; readonly sizeBytes: number; readonly sha256: string }[];
}

const json = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));

test("The manifest in data/geoip names exactly the packages, files and dates that are used", () => {
	const described = json("data/geoip/manifest.json").sources as readonly Described[];
	const { packages } = json("package-lock.json");
	assert.deepEqual(described.map((one) => one.dataset).toSorted(), ["location", "owner"]);
	for (const one of described) {
		const { name, files } = packageSources[one.dataset];
		const locked = packages[`node_modules/${name}`];
		assert.deepEqual([one.package, one.version, one.integrity], [name, locked.version, locked.integrity]);
		assert.deepEqual(
			one.files.map(({ path }) => path),
			files,
		);
		for (const { path, sizeBytes, sha256 } of one.files) {
			const file = join(root, "node_modules", name, path);
			assert.equal(statSync(file).size, sizeBytes);
			assert.equal(sha256Of(file), sha256);
		}
		assert.equal(provenanceOf(one.dataset, one.version, "package").dataDate, one.dataDate);
		for (const licence of one.licenceFiles) assert.ok(existsSync(join(root, "data/geoip", licence)), licence);
	}
});

test("Everybody whose licence asks for it is named", () => {
	const said = attributions.join("\n");
	for (const name of [
		"This product includes GeoLite2 data created by MaxMind",
		"https://www.maxmind.com",
		"routeviews.org",
		"nro.net",
		"https://db-ip.com",
	]) {
		assert.ok(said.includes(name), name);
		if (!name.startsWith("This"))
			assert.ok(readFileSync(join(root, "data/geoip/README.md"), "utf8").includes(name), name);
	}
});

/** Every file that is loaded with `path`, late imports too. */
function loadedWith(path: string, seen = new Set<string>()): ReadonlySet<string> {
	if (seen.has(path)) return seen;
	seen.add(path);
	const imports = readFileSync(path, "utf8").matchAll(/(?:\bfrom |import\()"(\.[^"]+)"/g);
	for (const [, from = ""] of imports) loadedWith(join(dirname(path), from), seen);
	return seen;
}

test("Nothing that looks an address up can open a connection: only what updates the data can", () => {
	const uses = (entry: string) =>
		[...loadedWith(join(root, "src", entry))].flatMap((path) => {
			const source = readFileSync(path, "utf8");
			return /"node:(?:https?|http2|dns|dns\/promises|dgram|tls)"|\bfetch\(|\b(?:connect|createConnection)\(/.test(
				source,
			)
				? [path]
				: [];
		});
	for (const entry of ["net/geoip/geoip.ts", "net/geoip/geoip-worker.ts", "engine/places/locator.ts"])
		assert.deepEqual(uses(entry), [], entry);
	assert.deepEqual(uses("net/geoip/update.ts"), [join(root, "src/net/geoip/download.ts")]);
	const library = readFileSync(join(root, "node_modules/geoip-lite/lib/geoip.js"), "utf8");
	assert.doesNotMatch(library, /require\('(?:https?|dns|tls)'\)/);
});
