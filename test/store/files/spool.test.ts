// What a host keeps for those who have not got a file yet: within the quota, and not a moment longer than it should.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Spool, type Spooled } from "../../../src/store/files/spool.ts";
import type { SpooledFile } from "../../../src/store/files/spooled-file.ts";
import { keptIn } from "../../../src/store/kept.ts";
import { storeIn, temporaryHome } from "../../support/temporary-home.ts";

const slotBytes = 1000;
const now = 1_000_000;

const wanted = (more: Partial<Spooled> = {}): Spooled => ({
	id: Buffer.alloc(16, 1),
	room: "aaaaaaaa",
	sizeBytes: 2500,
	slotBytes,
	isStanding: false,
	keepUntil: now + 1000,
	...more,
});

const idOf = (number: number) => Buffer.alloc(16, number);

async function opened(spool: Spool, what: Spooled): Promise<SpooledFile> {
	const outcome = await spool.keep(what);
	assert.ok(outcome.kind === "open", JSON.stringify(outcome));
	return outcome.file;
}

/** Opens the spool of a home as a program does. Nothing closes it, as when the program is killed, unless the test does. */
const openedAt = (t: TestContext, home: string, quotaBytes?: number) =>
	Spool.open(storeIn(t, home), home, { now, ...(quotaBytes === undefined ? {} : { quotaBytes }) });

const filesIn = (home: string) => readdirSync(join(home, "spool")).filter((name) => /\.(?:blocks|marks)$/.test(name));

test("slots are filled in any order and read again, each of its own length, closed to others", async (t) => {
	const home = temporaryHome(t);
	const spool = await openedAt(t, home);
	const file = await opened(spool, wanted());
	assert.deepEqual([file.slots, file.filled, file.lengthOf(2)], [3, 0, 500]);
	const last = randomBytes(500);
	assert.equal(await file.write(2, last), undefined);
	assert.deepEqual(
		[file.has(2), file.firstMissing(), await file.read(0, new Uint8Array(slotBytes))],
		[true, 0, undefined],
	);
	assert.deepEqual(Buffer.from((await file.read(2, new Uint8Array(slotBytes))) ?? []), last);
	await assert.rejects(file.write(3, last), RangeError);
	await assert.rejects(file.write(0, last), RangeError);
	for (const name of filesIn(home)) assert.equal(statSync(join(home, "spool", name)).mode & 0o077, 0);
	assert.equal(statSync(join(home, "spool")).mode & 0o077, 0);
	assert.equal(spool.usedBytes, 2500);
	await spool.close();
	assert.deepEqual(readdirSync(join(home, "spool")), []);
});

test("a file that goes beyond the quota is refused with what is free, and forgetting one makes room", async (t) => {
	const home = temporaryHome(t);
	const spool = await openedAt(t, home, 6000);
	await opened(spool, wanted());
	await opened(spool, wanted({ id: idOf(2), room: "bbbbbbbb" }));
	assert.deepEqual(await spool.keep(wanted({ id: idOf(3) })), { kind: "full", freeBytes: 1000 });
	await spool.forget(idOf(2));
	await opened(spool, wanted({ id: idOf(3), isStanding: true }));
	await spool.close();
	const smaller = await openedAt(t, home, 100);
	assert.deepEqual(await smaller.keep(wanted({ id: idOf(4) })), { kind: "full", freeBytes: 0 });
	await smaller.close();
});

test("a room that is over takes its files along and no others", async (t) => {
	const home = temporaryHome(t);
	const spool = await openedAt(t, home);
	await opened(spool, wanted());
	await opened(spool, wanted({ id: idOf(2), room: "bbbbbbbb" }));
	await spool.forgetRoom("aaaaaaaa");
	assert.equal(await spool.find(idOf(1), "aaaaaaaa"), undefined);
	assert.equal((await spool.find(idOf(2), "bbbbbbbb"))?.kind, "open");
	assert.equal(await spool.find(idOf(2), "aaaaaaaa"), undefined, "a file is found in its own room only");
	assert.equal(filesIn(home).length, 2);
	await spool.close();
});

test("the same id for another room or of another size is not what is there", async (t) => {
	const home = temporaryHome(t);
	const spool = await openedAt(t, home);
	await opened(spool, wanted());
	assert.equal((await spool.keep(wanted({ room: "bbbbbbbb" }))).kind, "there");
	assert.equal((await spool.keep(wanted({ sizeBytes: 1 }))).kind, "there");
	assert.equal((await spool.keep(wanted())).kind, "open");
	await spool.close();
});

test("a file that was kept long enough is removed, at its time and at the next start", async (t) => {
	const home = temporaryHome(t);
	const spool = await openedAt(t, home);
	await opened(spool, wanted({ isStanding: true }));
	await spool.removeOld(now + 999);
	assert.equal(filesIn(home).length, 2);
	await spool.removeOld(now + 1000);
	assert.deepEqual(filesIn(home), []);
	await opened(spool, wanted({ isStanding: true }));
	await spool.close();
	const later = await Spool.open(storeIn(t, home), home, { now: now + 5000 });
	assert.deepEqual(filesIn(home), []);
	await later.close();
});

test("a killed program leaves nothing of its passing rooms, and a standing room goes on with what it had", async (t) => {
	const home = temporaryHome(t);
	const script = `
		import { openStore } from "./src/store/db.ts";
		import { Spool } from "./src/store/files/spool.ts";
		const { store } = openStore(process.argv[1]);
		const spool = await Spool.open(store, process.argv[1], { now: ${now} });
		for (const [fill, isStanding] of [[1, false], [2, true]]) {
			const { file } = await spool.keep({ id: Buffer.alloc(16, fill), room: "aaaaaaaa", sizeBytes: 2500, slotBytes: 1000, isStanding, keepUntil: ${now + 1000} });
			await file.write(1, Buffer.alloc(1000, fill));
		}
		process.kill(process.pid, "SIGKILL");
	`;
	const { signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script, home], {
		encoding: "utf8",
	});
	assert.equal(signal, "SIGKILL", stderr);
	assert.equal(filesIn(home).length, 4, "both are there when the next program starts");
	const spool = await openedAt(t, home);
	assert.equal(await spool.find(idOf(1), "aaaaaaaa"), undefined);
	const file = await opened(spool, wanted({ id: idOf(2), isStanding: true }));
	assert.deepEqual([file.filled, (await file.read(1, new Uint8Array(slotBytes)))?.[0]], [1, 2]);
	assert.equal(filesIn(home).length, 2);
	await spool.close();
	assert.equal(readdirSync(join(home, "spool")).length, 2, "the lock of the killed program is gone as well");
});

test("a second program on the home leaves alone what the first one has", async (t) => {
	const home = temporaryHome(t);
	const first = await openedAt(t, home);
	await opened(first, wanted());
	const second = await openedAt(t, home);
	assert.equal(await second.find(idOf(1), "aaaaaaaa"), undefined, "it is the first one's");
	assert.equal((await second.keep(wanted())).kind, "there");
	assert.equal(filesIn(home).length, 2);
	assert.equal(second.usedBytes, 2500, "but it counts");
	await second.close();
	assert.equal(filesIn(home).length, 2);
	await first.close();
	assert.deepEqual(readdirSync(join(home, "spool")), []);
});

test("files that no row knows are swept up, and others' files beside them stay", async (t) => {
	const home = temporaryHome(t);
	const folder = join(home, "spool");
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, `${"ab".repeat(16)}.blocks`), "x");
	writeFileSync(join(folder, "notes.txt"), "mine");
	const spool = await openedAt(t, home);
	assert.deepEqual(filesIn(home), []);
	assert.equal(readFileSync(join(folder, "notes.txt"), "utf8"), "mine");
	await spool.close();
});

test("the files that are kept are counted for a person who asks what is on the disk", async (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	const spool = await Spool.open(store, home, { now });
	await opened(spool, wanted());
	assert.equal(keptIn(store).get("spooled_files"), 1);
	await spool.close();
	assert.equal(keptIn(store).get("spooled_files"), 0);
});

test("there are never more files than the program may have open", async (t) => {
	const home = temporaryHome(t);
	const spool = await openedAt(t, home);
	for (let number = 0; number < 200; number += 1) await opened(spool, wanted({ id: idOf(number), sizeBytes: 1 }));
	assert.equal((await spool.keep(wanted({ id: idOf(255), sizeBytes: 1 }))).kind, "full");
	await spool.close();
});

test("closing waits for what is being removed, and what is removed later touches no database that is closed", async (t) => {
	const home = temporaryHome(t);
	const store = storeIn(t, home);
	const spool = await Spool.open(store, home, { now });
	await opened(spool, wanted({ isStanding: true }));
	await opened(spool, wanted({ id: idOf(2), isStanding: true }));
	const removing = spool.forget(idOf(1));
	await spool.close();
	store.close();
	await removing;
	assert.equal(filesIn(home).length, 2, "the blocks and marks of the other one");
	await spool.forget(idOf(2));
	assert.equal(filesIn(home).length, 2);
});
