// The data the program comes with is what data/geoip/ says it is, and the licences that ask for it are named.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { datasetKinds, isIntact, readManifest } from "../../../src/net/geoip/data-folder.ts";
import { attributions } from "../../../src/net/geoip/sources.ts";

const root = resolve(import.meta.dirname, "../../..");
const dataFolder = join(root, "data/geoip");

interface Described {
	readonly dataset: "location" | "owner";
	readonly dataDate: string;
	readonly licence: string;
	readonly licenceFiles: readonly string[];
}

test("The tables in data/geoip are whole, and dated and licensed as their sources are", () => {
	const described = JSON.parse(readFileSync(join(dataFolder, "sources.json"), "utf8")).sources as readonly Described[];
	assert.deepEqual(described.map((one) => one.dataset).toSorted(), [...datasetKinds]);
	for (const { dataset, dataDate, licence, licenceFiles } of described) {
		const found = readManifest(dataFolder, dataset);
		assert.ok(found.kind === "found" && isIntact(dataFolder, found.manifest), dataset);
		assert.deepEqual([found.manifest.dataDate, found.manifest.licence], [dataDate, licence]);
		assert.equal(found.manifest.origin, "program");
		for (const file of licenceFiles) assert.ok(existsSync(join(dataFolder, file)), file);
	}
});

test("No more than 17 MB of tables are in the repository, and no table that is not used", () => {
	const manifests = datasetKinds.map((dataset) => readManifest(dataFolder, dataset));
	const used = manifests.flatMap((found) => (found.kind === "found" ? [found.manifest] : []));
	const folders = readdirSync(dataFolder).filter((name) => /^(?:location|owner)-/.test(name));
	assert.deepEqual(folders.toSorted(), used.map(({ folder }) => folder).toSorted());
	const sizeBytes = used.flatMap(({ files }) => files).reduce((sum, file) => sum + file.sizeBytes, 0);
	assert.ok(sizeBytes < 17_000_000, String(sizeBytes));
});

test("Everybody whose licence asks for it is named", () => {
	const said = attributions.join("\n");
	const readme = readFileSync(join(dataFolder, "README.md"), "utf8");
	for (const name of ["IP Geolocation by DB-IP", "https://db-ip.com", "routeviews.org", "nro.net"]) {
		assert.ok(said.includes(name), name);
		assert.ok(readme.includes(name), name);
	}
	assert.match(
		said,
		/This product includes GeoLite2 data created by MaxMind, available from https:\/\/www\.maxmind\.com/,
	);
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
	for (const entry of ["net/geoip/geoip.ts", "net/geoip/geoip-worker.ts", "engine/places/look-up.ts"])
		assert.deepEqual(uses(entry), [], entry);
	assert.deepEqual(uses("net/geoip-update/update.ts"), [join(root, "src/net/geoip-update/download.ts")]);
	const library = readFileSync(join(root, "node_modules/geoip-lite/lib/geoip.js"), "utf8");
	assert.doesNotMatch(library, /require\('(?:https?|dns|tls)'\)/);
});
