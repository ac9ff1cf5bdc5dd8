// People in a room, and files they pass, for tests of files on real sockets.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../../support/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

export const password = "correct horse";

export async function twoPeople(t: TestContext): Promise<readonly [host: TestEngine, guest: TestEngine]> {
	const host = await openTestEngine(t, "Ann");
	const guest = await openTestEngine(t, "Bob");
	await joinRoom(guest, await hostRoom(host, password), password);
	await host.told("joined", (event) => !event.self);
	return [host, guest];
}

export interface Made {
	readonly path: string;
	readonly sha256: string;
	readonly bytes: Buffer;
}

export async function makeFile(t: TestContext, name: string, size: number): Promise<Made> {
	const bytes = randomBytes(size);
	const path = join(temporaryHome(t), name);
	await writeFile(path, bytes);
	return { path, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

export async function send(from: TestEngine, path: string): Promise<string> {
	const outcome = await from.engine.perform({ kind: "sendFile", path });
	assert.ok(outcome.kind === "done", JSON.stringify(outcome));
	return outcome.id ?? "";
}

export async function takes(
	one: TestEngine,
	id: string,
	to: string,
): Promise<{ readonly path: string; readonly sha256: string }> {
	await one.told("fileOffered", (event) => event.id === id);
	await one.does({ kind: "acceptFile", id, to });
	return one.told("fileDone", (event) => event.id === id);
}
