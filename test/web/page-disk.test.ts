// What a page has in the place of a disk: what was picked is offered under a safe name, what is received is put together in whatever order it comes, and neither may be too large.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Incoming } from "../../src/store/files/beside-target.ts";
import { readFileName } from "../../src/store/files/file-names.ts";
import { mostFileBytes, PageDisk } from "../../src/web/session/page-disk.ts";

const pieceBytes = 1024;

function incoming(size: number, more: Partial<Incoming> = {}): Incoming {
	const name = readFileName("plan.txt");
	assert.ok(name.kind === "name");
	return { id: Buffer.alloc(16, 7), root: randomBytes(32), name: name.name, size, pieceBytes, into: "", ...more };
}

test("a picked file goes under a name that every computer takes, and one that was changed meanwhile is noticed", async () => {
	const disk = new PageDisk();
	const content = randomBytes(3_000);
	const { path, name, isRenamed } = disk.pick(new File([content], "../con.txt"));
	assert.deepEqual([name, isRenamed], ["_con.txt", true]);
	const plan = await disk.plan(path);
	assert.ok(plan.kind === "plan" && plan.sources[0]);
	const reader = disk.reader(plan.sources[0]);
	const into = Buffer.alloc(500);
	assert.equal((await reader.read(into, 2_500)).kind, "read");
	assert.deepEqual(into, content.subarray(2_500));
	const late = await reader.read(into, 2_501);
	assert.ok(late.kind === "failed" && late.why === "changed", "there is less than there was");
	await reader.close();
	assert.equal((await disk.plan(path)).kind, "refused", "what is over is let go of");
});

test("a received file is whole in any order of its pieces, and the browser gets it under its name", async () => {
	const disk = new PageDisk();
	const content = randomBytes(2 * pieceBytes + 100);
	const opened = await disk.receive(incoming(content.length));
	assert.ok(opened.kind === "open");
	const { file } = opened;
	for (const index of [2, 0, 1])
		await file.write(index, content.subarray(index * pieceBytes, (index + 1) * pieceBytes));
	assert.deepEqual([file.done, file.firstMissing()], [content.length, undefined]);
	const finished = await file.finish();
	assert.ok(finished.kind === "done" && finished.path === "plan.txt");
	const blob = disk.received(Buffer.alloc(16, 7).toString("hex"));
	assert.deepEqual(Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)), content);
	assert.equal(blob?.type, "application/octet-stream", "nothing that a browser would show");
});

test("attack: a file that would fill the page's memory, and a folder, are never taken into it, whoever asks", async () => {
	const disk = new PageDisk();
	assert.equal((await disk.receive(incoming(mostFileBytes))).kind, "open");
	assert.equal((await disk.receive(incoming(mostFileBytes + 1))).kind, "refused");
	assert.equal((await disk.receive(incoming(1, { list: { files: [], size: 1 } }))).kind, "refused");
	const large = disk.pick(new File([new Uint8Array(mostFileBytes + 1)], "film.mkv"));
	assert.equal((await disk.plan(large.path)).kind, "refused");
});
