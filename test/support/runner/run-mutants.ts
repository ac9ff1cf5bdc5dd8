// Runs Stryker over the named files of src/, or some lines of them (`file.ts:10-50`): it changes each in many small ways, and runs for each change the tests
// that reach it until one fails. What no test notices is listed. The tests are those in the test files that are named too, else in the quick ones that
// belong to the sources: those that open rooms take seconds for each change. Started by scripts/mutate.sh.
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join, resolve } from "node:path";
import { quickOnes, testsOf } from "./test-files.ts";

/** What the test files of a change may take beyond one and a half times their usual time. Tests that wait idly are ended long before (tests-in-process.ts). */
const patienceMs = 20_000;
/** The sources that were loaded anew, and what tests have left, go with the process that ran so many changes. */
const changesInOneProcess = 100;

process.chdir(resolve(import.meta.dirname, "../../.."));
const named = process.argv
	.slice(2)
	.flatMap((path) => (/\.tsx?(?::[\d-]+)?$/.test(path) ? [path] : globSync(`${path}/**/*.{ts,tsx}`)));
const sources = named.filter((path) => path.startsWith("src/") && !/(?:\.d|-worker)\.ts$/.test(path));
if (sources.length === 0) throw new Error("Name files or folders of src/: npm run mutate -- src/crypto/password");
/** Ignored by git; two runs at the same time have one each. */
const folder = `coverage/mutants/${(process.argv[2] ?? "").replaceAll(/\W+/g, "-")}`;
const namedTests = named.filter((path) => /^test\/.*\.test\.tsx?$/.test(path));
const tests = namedTests.length > 0 ? namedTests : quickOnes(testsOf(sources.map((path) => path.replace(/:.*/, ""))));

const settings = {
	mutate: sources,
	tests,
	testRunner: "tests-in-process",
	testRunnerNodeArgs: ["--import", resolve("test/support/tsx-loader.ts")],
	maxTestRunnerReuse: changesInOneProcess,
	plugins: [resolve(import.meta.dirname, "tests-in-process.ts")],
	ignorers: ["words-for-logs"],
	coverageAnalysis: "perTest",
	concurrency: 1,
	timeoutMS: patienceMs,
	// Types are stripped, not checked. Stryker would read this file with an interface that TypeScript 7 no longer has.
	tsconfigFile: "none",
	disableTypeChecks: false,
	// Without dist/, threads start from the changed sources. All that runs in threads is in crypto/.
	ignorePatterns: [
		...(sources.some((path) => path.startsWith("src/crypto/")) ? ["/dist"] : []),
		"/release",
		"/coverage",
	],
	warnings: { unknownOptions: false },
	tempDirName: `${folder}/copy`,
	reporters: ["progress-append-only", "clear-text", "json"],
	clearTextReporter: { logTests: false, allowColor: false },
	jsonReporter: { fileName: `${folder}/mutants.json` },
};
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "settings.json"), JSON.stringify(settings, undefined, "\t"));
setPriority(5);
const { status } = spawnSync(
	process.execPath,
	["node_modules/@stryker-mutator/core/bin/stryker.js", "run", join(folder, "settings.json")],
	{ stdio: "inherit" },
);
process.exitCode = status ?? 1;
