// Makes the npm package: the built program and, in it, the packages beside it. Nothing is built, fetched or run when it is installed.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGES_BESIDE } from "../bundle.ts";
import { installPackages, keepWhatRuns, layOutProgram } from "./layout.ts";
import { TARGETS } from "./targets.ts";
import { run } from "./tools.ts";

/** The name by which it could be published; `real-talk` and `rt` belong to others. */
const NAME = "realtalk";

/**
 * Writes realtalk-VERSION.tgz into the folder `out`. The packages are bundled, with the binaries of every system of `TARGETS`, because npm
 * looks at no shrinkwrap of a package that is installed from a file, and would take whatever has come out since.
 */
export function makeNpmPackage(root: string, dist: string, work: string, out: string): void {
	const folder = join(work, "package");
	mkdirSync(folder, { recursive: true });
	layOutProgram(root, dist, folder);
	const modules = installPackages(root, join(work, "npm"));
	const targets = TARGETS.map(({ name }) => name);
	keepWhatRuns(modules, targets);
	renameSync(modules, join(folder, "node_modules"));
	const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const { version, description, license, type, dependencies } = manifest;
	const about = {
		...{
			name: NAME,
			version,
			description,
			license,
			type,
			bin: { rt: "rt" },
			engines: { node: ">=24" },
			os: ["linux", "darwin"],
		},
		dependencies: Object.fromEntries(PACKAGES_BESIDE.map((name) => [name, dependencies[name]])),
		bundleDependencies: PACKAGES_BESIDE,
	};
	writeFileSync(join(folder, "package.json"), `${JSON.stringify(about, null, "\t")}\n`);
	run("chmod", ["-R", "u=rwX,go=rX", folder], work);
	run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", out], folder);
}
