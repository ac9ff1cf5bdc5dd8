// A file that is offered, and changes before all of it has been given: nothing of another content leaves under the key and nonces of what was offered.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFileSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isPiece, openPiece, PIECE_BYTES } from "../../../src/crypto/file/pieces.ts";
import { ownDisk } from "../../../src/engine/files/own-disk.ts";
import { type Offered, OwnFile } from "../../../src/engine/files/own-file.ts";
import { planOutgoing } from "../../../src/store/files/outgoing-plan.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { makeFile, send, twoPeople } from "./people.ts";

const pieces = 8;
/** In whole seconds, so that it can be set back exactly. */
const then = new Date("2020-02-20T20:20:20Z");

interface OfferedFile {
	readonly path: string;
	readonly own: OwnFile;
	readonly offered: Offered;
	/** Why nothing more comes of it, each time it was told. */
	readonly failures: readonly string[];
}

async function offeredFile(t: TestContext): Promise<OfferedFile> {
	const folder = temporaryHome(t);
	const path = join(folder, "film.mkv");
	writeFileSync(path, randomBytes(pieces * PIECE_BYTES - 5));
	utimesSync(path, then, then);
	const plan = await planOutgoing([path], { folder, home: folder });
	assert.ok(plan.kind === "plan" && plan.sources[0]);
	const failures: string[] = [];
	const own = new OwnFile(plan.sources[0], ownDisk, (code) => failures.push(code));
	t.after(() => own.close());
	const offered = await own.read(randomBytes(16), () => {}, new AbortController().signal);
	assert.ok(offered);
	return { path, own, offered, failures };
}

test("pieces that are asked for all at once are each what was offered", async (t) => {
	const { path, own, offered } = await offeredFile(t);
	const content = readFileSync(path);
	const all = await Promise.all(Array.from({ length: pieces }, (_, index) => own.piece(index)));
	for (const [index, sealed] of all.entries()) {
		assert.ok(sealed && isPiece(offered.hashes, index, sealed));
		const expected = content.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
		assert.deepEqual(openPiece(offered.secret, index, sealed)?.subarray(0, expected.length), expected);
	}
});

test("a file that grew since it was offered gives nothing more, and says that it has changed", async (t) => {
	const { path, own, failures } = await offeredFile(t);
	assert.ok(await own.piece(0));
	appendFileSync(path, "more");
	assert.ok((await own.piece(1)) === undefined);
	assert.deepEqual(failures, ["changed"]);
});

test("attack: a content that was exchanged behind the same size and time is not given under the nonce of the former one", async (t) => {
	const { path, own, failures } = await offeredFile(t);
	writeFileSync(path, randomBytes(pieces * PIECE_BYTES - 5));
	utimesSync(path, then, then);
	assert.ok((await own.piece(0)) === undefined);
	assert.deepEqual(failures, ["changed"]);
});

test("a file that changed after it was offered is told to its sender, and the receiver waits", async (t) => {
	const [host, guest] = await twoPeople(t);
	const made = await makeFile(t, "draft.odt", 3_000_000);
	const id = await send(host, made.path);
	await guest.told("fileOffered", (event) => event.id === id);
	writeFileSync(made.path, randomBytes(3_000_000));
	await guest.does({ kind: "acceptFile", id, to: temporaryHome(t) });
	await host.told("fileFailed", (event) => event.id === id && event.code === "changed");
	await guest.until(() => guest.engine.snapshot().files?.[0]?.state.kind === "waiting");
});
