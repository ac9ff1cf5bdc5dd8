// How a run of tests ends: with what failed and why, so that a log of which only the end is kept still shows it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryHome } from "../support/temporary-home.ts";
import { until, Watch } from "../support/until.ts";

const runner = resolve(import.meta.dirname, "../support/runner/run-tests.ts");

/** Runs test files with these sources, by their names; `options` are the runner's. */
function startTests(t: TestContext, sources: Readonly<Record<string, string>>, options: readonly string[] = []) {
	const folder = temporaryHome(t);
	for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, name), source);
	const { NODE_TEST_CONTEXT: _, ...env } = process.env;
	const child = spawn(process.execPath, [runner, ...options, join(folder, "*.test.ts")], { env });
	t.after(() => child.kill("SIGKILL"));
	const said = { text: "" };
	const watch = new Watch(() => said.text);
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			said.text += text;
			watch.changed();
		});
	}
	return { child, folder, said, watch, ended: once(child, "close") };
}

/** What is told after the last summary. */
const endOf = (text: string): string => text.slice(text.lastIndexOf("\nFailed: ") + 1);

test("a run of tests ends with the file, line, name and reason of each test that failed", async (t) => {
	const { said, ended } = startTests(t, {
		"wrong.test.ts": `import { test } from "node:test"; import assert from "node:assert/strict";
test("a sum is right", () => {});
test("sums", (t) => t.test("a sum is wrong", () => assert.equal(1 + 1, 3, "one and one are two")));`,
		"dies.test.ts": `import { writeSync } from "node:fs"; import { test } from "node:test";
test("it dies", () => { writeSync(2, "its last words\\n"); process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); });`,
		"late.test.ts": `import { test } from "node:test";
test("it throws later", () => { setTimeout(() => { throw new Error("nobody waited for this"); }, 1); });
test("it is not over yet", () => new Promise((resolve) => setTimeout(resolve, 100)));`,
	});
	assert.deepEqual(await ended, [1, null]);
	const end = endOf(said.text);
	assert.match(end, /^Failed: 3$/m);
	assert.match(end, /^✖ .*wrong\.test\.ts:3 a sum is wrong\n(?: {4}at .*\n)? {4}one and one are two$/m);
	assert.match(end, /^✖ .*dies\.test\.ts\n {4}test failed\n {4}its last words$/m);
	assert.match(end, /^✖ .*late\.test\.ts\n {4}test failed\n {4}.*nobody waited for this/m);
	assert.doesNotMatch(end, /a sum is right|sums$/m);
});

test("an error that nobody waited for fails the test that caused it at once, by whatever way it came, and no promise is followed for that", async (t) => {
	const ways = {
		timer: "setTimeout(fail, 1)",
		microtask: "queueMicrotask(fail)",
		rejection: "void Promise.resolve().then(fail)",
		file: 'readFile("/", fail)',
		program: 'spawn(process.execPath, ["--version"]).on("exit", fail)',
		within: 'return t.test("deeper", () => { setTimeout(fail, 1); return forEver(); })',
	};
	const tests = Object.entries(ways).map(
		([name, way]) => `test("${name}", { timeout: 60_000 }, async (t) => {
	const fail = () => { throw new Error("by a ${name}"); };
	${way};
	await forEver();
});`,
	);
	const { said, ended } = startTests(t, {
		"unawaited.test.ts": `import { spawn } from "node:child_process"; import { readFile } from "node:fs"; import { executionAsyncId } from "node:async_hooks"; import { test } from "node:test";
const forEver = () => new Promise(() => {});
${tests.join("\n")}
test("a promise has no number of its own", async () => {
	await undefined;
	const one = executionAsyncId();
	await undefined;
	if (executionAsyncId() !== one) throw new Error("it is followed");
});`,
	});
	assert.deepEqual(await ended, [1, null]);
	const end = endOf(said.text);
	assert.match(end, /^Failed: 6$/m);
	for (const name of Object.keys(ways)) assert.match(end, new RegExp(`^ {4}by a ${name}$`, "m"));
});

test("test files that share a process are told apart: each failure has its file and line; what is about the whole process has one of its own", async (t) => {
	const told = `(await import("node:fs")).appendFileSync(import.meta.dirname + "/pids", process.pid + "\\n")`;
	const { folder, said, ended } = startTests(
		t,
		{
			"one.test.ts": `import { test } from "node:test";
test("one", async () => { ${told}; throw new Error("one is wrong"); });`,
			"other.test.ts": `import { test } from "node:test";

test("other", async () => { ${told}; throw new Error("other is wrong"); });`,
			"apart.test.ts": `import { test } from "node:test";
test("apart", async () => { process.env["ANY"] = ""; ${told}; });`,
		},
		["--shared"],
	);
	assert.deepEqual(await ended, [1, null]);
	const end = endOf(said.text);
	assert.match(end, /^Failed: 2$/m);
	assert.match(end, /^✖ .*one\.test\.ts:2 one\n(?: {4}at .*\n)? {4}one is wrong$/m);
	assert.match(end, /^✖ .*other\.test\.ts:3 other\n(?: {4}at .*\n)? {4}other is wrong$/m);
	const pids = readFileSync(join(folder, "pids"), "utf8").trim().split("\n");
	assert.deepEqual([pids.length, new Set(pids).size], [3, 2]);
});

test("test files of one process are loaded one after another, no test begins before that, and what they have open ends after all tests", async (t) => {
	const source = (
		name: string,
	) => `import { appendFileSync } from "node:fs"; import { readFile } from "node:fs/promises"; import { after, test } from "node:test";
const tell = (what) => appendFileSync(import.meta.dirname + "/told", "${name} " + what + "\\n");
tell("loads");
await readFile(import.meta.filename);
tell("is loaded");
after(() => tell("ends"));
test("${name}", () => tell("runs"));`;
	const { folder, ended } = startTests(t, { "one.test.ts": source("one"), "two.test.ts": source("two") }, ["--shared"]);
	assert.deepEqual(await ended, [0, null]);
	const told = readFileSync(join(folder, "told"), "utf8").trim().split("\n");
	const loading = ["one loads", "one is loaded", "two loads", "two is loaded"];
	assert.deepEqual(told, [...loading, "one runs", "two runs", "one ends", "two ends"]);
});

test("what a file has open stays so until its last test is over, though the tests before an await outside them end long before it", async (t) => {
	const { folder, ended } = startTests(t, {
		"slow.test.ts": `import { appendFileSync } from "node:fs"; import { setTimeout } from "node:timers/promises"; import { after, test } from "node:test";
const tell = (what) => appendFileSync(import.meta.dirname + "/told", what + "\\n");
after(() => tell("ends"));
test("first", () => tell("first"));
await setTimeout(200);
test("last", () => tell("last"));`,
	});
	assert.deepEqual(await ended, [0, null]);
	assert.equal(readFileSync(join(folder, "told"), "utf8"), "first\nlast\nends\n");
});

test("a test file that can't be loaded fails by itself: the tests of those before it in its process run, and the run ends", async (t) => {
	const { folder, said, ended } = startTests(
		t,
		{
			"fine.test.ts": `import { writeFileSync } from "node:fs"; import { test } from "node:test";
test("fine", () => writeFileSync(import.meta.dirname + "/fine", ""));`,
			"throws.test.ts": 'import "node:test"; throw new Error("it does not load");',
		},
		["--shared"],
	);
	assert.deepEqual(await ended, [1, null]);
	assert.ok(existsSync(join(folder, "fine")));
	assert.match(
		endOf(said.text),
		/^✖ .*fine\.test\.ts, .*throws\.test\.ts\n {4}test failed\n(?:.*\n)*?.*it does not load/m,
	);
});

test("a process of several test files that dies is told by the names of all of them", async (t) => {
	const { said, ended } = startTests(
		t,
		{
			"fine.test.ts": 'import { test } from "node:test"; test("it is fine", () => {});',
			"late.test.ts": `import { test } from "node:test";
test("it throws later", () => { setTimeout(() => { throw new Error("nobody waited for this"); }, 1); });
test("it is not over yet", () => new Promise((resolve) => setTimeout(resolve, 100)));`,
		},
		["--shared"],
	);
	assert.deepEqual(await ended, [1, null]);
	assert.match(
		endOf(said.text),
		/^✖ .*fine\.test\.ts, .*late\.test\.ts\n {4}test failed\n {4}.*nobody waited for this/m,
	);
});

test("a run of tests in which nothing failed ends with its summary, and with exit code 0", async (t) => {
	const { said, ended } = startTests(t, {
		"right.test.ts": 'import { test } from "node:test"; test("right", () => {});',
	});
	assert.deepEqual(await ended, [0, null]);
	assert.match(said.text, /ℹ pass 1\n[^✖]*$/);
});

test("a run of tests that is stopped names the files that ran, and what had failed before", async (t) => {
	const { child, folder, said, watch, ended } = startTests(t, {
		"a-wrong.test.ts":
			'import { test } from "node:test"; test("it throws", () => { throw new Error("this is why"); });',
		"b-hangs.test.ts": `import { existsSync, writeFileSync } from "node:fs"; import { test } from "node:test";
test("it hangs", () => { writeFileSync(import.meta.dirname + "/hangs", ""); return new Promise(() => setInterval(() => {}, 1_000)); });`,
	});
	await watch.until(() => said.text.includes("it throws"), "the first file's failure");
	await until(() => existsSync(join(folder, "hangs")), "the second file's beginning");
	child.kill("SIGTERM");
	assert.deepEqual(await ended, [1, null]);
	const [, stopped = ""] = said.text.split("The run was stopped while these files ran:");
	assert.match(stopped, /^ {2}.*b-hangs\.test\.ts$/m);
	assert.match(stopped, /^Failed: 1\n✖ .*a-wrong\.test\.ts:1 it throws\n(?: {4}at .*\n)? {4}this is why\n$/m);
});
