// Files of a bundle that are joined into one, run by Node.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { build } from "esbuild";
import { joinedFiles, type Together } from "../../scripts/bundle-joined.ts";

/** Two entries that are loaded when they are needed, what they share, and what the program waits for. */
const sources = {
	"main.ts": `import { count } from "./counter.ts";
		console.log("begun", count());
		const first = await import("./first.ts");
		console.log(first.say(), Object.keys(first).sort().join());
		console.log((await import("./second.ts")).say(), count());`,
	"first.ts": `import { count } from "./counter.ts"; import { shared } from "./shared.ts";
		console.log("first is evaluated");
		export const say = () => "first " + count() + shared; export let other = 1;`,
	"second.ts": `import { count } from "./counter.ts"; import { shared } from "./shared.ts";
		export const say = () => "second " + count() + shared;`,
	"shared.ts": `console.log("shared is evaluated"); export const shared = "!";`,
	"counter.ts": `let counted = 0; export const count = () => (counted += 1);`,
} as const;

const said = ["begun 1", "shared is evaluated", "first is evaluated", "first 2! other,say", "second 3! 4"];

/** Bundles the sources, joins what is said, and returns the names of the files and what the program says. */
async function run(t: TestContext, together: Together) {
	const folder = mkdtempSync(join(tmpdir(), "rt-joined-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text);
	const options = { absWorkingDir: folder, outdir: folder, minify: true, target: "node24" };
	const split = { bundle: true, splitting: true, format: "esm", write: false, metafile: true } as const;
	const built = await build({ ...options, ...split, entryPoints: { main: "main.ts" } });
	for (const { path, text } of await joinedFiles(built, together, options)) writeFileSync(path, text);
	const { stdout } = spawnSync(process.execPath, [join(folder, "main.js")], { encoding: "utf8" });
	return { files: readdirSync(folder).filter((name) => name.endsWith(".js")), said: stdout.trim().split("\n") };
}

test("A program says the same whichever of its files are joined: each is evaluated once, when it is needed, and all share what it holds.", async (t) => {
	const apart = await run(t, {});
	assert.deepEqual(apart.said, said);
	assert.equal(apart.files.length, 5);
	const some = await run(t, { all: ["main.ts"], first: ["first.ts"] });
	assert.deepEqual(some.said, said);
	assert.deepEqual(some.files.filter((name) => !name.startsWith("second-")).sort(), ["all.js", "first.js", "main.js"]);
	const together = await run(t, { all: ["counter.ts"], both: ["first.ts", "second.ts"] });
	assert.deepEqual(together.said, said);
	assert.deepEqual(together.files.sort(), ["all.js", "both.js", "main.js"]);
});

test("A source that is not in the bundle can't be joined with anything, and the build says so.", async (t) => {
	await assert.rejects(run(t, { all: ["gone.ts"] }), /gone\.ts is not in the bundle/);
});
