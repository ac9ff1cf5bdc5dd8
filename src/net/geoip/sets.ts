// Finds the data set to use: on the person's shelf or on the program's.
import { type DatasetKind, type Manifest, readManifest } from "./shelf.ts";

export type SetOutcome<Opened> =
	| { readonly kind: "open"; readonly opened: Opened }
	| { readonly kind: "missing"; readonly why: "noData" | "damaged" };

export interface SetOptions<Opened> {
	readonly dataset: DatasetKind;
	/** The folders with data sets: the person's own first, then the one the program came with. */
	readonly shelves: readonly string[];
	/** Opens a data set. Throws for data that cannot be used. */
	readonly open: (shelf: string, manifest: Manifest) => Promise<Opened>;
}

/** Opens the first data set that can be used. It does not throw. */
export async function openSet<Opened>(options: SetOptions<Opened>): Promise<SetOutcome<Opened>> {
	let isDamaged = false;
	for (const shelf of shelvesInOrder(options.shelves, options.dataset)) {
		const outcome = await openFrom(shelf, options);
		if (outcome.kind === "open") return outcome;
		if (outcome.why === "damaged") isDamaged = true;
	}
	return { kind: "missing", why: isDamaged ? "damaged" : "noData" };
}

/** Puts the shelves into the order in which they are looked at: as they are given, unless a person's update is older than what the program has come with since. What somebody imported always counts. */
export function shelvesInOrder(shelves: readonly string[], dataset: DatasetKind): readonly string[] {
	const [own, programs] = shelves;
	if (own === undefined || programs === undefined) return shelves;
	const [ours, theirs] = [readManifest(own, dataset), readManifest(programs, dataset)];
	if (ours.kind !== "found" || theirs.kind !== "found" || ours.manifest.origin !== "update") return shelves;
	const isOlder = (ours.manifest.dataDate ?? "") < (theirs.manifest.dataDate ?? "");
	return isOlder ? [programs, own, ...shelves.slice(2)] : shelves;
}

async function openFrom<Opened>(shelf: string, { dataset, open }: SetOptions<Opened>): Promise<SetOutcome<Opened>> {
	for (let last = ""; ; ) {
		const found = readManifest(shelf, dataset);
		if (found.kind !== "found") return { kind: "missing", why: found.kind === "absent" ? "noData" : "damaged" };
		const { manifest } = found;
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
