// A receiver that is killed before any of its writes, to the disk or to the database, goes on when it is started again: the same bytes, once, and nothing beside them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FILE_KEY_BYTES } from "../../../src/crypto/file/pieces.ts";
import { ownDisk } from "../../../src/engine/files/own-disk.ts";
import { OwnFile } from "../../../src/engine/files/own-file.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { type Taking, taken } from "./taking-an-offer.ts";

const program = fileURLToPath(new URL("./killed-receiver.ts", import.meta.url));
/** With so many writes something goes on for ever. */
const mostWrites = 100;

/** Makes something to send and says how it is offered. */
async function offered(path: string): Promise<string> {
	const plan = await ownDisk.plan(path);
	const [source] = plan.kind === "plan" ? plan.sources : [];
	assert.ok(source);
	const own = new OwnFile(source, ownDisk, (code) => assert.fail(code));
	const id = randomBytes(16);
	const found = await own.read({ id, key: randomBytes(FILE_KEY_BYTES) }, () => {}, new AbortController().signal);
	assert.ok(found);
	await own.close();
	const { root, hashes, secret } = found;
	const folder = source.list && { folder: { files: source.list.files.length, list: own.layout.listBytes } };
	const body = { kind: "file", name: source.name, size: source.size, root, key: secret.key, ...folder };
	return Buffer.from(encodeBody({ path, id, hashes, body })).toString("hex");
}

/** Runs the receiver in a process of its own; returns whether it was killed. */
function isKilled({ home, into, offer }: Taking, at: number): boolean {
	const { stderr, status, signal } = spawnSync(process.execPath, [program, home, into, offer, String(at)], {
		encoding: "utf8",
	});
	assert.ok(status === 0 || signal === "SIGKILL", stderr);
	return signal === "SIGKILL";
}

const namesOf = (folder: string): readonly string[] =>
	readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();

async function comesOnceWhole(t: TestContext, path: string, files: readonly string[]): Promise<void> {
	const offer = await offered(path);
	for (let at = 1; ; at += 1) {
		assert.ok(at < mostWrites);
		const taking = { home: temporaryHome(t), into: temporaryHome(t), offer };
		if (!isKilled(taking, at)) return assert.ok(at > 10, "there were writes to be killed at");
		// What was killed before it was kept at all was never accepted for the program.
		const again = await taken(taking, true);
		if (again.isGoingOn || namesOf(taking.into).length > 0) isThere(taking.into, at);
		await again.close();
	}

	function isThere(into: string, at: number): void {
		assert.deepEqual(readdirSync(into), ["it"], `once, and nothing beside it (write ${at})`);
		const got = join(into, "it");
		for (const name of files)
			assert.deepEqual(readFileSync(join(got, name)), readFileSync(join(path, name)), `write ${at}`);
	}
}

test("a file comes whole, and once, whichever write its receiver is killed at", async (t) => {
	const path = join(temporaryHome(t), "it");
	writeFileSync(path, randomBytes(1_200_000));
	await comesOnceWhole(t, path, [""]);
});

test("a folder comes whole, and once, whichever write its receiver is killed at", async (t) => {
	const path = join(temporaryHome(t), "it");
	mkdirSync(join(path, "in"), { recursive: true });
	writeFileSync(join(path, "a"), randomBytes(1_100_000));
	writeFileSync(join(path, "in", "b"), randomBytes(300));
	writeFileSync(join(path, "in", "empty"), "");
	await comesOnceWhole(t, path, ["a", "in/b", "in/empty"]);
});
