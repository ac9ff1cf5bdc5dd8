// What the first screen waits for: everything that takes long to load, and that it does not show, is loaded later.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openRt } from "../../support/program/rt.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { keys } from "../../support/terminal/terminal.ts";

const words = "Start a room";

test("Before the first screen neither TLS, nor an HTTP client, nor OpenPGP.js, nor the group of CPace is loaded.", async (t) => {
	const home = temporaryHome(t);
	const first = openRt(t, [], { home });
	await first.waitFor("What should others call you?");
	first.type(keys.enter);
	await first.waitFor(words);
	first.type(keys.ctrlC);
	assert.equal((await first.exit).code, 0);

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
	assert.ok(files.length > 20, "the program's files are in the list");
	assert.deepEqual(
		files.filter((url) => /\/openpgp\//.test(url)),
		[],
	);
	const withCpace = files.filter((url) =>
		readFileSync(fileURLToPath(url), "utf8").includes("crypto_core_ristretto255"),
	);
	assert.deepEqual(withCpace, []);
});
