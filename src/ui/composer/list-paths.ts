// Looks into a folder for the completion of paths. Bounded; what cannot be read has nothing in it.
import { opendir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { PathName } from "./paths.ts";

const maxNames = 2_000;

/** What a folder has in it. `folder` as typed: "~/", "../", "../../" or "/" first, a slash last. */
export async function listPaths(folder: string, home: string = homedir()): Promise<readonly PathName[]> {
	const path = folder.startsWith("~/") ? join(home, folder.slice(1)) : folder;
	const names: PathName[] = [];
	try {
		for await (const entry of await opendir(path)) {
			const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(path, entry.name))));
			names.push({ name: entry.name, isFolder });
			if (names.length >= maxNames) break;
		}
	} catch {
		// Not there, or not ours to read: then there is nothing to offer.
	}
	return names;
}

async function leadsToFolder(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isDirectory();
	} catch {
		// It leads nowhere.
		return false;
	}
}
