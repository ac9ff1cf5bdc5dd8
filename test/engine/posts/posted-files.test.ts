// What is remembered of what goes with posts: where it lies, as long as there is such a post, and never more than that it is the same.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import { SharedFiles } from "../../../src/engine/files/shared-files.ts";
import { lineOf, PostedFiles } from "../../../src/engine/posts/posted-files.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const [ann, bob] = ["A", "B"].map((letter) => parseFingerprint(letter.repeat(40))) as [Fingerprint, Fingerprint];
const dayMs = 24 * 60 * 60_000;

/** Ann's files for posts, on a clock that the test moves. */
function desk(t: TestContext) {
	const vault = new Vault(randomBytes(32));
	const clock = { ms: 1_790_000_000_000 };
	const shared = new SharedFiles(
		openMemoryStore(),
		() => vault,
		() => clock.ms,
		() => 0,
	);
	const files = new PostedFiles(shared);
	const folder = temporaryHome(t);
	const post = async (name: string) => {
		const path = join(folder, name);
		writeFileSync(path, randomBytes(1000));
		const read = await files.read(path);
		assert.ok(read.kind === "read");
		files.keep(ann, "Ann", read.file, read.kept);
		return { path, file: read.file, line: lineOf(ann, read.file) };
	};
	const kindOf = async (line: ReturnType<typeof lineOf>): Promise<string> => {
		const held = await files.open(line, () => {});
		if (held.kind === "open") await held.own.close();
		return held.kind;
	};
	return { files, shared, clock, post, kindOf };
}

test("A posted file is remembered as long as its post, also when nothing is asked for in months, and forgotten with it", async (t) => {
	const { files, shared, clock, post, kindOf } = desk(t);
	const [one, other] = [await post("one"), await post("other")];
	for (let month = 0; month < 6; month += 1) {
		clock.ms += 29 * dayMs;
		shared.kept.ofRoom(new Uint8Array(32).fill(7));
	}
	assert.deepEqual([await kindOf(one.line), await kindOf(other.line)], ["open", "open"]);
	files.keepOnly(bob, []);
	files.keepOnly(ann, [one.file.id]);
	assert.deepEqual([await kindOf(one.line), await kindOf(other.line)], ["open", "none"]);
	assert.equal(await kindOf({ ...one.line, by: bob }), "none", "an id of Ann's says nothing of Bob's posts");
});

test("A file that was only touched is still what was posted, and one that came of somebody else is read before it is given", async (t) => {
	const { files, post, kindOf } = desk(t);
	const { path, line } = await post("tulips.jpg");
	utimesSync(path, 1, 1);
	assert.equal(await kindOf(line), "open");
	const theirs = { ...line, by: bob };
	files.came(theirs, "Bob", path);
	assert.equal(await kindOf(theirs), "open");
	writeFileSync(path, randomBytes(1000));
	assert.deepEqual([await kindOf(line), await kindOf(theirs)], ["lost", "lost"]);
});
