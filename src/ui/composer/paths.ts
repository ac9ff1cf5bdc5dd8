// Completes paths in the message box: it finds the path that was begun, reads its folder, and finds the names that go on from it. Their number is bounded.
import { opendir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { begunPathIn } from "../text/typed-paths.ts";

/** A path is looked for in this many characters before the cursor. */
const maxPathLength = 1_000;

/** A path that was begun before the cursor, at `from`: the folder as it was typed, with its last slash, and the start of the name to find in it. */
export interface BegunPath {
	readonly from: number;
	readonly folder: string;
	readonly start: string;
	/** Blanks in it stand behind backslashes, as where several paths are typed one after another. */
	readonly isQuoted?: true;
}

/** A PathName is a name in a folder. */
export interface PathName {
	readonly name: string;
	readonly isFolder: boolean;
}

/** Finds the path that was begun before the cursor, or returns `undefined` when there is none. A slash at the very start begins a command, not a path. */
export function begunPath(before: string): BegunPath | undefined {
	const send = /^\/send\s+/i.exec(before)?.[0];
	if (send !== undefined) return begunAmongPaths(before, send.length);
	const tail = before.slice(-maxPathLength);
	// A path may have blanks in it, so the last one that begins before the cursor goes up to the cursor.
	const begins = Array.from(tail.matchAll(/(?<=^|\s)(?:~|\.{1,2})?\//g), ({ index }) => index).at(-1);
	if (begins === undefined) return undefined;
	const path = tail.slice(begins);
	const from = before.length - path.length;
	if (path.includes("\n") || (from === 0 && path.startsWith("/"))) return undefined;
	const slash = path.lastIndexOf("/") + 1;
	return { from, folder: path.slice(0, slash), start: path.slice(slash) };
}

// Behind /send everything is a path, also one that begins where the program was started.
function begunAmongPaths(before: string, from: number): BegunPath | undefined {
	if (before.length - from > maxPathLength * 4) return undefined;
	const begun = begunPathIn(before.slice(from));
	const slash = begun.path.lastIndexOf("/") + 1;
	const folder = slash === 0 ? "./" : begun.path.slice(0, slash);
	return { from: from + begun.from, folder, start: begun.path.slice(slash), isQuoted: true };
}

const maxOffers = 200;
// Characters that would move the cursor or hide text can't be typed, so a name that has them can't be offered.
const isTypeable = (name: string): boolean =>
	name.isWellFormed() && !/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/.test(name);

/** Returns the names that go on from what was typed, folders with a slash behind them. Hidden names are among them only when their dot was typed. */
export function namesFor({ start }: BegunPath, names: readonly PathName[]): readonly string[] {
	const isFit = ({ name }: PathName) =>
		isTypeable(name) && name.startsWith(start) && (!name.startsWith(".") || start.startsWith("."));
	const fit = names.filter(isFit).map(({ name, isFolder }) => (isFolder ? `${name}/` : name));
	return fit.toSorted((one, other) => one.localeCompare(other, "en")).slice(0, maxOffers);
}

const maxNames = 2_000;

/** Reads the names in a folder, which is given as it was typed: beginning with "~/", "../", "./" or "/", and with a slash at its end. */
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
		// A folder that is not there, or that we may not read, has nothing to offer.
	}
	return names;
}

async function leadsToFolder(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isDirectory();
	} catch {
		// The link leads nowhere.
		return false;
	}
}
