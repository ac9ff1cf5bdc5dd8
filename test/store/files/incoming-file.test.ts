// What is received, on a real disk: where it may be written, what a killed program leaves, and that nothing is replaced.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
	existsSync,
	linkSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { discardIncoming, type Incoming } from "../../../src/store/files/beside-target.ts";
import { readFileName } from "../../../src/store/files/file-names.ts";
import { type FolderEntry, type FolderList, readFolderList } from "../../../src/store/files/folder-list.ts";
import { type IncomingFile, openIncoming } from "../../../src/store/files/incoming-file.ts";
import { OpenFolder } from "../../../src/store/files/open-folder.ts";
import { needsNamespaces } from "../../support/needs.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const pieceBytes = 1024;
const id = Buffer.alloc(16, 7);
const root = Buffer.alloc(32, 9);

function nameOf(text: string) {
	const read = readFileName(text);
	assert.ok(read.kind === "name", text);
	return read.name;
}

function listOf(entries: readonly FolderEntry[]): FolderList {
	const read = readFolderList(entries);
	assert.ok(read.kind === "list", JSON.stringify(read));
	return read.list;
}

const incoming = (into: string, size: number, more: Partial<Incoming> = {}): Incoming => ({
	id,
	root,
	name: nameOf("report.pdf"),
	size,
	pieceBytes,
	into,
	...more,
});

async function opened(what: Incoming): Promise<IncomingFile> {
	const outcome = await openIncoming(what);
	assert.ok(outcome.kind === "open", JSON.stringify(outcome));
	return outcome.file;
}

/** Closes a file and removes what came of it. */
async function discarded(file: IncomingFile, what: Incoming): Promise<void> {
	await file.close();
	await discardIncoming({ ...what, isFolder: what.list !== undefined });
}

async function writeAll(file: IncomingFile, bytes: Uint8Array): Promise<void> {
	for (let index = file.firstMissing(); index !== undefined; index = file.firstMissing(index)) {
		const part = bytes.subarray(index * pieceBytes, index * pieceBytes + file.lengthOf(index));
		assert.deepEqual(await file.write(index, part), { kind: "done" });
	}
}

async function pathOf(file: IncomingFile): Promise<string> {
	const outcome = await file.finish();
	assert.ok(outcome.kind === "done", JSON.stringify(outcome));
	return outcome.path;
}

/** Runs a test on what this system has, and on the checks that stand in for it elsewhere. */
const partOf = (folder: string) => readdirSync(folder).find((name) => name.endsWith(".part")) ?? assert.fail("no part");

test("a file is written beside its place, for its owner alone, and has its name when all of it is there", async (t) => {
	const folder = temporaryHome(t);
	const bytes = randomBytes(5 * pieceBytes + 17);
	const file = await opened(incoming(folder, bytes.length));
	assert.deepEqual([file.pieces, file.done, file.lengthOf(5)], [6, 0, 17]);
	await file.write(5, bytes.subarray(5 * pieceBytes));
	assert.equal(file.done, 17);
	assert.equal(statSync(join(folder, partOf(folder))).mode & 0o777, 0o600);
	await writeAll(file, bytes);
	assert.equal(file.done, bytes.length);
	const path = await pathOf(file);
	assert.equal(path, join(folder, "report.pdf"));
	assert.deepEqual(readFileSync(path), bytes);
	assert.deepEqual(readdirSync(folder), ["report.pdf"], "nothing else is left");
	assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("going on after an end of any kind asks only for the pieces that are missing, and reads none again", async (t) => {
	const folder = temporaryHome(t);
	const bytes = randomBytes(8 * pieceBytes);
	const first = await opened(incoming(folder, bytes.length));
	for (const index of [0, 3, 7]) await first.write(index, bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes));
	// A killed program closes nothing: what counts is what was written.
	const second = await opened(incoming(folder, bytes.length));
	assert.deepEqual(
		[0, 1, 2, 3, 4, 5, 6, 7].filter((index) => second.has(index)),
		[0, 3, 7],
	);
	assert.equal(second.done, 3 * pieceBytes);
	await writeAll(second, bytes);
	assert.deepEqual(readFileSync(await pathOf(second)), bytes);
	await first.close();
});

test("a file that was begun for another root, size or id is never gone on with", async (t) => {
	const folder = temporaryHome(t);
	const bytes = randomBytes(2 * pieceBytes);
	const first = await opened(incoming(folder, bytes.length));
	await first.write(0, bytes.subarray(0, pieceBytes));
	await first.close();
	const other = await opened(incoming(folder, bytes.length, { id: Buffer.alloc(16, 8) }));
	assert.equal(other.done, 0);
	await other.close();
	const altered = await opened(incoming(folder, bytes.length, { root: Buffer.alloc(32, 1) }));
	assert.equal(altered.done, 0, "the same id with another root begins anew");
	await altered.close();
});

test("marks that were damaged count for nothing, and the file comes right all the same", async (t) => {
	const folder = temporaryHome(t);
	const bytes = randomBytes(4 * pieceBytes);
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (damage) => {
			const first = await opened(incoming(folder, bytes.length));
			await first.write(1, bytes.subarray(pieceBytes, 2 * pieceBytes));
			await first.close();
			const marks = readdirSync(folder).find((name) => name.endsWith(".pieces")) ?? "";
			writeFileSync(join(folder, marks), damage);
			const second = await opened(incoming(folder, bytes.length));
			assert.equal(second.done, 0);
			await writeAll(second, bytes);
			const path = await pathOf(second);
			assert.deepEqual(readFileSync(path), bytes);
			rmSync(path);
		}),
		{ numRuns: 30 },
	);
});

test("after the computer was started anew only what had reached the disk counts", async (t) => {
	const folder = temporaryHome(t);
	const first = await opened(incoming(folder, 2 * pieceBytes));
	await first.write(0, randomBytes(pieceBytes));
	await first.close();
	const marks = join(folder, readdirSync(folder).find((name) => name.endsWith(".pieces")) ?? "");
	const bytes = readFileSync(marks);
	// The name of this start of the computer stands behind the eight bytes that say what the file is.
	writeFileSync(marks, Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(16, 0xee), bytes.subarray(24)]));
	const second = await opened(incoming(folder, 2 * pieceBytes));
	assert.equal(second.done, 0);
	await discarded(second, incoming(folder, 2 * pieceBytes));
	assert.deepEqual(readdirSync(folder), []);
});

test("a file that has the name already is never replaced: the new one is numbered", async (t) => {
	const folder = temporaryHome(t);
	writeFileSync(join(folder, "report.pdf"), "mine");
	symlinkSync("/nowhere/at/all", join(folder, "report (2).pdf"));
	mkdirSync(join(folder, "report (3).pdf"));
	const file = await opened(incoming(folder, 3));
	await file.write(0, Buffer.from("new"));
	assert.equal(await pathOf(file), join(folder, "report (4).pdf"));
	assert.equal(readFileSync(join(folder, "report.pdf"), "utf8"), "mine");
	assert.ok(lstatSync(join(folder, "report (2).pdf")).isSymbolicLink());
});

test("a program that was killed while it gave the name gives no second one", async (t) => {
	const folder = temporaryHome(t);
	const file = await opened(incoming(folder, 3));
	await file.write(0, Buffer.from("new"));
	await file.close();
	linkSync(join(folder, partOf(folder)), join(folder, "report.pdf"));
	const again = await opened(incoming(folder, 3));
	assert.equal(await pathOf(again), join(folder, "report.pdf"));
	assert.deepEqual(readdirSync(folder), ["report.pdf"]);
});

test("an empty file and an empty file in a folder are made", async (t) => {
	const folder = temporaryHome(t);
	const file = await opened(incoming(folder, 0));
	assert.equal(file.firstMissing(), undefined);
	assert.equal(readFileSync(await pathOf(file)).length, 0);
	const list = listOf([{ path: "a/empty", size: 0 }]);
	const tree = await opened(incoming(folder, 0, { name: nameOf("tree"), list }));
	assert.equal(statSync(join(await pathOf(tree), "a/empty")).size, 0);
});

test("a folder comes as its list has it, across the borders of pieces, and can be gone on with", async (t) => {
	const folder = temporaryHome(t);
	const sizes = [0, 1, 1023, 1024, 1025, 5000, 0, 3, 2048];
	const entries = sizes.map((size, index) => ({
		path: index % 2 === 0 ? `f${index}` : `d${index % 4}/e/f${index}`,
		size,
	}));
	const list = listOf(entries);
	const bytes = randomBytes(list.size);
	const what = incoming(folder, list.size, { name: nameOf("photos"), list });
	const first = await opened(what);
	for (const index of [4, 0, 9]) {
		assert.deepEqual(
			await first.write(index, bytes.subarray(index * pieceBytes, index * pieceBytes + first.lengthOf(index))),
			{ kind: "done" },
		);
	}
	const second = await opened(what);
	assert.equal(second.has(4), true);
	await writeAll(second, bytes);
	const path = await pathOf(second);
	await first.close();
	assert.equal(path, join(folder, "photos"));
	for (const [index, { offset, size }] of list.files.entries()) {
		assert.deepEqual(readFileSync(join(path, entries[index]?.path ?? "")), bytes.subarray(offset, offset + size));
	}
	assert.deepEqual(readdirSync(folder), ["photos"]);
});

test("a folder whose name is taken is numbered, whatever has the name", async (t) => {
	const folder = temporaryHome(t);
	mkdirSync(join(folder, "photos"));
	writeFileSync(join(folder, "photos (2)"), "");
	symlinkSync(folder, join(folder, "photos (3)"));
	const list = listOf([{ path: "x", size: 1 }]);
	const file = await opened(incoming(folder, 1, { name: nameOf("photos"), list }));
	await file.write(0, Buffer.from("x"));
	assert.equal(await pathOf(file), join(folder, "photos (4)"));
	assert.deepEqual(readdirSync(join(folder, "photos")), []);
});

test("ten thousand small files come, each where it belongs", async (t) => {
	const folder = temporaryHome(t);
	const entries = Array.from({ length: 10_000 }, (_, index) => ({
		path: `d${index % 50}/file ${index}`,
		size: index % 97,
	}));
	const list = listOf(entries);
	const bytes = randomBytes(list.size);
	const file = await opened(incoming(folder, list.size, { name: nameOf("many"), list, pieceBytes: 1 << 20 }));
	for (let index = 0; index < file.pieces; index += 1) {
		const part = bytes.subarray(index << 20, (index << 20) + file.lengthOf(index));
		assert.equal((await file.write(index, part)).kind, "done");
	}
	const path = await pathOf(file);
	for (const index of [0, 1, 96, 5_000, 9_999]) {
		const { offset, size } = list.files[index] ?? assert.fail();
		assert.deepEqual(readFileSync(join(path, entries[index]?.path ?? "")), bytes.subarray(offset, offset + size));
	}
	assert.equal(readdirSync(join(path, "d7")).length, 200);
});

test("pieces beyond four gigabytes land where they belong, and holes cost no disk", async (t) => {
	const folder = temporaryHome(t);
	const big = 5 * 1024 ** 3;
	const piece = 1 << 20;
	const file = await opened(incoming(folder, big, { pieceBytes: piece }));
	const last = file.pieces - 1;
	const bytes = randomBytes(piece);
	assert.equal((await file.write(last, bytes)).kind, "done");
	const into = new Uint8Array(16);
	assert.deepEqual(await file.read(into, big - 16), { kind: "done", count: 16 });
	assert.deepEqual(Buffer.from(into), bytes.subarray(-16));
	const found = statSync(join(folder, partOf(folder)));
	assert.equal(found.size, big);
	assert.ok(found.blocks * 512 < 64 * 1024 * 1024, "only what was written takes room");
	await discarded(file, incoming(folder, big));
});

test("a hundred gigabytes that the disk has no room for are refused with what is free, and nothing stays", async (t) => {
	const folder = temporaryHome(t);
	const outcome = await openIncoming(incoming(folder, 2 ** 42, { pieceBytes: 1 << 20 }));
	assert.ok(outcome.kind === "refused" && outcome.trouble.why === "noSpace");
	assert.ok(outcome.trouble.free > 0 && outcome.trouble.free < 2 ** 42);
	assert.deepEqual(readdirSync(folder), []);
});

test("a disk that fills up on the way is told, what is there stays, and when there is room the rest comes", async (t) => {
	if (!needsNamespaces(t)) return;
	const folder = temporaryHome(t);
	// A real disk of one megabyte and a half, which has to be gone before its folder.
	execFileSync("mount", ["-t", "tmpfs", "-o", "size=1536k", "tmpfs", folder]);
	try {
		await fillUp(folder);
	} finally {
		execFileSync("umount", ["-l", folder]);
	}
});

async function fillUp(folder: string): Promise<void> {
	const bytes = randomBytes(900 * 1024);
	const first = await opened(incoming(folder, bytes.length, { pieceBytes: 64 * 1024 }));
	const piece = (index: number) => bytes.subarray(index * 64 * 1024, index * 64 * 1024 + first.lengthOf(index));
	for (let index = 0; index < 4; index += 1) assert.equal((await first.write(index, piece(index))).kind, "done");
	writeFileSync(join(folder, "somebody else's"), randomBytes(1_100 * 1024));
	let outcome = await first.write(4, piece(4));
	for (let index = 5; outcome.kind === "done" && index < first.pieces; index += 1)
		outcome = await first.write(index, piece(index));
	assert.ok(outcome.kind === "failed" && outcome.trouble.why === "diskFull", JSON.stringify(outcome));
	assert.ok(first.done >= 4 * 64 * 1024 && first.done < bytes.length);
	await first.close();
	const full = await openIncoming(incoming(folder, bytes.length, { pieceBytes: 64 * 1024 }));
	assert.ok(full.kind === "refused" && full.trouble.why === "noSpace");
	rmSync(join(folder, "somebody else's"));
	const second = await opened(incoming(folder, bytes.length, { pieceBytes: 64 * 1024 }));
	assert.ok(second.done >= 4 * 64 * 1024, "what was there is still there");
	for (let index = second.firstMissing(); index !== undefined; index = second.firstMissing(index)) {
		assert.equal((await second.write(index, piece(index))).kind, "done");
	}
	assert.deepEqual(readFileSync(await pathOf(second)), bytes);
}

test("a folder that is missing is made only if it is the usual one", async (t) => {
	const folder = join(temporaryHome(t), "Downloads");
	const outcome = await openIncoming(incoming(folder, 1));
	assert.ok(outcome.kind === "refused" && outcome.trouble.why === "noFolder");
	const file = await opened(incoming(folder, 1, { makesFolder: true }));
	await discarded(file, incoming(folder, 1));
	assert.deepEqual(readdirSync(folder), []);
});

test("a link that lies in wait under the name of the part is not followed, nor one under the marks", async (t) => {
	const folder = temporaryHome(t);
	const victim = join(temporaryHome(t), "victim");
	writeFileSync(victim, "precious");
	const first = await opened(incoming(folder, 3));
	await first.close();
	for (const ending of [".part", ".pieces"]) {
		const name = readdirSync(folder).find((one) => one.endsWith(ending)) ?? "";
		renameSync(join(folder, name), join(folder, "kept"));
		symlinkSync(victim, join(folder, name));
		const outcome = await openIncoming(incoming(folder, 3));
		assert.ok(outcome.kind === "refused" && outcome.trouble.why === "notOurs", ending);
		assert.equal(readFileSync(victim, "utf8"), "precious");
		rmSync(join(folder, name));
		linkSync(victim, join(folder, name));
		const second = await openIncoming(incoming(folder, 3));
		assert.ok(second.kind === "refused" && second.trouble.why === "notOurs", `a second name, ${ending}`);
		assert.equal(readFileSync(victim, "utf8"), "precious");
		rmSync(join(folder, name));
		renameSync(join(folder, "kept"), join(folder, name));
	}
});

test("a folder inside that is exchanged for a link while files come is not followed", async (t) => {
	const folder = temporaryHome(t);
	const elsewhere = temporaryHome(t);
	const list = listOf([
		{ path: "a/x", size: 1024 },
		{ path: "a/y", size: 1024 },
		{ path: "a/z", size: 1024 },
	]);
	const what = incoming(folder, list.size, { name: nameOf("tree"), list });
	const first = await opened(what);
	assert.equal((await first.write(0, randomBytes(1024))).kind, "done");
	const inner = join(folder, partOf(folder), "a");
	renameSync(inner, `${inner}-moved`);
	symlinkSync(elsewhere, inner);
	// What is open goes on where it is, whatever stands by its path now.
	assert.equal((await first.write(1, randomBytes(1024))).kind, "done");
	assert.deepEqual(readdirSync(elsewhere), []);
	assert.deepEqual(readdirSync(`${inner}-moved`), ["x", "y"]);
	await first.close();
	const file = await opened(what);
	const outcome = await file.write(2, randomBytes(1024));
	assert.ok(outcome.kind === "failed" && outcome.trouble.why !== "diskFull", JSON.stringify(outcome));
	assert.deepEqual(readdirSync(elsewhere), []);
	assert.equal(file.has(2), false);
	await discarded(file, what);
	assert.deepEqual(readdirSync(elsewhere), [], "discarding removes the link and not what it leads to");
	assert.deepEqual(readdirSync(folder), []);
});

test("a target folder that is moved away and replaced by a link gets nothing", {
	skip: process.platform !== "linux",
}, async (t) => {
	const parent = temporaryHome(t);
	const elsewhere = temporaryHome(t);
	const folder = join(parent, "Downloads");
	mkdirSync(folder);
	const file = await opened(incoming(folder, 3));
	renameSync(folder, join(parent, "moved"));
	symlinkSync(elsewhere, folder);
	await file.write(0, Buffer.from("abc"));
	await file.finish();
	assert.deepEqual(readdirSync(elsewhere), []);
	assert.equal(readFileSync(join(parent, "moved", "report.pdf"), "utf8"), "abc");
});

test("without descriptors the exchange of the folder is noticed before anything is written there", async (t) => {
	const parent = temporaryHome(t);
	const elsewhere = temporaryHome(t);
	const path = join(parent, "Downloads");
	mkdirSync(path);
	const folder = await OpenFolder.at(path, { byDescriptor: false });
	await (await folder.create(nameOf("a"))).close();
	await assert.rejects(folder.create(nameOf("a")), { code: "EEXIST" });
	symlinkSync("/nowhere", join(path, "b"));
	await assert.rejects(folder.create(nameOf("b")), { code: "EEXIST" });
	await assert.rejects(folder.reopen(nameOf("b")));
	await assert.rejects(folder.folder(nameOf("b")));
	renameSync(path, join(parent, "moved"));
	symlinkSync(elsewhere, path);
	await assert.rejects(folder.create(nameOf("c")), { code: "NOT_OURS" });
	await assert.rejects(folder.createFolder(nameOf("c")), { code: "NOT_OURS" });
	assert.deepEqual(readdirSync(elsewhere), []);
	await folder.close();
});

test("a closed file refuses further pieces, a piece of a wrong number or length is a fault of the program", async (t) => {
	const folder = temporaryHome(t);
	const file = await opened(incoming(folder, 2000));
	assert.throws(() => file.write(2, new Uint8Array(1)), RangeError);
	assert.throws(() => file.write(-1, new Uint8Array(1024)), RangeError);
	assert.throws(() => file.write(1, new Uint8Array(1024)), RangeError);
	assert.throws(() => file.finish(), /missing/);
	await file.close();
	await file.close();
	const outcome = await file.write(0, new Uint8Array(1024));
	assert.ok(outcome.kind === "failed" && outcome.trouble.why === "closed");
	assert.ok(existsSync(join(folder, partOf(folder))));
});

test("pieces in any order, with ends in between, make the same file", async (t: TestContext) => {
	const folder = temporaryHome(t);
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 12 }),
			fc.boolean(),
			fc.infiniteStream(fc.nat()),
			async (sizes, isFolder, chances) => {
				const entries = sizes.map((size, index) => ({ path: `${index % 3}/${index}`, size }));
				const list = listOf(entries);
				const bytes = randomBytes(list.size);
				const what = incoming(folder, list.size, isFolder ? { name: nameOf("tree"), list } : {});
				let file = await opened(what);
				while (file.firstMissing() !== undefined) {
					const missing = Array.from({ length: file.pieces }, (_, index) => index).filter((index) => !file.has(index));
					const index = missing[chances.next().value % missing.length] ?? 0;
					await file.write(index, bytes.subarray(index * pieceBytes, index * pieceBytes + file.lengthOf(index)));
					if (chances.next().value % 4 === 0) {
						await file.close();
						file = await opened(what);
					}
				}
				const path = await pathOf(file);
				const read = isFolder ? entries.map((one) => readFileSync(join(path, one.path))) : [readFileSync(path)];
				const hash = (parts: readonly Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");
				assert.equal(hash(read), hash([bytes]));
				rmSync(path, { recursive: true });
				assert.deepEqual(readdirSync(folder), []);
			},
		),
		{ numRuns: 40 },
	);
});
