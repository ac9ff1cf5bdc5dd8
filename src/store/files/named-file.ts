// Finds what had come whole and had its name already when the program was killed, so that it is not received a second time.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type FileName, numbered } from "./file-names.ts";
import { diskTroubleOf, OpenFolder } from "./open-folder.ts";
import { quarantine } from "./quarantine.ts";

/** Names beyond this many were never tried for one file. */
const MOST_NUMBERED = 10_000;
const READ_BYTES = 1024 * 1024;
/** A file has this many names at most: the first one may still be there beside the last one. */
const MOST_NAMES = 2;

/** Says what to look for. `identity` is that of the part before it was named; `sha256` is of the content, for a folder of all its files one after another. */
export interface NamedIncoming {
	readonly into: string;
	readonly name: FileName;
	readonly isFolder: boolean;
	readonly identity: string;
	readonly sha256: Uint8Array;
}

/**
 * Returns the whole path of what was named, or `undefined` where it is not there, is another one, or was changed since. A folder is known by its identity alone: its
 * files are the person's from the moment it has its name.
 */
export async function findNamed(named: NamedIncoming): Promise<string | undefined> {
	let folder: OpenFolder | undefined;
	try {
		folder = await OpenFolder.at(named.into);
		const name = await nameIn(folder, named);
		if (name === undefined || !(named.isFolder || (await isSame(folder, name, named.sha256)))) return undefined;
		const path = join(folder.path, name);
		await quarantine(path);
		return path;
	} catch (error) {
		diskTroubleOf(error);
		return undefined;
	} finally {
		await folder?.close();
	}
}

/** Finds the name that a file was given. It was the first that was free, so all before it are taken. */
async function nameIn(folder: OpenFolder, { name, identity }: NamedIncoming): Promise<FileName | undefined> {
	for (let count = 1; count <= MOST_NUMBERED; count += 1) {
		const tried = numbered(name, count);
		const found = await folder.identityOf(tried);
		if (found === identity) return tried;
		if (found === undefined) return undefined;
	}
	return undefined;
}

/** Tells whether a file has the content of ours, because another file may have got the number by which the system knew ours. */
async function isSame(folder: OpenFolder, name: FileName, sha256: Uint8Array): Promise<boolean> {
	const handle = await folder.reopen(name, MOST_NAMES);
	try {
		const hash = createHash("sha256");
		const into = Buffer.allocUnsafe(READ_BYTES);
		for (let at = 0; ; ) {
			const { bytesRead } = await handle.read(into, 0, into.length, at);
			if (bytesRead === 0) break;
			hash.update(into.subarray(0, bytesRead));
			at += bytesRead;
		}
		return Buffer.compare(hash.digest(), sha256) === 0;
	} finally {
		await handle.close();
	}
}
