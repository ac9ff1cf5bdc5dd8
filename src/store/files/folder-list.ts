// The list of what is in a folder that is sent: bounded, relative, one safe name after another, each path once. A folder is such a list and never an archive. Pure.
import { type FileName, type FileNameProblem, readFileName } from "./file-names.ts";

/** A folder that is sent may have at most this many files: twice what the largest we were asked for had. */
export const MOST_ENTRIES = 20_000;
/** Deeper ones meet limits of systems (PATH_MAX 4,096) and of nobody's patience. */
const MOST_DEPTH = 24;
/** A whole path has this many bytes at most; with a home in front of it it stays under PATH_MAX of macOS, 1,024. */
const MOST_PATH_BYTES = 768;
/** A file has 4 TiB at most; with pieces of 1 MiB its marks take 4 MB. */
export const MOST_FILE_BYTES = 2 ** 42;

/** One file of a folder. `path` has names between "/", and `size` is in bytes. */
export interface FolderEntry {
	readonly path: string;
	readonly size: number;
}

/** One file of a folder that was read from a list: the folders that lead to it and its own name. `offset`: where its bytes begin, all files one after another. */
export interface FolderFile {
	readonly folders: readonly FileName[];
	readonly name: FileName;
	readonly size: number;
	readonly offset: number;
}

/** Holds what is in a folder, in the order of the list. */
export interface FolderList {
	readonly files: readonly FolderFile[];
	/** The size of all files together, in bytes. */
	readonly size: number;
}

/**
 * Says what is wrong with a list. `name`: a component of a path is no name, `problem` says why · `tooMany`: more than 20,000 files · `tooDeep`: more than 24 folders
 * deep, or a path longer than 768 bytes · `twice`: a path is there twice, or is a file and a folder · `tooLarge`: more than 4 TiB in all · `malformed`: it is no such list.
 */
export type FolderListProblem =
	| { readonly why: "name"; readonly problem: FileNameProblem }
	| { readonly why: "tooMany" | "tooDeep" | "twice" | "tooLarge" | "malformed" };

/** Says what came of reading a list. */
export type FolderListOutcome =
	| { readonly kind: "list"; readonly list: FolderList }
	| { readonly kind: "refused"; readonly problem: FolderListProblem };

/** Tells whether something is a number of bytes that a file or folder may have. */
const isFileSize = (size: unknown): size is number =>
	Number.isSafeInteger(size) && Number(size) >= 0 && Number(size) <= MOST_FILE_BYTES;

/** Reads the list of a folder from outside. The first thing that is wrong refuses all of it. */
export function readFolderList(raw: unknown): FolderListOutcome {
	if (!Array.isArray(raw)) return refused({ why: "malformed" });
	if (raw.length > MOST_ENTRIES) return refused({ why: "tooMany" });
	const files: FolderFile[] = [];
	const seen = new Map<string, "file" | "folder">();
	let size = 0;
	for (const one of raw) {
		const entry = readEntry(one, size);
		if ("why" in entry) return refused(entry);
		if (!isNew(entry, seen)) return refused({ why: "twice" });
		size += entry.size;
		if (size > MOST_FILE_BYTES) return refused({ why: "tooLarge" });
		files.push(entry);
	}
	return { kind: "list", list: { files, size } };
}

const refused = (problem: FolderListProblem): FolderListOutcome => ({ kind: "refused", problem });

function readEntry(raw: unknown, offset: number): FolderFile | FolderListProblem {
	if (typeof raw !== "object" || raw === null || !("path" in raw) || !("size" in raw)) return { why: "malformed" };
	const { path, size } = raw;
	if (typeof path !== "string" || !isFileSize(size)) return { why: "malformed" };
	if (path.length > MOST_PATH_BYTES || Buffer.byteLength(path) > MOST_PATH_BYTES) return { why: "tooDeep" };
	const parts = path.split("/");
	if (parts.length > MOST_DEPTH + 1) return { why: "tooDeep" };
	const names: FileName[] = [];
	for (const part of parts) {
		const read = readFileName(part);
		if (read.kind === "refused") return { why: "name", problem: read.why };
		names.push(read.name);
	}
	const name = names.pop();
	return name === undefined ? { why: "malformed" } : { folders: names, name, size, offset };
}

/** Remembers the path of a file and of the folders on the way, and tells whether none of them was something else before. */
function isNew({ folders, name }: FolderFile, seen: Map<string, "file" | "folder">): boolean {
	let path = "";
	for (const folder of folders) {
		path += `${folder}/`;
		if (seen.get(path) === "file") return false;
		seen.set(path, "folder");
	}
	path += `${name}/`;
	if (seen.has(path)) return false;
	seen.set(path, "file");
	return true;
}

/** Tells whether two paths of the list differ in nothing but capitals, so that some disks cannot tell them apart. */
export function hasTwinsByCase({ files }: FolderList): boolean {
	const folded = new Set<string>();
	const spelled = new Map<string, string>();
	for (const { folders, name } of files) {
		const path = [...folders, name].join("/");
		const fold = path.toLowerCase();
		if (folded.has(fold)) return true;
		folded.add(fold);
		for (let depth = 1; depth <= folders.length; depth += 1) {
			const folder = folders.slice(0, depth).join("/");
			const before = spelled.get(folder.toLowerCase());
			if (before !== undefined && before !== folder) return true;
			spelled.set(folder.toLowerCase(), folder);
		}
	}
	return false;
}

/** Returns the path of a file of the list as it is written there, with "/" between names. */
export const pathOf = ({ folders, name }: Pick<FolderFile, "folders" | "name">): string => [...folders, name].join("/");
