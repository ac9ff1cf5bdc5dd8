// Makes data sets of what was downloaded or handed in, and puts them into a data folder. It takes seconds and much memory: only in a process of its own.
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type Manifest, putInDataFolder, UnusableData } from "../geoip/data-folder.ts";
import { locationLine, ownerLine } from "../geoip/entries.ts";
import { isGeoIpLiteHere } from "../geoip/geoip-lite.ts";
import { databaseSource } from "../geoip/sources.ts";
import { compactLocations } from "./locations.ts";
import { locationIn, MMDB_LIMIT_BYTES, type Mmdb, openMmdb, ownerIn } from "./mmdb.ts";
import { type FoundRange, ranges4, ranges6 } from "./mmdb-walk.ts";
import { RangeTableBuilder } from "./range-table-builder.ts";
import { unpack } from "./tar.ts";

/** Says what a data set is made of. Paths are absolute. */
export type Material =
	/** Is a database in MaxMind's format. */
	| { readonly kind: "mmdb"; readonly origin: "import" | "update"; readonly file: string }
	/** Is such a database packed with gzip, as DB-IP gives them out. */
	| { readonly kind: "mmdbGzip"; readonly file: string }
	/** Is a .tar.gz with such a database in it, as MaxMind gives them out. */
	| { readonly kind: "mmdbArchive"; readonly file: string }
	/** Is a folder with data of the npm package geoip-lite, as its own updater leaves it. */
	| { readonly kind: "geoIpLite"; readonly folder: string };

/** Puts what `material` has into `dataFolder`. It throws UnusableData, or what the file system throws. `now` is in milliseconds since the epoch. */
export async function make(material: Material, dataFolder: string, now: number): Promise<Manifest> {
	mkdirSync(dataFolder, { recursive: true });
	switch (material.kind) {
		case "mmdb":
			return fromMmdb(material.file, material.origin, dataFolder, now);
		case "mmdbGzip":
			return inWorkFolder(dataFolder, async (workFolder) => {
				const file = join(workFolder, "data.mmdb");
				await gunzip(material.file, file);
				return fromMmdb(file, "update", dataFolder, now);
			});
		case "mmdbArchive":
			return inWorkFolder(dataFolder, async (workFolder) => {
				const file = await unpackMmdb(material.file, workFolder);
				return fromMmdb(file, "update", dataFolder, now);
			});
		case "geoIpLite":
			return fromGeoIpLite(material.folder, dataFolder, now);
	}
}

/** Gives `work` a folder for what is needed on the way. What a killed process leaves is swept with its data folder. */
async function inWorkFolder<Made>(dataFolder: string, work: (workFolder: string) => Promise<Made>): Promise<Made> {
	const workFolder = join(dataFolder, `staging-${randomBytes(8).toString("hex")}`);
	mkdirSync(workFolder);
	try {
		return await work(workFolder);
	} finally {
		rmSync(workFolder, { recursive: true, force: true });
	}
}

/** Unpacks a gzip file, hostile: its end is checked, and it may not become larger than a database can be. */
async function gunzip(from: string, to: string): Promise<void> {
	let sizeBytes = 0;
	const bounded = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			sizeBytes += chunk.length;
			done(sizeBytes > MMDB_LIMIT_BYTES ? new UnusableData("The file is too large.") : null, chunk);
		},
	});
	try {
		await pipeline(createReadStream(from), createGunzip(), bounded, createWriteStream(to));
	} catch (error) {
		const { code = "" } = error as NodeJS.ErrnoException;
		if (code.startsWith("Z_")) throw new UnusableData("The file is damaged.");
		throw error;
	}
}

async function unpackMmdb(archive: string, folder: string): Promise<string> {
	const file = join(folder, "data.mmdb");
	const pathOf = (entryName: string) => (/^[^/]+\/[^/]+\.mmdb$/.test(entryName) ? file : undefined);
	const outcome = await unpack({ archive, pathOf, fileLimitBytes: MMDB_LIMIT_BYTES });
	if (outcome.kind === "refused") throw new UnusableData(outcome.detail);
	if (outcome.entryNames.length !== 1) throw new UnusableData("The archive has no .mmdb database, or several.");
	return file;
}

async function fromMmdb(file: string, origin: "import" | "update", dataFolder: string, now: number): Promise<Manifest> {
	const database = await openMmdb(file);
	const { dataset, databaseType, builtOn } = database;
	const about = { origin, sourceVersion: builtOn, dataDate: builtOn, ...databaseSource(databaseType) };
	return putInDataFolder(dataFolder, { ...about, dataset, format: "range-table", now }, (into) => {
		const builder = new RangeTableBuilder();
		addDatabase(builder, database);
		builder.write(join(into, "ranges.bin"));
	});
}

/** Adds all that a database has to a table. It throws UnusableData; a database made to do so can keep it busy for ever. */
export function addDatabase(builder: RangeTableBuilder, { tree, dataset, get }: Mmdb): void {
	const lines = new Map<number, string | undefined>();
	const lineOf = ({ record, address }: FoundRange): string | undefined => {
		if (lines.has(record)) return lines.get(record);
		const line = dataset === "location" ? lineOfLocation(read(get, address)) : lineOfOwner(read(get, address));
		lines.set(record, line);
		return line;
	};
	for (const range of ranges4(tree)) {
		const line = lineOf(range);
		if (line !== undefined) builder.add4(range.first, range.last, line);
	}
	for (const range of ranges6(tree)) {
		const line = lineOf(range);
		if (line !== undefined) builder.add6(range.first, range.last, line);
	}
}

function read(get: Mmdb["get"], address: string): unknown {
	try {
		return get(address);
	} catch {
		throw new UnusableData("The .mmdb database is damaged.");
	}
}

function lineOfLocation(record: unknown): string | undefined {
	const location = locationIn(record);
	return location && locationLine(location);
}

function lineOfOwner(record: unknown): string | undefined {
	const owner = ownerIn(record);
	return owner && ownerLine(owner);
}

async function fromGeoIpLite(folder: string, dataFolder: string, now: number): Promise<Manifest> {
	if (!statSync(folder).isDirectory()) throw new UnusableData("This is no folder.");
	if (!isGeoIpLiteHere()) {
		throw new UnusableData("Data of geoip-lite is read by the npm package geoip-lite, which is not installed with rt.");
	}
	const about = {
		origin: "import",
		source: "geoip-lite",
		sourceVersion: "own data",
		licence: "the terms of whoever you have it from (created by MaxMind, https://www.maxmind.com)",
		dataset: "location",
		format: "geoip-lite",
	} as const;
	return putInDataFolder(dataFolder, { ...about, now }, (into) => compactLocations(folder, into));
}
