// The model of rooms that are kept, searched whole by Spin: what it checks holds in every order of steps, and each check can fail.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { needs } from "../support/needs.ts";
import { temporaryHome } from "../support/temporary-home.ts";

const model = join(import.meta.dirname, "..", "..", "docs", "models", "kept.pml");

/** Searches the model with these rules left out; returns what the search says. */
function search(t: TestContext, ...leftOut: readonly string[]): string {
	const folder = join(temporaryHome(t), "model");
	mkdirSync(folder, { recursive: true });
	copyFileSync(model, join(folder, "kept.pml"));
	const inFolder = { cwd: folder, encoding: "utf8", stdio: "pipe" } as const;
	execFileSync("spin", [...leftOut.map((name) => `-D${name}`), "-a", "kept.pml"], inFolder);
	execFileSync("gcc", ["-O2", "-DSAFETY", "-o", "pan", "pan.c"], inFolder);
	return spawnSync(join(folder, "pan"), ["-m100000"], inFolder).stdout;
}

test("no line of a kept room is lost, told twice or out of order, no restored leaf speaks, and a seat always leads back, in every order of steps", (t) => {
	if (!needs(t, "spin") || !needs(t, "gcc")) return;
	const said = search(t);
	assert.match(said, /errors: 0/);
	assert.doesNotMatch(said, /max search depth too small|Search not completed/i);
});

test("the model finds what goes wrong without the group on disk before an entry, and when a seat is forgotten too early", (t) => {
	if (!needs(t, "spin") || !needs(t, "gcc")) return;
	assert.match(search(t, "ONE_GROUP"), /assertion violated/);
	assert.match(search(t, "SEAT_LATE"), /assertion violated/);
});
