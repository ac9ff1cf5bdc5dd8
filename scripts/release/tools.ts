// Programs that every release is made with, run in a way that gives the same bytes everywhere.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How well archives are packed: the preset of xz. With `packed`, what was packed once is not packed again: it has the hash of what went in. */
export interface Effort {
	readonly lzma: string;
	readonly packed?: Map<string, Buffer>;
}

/** What people get. */
export const SMALL: Effort = { lzma: "preset=6,dict=32MiB" };

/** Packs the same archives in a fourth of the time, and a little larger: for a check. */
export const QUICK: Effort = { lzma: "preset=2" };

/** Blocks of a fixed size are packed side by side, and the result does not depend on how many at once. */
const XZ = ["-T2", "--block-size=33554432", "-c"];

/** Runs a program in `cwd` to its end and returns what it printed. Throws with its own words if it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
	const options = { cwd, encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, maxBuffer: 64 * 1024 * 1024 } as const;
	return execFileSync(command, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
}

/**
 * Packs `names` of the folder `from` into a .tar.xz. Order, owners, modes and times are fixed; `epoch` is the time, in seconds since 1970.
 * `filter` is the filter of xz for programs, if one fits.
 */
export function tarXz(
	file: string,
	from: string,
	names: readonly string[],
	{ epoch, effort, filter }: { readonly epoch: number; readonly effort: Effort; readonly filter?: string | undefined },
): void {
	const fixed = ["--sort=name", "--format=gnu", "--owner=0", "--group=0", "--numeric-owner", "--hard-dereference"];
	const tarball = `${file.slice(0, -".xz".length)}`;
	run("tar", [...fixed, "--mode=u=rwX,go=rX", `--mtime=@${epoch}`, "-cf", tarball, ...names], from);
	const options = [...XZ, ...(filter === undefined ? [] : [filter]), `--lzma2=${effort.lzma}`];
	const key = `${sha256(tarball)} ${options.join(" ")}`;
	const known = effort.packed?.get(key);
	if (known === undefined) pack(tarball, file, options);
	else writeFileSync(file, known);
	effort.packed?.set(key, known ?? readFileSync(file));
	run("rm", [tarball], from);
}

function pack(tarball: string, file: string, options: readonly string[]): void {
	const output = openSync(file, "w");
	const { status } = spawnSync("xz", [...options, tarball], { stdio: ["ignore", output, "inherit"] });
	closeSync(output);
	if (status !== 0) throw new Error(`xz could not pack ${tarball}`);
}

/** Returns the SHA-256 of a file, in hexadecimal. */
export const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Lists every file and link below a folder by its path from there, in a fixed order. */
export const filesIn = (folder: string): readonly string[] =>
	run("find", [".", "!", "-type", "d"], folder)
		.trim()
		.split("\n")
		.map((path) => join(path))
		.toSorted();
