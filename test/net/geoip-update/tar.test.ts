// Archives from outside: only what was asked for comes out, where it was asked for, and nothing in them does harm.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { unpack } from "../../../src/net/geoip-update/tar.ts";
import { tarball, tarEntry } from "../../support/geoip/geoip-data.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

test("Named files come out whole, of any size around a block, and the others stay in", async (t) => {
	const folder = temporaryHome(t);
	const files = Object.fromEntries(
		[0, 1, 511, 512, 513, 100_000].map((size) => [`size-${size}`, Buffer.alloc(size, size % 251)]),
	);
	const archive = join(folder, "a.tgz");
	writeFileSync(archive, tarball({ ...files, unwanted: Buffer.from("no") }, "package"));
	const pathOf = (name: string) => (name.startsWith("package/size-") ? join(folder, name.slice(8)) : undefined);
	const outcome = await unpack({ archive, pathOf, fileLimitBytes: 1_000_000 });
	assert.deepEqual(outcome, { kind: "unpacked", entryNames: Object.keys(files).map((name) => `package/${name}`) });
	for (const [name, bytes] of Object.entries(files)) assert.ok(readFileSync(join(folder, name)).equals(bytes), name);
	assert.equal(readdirSync(folder).length, 7);
});

test("Links, folders and other things with the name of a wanted file are passed over", async (t) => {
	const folder = temporaryHome(t);
	const archive = join(folder, "a.tgz");
	const entries = ["1", "2", "3", "5", "x"].map((type) => tarEntry("wanted", Buffer.alloc(0), type));
	writeFileSync(archive, gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)])));
	const outcome = await unpack({ archive, pathOf: () => join(folder, "out"), fileLimitBytes: 100 });
	assert.deepEqual(outcome, { kind: "unpacked", entryNames: [] });
	assert.ok(!existsSync(join(folder, "out")));
});

test("An archive with a file that is too large, or that is no archive, is refused", async (t) => {
	const folder = temporaryHome(t);
	const archive = join(folder, "a.tgz");
	const bytes = [
		tarball({ wanted: Buffer.alloc(101) }, "package"),
		Buffer.from("this is no archive"),
		gzipSync(Buffer.from("neither is this ".repeat(100))),
		gzipSync(tarEntry("package/wanted", Buffer.alloc(80)).subarray(0, 550)),
		Buffer.alloc(0),
	];
	for (const [index, content] of bytes.entries()) {
		writeFileSync(archive, content);
		const outcome = await unpack({ archive, pathOf: () => join(folder, "out"), fileLimitBytes: 100 });
		assert.equal(outcome.kind, "refused", String(index));
	}
});

test("No change of an archive gets a file anywhere else, or ends in anything but a refusal", async (t) => {
	const folder = temporaryHome(t);
	const archive = join(folder, "a.tgz");
	const plain = gunzipSync(tarball({ wanted: Buffer.from("content"), other: Buffer.from("more") }, "package"));
	const changed = fc.tuple(
		fc.array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { maxLength: 6 }),
		fc.nat(plain.length),
		fc.boolean(),
	);
	await fc.assert(
		fc.asyncProperty(changed, async ([changes, length, isPacked]) => {
			const bytes = Buffer.from(plain.subarray(0, length));
			for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
			writeFileSync(archive, isPacked ? gzipSync(bytes) : bytes);
			const pathOf = (name: string) => (name === "package/wanted" ? join(folder, "out") : undefined);
			const { kind } = await unpack({ archive, pathOf, fileLimitBytes: 1000 });
			assert.ok(kind === "unpacked" || kind === "refused");
			assert.deepEqual(
				readdirSync(folder).filter((name) => name !== "a.tgz" && name !== "out"),
				[],
			);
		}),
		{ numRuns: 300 },
	);
});
