// Writes which packages and data of others the program has in it, under which licence, and the texts of those: from the lock file and the installed packages.
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lock, type PackageEntry, packageSet } from "./package-set.mjs";

/** The name of the file in dist/ that `rt licences` shows. */
export const LICENCES_FILE = "THIRD-PARTY-LICENCES";

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice|copyright)/i;
const RULE = "-".repeat(100);
/** Nothing of these packages goes into what is built with them. */
const BUILD_TOOLS = ["esbuild"];

const HEAD = `Real Talk itself is under the MIT licence (the file LICENSE). It is made of the packages and data below, which others have written.

openpgp is under the LGPL (version 3 or later). It is a file of its own, as its authors publish it: node_modules/openpgp/dist/node/openpgp.min.cjs.
Its source text is openpgp.mjs beside it. You may change it, or put another version of it in the place of the first.`;

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** Returns package.json and package-lock.json of the project in the folder `root`, cut down to what the built program has in it. With `node`, the Node of that name too. */
export function shippedSet(root: string, node?: string): { readonly manifest: PackageEntry; readonly lock: Lock } {
	const manifest: PackageEntry = read(join(root, "package.json"));
	const kept = Object.entries(manifest.dependencies ?? {}).filter(([name]) => !BUILD_TOOLS.includes(name));
	const wanted = { isAll: false, ...(node === undefined ? {} : { node }) };
	return packageSet(
		{ ...manifest, dependencies: Object.fromEntries(kept) },
		read(join(root, "package-lock.json")),
		wanted,
	);
}

/**
 * Returns the whole text for the project in the folder `root`. `nodeFolder` is the installed package of the Node that is given along, if one is.
 * Throws if a package has not been installed, because then its licence would be missing.
 */
export function thirdPartyLicences(root: string, nodeFolder?: string): string {
	const paths = Object.keys(shippedSet(root).lock.packages).filter((path) => path !== "");
	const folders = paths.map((path) => join(root, path));
	const packages = [...folders, ...(nodeFolder === undefined ? [] : [nodeFolder])].map(describe);
	const notices = globSync("data/{licences,geoip/licences}/*.txt", { cwd: root });
	const data = notices.map((path) => ({ title: path, text: readFileSync(join(root, path), "utf8").trim() }));
	const all = [...packages, ...data].toSorted((one, other) => (one.title < other.title ? -1 : 1));
	const titles = new Set(all.map(({ title }) => title));
	const list = [...titles].map((title) => `  ${title}`).join("\n");
	// Many packages have the very same text: it is written once, under the names of all of them.
	const sections = [...Map.groupBy(all, ({ text }) => text)].map(([text, entries]) => {
		const names = new Set(entries.map(({ title }) => title));
		return `${RULE}\n${[...names].join("\n")}\n${RULE}\n\n${text}`;
	});
	return `${[HEAD, list, ...sections].join("\n\n")}\n`;
}

/** Gives the name, version and licence of one package, and the text of its licence files; where it has none, what its package.json says. */
function describe(folder: string): { readonly title: string; readonly text: string } {
	if (!existsSync(folder)) throw new Error(`${folder} is missing, so its licence cannot be read`);
	const { name, version, license, author, repository } = read(join(folder, "package.json"));
	const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
	const texts = files.toSorted().map((file) => readFileSync(join(folder, file), "utf8").trim());
	const by = (typeof author === "string" ? author : author?.name) || "its authors";
	const from = typeof repository === "string" ? repository : repository?.url;
	const told = `By ${by}, from ${from}. The package has no licence text; its package.json says: ${license}.`;
	return { title: `${name} ${version}: ${license}`, text: texts.length === 0 ? told : texts.join("\n\n") };
}
