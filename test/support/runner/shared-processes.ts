// Puts test files that leave nothing behind in their process several to a process, so that what they load is loaded and compiled once for all of them.
// Which ones those are is read from their sources: so no list of files goes stale.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { processesOf } from "./test-files.ts";

/** So many files run in one process at most: one that ends early, by a crash, takes the others with it. */
const mostFiles = 12;

/** What a file says that changes its whole process, or that looks at all of it: its environment and memory, what stays replaced, what is done for each test. */
const aboutTheProcess =
	/\bprocess\.(?!cwd|pid|version|platform|execPath|stderr|stdout|hrtime|nextTick|ts\b)\w|(?<!t\.)\bmock\.(?!restore|call)|^(?:before|after)Each\(|syncBuiltinESMExports|registerHooks|globalThis/m;

/** What a file says that has something open from before its first test to after its last one, such as a room. */
const staysOpen = /\bafter\b.*from "node:test"/;

/** What a file says that holds the clocks of its process still. */
const holdsClocks = /\bmock\.timers\b|\bcaughtWaits\(/;

/** Test files of one process, by their paths. */
type Shared = readonly [string, ...string[]];

/**
 * Returns the test files by process, each file once, and neighbours together: they load much of the same. A process has the place that the first of its
 * files has in `files`.
 */
export function inSharedProcesses(files: readonly string[]): readonly Shared[] {
	const alone: Shared[] = [];
	const kinds = new Map<string, string[]>();
	for (const [file, { startsProgram, stretchesCheaply }] of processesOf(files.toSorted())) {
		const source = readFileSync(file, "utf8");
		const isOpen = staysOpen.test(source);
		if (startsProgram || aboutTheProcess.test(source) || (isOpen && holdsClocks.test(source))) {
			alone.push([file]);
			continue;
		}
		// A password is stretched cheaply in the whole process, and what is open in one file sees the clocks that another one holds.
		const kind = `${stretchesCheaply} ${isOpen}`;
		kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
	}
	const place = (shared: Shared): number => Math.min(...shared.map((file) => files.indexOf(file)));
	const shared = [...kinds.values()].flatMap(inParts);
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

/**
 * Writes the file that runs the test files of one process, and returns its whole path. They are loaded one after another, with what they prepare for all their
 * tests, and no test begins before that is done: it could replace a clock that the next file waits by, and when all tests that are known are over the runner
 * takes the file to have ended, with what is open for those that come after an `await`.
 */
export function runnable(files: Shared, folder: string): string {
	mkdirSync(folder, { recursive: true });
	const [first, ...others] = files;
	const more = others.length === 0 ? "" : `-and-${others.length}-more`;
	const path = join(folder, `${first.replaceAll(/[^a-z0-9]+/g, "-")}${more}.mjs`);
	const imports = files.map((file) => `\tawait import(${JSON.stringify(pathToFileURL(resolve(file)).href)});\n`);
	const lines = ['import { before } from "node:test";\n', "const loaded = Promise.withResolvers();\n"];
	// A file that throws has failed; the tests of those before it need not wait until the whole run ends.
	lines.push("before(() => loaded.promise);\n", "try {\n", ...imports, "} finally {\n\tloaded.resolve();\n}\n");
	writeFileSync(path, lines.join(""));
	return path;
}
