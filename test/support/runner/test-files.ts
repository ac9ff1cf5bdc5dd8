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
	const programs = thoseThatReach(PROGRAM, tests);
	const threadsOrGroups = thoseThatReach(THREAD_OR_MLS, new Map([...readSources("src"), ...tests]));
	return files.filter((file) => !programs.has(file) && !threadsOrGroups.has(file));
}

/** Tells of each test file whether it starts programs, itself or by a helper, and whether it has passwords stretched at their lowest cost in its process. */
export function processesOf(
	files: readonly string[],
): ReadonlyMap<string, { readonly startsProgram: boolean; readonly stretchesCheaply: boolean }> {
	const tests = readSources("test");
	const [programs, cheap] = [thoseThatReach(PROGRAM, tests), thoseThatReach(CHEAP_STRETCHING, tests)];
	return new Map(files.map((file) => [file, { startsProgram: programs.has(file), stretchesCheaply: cheap.has(file) }]));
}

/**
 * Returns the test files in the order in which they run. Those that start programs wait much of their time, the others compute: both kinds are spread
 * evenly, so that the processors always have something to do. Of each kind the longest sources come first, since they mostly run longest.
 */
export function inGoodOrder(files: readonly string[]): readonly string[] {
	const sources = readSources("test");
	const programs = thoseThatReach(PROGRAM, sources);
	const waiting = files.filter((file) => programs.has(file));
	const computing = files.filter((file) => !programs.has(file));
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

/** Returns the files that import what is looked for, themselves or through files in `sources`; types and late imports do not count. */
function thoseThatReach(wanted: RegExp, sources: Sources): ReadonlySet<string> {
	const importers = new Map<string, string[]>();
	const found = new Set<string>();
	for (const [file, source] of sources) {
		for (const { from, kind } of importsOf(source)) {
			if (kind !== "static") continue;
			const next = importedPath(file, from) ?? from;
			if (wanted.test(next)) found.add(file);
			const known = importers.get(next) ?? [];
			known.push(file);
			importers.set(next, known);
		}
	}
	// What is added meanwhile is gone through as well.
	for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
	return found;
}
