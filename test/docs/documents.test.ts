// The documents name files, tests and links that exist: a reader who follows one must not end in the air.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..", "..");
const documents = [
	...readdirSync(root).filter((name) => name.endsWith(".md")),
	...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".md"))
		.map((name) => join("docs", name)),
];
const read = (path: string) => readFileSync(join(root, path), "utf8");
/** The name of every file that a document may name without its folders, as `machine.ts` beside the folder it is in. */
const names = new Set(
	["src", "test", "scripts", "bench", "docs"]
		.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }))
		.map((path) => basename(path)),
);

for (const document of documents) {
	test(`${document} links only to what is there`, () => {
		for (const [, target = ""] of read(document).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
			if (/^[a-z]+:/.test(target)) continue;
			assert.ok(existsSync(join(root, dirname(document), target)), `${document} links to ${target}`);
		}
	});

	test(`${document} names only files that are there`, () => {
		for (const [, path = ""] of read(document).matchAll(/`((?:src|test|scripts|docs|bench|\.ci)\/[\w./-]*\w)/g)) {
			assert.ok(existsSync(join(root, path)), `${document} names ${path}`);
		}
		for (const [, path = ""] of read(document).matchAll(/`([\w./-]+\.(?:tsx?|mjs|sh))`/g)) {
			assert.ok(names.has(basename(path)), `${document} names ${path}`);
		}
	});
}

test("every test the threat model cites is in the file it is said to be in", () => {
	const cited = /`(test\/[\w./-]+)`: ((?:"[^"]+"(?:, )?)+)/g;
	let count = 0;
	for (const [, path = "", names = ""] of read("docs/threat-model.md").matchAll(cited)) {
		const source = read(path);
		for (const [, name = ""] of names.matchAll(/"([^"]+)"/g)) {
			assert.ok(source.includes(name), `${path} has no test "${name}"`);
			count += 1;
		}
	}
	assert.ok(count > 20, `only ${count} citations were found`);
});
