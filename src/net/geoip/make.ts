// Makes data sets of what was installed, downloaded or handed in, and puts them onto a shelf. Takes seconds: only in a worker.
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compactLocations } from "./locations.ts";
import { MMDB_LIMIT_BYTES, openMmdb } from "./mmdb.ts";
import { buildOwnerTable, ownedRanges } from "./owners.ts";
import { type DatasetKind, type Manifest, putOnShelf, UnusableData } from "./shelf.ts";
import { mmdbLicence, packageSources, packageVersion, provenanceOf } from "./sources.ts";
import { unpack } from "./tar.ts";

/** What a data set is made of. Paths are absolute. */
export type Material =
	/** An npm package as it lies in node_modules. */
	| { readonly kind: "package"; readonly dataset: DatasetKind; readonly folder: string }
	/** An npm package as it was downloaded. */
	| { readonly kind: "tarball"; readonly dataset: DatasetKind; readonly file: string }
	/** A database in MaxMind's format. */
	| { readonly kind: "mmdb"; readonly origin: "import" | "update"; readonly file: string }
	/** A .tar.gz with one such database in it, as MaxMind gives them out. */
	| { readonly kind: "mmdbArchive"; readonly file: string };

/** Puts what `material` has onto `shelf`. Throws UnusableData, or what the file system throws. `now`: ms since the epoch. */
export async function make(material: Material, shelf: string, now: number): Promise<Manifest> {
	mkdirSync(shelf, { recursive: true });
	switch (material.kind) {
		case "package":
			return fromPackage(material.dataset, material.folder, "package", shelf, now);
		case "mmdb":
			return fromMmdb(material.file, material.origin, shelf, now);
		case "tarball":
			return inWorkshop(shelf, async (workshop) => {
				await unpackPackage(material.dataset, material.file, workshop);
				return fromPackage(material.dataset, workshop, "update", shelf, now);
			});
		case "mmdbArchive":
			return inWorkshop(shelf, async (workshop) => {
				const file = await unpackMmdb(material.file, workshop);
				return fromMmdb(file, "update", shelf, now);
			});
	}
}

/** A folder for what is needed on the way. What a killed process leaves is swept with its shelf. */
async function inWorkshop<Made>(shelf: string, work: (workshop: string) => Promise<Made>): Promise<Made> {
	const workshop = join(shelf, `staging-${randomBytes(8).toString("hex")}`);
	mkdirSync(workshop);
	try {
		return await work(workshop);
	} finally {
		rmSync(workshop, { recursive: true, force: true });
	}
}

async function unpackPackage(dataset: DatasetKind, archive: string, folder: string): Promise<void> {
	const { files, fileLimitBytes } = packageSources[dataset];
	const wanted: readonly string[] = ["package.json", ...files];
	mkdirSync(join(folder, "data"));
	// The first part of the name is "package" by custom only.
	const pathOf = (entryName: string) => {
		const name = wanted.find((file) => entryName.replace(/^[^/]*\//, "") === file);
		return name === undefined ? undefined : join(folder, name);
	};
	const outcome = await unpack({ archive, pathOf, fileLimitBytes });
	if (outcome.kind === "refused") throw new UnusableData(outcome.detail);
	if (outcome.entryNames.length !== wanted.length) throw new UnusableData("A file is missing in the package.");
}

async function unpackMmdb(archive: string, folder: string): Promise<string> {
	const file = join(folder, "data.mmdb");
	const pathOf = (entryName: string) => (/^[^/]+\/[^/]+\.mmdb$/.test(entryName) ? file : undefined);
	const outcome = await unpack({ archive, pathOf, fileLimitBytes: MMDB_LIMIT_BYTES });
	if (outcome.kind === "refused") throw new UnusableData(outcome.detail);
	if (outcome.entryNames.length !== 1) throw new UnusableData("The archive has no .mmdb database, or several.");
	return file;
}

async function fromPackage(
	dataset: DatasetKind,
	folder: string,
	origin: "package" | "update",
	shelf: string,
	now: number,
): Promise<Manifest> {
	const { name, format, fileLimitBytes, files } = packageSources[dataset];
	const version = packageVersion(folder, name);
	if (version === undefined) throw new UnusableData(`This is no package ${name}.`);
	const about = { ...provenanceOf(dataset, version, origin), dataset, format, now };
	for (const file of files) {
		if (statSync(join(folder, file)).size > fileLimitBytes) throw new UnusableData(`${file} is too large.`);
	}
	return putOnShelf(shelf, about, async (into) => {
		if (dataset === "location") compactLocations(join(folder, "data"), into);
		else writeFileSync(join(into, "owners.bin"), await ownersFrom(files.map((file) => join(folder, file))));
	});
}

async function ownersFrom([ipv4 = "", ipv6 = ""]: readonly string[]): Promise<Buffer> {
	const [rows4, rows6] = [await readFile(ipv4), await readFile(ipv6)];
	return buildOwnerTable(ownedRanges(rows4, 0n), ownedRanges(rows6, 64n));
}

async function fromMmdb(file: string, origin: "import" | "update", shelf: string, now: number): Promise<Manifest> {
	// Judged where it lies, and again where it was copied to: whoever opens it there checks it against the manifest.
	const { dataset, databaseType, builtOn } = await openMmdb(file);
	const licence = mmdbLicence(databaseType);
	const about = { origin, source: databaseType, sourceVersion: builtOn, dataDate: builtOn, licence };
	return putOnShelf(shelf, { ...about, dataset, format: "mmdb", now }, (into) => {
		copyFileSync(file, join(into, "data.mmdb"));
	});
}
