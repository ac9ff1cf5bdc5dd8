// Which test files a run takes, and in which order.
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { allTestFiles, inGoodOrder, quickOnes, testsOf } from "../support/runner/test-files.ts";

test("a run takes every test file once, in an order that begins with one that starts programs and one that does not", () => {
	const all = globSync("test/**/*.test.{ts,tsx}").toSorted();
	assert.deepEqual(allTestFiles(), all);
	const order = inGoodOrder(all);
	assert.deepEqual(order.toSorted(), all);
	assert.equal(quickOnes(order.slice(0, 2)).length < 2, true, order.slice(0, 2).join(" "));
	const programs = order.filter((path) => /^test\/(?:e2e|netlab)\//.test(path));
	const half = new Set(order.slice(0, order.length / 2));
	const early = programs.filter((path) => half.has(path)).length;
	assert.ok(Math.abs(early - programs.length / 2) <= programs.length / 4, `${early} of ${programs.length} are early`);
});

test("what starts a program or a thread is not quick, also when a helper or the program's own code does it", () => {
	const quick = new Set(quickOnes(allTestFiles()));
	for (const path of ["test/e2e/two-people.test.ts", "test/netlab/room.test.ts", "test/scripts/run-tests.test.ts"]) {
		assert.ok(!quick.has(path), path);
	}
	assert.ok(!quick.has("test/engine/rooms.test.ts"), "it starts the thread of a group");
	assert.ok(quick.has("test/ui/admin/admin.test.tsx") && quick.has("test/scripts/test-files.test.ts"));
});

test("the tests of a source are those of its folder and those that import it, also through a script, and not every room that a helper opens", () => {
	const tests = testsOf(["src/crypto/password/pake.ts"]);
	for (const path of ["test/crypto/password/pake.test.ts", "test/docs/protocol-vectors.test.ts"]) {
		assert.ok(tests.includes(path), path);
	}
	assert.ok(!tests.includes("test/engine/talk/messages.test.ts"));
	assert.deepEqual(testsOf(["src/nothing/there.ts"]), []);
});
