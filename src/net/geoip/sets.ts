// Finds the data set to use: in the person's data folder or in the program's.
import { type DatasetKind, type Manifest, readManifest } from "./data-folder.ts";

export type SetOutcome<Opened> =
	| { readonly kind: "open"; readonly opened: Opened }
	| { readonly kind: "missing"; readonly why: "noData" | "damaged" };

export interface SetOptions<Opened> {
	readonly dataset: DatasetKind;
	/** The folders with data sets: the person's own first, then the one the program came with. */
	readonly dataFolders: readonly string[];
	/** Opens a data set. It throws for data that cannot be used. */
	readonly open: (dataFolder: string, manifest: Manifest) => Promise<Opened>;
}

/** Opens the first data set that can be used. It does not throw. */
export async function openSet<Opened>(options: SetOptions<Opened>): Promise<SetOutcome<Opened>> {
	let isDamaged = false;
	for (const dataFolder of dataFoldersInOrder(options.dataFolders, options.dataset)) {
		const outcome = await openFrom(dataFolder, options);
		if (outcome.kind === "open") return outcome;
		if (outcome.why === "damaged") isDamaged = true;
	}
	return { kind: "missing", why: isDamaged ? "damaged" : "noData" };
}

/** Puts the data folders into the order in which they are looked at: as they are given, unless a person's update is older than what the program has come with since. What somebody imported always counts. */
export function dataFoldersInOrder(dataFolders: readonly string[], dataset: DatasetKind): readonly string[] {
	const [own, programs] = dataFolders;
	if (own === undefined || programs === undefined) return dataFolders;
	const [ours, theirs] = [readManifest(own, dataset), readManifest(programs, dataset)];
	if (ours.kind !== "found" || theirs.kind !== "found" || ours.manifest.origin !== "update") return dataFolders;
	const isOlder = (ours.manifest.dataDate ?? "") < (theirs.manifest.dataDate ?? "");
	return isOlder ? [programs, own, ...dataFolders.slice(2)] : dataFolders;
}

async function openFrom<Opened>(
	dataFolder: string,
	{ dataset, open }: SetOptions<Opened>,
): Promise<SetOutcome<Opened>> {
	for (let last = ""; ; ) {
		const found = readManifest(dataFolder, dataset);
		if (found.kind !== "found") return { kind: "missing", why: found.kind === "absent" ? "noData" : "damaged" };
		const { manifest } = found;
		try {
			return { kind: "open", opened: await open(dataFolder, manifest) };
		} catch {
			// Replaced in just this moment, perhaps: then the new one is looked at.
			if (manifest.folder === last || !isReplaced(dataFolder, manifest)) return { kind: "missing", why: "damaged" };
			last = manifest.folder;
		}
	}
}

function isReplaced(dataFolder: string, { dataset, folder }: Manifest): boolean {
	const now = readManifest(dataFolder, dataset);
	return now.kind === "found" && now.manifest.folder !== folder;
}
