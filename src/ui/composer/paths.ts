// Completes paths in the message box: what is asked of the file system, and what becomes of the answer. Pure; list-paths.ts looks.
import { opendir, stat } from "node:fs/promises";
import { homedir } from "node:os";
/** The longest part of a message that is taken for a path. */
import { join } from "node:path";

const maxPathLength = 1_000;

/** A path begun before the cursor: `folder` as typed, with its last slash; `start`: of the name to find in it. */
export interface BegunPath {
	readonly from: number;
	readonly folder: string;
	readonly start: string;
}

/** What a folder has in it. */
export interface PathName {
	readonly name: string;
	readonly isFolder: boolean;
}

/** The path begun before the cursor; `undefined` when there is none. A slash at the very start begins a command. */
export function begunPath(before: string): BegunPath | undefined {
	const tail = before.slice(-maxPathLength);
	// It may have blanks in it, so it goes from where the last one begins up to the cursor.
	const begins = Array.from(tail.matchAll(/(?<=^|\s)(?:~|\.{1,2})?\//g), ({ index }) => index).at(-1);
	if (begins === undefined) return undefined;
	const path = tail.slice(begins);
	const from = before.length - path.length;
	if (path.includes("\n") || (from === 0 && path.startsWith("/"))) return undefined;
	const slash = path.lastIndexOf("/") + 1;
	return { from, folder: path.slice(0, slash), start: path.slice(slash) };
}

const maxOffers = 200;
// What would move the cursor or hide text cannot be typed, so a name with it cannot be offered.
const isTypeable = (name: string): boolean =>
	name.isWellFormed() && !/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/.test(name);

/** The names that go on from what was typed, folders with a slash. Hidden ones only when the dot was typed. */
export function namesFor({ start }: BegunPath, names: readonly PathName[]): readonly string[] {
	const isFit = ({ name }: PathName) =>
		isTypeable(name) && name.startsWith(start) && (!name.startsWith(".") || start.startsWith("."));
	const fit = names.filter(isFit).map(({ name, isFolder }) => (isFolder ? `${name}/` : name));
	return fit.toSorted((one, other) => one.localeCompare(other, "en")).slice(0, maxOffers);
}

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
