// Finds the data set to use: on the person's shelf, on the program's, or made of the packages that were installed with it.
import { accessSync, constants, mkdirSync } from "node:fs";
import type { Material } from "./make.ts";
import type { GeoIpFolders } from "./messages.ts";
import { type DatasetKind, isIntact, type Manifest, readManifest, sweepShelf, UnusableData } from "./shelf.ts";
import { packageSources, packageVersion } from "./sources.ts";

export type SetOutcome<Opened> =
	| { readonly kind: "open"; readonly opened: Opened }
	| { readonly kind: "missing"; readonly why: "noData" | "damaged" };

export interface SetOptions<Opened> {
	readonly dataset: DatasetKind;
	readonly folders: GeoIpFolders;
	/** Throws for data that cannot be used. */
	readonly open: (shelf: string, manifest: Manifest) => Promise<Opened>;
	/** Puts a data set onto a shelf; throws if that fails. */
	readonly make: (material: Material, shelf: string) => Promise<Manifest>;
	readonly now: () => number;
}

/** Opens the first data set that can be used; makes one if there is none and a package has it. Does not throw. */
export async function openSet<Opened>(options: SetOptions<Opened>): Promise<SetOutcome<Opened>> {
	const { dataset, folders } = options;
	let isDamaged = false;
	for (const shelf of folders.shelves) {
		const outcome = await openFrom(shelf, options);
		if (outcome.kind === "open") return outcome;
		if (outcome.why === "damaged") isDamaged = true;
	}
	const packageFolder = folders.packages[dataset];
	if (packageFolder === undefined || packageVersion(packageFolder, packageSources[dataset].name) === undefined) {
		return { kind: "missing", why: isDamaged ? "damaged" : "noData" };
	}
	// The program's shelf is the last; where it belongs to somebody else the person's own does.
	for (const shelf of folders.shelves.toReversed()) {
		if (!isWritable(shelf, folders)) continue;
		try {
			sweepShelf(shelf, options.now());
			const manifest = await options.make({ kind: "package", dataset, folder: packageFolder }, shelf);
			return { kind: "open", opened: await options.open(shelf, manifest) };
		} catch {
			// Damaged, or a full disk: the next shelf may be on another one.
			isDamaged = true;
		}
	}
	return { kind: "missing", why: isDamaged ? "damaged" : "noData" };
}

async function openFrom<Opened>(
	shelf: string,
	{ dataset, folders, open }: SetOptions<Opened>,
): Promise<SetOutcome<Opened>> {
	for (let last = ""; ; ) {
		const found = readManifest(shelf, dataset);
		if (found.kind !== "found") return { kind: "missing", why: found.kind === "absent" ? "noData" : "damaged" };
		const { manifest } = found;
		if (isOutdated(manifest, folders)) return { kind: "missing", why: "noData" };
		try {
			return { kind: "open", opened: await open(shelf, manifest) };
		} catch {
			// Replaced in just this moment, perhaps: then the new one is looked at.
			if (manifest.folder === last || !isReplaced(shelf, manifest)) return { kind: "missing", why: "damaged" };
			last = manifest.folder;
		}
	}
}

function isReplaced(shelf: string, { dataset, folder }: Manifest): boolean {
	const now = readManifest(shelf, dataset);
	return now.kind === "found" && now.manifest.folder !== folder;
}

/** Made of a package of which another version has been installed since. */
export function isOutdated(manifest: Manifest, folders: GeoIpFolders): boolean {
	if (manifest.origin !== "package") return false;
	const packageFolder = folders.packages[manifest.dataset];
	const version = packageFolder && packageVersion(packageFolder, packageSources[manifest.dataset].name);
	return version !== undefined && version !== "" && version !== manifest.sourceVersion;
}

/** Makes the shelf if it is missing: the person's own for them alone, the program's for everybody who runs it. */
function isWritable(shelf: string, { shelves }: GeoIpFolders): boolean {
	try {
		mkdirSync(shelf, { recursive: true, mode: shelf === shelves[0] ? 0o700 : 0o755 });
		accessSync(shelf, constants.W_OK);
		return true;
	} catch {
		return false;
	}
}

/** For `openSet`, when nothing shall be opened: only looks whether everything is there. */
export async function onlyCheck(shelf: string, manifest: Manifest): Promise<void> {
	if (!isIntact(shelf, manifest)) throw new UnusableData("The data is not what was put there.");
}
