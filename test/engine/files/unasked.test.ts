// What comes without a question: files of verified people, up to a size, with no view that would do it; and where files go with no folder named.
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { type TestContext, test } from "node:test";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { makeFile, password, send } from "./people.ts";

const mostBytes = 1_000_000;

/** A host, and a guest who takes small files of verified people into `folder`. */
async function hostAndTaker(t: TestContext, folder: string): Promise<readonly [host: TestEngine, taker: TestEngine]> {
	const host = await openTestEngine(t, "Ann");
	const taker = await openTestEngine(t, "Bob", {}, { files: { folder, verifiedUpToBytes: mostBytes } });
	await joinRoom(taker, await hostRoom(host, password), password);
	await host.told("joined", (event) => !event.self);
	return [host, taker];
}

async function verify(one: TestEngine, name: string): Promise<void> {
	await one.does({ kind: "verify", fingerprint: one.person(name).fingerprint, isVerified: true });
}

test("a small file of somebody verified comes by itself, into the folder that was chosen; a larger one waits for an answer", async (t) => {
	const folder = temporaryHome(t);
	const [host, taker] = await hostAndTaker(t, folder);
	await verify(taker, "Ann");
	const large = await send(host, (await makeFile(t, "large.bin", mostBytes + 1)).path);
	await taker.told("fileOffered", (event) => event.id === large);
	const made = await makeFile(t, "small.bin", mostBytes);
	const small = await send(host, made.path);
	const done = await taker.told("fileDone");
	assert.deepEqual([done.id, done.sha256, dirname(done.path)], [small, made.sha256, folder]);
	const stateOf = (id: string) => taker.engine.snapshot().files?.find((one) => one.id === id)?.state.kind;
	assert.equal(stateOf(large), "offered");
	await taker.does({ kind: "acceptFile", id: large });
	const accepted = await taker.told("fileDone", (event) => event.id === large);
	assert.equal(dirname(accepted.path), folder, "and that is where it goes with no folder named");
});

test("attack: a file of somebody who is not verified, and one from whoever has wished for nothing, waits for an answer", async (t) => {
	const [host, taker] = await hostAndTaker(t, temporaryHome(t));
	await verify(host, "Bob");
	const first = await send(host, (await makeFile(t, "a.bin", 10)).path);
	await taker.told("fileOffered", (event) => event.id === first);
	const second = await send(taker, (await makeFile(t, "b.bin", 10)).path);
	await host.told("fileOffered", (event) => event.id === second && !event.own);
	await taker.does({ kind: "send", text: "both are there" });
	await host.told("message");
	for (const [one, id] of [
		[taker, first],
		[host, second],
	] as const)
		assert.equal(one.engine.snapshot().files?.find((file) => file.id === id)?.state.kind, "offered");
});

test("where a file that comes by itself can't be written, that is told, and it can be taken elsewhere", async (t) => {
	const [host, taker] = await hostAndTaker(t, "/proc/nothing");
	await verify(taker, "Ann");
	const made = await makeFile(t, "small.bin", 1_000);
	const id = await send(host, made.path);
	assert.equal((await taker.told("fileFailed")).code, "cannot_write");
	await taker.does({ kind: "acceptFile", id, to: temporaryHome(t) });
	assert.equal((await taker.told("fileDone")).sha256, made.sha256);
});
