// What will be sent when somebody names paths: each file and folder with its name, size and count, and what is left out, before anything is sent.
import type { BigIntStats } from "node:fs";
import { glob, lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, resolve } from "node:path";
import { type FileName, nameToOffer, numbered } from "./file-names.ts";
import {
	type FolderFile,
	type FolderList,
	MOST_ENTRIES,
	MOST_FILE_BYTES,
	pathOf,
	readFolderList,
} from "./folder-list.ts";
import { hasCode } from "./open-folder.ts";

/** At most this many files and folders may be named at once; a folder is the way to send more. */
const MOST_SOURCES = 100;

/** Says which state of a file was looked at: another one later means that it has changed. */
export interface Version {
	readonly device: bigint;
	readonly inode: bigint;
	readonly size: bigint;
	readonly modifiedNs: bigint;
}

/** Returns the version of a file from what the system says of it. */
export const versionOf = ({ dev, ino, size, mtimeNs }: BigIntStats): Version => ({
	device: dev,
	inode: ino,
	size,
	modifiedNs: mtimeNs,
});

/** One file on our disk. `place` says where its bytes are in what is sent, and under which names. */
export interface SourceFile {
	readonly path: string;
	readonly version: Version;
	readonly place: FolderFile;
}

/** Counts what of a folder is left out. `links`: links, which are never followed · `hidden`: names that begin with a dot · `special`: neither files nor folders, or not to be read. */
export interface LeftOut {
	readonly links: number;
	readonly hidden: number;
	readonly special: number;
}

/** One file or folder to be sent. `name`: under which it is offered; `isRenamed`: that is not the one it has, or it is so in the folder. */
export interface Source {
	readonly path: string;
	readonly name: FileName;
	readonly isRenamed: boolean;
	/** The size of all files together. */
	readonly size: number;
	readonly files: readonly SourceFile[];
	/** The list of what is in it; absent for a file. */
	readonly list?: FolderList;
	readonly leftOut: LeftOut;
}

/**
 * Says why nothing can be sent of a path. `none`: there is nothing by that path, or nothing fits the pattern · `notPermitted`: it may not be read · `special`: it is neither a
 * file nor a folder · `tooMany`: more than 20,000 files in the folder, or more than 100 paths · `tooLarge`: more than 4 TiB · `tooDeep`: folders in folders beyond what
 * receivers take · `emptyFolder`: there is nothing in it that can be sent.
 */
export interface SourceTrouble {
	readonly path: string;
	readonly why: "none" | "notPermitted" | "special" | "tooMany" | "tooLarge" | "tooDeep" | "emptyFolder" | "other";
	readonly detail: string;
}

export type PlanOutcome =
	| { readonly kind: "plan"; readonly sources: readonly Source[] }
	| { readonly kind: "refused"; readonly trouble: SourceTrouble };

/** Says from where relative paths go out, and what "~" stands for. */
export interface Here {
	readonly folder: string;
	readonly home: string;
}

class Refused extends Error {
	readonly trouble: SourceTrouble;

	constructor(path: string, why: SourceTrouble["why"], detail = "") {
		super(why);
		this.trouble = { path, why, detail };
	}
}

/**
 * Looks at everything that the paths name: "~" and patterns (`*.pdf`, `photos/**`) are taken as a shell takes them, except that a file that is really called so comes first.
 * Nothing is read but names and sizes. One path that cannot be sent refuses them all.
 */
export async function planOutgoing(paths: readonly string[], here: Here): Promise<PlanOutcome> {
	try {
		const found: string[] = [];
		for (const path of paths) {
			for (const one of await expanded(path, here)) if (!found.includes(one)) found.push(one);
			if (found.length > MOST_SOURCES) throw new Refused(path, "tooMany");
		}
		const sources: Source[] = [];
		for (const path of found) sources.push(await sourceAt(path));
		return { kind: "plan", sources };
	} catch (error) {
		if (error instanceof Refused) return { kind: "refused", trouble: error.trouble };
		throw error;
	}
}

/** Returns the whole path of what a person has typed, with "~" and ".." resolved. */
export function wholePath(typed: string, { folder, home }: Here): string {
	if (typed === "~" || typed.startsWith("~/")) return resolve(home, typed.slice(2));
	return isAbsolute(typed) ? resolve(typed) : resolve(folder, typed);
}

async function expanded(typed: string, here: Here): Promise<readonly string[]> {
	const path = wholePath(typed, here);
	if (!/[*?[{]/.test(typed)) return [path];
	try {
		await lstat(path);
		return [path];
	} catch {
		const found: string[] = [];
		for await (const one of glob(path)) {
			// As in a shell, a star does not stand for hidden files.
			if (basename(one).startsWith(".") && !basename(path).startsWith(".")) continue;
			if (found.push(one) > MOST_SOURCES) throw new Refused(typed, "tooMany");
		}
		if (found.length === 0) throw new Refused(typed, "none");
		return found.toSorted();
	}
}

const nothingLeftOut: LeftOut = { links: 0, hidden: 0, special: 0 };

/** Looks at what a person has named. A link that they have named themselves is followed; inside a folder none is. */
async function sourceAt(path: string): Promise<Source> {
	const real = await realpath(path).catch((error: unknown) => {
		throw refusedBy(path, error);
	});
	const found = await stat(real, { bigint: true }).catch((error: unknown) => {
		throw refusedBy(path, error);
	});
	const onDisk = basename(path) === "" ? basename(real) : basename(path);
	const name = nameToOffer(onDisk);
	const isRenamed = name !== onDisk.normalize("NFC");
	if (found.isDirectory()) return folderSource(path, real, name, isRenamed);
	if (!found.isFile()) throw new Refused(path, "special");
	if (found.size > BigInt(MOST_FILE_BYTES)) throw new Refused(path, "tooLarge");
	const size = Number(found.size);
	const file = { path: real, version: versionOf(found), place: { folders: [], name, size, offset: 0 } };
	return { path, name, isRenamed, size, files: [file], leftOut: nothingLeftOut };
}

function refusedBy(path: string, error: unknown): Refused {
	const detail = error instanceof Error ? error.message : "";
	if (hasCode(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG")) return new Refused(path, "none", detail);
	if (hasCode(error, "EACCES", "EPERM")) return new Refused(path, "notPermitted", detail);
	return new Refused(path, "other", detail);
}

interface Found {
	readonly path: string;
	readonly version: Version;
	readonly folders: readonly FileName[];
	readonly name: FileName;
}

interface Walk {
	readonly found: Found[];
	readonly leftOut: { links: number; hidden: number; special: number };
	isRenamed: boolean;
}

async function folderSource(path: string, real: string, name: FileName, isRenamed: boolean): Promise<Source> {
	const walk: Walk = { found: [], leftOut: { ...nothingLeftOut }, isRenamed };
	await walkFolder(path, real, [], walk);
	if (walk.found.length === 0) throw new Refused(path, "emptyFolder");
	const entries = walk.found.map(({ folders, name: own, version }) => ({
		path: pathOf({ folders, name: own }),
		size: Number(version.size),
	}));
	// What receivers will judge by: what they would refuse is told here.
	const read = readFolderList(entries);
	if (read.kind === "refused") {
		const { why } = read.problem;
		throw new Refused(path, why === "tooLarge" || why === "tooMany" ? why : "tooDeep");
	}
	const files = walk.found.flatMap((one, index) => {
		const place = read.list.files[index];
		return place === undefined ? [] : [{ path: one.path, version: one.version, place }];
	});
	const { list } = read;
	return { path, name, isRenamed: walk.isRenamed, size: list.size, files, list, leftOut: walk.leftOut };
}

async function walkFolder(top: string, folder: string, folders: readonly FileName[], walk: Walk): Promise<void> {
	const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
		throw refusedBy(folder, error);
	});
	const taken = new Set<string>();
	for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
		if (entry.name.startsWith(".")) walk.leftOut.hidden += 1;
		else if (entry.isSymbolicLink()) walk.leftOut.links += 1;
		else if (!entry.isFile() && !entry.isDirectory()) walk.leftOut.special += 1;
		else {
			const name = freeName(entry.name, taken);
			if (name !== entry.name.normalize("NFC")) walk.isRenamed = true;
			const path = join(folder, entry.name);
			if (entry.isDirectory()) await walkFolder(top, path, [...folders, name], walk);
			else await takeFile(path, folders, name, walk);
		}
		if (walk.found.length > MOST_ENTRIES) throw new Refused(top, "tooMany");
	}
}

async function takeFile(path: string, folders: readonly FileName[], name: FileName, walk: Walk): Promise<void> {
	const found = await lstat(path, { bigint: true }).catch(() => undefined);
	if (found?.isFile() !== true) walk.leftOut.special += 1;
	else walk.found.push({ path, version: versionOf(found), folders, name });
}

/** Returns a name that is not taken yet: two names of one folder that become one when they are mended are numbered. */
function freeName(onDisk: string, taken: Set<string>): FileName {
	const name = nameToOffer(onDisk);
	for (let count = 1; ; count += 1) {
		const free = numbered(name, count);
		if (taken.has(free)) continue;
		taken.add(free);
		return free;
	}
}
