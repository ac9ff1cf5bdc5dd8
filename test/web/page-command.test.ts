// `rt page` and `rt relay --page`, as the program does them: the hash it prints is that of the file it saves, and of what a relay shows.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { bundlePage } from "../../scripts/page.ts";
import { readPage } from "../../src/ui/cli/tools/page-command.ts";
import { cleanEnvironment, rtPath } from "../support/program/rt.ts";
import { temporaryHome } from "../support/temporary-home.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("rt page prints the SHA-256 of the page that the sources make, and saves it where nothing is yet", async (t) => {
	const home = temporaryHome(t);
	const page = (...words: readonly string[]) =>
		spawnSync(rtPath, ["page", ...words], { encoding: "utf8", env: cleanEnvironment(home) });
	const { html } = await bundlePage(process.cwd());
	const told = page();
	assert.equal(told.status, 0, told.stderr);
	assert.match(told.stdout, new RegExp(`^SHA-256 {2}${sha256(html)}$`, "m"));
	const file = join(home, "page.html");
	const saved = page("--save", file);
	assert.equal(saved.status, 0, saved.stderr);
	assert.equal(readFileSync(file, "utf8"), html);
	writeFileSync(file, "somebody's own");
	const refused = page("--save", file);
	assert.notEqual(refused.status, 0);
	assert.match(refused.stderr, /There is a file of that name already/);
	assert.equal(readFileSync(file, "utf8"), "somebody's own");
	const nowhere = page("--save", join(home, "missing", "page.html"));
	assert.match(nowhere.stderr, /could not be saved there \(ENOENT\)/);
	assert.match(page("now").stderr, /rt page takes no "now"/);
});

test("a relay with --page shows that page, packed for who can unpack it, with its policy in a header, and says when it is still the same", async (t) => {
	const home = temporaryHome(t);
	const words = ["relay", "--port", "0", "--page", "--json"];
	const relay = spawn(rtPath, words, { env: cleanEnvironment(home), stdio: ["ignore", "pipe", "inherit"] });
	t.after(() => void relay.kill("SIGKILL"));
	const { promise, resolve } = Promise.withResolvers<string>();
	createInterface({ input: relay.stdout }).once("line", resolve);
	const { params } = JSON.parse(await promise) as { params: { port: number } };
	const url = `http://127.0.0.1:${params.port}/`;
	const { html } = await bundlePage(process.cwd());
	for (const encoding of ["gzip", "identity"]) {
		const answer = await fetch(url, { headers: { "accept-encoding": encoding } });
		assert.equal(answer.headers.get("content-encoding"), encoding === "gzip" ? "gzip" : null);
		assert.equal(await answer.text(), html);
		const policy = answer.headers.get("content-security-policy") ?? "";
		const [, inPage] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
		assert.equal(policy, `${inPage}; frame-ancestors 'none'`);
		assert.equal(answer.headers.get("cache-control"), "no-cache");
		const etag = answer.headers.get("etag") ?? "";
		assert.equal(etag, `"${sha256(html)}"`);
		assert.equal((await fetch(url, { headers: { "if-none-match": etag } })).status, 304);
	}
	assert.equal((await fetch(`${url}other`)).status, 404);
});

test("where the sources run as they are there is no page beside the program, and that is said", async () => {
	await assert.rejects(readPage(), /The page is missing beside the program/);
});
