// Which programs start the worker thread of the groups at once: those that came for a room.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { homeWithKey } from "../../support/program/home-with-key.ts";
import { runRt } from "../../support/program/rt.ts";

const hook = new URL("../../support/program/tells-workers.mjs", import.meta.url).href;

/** Runs a program to its end and counts the worker threads that it has started. */
async function workersOf(t: TestContext, args: readonly string[]): Promise<number> {
	const home = await homeWithKey(t, "Ida");
	const list = join(home, "workers");
	await runRt(t, args, { home, env: { NODE_OPTIONS: `--import ${hook}`, RT_WORKERS_FILE: list } });
	return existsSync(list) ? readFileSync(list, "utf8").split("\n").length - 1 : 0;
}

test("a program that was started to join a room has its worker before anybody answers; one that was started for something else has none", async (t) => {
	// Nothing listens on port 1.
	assert.equal(await workersOf(t, ["127.0.0.1", "1", "--plain"]), 1);
	assert.equal(await workersOf(t, ["blocks"]), 0);
});
