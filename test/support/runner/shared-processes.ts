// Puts test files that leave nothing behind in their process several to a process, so that what they load is loaded and compiled once for all of them.
// Which ones those are is read from their sources: so no list of files goes stale.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { processesOf } from "./test-files.ts";

/** So many files run in one process at most: one that ends early, by a crash, takes the others with it. */
const mostFiles = 12;

/**
 * What a file says that changes its whole process, or that looks at all of it: its environment and memory, what stays replaced, what is open before its
 * first test or after its last one.
 */
const aboutTheProcess =
	/\bprocess\.(?!cwd|pid|version|platform|execPath|stderr|stdout|hrtime|nextTick)|(?<!t\.)\bmock\.(?!restore|call)|^(?:before|after)(?:Each)?\(|^(?:(?:export )?const .*= )?await\b|\bafter\b.*from "node:test"|syncBuiltinESMExports|registerHooks|globalThis/m;

/** Test files of one process, by their paths. */
type Shared = readonly [string, ...string[]];

/**
 * Returns the test files by process, each file once, and neighbours together: they load much of the same. A process has the place that the first of its
 * files has in `files`.
 */
export function inSharedProcesses(files: readonly string[]): readonly Shared[] {
	const alone: Shared[] = [];
	// A password is stretched cheaply in the whole process.
	const kinds: { readonly cheap: string[]; readonly whole: string[] } = { cheap: [], whole: [] };
	for (const [file, { startsProgram, stretchesCheaply }] of processesOf(files.toSorted())) {
		if (startsProgram || aboutTheProcess.test(readFileSync(file, "utf8"))) alone.push([file]);
		else kinds[stretchesCheaply ? "cheap" : "whole"].push(file);
	}
	const place = (shared: Shared): number => Math.min(...shared.map((file) => files.indexOf(file)));
	const shared = [kinds.cheap, kinds.whole].flatMap(inParts);
	return [...alone, ...shared].toSorted((one, other) => place(one) - place(other));
}

/** Parts a list evenly. */
function inParts(files: readonly string[]): readonly Shared[] {
	const count = Math.ceil(files.length / mostFiles);
	const parts = Array.from({ length: count }, (_, index) =>
		files.slice(Math.round((index * files.length) / count), Math.round(((index + 1) * files.length) / count)),
	);
	return parts.flatMap(([first, ...others]) => (first === undefined ? [] : [[first, ...others] as const]));
}

/** Writes the file that runs several test files in its process, and returns its whole path; a single one runs as it is. */
export function runnable([first, ...others]: Shared, folder: string): string {
	if (others.length === 0) return resolve(first);
	mkdirSync(folder, { recursive: true });
	const path = join(folder, `${first.replaceAll(/[^a-z0-9]+/g, "-")}-and-${others.length}-more.mjs`);
	const imports = [first, ...others].map((file) => `import ${JSON.stringify(pathToFileURL(resolve(file)).href)};\n`);
	writeFileSync(path, imports.join(""));
	return path;
}
