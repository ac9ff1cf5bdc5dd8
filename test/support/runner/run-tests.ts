// Runs test files, and says as the very last thing which tests failed and why: a log that is cut still shows it. Started by scripts/test.sh with the files that
// are meant, each of which then has a process of its own, or without any for all, of which many share one (shared-processes.ts).
import { globSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { FailedTests } from "./failed-tests.ts";
import { inSharedProcesses, runnable } from "./shared-processes.ts";
import { allTestFiles, inGoodOrder, quickOnes } from "./test-files.ts";

/**
 * A test that hangs fails after this time, and so does a process with all its files. It is enough for a dozen of them where fifty programs want two processors;
 * hang-guard.ts ends a file that does not end afterwards.
 */
const testLimitMs = 1_200_000;
/** Four for each processor, as far as the memory of a large computer goes: many files wait most of the time, for other programs and for networks. */
const filesAtOnce = Math.min(12, 4 * availableParallelism());
/**
 * A file's process lives for seconds and makes much that is thrown away at once: with more room for what is young it is collected less often, and by one
 * thread, since the others have files of their own. It saves a twentieth of the processor's time.
 */
const collecting = ["--min-semi-space-size=16", "--max-semi-space-size=32", "--single-threaded-gc"];
/** What each test file's process reads first. */
const before = ["whose-error.ts", "tsx-loader.ts", "hang-guard.ts", "repeated-work.ts"];
const root = resolve(import.meta.dirname, "../../..");

const { values, positionals } = parseArgs({
	options: {
		quick: { type: "boolean", default: false },
		// Named files share processes too.
		shared: { type: "boolean", default: false },
		"test-name-pattern": { type: "string", multiple: true, default: [] },
	},
	allowPositionals: true,
});
process.chdir(root);
// As the program has it; React takes a third longer otherwise.
Object.assign(process.env, { NODE_ENV: "production" });
// Read by tests that take as long as one lets them.
if (values.quick) Object.assign(process.env, { RT_QUICK_TESTS: "1" });
const meant = positionals.length > 0 ? globSync(positionals).map((path) => relative(root, path)) : allTestFiles();
const files = inGoodOrder(values.quick ? quickOnes(meant) : meant);
if (files.length === 0) throw new Error(`There are no such test files: ${positionals.join(" ")}`);

const processes =
	positionals.length > 0 && !values.shared ? files.map((file) => [file] as const) : inSharedProcesses(files);
const folder = resolve(root, "node_modules/.cache/tests-together", String(process.pid));
const filesOf = new Map(processes.map((shared) => [runnable(shared, folder), shared]));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const stopping = new AbortController();
const failed = new FailedTests((path) => filesOf.get(path)?.join(", ") ?? relative(root, path));
const events = run({
	files: [...filesOf.keys()],
	concurrency: filesAtOnce,
	timeout: testLimitMs,
	execArgv: [...collecting, ...before.flatMap((name) => ["--import", resolve(root, "test/support", name)])],
	testNamePatterns: values["test-name-pattern"],
	signal: stopping.signal,
});
events.on("test:dequeue", failed.begun).on("test:complete", failed.completed).on("test:stderr", failed.wrote);
events.on("test:diagnostic", failed.remarked);
events.on("test:summary", ({ success }) => {
	if (!success) process.exitCode = 1;
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
	process.once(signal, () => {
		failed.stopped();
		stopping.abort();
	});
}
for await (const text of events.compose(spec)) process.stdout.write(text);
const told = failed.told();
if (told !== "") {
	process.exitCode = 1;
	process.stdout.write(`\n${told}\n`);
}
