// What the first screen waits for: everything that takes long to load, and that it does not show, is loaded later.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { homeWithKey } from "../../support/program/home-with-key.ts";
import { openRt, root } from "../../support/program/rt.ts";
import { keys } from "../../support/terminal/terminal.ts";

const words = "Start a room";
const dist = join(root, "dist");

test("Before the first screen neither TLS, nor an HTTP client, nor OpenPGP.js, nor the group of CPace is loaded, nor what draws all other screens and opens rooms.", async (t) => {
	const home = await homeWithKey(t, "Hana");
	const list = join(home, "loaded");
	const hook = new URL("../../support/program/loaded-at-first-screen.mjs", import.meta.url).href;
	const env = { NODE_OPTIONS: `--import ${hook}`, RT_LOADED_FILE: list, RT_SCREEN_WORDS: words };
	const second = openRt(t, [], { home, env });
	await second.waitFor(words);
	second.type(keys.ctrlC);
	assert.equal((await second.exit).code, 0);

	const loaded = readFileSync(list, "utf8").split("\n");
	// The list is one of what was loaded, and not an empty one.
	for (const needed of ["NativeModule net", "NativeModule crypto"]) assert.ok(loaded.includes(needed), needed);
	for (const slow of ["NativeModule tls", "NativeModule http", "NativeModule internal/deps/undici/undici"])
		assert.ok(!loaded.includes(slow), slow);
	const files = loaded.filter((line) => line.startsWith("file:"));
	const own = files.filter((url) => url.includes("/dist/"));
	assert.ok(own.length > 5, "the program's files are in the list");
	// Each file takes its time: what this screen needs is in a few, which scripts/bundle.ts names. All others have names that esbuild gave them.
	assert.deepEqual(
		own.filter((url) => /-[A-Z0-9]{8}\.js$/.test(url)),
		[],
	);
	assert.deepEqual(
		files.filter((url) => /\/openpgp\//.test(url)),
		[],
	);
	const later = {
		// Words and names that the bundle keeps as they are.
		CPace: "crypto_core_ristretto255",
		Ink: "ink-root",
		"the engine": "the room of two is not there",
	};
	const sources = files.map((url) => readFileSync(fileURLToPath(url), "utf8"));
	assert.ok(sources.filter((source) => source.includes("createRequire")).length <= 2, "few files make require()");
	for (const [what, sign] of Object.entries(later)) {
		assert.ok(!sources.some((source) => source.includes(sign)), what);
		assert.ok(
			readdirSync(dist).some((file) => readFileSync(join(dist, file), "utf8").includes(sign)),
			`${sign} is a sign of ${what}`,
		);
	}
});

test("The first screen is not drawn again when the rest has been loaded, and a key that was typed meanwhile counts.", async (t) => {
	const home = await homeWithKey(t, "Hana");
	const second = openRt(t, [], { home });
	await second.waitFor(words);
	second.type("hush");
	await second.waitFor("› hush");
	const pictures = second.raw().split("\u001B[?2026h").slice(1);
	// The first key may be drawn before the others.
	assert.ok(pictures.length >= 2 && pictures.length <= 5, `${pictures.length} pictures`);
	const isWhole = (picture: string) => picture.includes("Join a room");
	assert.deepEqual(pictures.map(isWhole), [true, ...pictures.slice(1).map(() => false)]);
	second.type(keys.ctrlC);
	assert.equal((await second.exit).code, 0);
});
