// Makes all files of a release, of the sources and the lock file alone.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundle } from "../bundle.ts";
import { LICENCES_FILE } from "../licences.ts";
import { makeDebian } from "./debian.ts";
import { installPackages, layOut } from "./layout.ts";
import { makeNpmPackage } from "./npm-package.ts";
import { type Archive, homebrewFormula, installScript, nixExpression } from "./recipes.ts";
import { softwareBill } from "./sbom.ts";
import type { Target } from "./targets.ts";
import { type Effort, filesIn, run, sha256, tarXz } from "./tools.ts";

export interface Wish {
	readonly targets: readonly Target[];
	readonly effort: Effort;
	/** The time of every file, in seconds since 1970. */
	readonly epoch: number;
	/** Where the files will be published, if that is known. */
	readonly from?: string;
}

/** Fills the folder `out`, which is emptied first. The working directory is the project's. Says on the error output what it is at. */
export async function makeRelease(out: string, wish: Wish): Promise<void> {
	const work = mkdtempSync(join(tmpdir(), "rt-release-"));
	rmSync(out, { recursive: true, force: true });
	mkdirSync(out, { recursive: true });
	try {
		// Some of what makes it works in folders of its own.
		await makeIn(work, resolve(out), wish);
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

async function makeIn(work: string, out: string, { targets, effort, epoch, from }: Wish): Promise<void> {
	const root = process.cwd();
	const { version, description } = JSON.parse(readFileSync("package.json", "utf8"));
	const dist = join(work, "dist");
	console.error("  the program and its npm package …");
	await bundle(dist, { commandName: "rt" });
	makeNpmPackage(root, dist, work, out);
	const archives: Archive[] = [];
	for (const target of targets) {
		console.error(`  ${target.name} …`);
		archives.push(makeArchive({ root, work: join(work, target.name), out, dist, target, version, epoch, effort }));
	}
	const recipe = { version, description, archives, ...(from === undefined ? {} : { from }) };
	writeFileSync(join(out, "install.sh"), installScript(recipe));
	chmodSync(join(out, "install.sh"), 0o755);
	writeFileSync(join(out, "real-talk.rb"), homebrewFormula(recipe));
	writeFileSync(join(out, "real-talk.nix"), nixExpression(recipe));
	const sums = readdirSync(out)
		.toSorted()
		.map((file) => `${sha256(join(out, file))}  ${file}\n`);
	writeFileSync(join(out, "SHA256SUMS"), sums.join(""));
}

interface Work {
	readonly root: string;
	readonly work: string;
	readonly out: string;
	readonly dist: string;
	readonly target: Target;
	readonly version: string;
	readonly epoch: number;
	readonly effort: Effort;
}

/** Makes what there is for one system: archive, software bill, and the .deb where there is one. */
function makeArchive({ root, work, out, dist, target, version, epoch, effort }: Work): Archive {
	const modules = installPackages(root, work, target);
	const name = `real-talk-${version}-${target.name}`;
	const layout = join(work, name);
	layOut(root, target, dist, modules, layout);
	cpSync(join(layout, "dist", LICENCES_FILE), join(out, LICENCES_FILE));
	refusePaths(layout, [root, work]);
	const file = `${name}.tar.xz`;
	tarXz(join(out, file), work, [name], { epoch, effort, filter: target.filter });
	writeFileSync(join(out, `${name}.cdx.json`), softwareBill(root, target.node, work, { version, epoch }));
	if (target.debian !== undefined) {
		makeDebian(join(out, `real-talk_${version}_${target.debian}.deb`), layout, work, target, {
			version,
			epoch,
			effort,
		});
	}
	return { system: target.name, file, sha256: sha256(join(out, file)), isTested: target.isTested };
}

/** Throws if a file says in which folder it was made: then another folder would give another release. */
function refusePaths(layout: string, paths: readonly string[]): void {
	for (const file of filesIn(layout).filter((one) => one !== "node")) {
		const bytes = readFileSync(join(layout, file));
		const found = paths.find((path) => bytes.includes(path));
		if (found !== undefined) throw new Error(`${file} has the path ${found} in it`);
	}
}

/** Returns when the sources were made, in seconds since 1970: SOURCE_DATE_EPOCH, or the date of the commit. */
export function sourceEpoch(): number {
	const { SOURCE_DATE_EPOCH: given } = process.env;
	const text = given ?? run("git", ["log", "-1", "--format=%ct"], ".").trim();
	if (!/^\d{1,12}$/.test(text)) throw new Error(`${text} is no number of seconds since 1970 (SOURCE_DATE_EPOCH)`);
	return Number(text);
}
