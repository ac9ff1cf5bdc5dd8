// Chooses test files by what they import, and says in which order they run: so no list of files goes stale.
import { posix } from "node:path";
import { importedPath, importsOf, readSources, type Sources } from "./source-imports.ts";

/** A process of its own, with or without a terminal. */
const PROGRAM = /^(?:node:child_process|@lydell\/node-pty)$/;
/** A thread of its own, or MLS, whose post-quantum keys take long in JavaScript. */
const THREAD_OR_MLS = /^(?:node:worker_threads|ts-mls)$/;

/** The helper that makes Argon2id cheap in the whole process. */
const CHEAP_STRETCHING = /^test\/support\/cheap-stretching\.ts$/;

/** Returns all test files, by their paths within the project. */
export function allTestFiles(): readonly string[] {
	return [...readSources("test").keys()].filter((path) => /\.test\.tsx?$/.test(path));
}

/** Returns those of the test files that start no program and load nothing that starts threads or makes MLS groups: each takes longer than most tests do. */
export function quickOnes(files: readonly string[]): readonly string[] {
	const tests = readSources("test");
	const all = new Map([...readSources("src"), ...tests]);
	return files.filter((file) => !reaches(file, PROGRAM, tests) && !reaches(file, THREAD_OR_MLS, all));
}

/** Tells of each test file whether it starts programs, itself or by a helper, and whether it has passwords stretched at their lowest cost in its process. */
export function processesOf(
	files: readonly string[],
): ReadonlyMap<string, { readonly startsProgram: boolean; readonly stretchesCheaply: boolean }> {
	const tests = readSources("test");
	return new Map(
		files.map((file) => [
			file,
			{ startsProgram: reaches(file, PROGRAM, tests), stretchesCheaply: reaches(file, CHEAP_STRETCHING, tests) },
		]),
	);
}

/**
 * Returns the test files in the order in which they run. Those that start programs wait much of their time, the others compute: both kinds are spread
 * evenly, so that the processors always have something to do. Of each kind the longest sources come first, since they mostly run longest.
 */
export function inGoodOrder(files: readonly string[]): readonly string[] {
	const sources = readSources("test");
	const waiting = files.filter((file) => reaches(file, PROGRAM, sources));
	const computing = files.filter((file) => !waiting.includes(file));
	const placed = [waiting, computing].flatMap((ones) => {
		const longestFirst = ones.toSorted(
			(one, other) => (sources.get(other) ?? "").length - (sources.get(one) ?? "").length,
		);
		return longestFirst.map((file, index) => ({ file, place: index / ones.length }));
	});
	return placed.toSorted((one, other) => one.place - other.place).map(({ file }) => file);
}

/**
 * Returns the test files that belong to sources: those in the same folder of test/ as the source in src/, and those that import it themselves or through
 * a script. What reaches a source through a helper is left out, since many helpers start a whole room.
 */
export function testsOf(sources: readonly string[]): readonly string[] {
	const files = new Map([...readSources("test"), ...readSources("scripts")]);
	const folders = sources.map((path) => posix.dirname(path).replace(/^src/, "test"));
	const imported = (file: string): readonly string[] =>
		importsOf(files.get(file) ?? "").map(({ from }) => importedPath(file, from) ?? from);
	return allTestFiles().filter((file) => {
		const direct = imported(file);
		const reached = [...direct, ...direct.filter((path) => path.startsWith("scripts/")).flatMap(imported)];
		return folders.includes(posix.dirname(file)) || reached.some((path) => sources.includes(path));
	});
}

/** Tells whether a file imports what is looked for, itself or through files in `sources`; types and late imports do not count. */
function reaches(file: string, wanted: RegExp, sources: Sources, seen = new Set<string>()): boolean {
	seen.add(file);
	return importsOf(sources.get(file) ?? "").some(({ from, kind }) => {
		if (kind !== "static") return false;
		const next = importedPath(file, from);
		if (wanted.test(next ?? from)) return true;
		return next !== undefined && !seen.has(next) && reaches(next, wanted, sources, seen);
	});
}
