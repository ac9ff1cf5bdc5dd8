// A data folder holds data sets for looking up addresses. Whatever happens while one is replaced, the old or the new one is there, whole.
import { createHash, randomBytes } from "node:crypto";
import {
	closeSync,
	fsyncSync,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

/** Says what a data set is about. `location`: country, region, city · `owner`: number and name of the network. */
export type DatasetKind = "location" | "owner";
export const datasetKinds = ["location", "owner"] as const satisfies readonly DatasetKind[];

/**
 * UnusableData is raised for data that is malformed, too large or does not fit its manifest; `message` is fit to print. It is caught where a data set is made or opened.
 */
export class UnusableData extends Error {}

const LONGEST_TEXT = 400;
const MANIFEST_LIMIT_BYTES = 64 * 1024;
const FILE_LIMIT_BYTES = 512 * 1024 * 1024;
const ORPHAN_AGE_MS = 60 * 60 * 1000;
const PARTIAL_AGE_MS = 7 * 24 * ORPHAN_AGE_MS;
const CHUNK_BYTES = 1024 * 1024;

const text = v.pipe(v.string(), v.maxLength(LONGEST_TEXT));
const manifestSchema = v.strictObject({
	version: v.literal(2),
	dataset: v.picklist(datasetKinds),
	format: v.picklist(["range-table", "geoip-lite"]),
	/** Says how it came here. `program`: with the program · `update`, `import`: the person asked for it. */
	origin: v.picklist(["program", "update", "import"]),
	source: text,
	sourceVersion: text,
	/** Says as YYYY-MM-DD how old the data itself is, as far as is known. */
	dataDate: v.optional(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/))),
	licence: text,
	/** Says when it was made, in ms since the epoch. */
	madeAt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	folder: v.pipe(v.string(), v.regex(/^(?:location|owner)-[0-9a-f]{16}$/)),
	files: v.pipe(
		v.array(
			v.strictObject({
				name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)),
				sizeBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(FILE_LIMIT_BYTES)),
				sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
			}),
		),
		v.minLength(1),
		v.maxLength(8),
	),
});

/** Says what a data set is and what its files are. It is kept beside them as JSON. */
export type Manifest = Readonly<v.InferOutput<typeof manifestSchema>>;

/** Holds what is said of a data set by whoever makes it. */
export type Provenance = Pick<Manifest, "origin" | "source" | "sourceVersion" | "licence" | "dataDate">;

export type ManifestOutcome =
	| { readonly kind: "found"; readonly manifest: Manifest }
	| { readonly kind: "absent" }
	| { readonly kind: "damaged" };

/** Returns what the data folder says it has. It never throws. */
export function readManifest(dataFolder: string, dataset: DatasetKind): ManifestOutcome {
	const file = join(dataFolder, `${dataset}.json`);
	try {
		if (statSync(file).size > MANIFEST_LIMIT_BYTES) return { kind: "damaged" };
		const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), readFileSync(file, "utf8"));
		return parsed.success && parsed.output.dataset === dataset
			? { kind: "found", manifest: parsed.output }
			: { kind: "damaged" };
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return { kind: code === "ENOENT" || code === "ENOTDIR" ? "absent" : "damaged" };
	}
}

/** Tells whether every file is there with the size and the SHA-256 it should have. It reads all of them and never throws. */
export function isIntact(dataFolder: string, manifest: Manifest): boolean {
	const folder = join(dataFolder, manifest.folder);
	try {
		return manifest.files.every(({ name, sizeBytes, sha256 }) => {
			const file = join(folder, name);
			return statSync(file).size === sizeBytes && sha256Of(file) === sha256;
		});
	} catch {
		return false;
	}
}

/** Returns the digest in hex. It throws what the file system throws. */
function sha256Of(file: string): string {
	const hash = createHash("sha256");
	const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
	const descriptor = openSync(file, "r");
	try {
		for (;;) {
			const sizeBytes = readSync(descriptor, chunk);
			if (sizeBytes === 0) return hash.digest("hex");
			hash.update(chunk.subarray(0, sizeBytes));
		}
	} finally {
		closeSync(descriptor);
	}
}

export interface NewDataset extends Provenance {
	readonly dataset: DatasetKind;
	readonly format: Manifest["format"];
	/** The time in milliseconds since the epoch. */
	readonly now: number;
}

/** Puts a data set into the data folder: `fill` writes its files into the folder it is given. What was there before is replaced only when everything is on the disk. */
export async function putInDataFolder(
	dataFolder: string,
	{ now, ...about }: NewDataset,
	fill: (folder: string) => void | Promise<void>,
): Promise<Manifest> {
	mkdirSync(dataFolder, { recursive: true });
	const name = `${about.dataset}-${randomBytes(8).toString("hex")}`;
	const folder = join(dataFolder, name);
	try {
		mkdirSync(folder);
		await fill(folder);
		const files = readdirSync(folder)
			.toSorted()
			.map((file) => {
				syncToDisk(join(folder, file));
				return { name: file, sizeBytes: statSync(join(folder, file)).size, sha256: sha256Of(join(folder, file)) };
			});
		syncToDisk(folder);
		const manifest = v.parse(manifestSchema, { version: 2, ...about, madeAt: now, folder: name, files });
		declare(dataFolder, manifest);
		return manifest;
	} catch (error) {
		rmSync(folder, { recursive: true, force: true });
		throw error;
	}
}

/** Moves a data set from one data folder to another on the same disk, in the place of the one that is there. */
export function moveToDataFolder(from: string, to: string, manifest: Manifest): void {
	mkdirSync(to, { recursive: true });
	renameSync(join(from, manifest.folder), join(to, manifest.folder));
	declare(to, manifest);
}

/** Puts the new data set in the place of the old by one step, the renaming of its manifest. */
function declare(dataFolder: string, manifest: Manifest): void {
	const before = readManifest(dataFolder, manifest.dataset);
	const file = join(dataFolder, `${manifest.dataset}.json`);
	const fresh = `${file}.${randomBytes(4).toString("hex")}.new`;
	try {
		const descriptor = openSync(fresh, "wx", 0o644);
		try {
			writeSync(descriptor, `${JSON.stringify(manifest, undefined, "\t")}\n`);
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
		renameSync(fresh, file);
	} catch (error) {
		rmSync(fresh, { force: true });
		throw error;
	}
	syncToDisk(dataFolder);
	if (before.kind === "found" && before.manifest.folder !== manifest.folder) {
		rmSync(join(dataFolder, before.manifest.folder), { recursive: true, force: true });
	}
}

/**
 * Removes what broken-off work left behind: what no manifest names and nobody has touched for an hour, and downloads nobody went on with for a week. It never
 * throws.
 */
export function sweepDataFolder(dataFolder: string, now: number): void {
	const named = datasetKinds.flatMap((dataset) => {
		const found = readManifest(dataFolder, dataset);
		return found.kind === "found" ? [found.manifest.folder] : [];
	});
	removeOld(dataFolder, /^(?:(?:location|owner|staging)-[0-9a-f]{16}|.*\.new)$/, named, now - ORPHAN_AGE_MS);
	removeOld(partialsOn(dataFolder), /\.part$/, [], now - PARTIAL_AGE_MS);
}

/** Returns the folder in which downloads lie that are not complete. */
export function partialsOn(dataFolder: string): string {
	return join(dataFolder, "partial");
}

function removeOld(folder: string, pattern: RegExp, kept: readonly string[], before: number): void {
	try {
		for (const entry of readdirSync(folder)) {
			if (!pattern.test(entry) || kept.includes(entry)) continue;
			const path = join(folder, entry);
			// A link counts by its own time: what it leads to was not made here.
			if (lstatSync(path).mtimeMs < before) rmSync(path, { recursive: true, force: true });
		}
	} catch {
		// Tidying is not worth failing for; the next time is as good.
	}
}

function syncToDisk(path: string): void {
	let descriptor: number;
	try {
		descriptor = openSync(path, "r");
	} catch {
		// Windows does not open folders.
		return;
	}
	try {
		fsyncSync(descriptor);
	} catch (error) {
		// Some file systems cannot do this for folders or for files opened to read (EPERM on Windows).
		const { code } = error as NodeJS.ErrnoException;
		if (code !== "EINVAL" && code !== "EPERM" && code !== "ENOTSUP") throw error;
	} finally {
		closeSync(descriptor);
	}
}
