// The program is killed (SIGKILL) again and again while something comes: the same bytes at the end, and nothing half-done left behind.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryHome } from "../../support/temporary-home.ts";

const kills = 40;

/**
 * Receives the same thing each time: 160 pieces whose bytes follow from their number. It kills itself while it writes the piece with the number `at` of this run, or
 * `at` turns after it has begun to give the name; so how busy the computer is changes nothing.
 */
const receiver = `
	import { openIncoming } from "./src/store/files/incoming-file.ts";
	import { readFolderList } from "./src/store/files/folder-list.ts";
	const [into, kind, phase, at] = process.argv.slice(1);
	const die = () => process.kill(process.pid, "SIGKILL");
	const pieceBytes = 1024;
	const entries = Array.from({ length: 30 }, (_, index) => ({ path: "d" + (index % 4) + "/f" + index, size: index * 365 }));
	const { list } = readFolderList(entries);
	const size = kind === "folder" ? list.size : 160 * pieceBytes - 7;
	const bytes = Buffer.alloc(size, "what comes is always the same, ");
	const what = { id: Buffer.alloc(16, 1), root: Buffer.alloc(32, 2), name: "it", size, pieceBytes, into };
	const { file } = await openIncoming(kind === "folder" ? { ...what, list } : what);
	let count = 0;
	for (let index = file.firstMissing(); index !== undefined; index = file.firstMissing(index)) {
		const written = file.write(index, bytes.subarray(index * pieceBytes, index * pieceBytes + file.lengthOf(index)));
		count += 1;
		if (phase === "pieces" && count === Number(at)) setImmediate(die);
		await written;
	}
	const finished = file.finish();
	if (phase === "end") for (let turn = 0; turn < Number(at); turn += 1) await new Promise(setImmediate);
	if (phase === "end") die();
	process.stdout.write((await finished).path);
`;

/** Runs the receiver. Returns the path, if it came so far. */
function receive(into: string, kind: string, phase: "pieces" | "end" | "whole", at = 0): string | undefined {
	const args = ["--input-type=module", "-e", receiver, into, kind, phase, String(at)];
	const { stdout, stderr, signal } = spawnSync(process.execPath, args, { encoding: "utf8" });
	assert.equal(signal, phase === "whole" ? null : "SIGKILL", stderr);
	return stdout === "" ? undefined : stdout;
}

/** Finds what was given its name by a program that was killed before it could say so: the part is gone then, the marks go as the last. */
function namedIn(into: string): string | undefined {
	const names = readdirSync(into);
	return names.includes("it") && !names.some((name) => name.endsWith(".part")) ? join(into, "it") : undefined;
}

const sha256 = (parts: readonly Uint8Array[]): string =>
	createHash("sha256").update(Buffer.concat(parts)).digest("hex");

for (const kind of ["file", "folder"] as const) {
	test(`a ${kind} comes whole however often the program is killed, and is there once`, (t) => {
		const into = temporaryHome(t);
		let path: string | undefined;
		for (let index = 0; index < kills; index += 1) path ??= receive(into, kind, "pieces", 1 + (index % 4));
		assert.equal(path, undefined, "every kill came before the end");
		// And while the name is given, somewhere between its steps.
		for (let index = 0; index < 5; index += 1) path ??= receive(into, kind, "end", index * 3) ?? namedIn(into);
		path ??= receive(into, kind, "whole");
		assert.equal(path, join(into, "it"));
		const left = readdirSync(into).filter((name) => !name.endsWith(".pieces"));
		assert.deepEqual(left, ["it"], "no part and no second one");
		const paths =
			kind === "file" ? [path] : Array.from({ length: 30 }, (_, at) => join(into, "it", `d${at % 4}`, `f${at}`));
		const read = paths.map((one) => readFileSync(one));
		const size = read.reduce((sum, { length }) => sum + length, 0);
		assert.equal(size, kind === "file" ? 160 * 1024 - 7 : (29 * 30 * 365) / 2);
		assert.equal(sha256(read), sha256([Buffer.alloc(size, "what comes is always the same, ")]));
	});
}
