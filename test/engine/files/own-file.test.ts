// A file that is offered, and changes before all of it has been given: nothing of another content leaves under the key and nonces of what was offered.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isPieceHash, openPiece, PIECE_BYTES, pieceHash } from "../../../src/crypto/file/pieces.ts";
import { ownDisk } from "../../../src/engine/files/own-disk.ts";
import { type Offered, OwnFile } from "../../../src/engine/files/own-file.ts";
import { planOutgoing } from "../../../src/store/files/outgoing-plan.ts";
import { joinRoom, openAgain } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";
import { beginsToTake, hasAll, makeFile, password, send, takes, twoPeople } from "./people.ts";

const pieces = 8;
/** In whole seconds, so that it can be set back exactly. */
const then = new Date("2020-02-20T20:20:20Z");

interface OfferedFile {
	readonly path: string;
	readonly own: OwnFile;
	readonly offered: Offered;
	/** Why nothing more comes of it, each time it was told. */
	readonly failures: string[];
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
	const offered = await own.read({ id: randomBytes(16), key: randomBytes(32) }, () => {}, new AbortController().signal);
	assert.ok(offered);
	return { path, own, offered, failures };
}

test("pieces that are asked for all at once are each what was offered", async (t) => {
	const { path, own, offered } = await offeredFile(t);
	const content = readFileSync(path);
	const all = await Promise.all(Array.from({ length: pieces }, (_, index) => own.piece(index)));
	for (const [index, sealed] of all.entries()) {
		assert.ok(sealed && isPieceHash(offered.hashes, index, pieceHash(sealed)));
		const expected = content.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
		assert.deepEqual(openPiece(offered.secret, index, Buffer.from(sealed))?.subarray(0, expected.length), expected);
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
	const { path, own, offered, failures } = await offeredFile(t);
	// As it goes on in a program that was started again, and did not read all of it.
	const resumed = new OwnFile(own.source, ownDisk, (code) => failures.push(code));
	t.after(() => resumed.close());
	resumed.resume(offered);
	for (const one of [own, resumed]) assert.ok(await one.piece(0));
	writeFileSync(path, randomBytes(pieces * PIECE_BYTES - 5));
	utimesSync(path, then, then);
	for (const one of [own, resumed]) assert.ok((await one.piece(0)) === undefined);
	assert.deepEqual(failures, ["changed", "changed"]);
});

test("a file that is changed while it is sent fails on both sides, leaves nothing behind, and comes when it is sent again", async (t) => {
	const [host, guest] = await twoPeople(t);
	// Much more than may be on its way at once: what the host has read already is given, whatever becomes of the file.
	const draft = { name: "draft.odt", size: 40_000_000, bytesPerSecond: 2_000_000, doneBytes: 1_000_000 };
	const { made, to, id } = await beginsToTake(t, [host, guest], draft);
	appendFileSync(made.path, "more");
	for (const one of [host, guest]) await one.told("fileFailed", (event) => event.id === id && event.code === "changed");
	await guest.does({ kind: "limitFiles", bytesPerSecond: "off" });
	await until(() => readdirSync(to).length === 0, "what came is gone");
	const outcome = await guest.engine.perform({ kind: "acceptFile", id, to });
	assert.ok(outcome.kind === "refused" && outcome.code === "no_such_file", "nobody waits for it any more");
	const again = await send(host, made.path);
	assert.notEqual(again, id, "another content never goes under the same key");
	const got = await takes(guest, again, to);
	assert.deepEqual(readFileSync(got.path), readFileSync(made.path));
});

test("a guest's file that is changed before the host has it fails for whoever takes it", async (t) => {
	const [host, guest] = await twoPeople(t);
	const made = await makeFile(t, "draft.odt", 9_000_000);
	await host.does({ kind: "limitFiles", bytesPerSecond: 100_000 });
	const id = await send(guest, made.path);
	await host.told("fileOffered");
	appendFileSync(made.path, "more");
	await host.does({ kind: "acceptFile", id, to: temporaryHome(t) });
	for (const one of [host, guest]) await one.told("fileFailed", (event) => event.id === id && event.code === "changed");
});

test("a file that its sender changed between two starts still comes from the host, who has it as it was offered", async (t) => {
	const [host, guest] = await twoPeople(t);
	const made = await makeFile(t, "draft.odt", 3_000_000);
	const id = await send(guest, made.path);
	await hasAll(host);
	await guest.engine.close();
	appendFileSync(made.path, "more");
	const again = await openAgain(t, guest);
	await joinRoom(again, host.engine.snapshot().hosting?.port ?? 0, password);
	const got = await takes(host, id, temporaryHome(t));
	assert.equal(got.sha256, made.sha256);
});
