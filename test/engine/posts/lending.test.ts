// What goes with posts is given as long as something of it is taken, so many files at a time, and it is never given when it is another.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import type { GiveNotes } from "../../../src/engine/files/pieces/carrier.ts";
import type { PieceSource } from "../../../src/engine/files/pieces/giver.ts";
import type { FileLine } from "../../../src/engine/files/room-file.ts";
import { SharedFiles } from "../../../src/engine/files/shared-files.ts";
import { Lending, mostLent } from "../../../src/engine/posts/lending.ts";
import { lineOf, PostedFiles } from "../../../src/engine/posts/posted-files.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";

const ann = parseFingerprint("A".repeat(40)) as Fingerprint;

/** Ann's files, each posted, and what is given of them in a room. */
function room(t: TestContext) {
	const store = openMemoryStore();
	const vault = new Vault(randomBytes(32));
	const clock = manualClock();
	const files = new PostedFiles(new SharedFiles(store, () => vault, Date.now, clock.now));
	const said: string[] = [];
	const lost: string[] = [];
	const given: { readonly source: PieceSource; readonly notes: GiveNotes }[] = [];
	const stops: true[] = [];
	const lending = new Lending({
		...{ files, clock },
		self: () => ann,
		say: (body) => said.push(body.kind === "quiet-file" ? body.what : body.kind),
		give: (_, source, notes) => {
			given.push({ source, notes });
			return { more: () => {}, stop: () => stops.push(true) };
		},
		lost: (_, why) => lost.push(why),
	});
	t.after(() => lending.close());
	const folder = temporaryHome(t);
	const post = async (name: string): Promise<{ readonly path: string; readonly line: FileLine }> => {
		const path = join(folder, name);
		writeFileSync(path, randomBytes(1000));
		const read = await files.read(path);
		assert.ok(read.kind === "read");
		files.keep(ann, "Ann", read.file, read.kept);
		return { path, line: lineOf(ann, read.file) };
	};
	return { lending, clock, said, lost, given, post, stopped: () => stops.length };
}

test("A file is given until nothing of it was taken for two minutes, and again when somebody asks", async (t) => {
	const { lending, clock, said, given, post, stopped } = room(t);
	const { line } = await post("tulips.jpg");
	await lending.lend(line);
	assert.deepEqual(said, ["quiet-lend"]);
	clock.advance(100_000);
	given[0]?.notes.onShare(ann, 1);
	clock.advance(119_000);
	assert.equal(stopped(), 0);
	await lending.lend(line);
	assert.deepEqual(said, ["quiet-lend", "quiet-lend"], "who came later hears of it too, and it is not opened twice");
	assert.equal(given.length, 1);
	clock.advance(120_000);
	assert.equal(stopped(), 1);
	assert.equal(said.at(-1), "withdrawn");
	await lending.lend(line);
	assert.equal(given.length, 2);
});

test("attack: no more files are given at a time than may be, however many are asked for", async (t) => {
	const { lending, given, post } = room(t);
	const posted = [];
	for (let index = 0; index < mostLent + 4; index += 1) posted.push(await post(`photo ${index}.jpg`));
	await Promise.all(posted.map(({ line }) => lending.lend(line)));
	assert.equal(given.length, mostLent);
});

test("A file that is changed while it is given leaves no piece of another, ends, and is told", async (t) => {
	const { lending, said, lost, given, post } = room(t);
	const { path, line } = await post("tulips.jpg");
	await lending.lend(line);
	const source = given[0]?.source;
	assert.ok(await source?.piece(0));
	appendFileSync(path, "more");
	assert.equal(await source?.piece(0), undefined);
	assert.equal(said.at(-1), "withdrawn");
	await until(() => lost.length > 0, "it is told");
	assert.deepEqual(lost, ["changed"]);
	await lending.lend(line);
	assert.equal(given.length, 1);
});

test("attack: the key of a posted file seals nothing else, though somebody puts another file of the same size in its place", async (t) => {
	const { lending, lost, given, post } = room(t);
	const { path, line } = await post("tulips.jpg");
	writeFileSync(path, randomBytes(1000));
	await lending.lend(line);
	assert.deepEqual([given.length, lost], [0, ["changed"]]);
});
