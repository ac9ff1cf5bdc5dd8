// The page as a file: made of the guest's own code with the shims that are written down and no others, the same bytes each time, bounded in size and in what it may do.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { bundlePage, SHIMS } from "../../scripts/page.ts";

const { html, inputs, missing } = await bundlePage(process.cwd());
const sha256 = (text: string) => createHash("sha256").update(text);
/** What the design allows. */
const mostBytes = 350 * 1024;

test("the same sources give the same page, and one byte that is altered gives another hash", async () => {
	assert.equal((await bundlePage(process.cwd())).html, html);
	const altered = html.replace("tries left", "tries  left");
	assert.notEqual(sha256(altered).digest("hex"), sha256(html).digest("hex"));
});

test("the page is at most 350 KB to download", () => {
	const sizeBytes = gzipSync(html, { level: 9 }).length;
	assert.ok(sizeBytes <= mostBytes, `${sizeBytes} bytes`);
});

test("nothing of the program is replaced in the page: only modules of Node, native packages and what a library brings along a second time are, and every shim is one of these", () => {
	assert.deepEqual(missing, [], "asked of Node, and no shim for it");
	const known =
		/^(?:node:[a-z\d_/]+|libsodium-wrappers-sumo|sodium-universal|openpgp|buffer\/?|\.\/(?:nacl-fast|noble_(?:curves|hashes))\.min\.mjs)$/;
	for (const name of Object.keys(SHIMS)) {
		assert.match(name, known);
	}
	const ours = inputs.filter((path) => path.startsWith("src/"));
	const shims = readdirSync("src/web/shim").map((file) => `src/web/shim/${file}`);
	const inTable = new Set([...Object.values(SHIMS), "src/web/shim/globals.ts"]);
	assert.deepEqual(
		shims.filter((path) => !inTable.has(path)),
		[],
		"a shim that the table does not name",
	);
	for (const path of [
		"src/engine/guest/joining.ts",
		"src/engine/guest/opening/handshake-guest.ts",
		"src/engine/member/member.ts",
		"src/engine/room/room.ts",
		"src/crypto/group/session.ts",
		"src/crypto/group/worker-sessions.ts",
		"src/crypto/password/pake.ts",
		"src/crypto/opening/noise-keys.ts",
		"src/net/relay/relay-transport.ts",
		"src/engine/text/clean.ts",
		"src/engine/files/room-files.ts",
		"src/engine/files/pieces/taker.ts",
		"src/store/files/file-names.ts",
		"src/crypto/file/pieces.ts",
	]) {
		assert.ok(ours.includes(path), `${path} is in the page as it is`);
	}
	assert.deepEqual(
		ours.filter((path) => /^src\/(?:engine\/(?:host|gate|order)|store\/db)/.test(path)),
		[],
		"nothing of a host",
	);
});

test("the policy of the page allows its own script and style by their hashes, no other source, no inline handler, and nothing to be sent but to relays", () => {
	const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
	const rules = new Map(policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]));
	const [, script = ""] = /<script>([\s\S]*)<\/script>/.exec(html) ?? [];
	const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
	assert.equal(rules.get("default-src"), "'none'");
	assert.equal(rules.get("script-src"), `'sha256-${sha256(script).digest("base64")}' 'wasm-unsafe-eval'`);
	assert.equal(rules.get("style-src"), `'sha256-${sha256(style).digest("base64")}'`);
	assert.equal(rules.get("connect-src"), "wss: ws:");
	const markup = html.replace(script, "").replace(style, "");
	assert.doesNotMatch(markup, /\son\w+=|<link rel="(?!icon)|src=|<iframe|<object|<base/);
	assert.equal(html.match(/<script/g)?.length, 1);
});

test("the view uses no storage, no markup from text, and no eval", () => {
	for (const folder of ["page", "session", "shim"]) {
		for (const file of readdirSync(`src/web/${folder}`)) {
			const source = readFileSync(`src/web/${folder}/${file}`, "utf8");
			assert.doesNotMatch(
				source,
				/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage|sessionStorage|indexedDB|document\.cookie/,
				file,
			);
		}
	}
});
