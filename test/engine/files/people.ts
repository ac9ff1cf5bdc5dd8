// People in a room, and files they pass, for tests of files on real sockets.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { hostRoom, joinRoom, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";

export const password = "correct horse";
/** Stands before the marks: "rtmarks1", the start of the computer, two numbers, an id. */
const marksHeaderBytes = 8 + 16 + 2 + 8 + 16;

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

/** Lists what a host keeps of files for others: how many pieces of each, and how many there are in all. */
export function keptBy({ home }: TestEngine): readonly { readonly here: number; readonly all: number }[] {
	const spool = join(home, "spool");
	return (existsSync(spool) ? readdirSync(spool) : [])
		.filter((name) => name.endsWith(".marks"))
		.map((name) => {
			const marks = readFileSync(join(spool, name)).subarray(marksHeaderBytes);
			return { here: marks.filter((mark) => mark !== 0).length, all: marks.length };
		});
}

/** Resolves when the host has all of the one file that it keeps for others. */
export const hasAll = (host: TestEngine): Promise<void> =>
	until(() => keptBy(host).some(({ here, all }) => all > 0 && here === all), "the host has all of it");

/**
 * Passes a file from the host to a guest, whose program is ended when a part has come. Both say something meanwhile. `backIn` starts the program again and comes in;
 * the file goes on by itself, and is what was sent.
 */
export async function passesWithRestart(
	t: TestContext,
	host: TestEngine,
	guest: TestEngine,
	backIn: () => Promise<TestEngine>,
): Promise<void> {
	const long = { name: "long.bin", size: 8_000_000, bytesPerSecond: 1_000_000, doneBytes: 0 };
	const { made, to } = await beginsToTake(t, [host, guest], long);
	await guest.does({ kind: "send", text: "it is coming" });
	await host.told("message", (event) => event.text === "it is coming");
	await host.does({ kind: "send", text: "good" });
	await guest.told("message", (event) => event.text === "good");
	assert.ok(!guest.events.some(({ kind }) => kind === "fileDone"), "the talk goes on beside it");
	await guest.engine.close();
	const again = await backIn();
	const { path, sha256 } = await again.told("fileDone");
	assert.equal(sha256, made.sha256);
	assert.deepEqual(readdirSync(to), [basename(path)]);
	const first = again.events.find((event) => event.kind === "fileProgress");
	assert.ok(first?.kind === "fileProgress" && first.done > 0, "it goes on where it was");
}

/** Sends a file to a guest who takes it at this speed; resolves when more than `doneBytes` of it are there. */
export async function beginsToTake(
	t: TestContext,
	[host, guest]: readonly [TestEngine, TestEngine],
	{ name, size, bytesPerSecond, doneBytes }: { name: string; size: number; bytesPerSecond: number; doneBytes: number },
) {
	const made = await makeFile(t, name, size);
	const to = temporaryHome(t);
	await guest.does({ kind: "limitFiles", bytesPerSecond });
	const id = await send(host, made.path);
	await guest.told("fileOffered");
	await guest.does({ kind: "acceptFile", id, to });
	await guest.told("fileProgress", (event) => event.done > doneBytes);
	return { made, to, id };
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
