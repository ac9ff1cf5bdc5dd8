// Lays out the program as people get it: lib/real-talk with a Node of its own, the bundle, the packages beside it, and the data.
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGES_BESIDE } from "../bundle.ts";
import { LICENCES_FILE, thirdPartyLicences } from "../licences.ts";
import { type Lock, type PackageEntry, packageSet } from "../package-set.mjs";
import { trim } from "../trim.mjs";
import type { Target } from "./targets.ts";
import { run } from "./tools.ts";

/** What of the project goes into every form of a release, beside dist/. */
const FILES = ["rt", "LICENSE", "README.md", "CHANGELOG.md"];
const DATA = "data/{licences/*,geoip/{*.*,licences/*,location-*/*,owner-*/*}}";
/** What no running program opens: of OpenPGP.js, which comes in ten forms, one is loaded, and openpgp.mjs stays beside it as its source text. */
const NEVER_LOADED = [
	"openpgp/dist/*.*js",
	"openpgp/dist/lightweight",
	"openpgp/dist/node/openpgp.cjs",
	"openpgp/dist/node/*.min.{mjs,*.map}",
	"openpgp/lightweight",
	".bin",
	".package-lock.json",
];

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** Returns package.json and package-lock.json for what stays beside the bundle, each package with its hash; with `node`, that Node too. */
function setBeside(root: string, node?: string): { readonly manifest: PackageEntry; readonly lock: Lock } {
	const manifest: PackageEntry = read(join(root, "package.json"));
	const dependencies = Object.fromEntries(PACKAGES_BESIDE.map((name) => [name, manifest.dependencies?.[name] ?? ""]));
	const wanted = { isAll: false, ...(node === undefined ? {} : { node }) };
	return packageSet({ ...manifest, dependencies }, read(join(root, "package-lock.json")), wanted);
}

/** Copies into `folder` what is the same on every system: the launcher, the bundle `dist`, and the data. */
export function layOutProgram(root: string, dist: string, folder: string): void {
	cpSync(dist, join(folder, "dist"), { recursive: true });
	for (const file of [...FILES, ...globSync(DATA, { cwd: root })]) cpSync(join(root, file), join(folder, file));
}

/**
 * Installs the packages beside the bundle by the hashes in the lock file, in the folder `folder`; for a `target` its Node too. No package's
 * script is run. Returns the path of their node_modules.
 */
export function installPackages(root: string, folder: string, target?: Target): string {
	mkdirSync(folder, { recursive: true });
	const { manifest, lock } = setBeside(root, target?.node);
	writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
	writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
	cpSync(join(root, ".npmrc"), join(folder, ".npmrc"));
	const system = target === undefined ? [] : [`--os=${target.platform}`, `--cpu=${target.arch}`];
	run("npm", ["ci", "--ignore-scripts", "--prefer-offline", "--no-progress", ...system], folder);
	return join(folder, "node_modules");
}

/** Removes from installed packages what no running program opens on the systems named. */
export function keepWhatRuns(modules: string, targets: readonly string[]): void {
	trim(modules, targets);
	for (const path of globSync(NEVER_LOADED, { cwd: modules })) rmSync(join(modules, path), { recursive: true });
}

/** Makes the whole layout for a system in `folder`, of the program and of the packages in `modules`, which are used up. */
export function layOut(root: string, target: Target, dist: string, modules: string, folder: string): void {
	layOutProgram(root, dist, folder);
	const nodeFolder = join(modules, target.node);
	writeFileSync(join(folder, "dist", LICENCES_FILE), thirdPartyLicences(root, nodeFolder));
	putNode(join(nodeFolder, "bin/node"), join(folder, "node"), target);
	rmSync(nodeFolder, { recursive: true });
	keepWhatRuns(modules, [target.name]);
	renameSync(modules, join(folder, "node_modules"));
}

/** Node's symbols are for debuggers. They go where this computer's `strip` knows the format; a signed program must stay as it is. */
function putNode(from: string, to: string, { platform, arch }: Target): void {
	if (platform === "linux" && platform === process.platform && arch === process.arch) {
		run("strip", ["--strip-all", "-o", to, from], ".");
	} else cpSync(from, to);
	chmodSync(to, 0o755);
}
