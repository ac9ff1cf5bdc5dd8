// The file of the history: encrypted as a whole, private, and refused with a reason when it can't be used; never changed then.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { historyPath, openHistoryFile, removeHistory } from "../../../src/store/history/history-file.ts";
import { HistoryRows } from "../../../src/store/history/history-rows.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const key = randomBytes(32);
const said = {
	room: "friends1",
	author: "A".repeat(40),
	content: randomBytes(16),
	name: "Ann",
	at: 1,
	text: "the velociraptor is here",
	rest: "{}",
};

function opened(home: string, by = key) {
	const outcome = openHistoryFile(home, by);
	if (outcome.kind === "refused") assert.fail(JSON.stringify(outcome.trouble));
	return { database: outcome.database, rows: new HistoryRows(outcome.database) };
}

const everything = (home: string): Buffer =>
	Buffer.concat(readdirSync(home).map((name) => readFileSync(join(home, name))));

test("no word, no name and no room can be read in the file or beside it, open or closed", (t) => {
	const home = temporaryHome(t);
	const { rows } = opened(home);
	for (let number = 0; number < 500; number += 1) rows.put({ ...said, content: randomBytes(16) }, 1);
	while (rows.index(100));
	const readable = ["velociraptor", "vel", "Ann", "friends1", "AAAAAAAA", "CREATE TABLE", "SQLite format"];
	for (const name of readable.filter((one) => one.length > 3)) assert.ok(!everything(home).includes(name), name);
	rows.settle();
	rows.close();
	for (const name of readable.filter((one) => one.length > 3)) assert.ok(!everything(home).includes(name), name);
	if (process.platform !== "win32") assert.equal(statSync(historyPath(home)).mode & 0o777, 0o600);
	const again = opened(home);
	assert.equal(again.rows.rooms().get("friends1"), 500);
	again.rows.close();
});

test("another vault's key, rubbish, a cut file and one of a newer version are refused with a reason, and left as they were", (t) => {
	const home = temporaryHome(t);
	const { rows, database } = opened(home);
	rows.put(said, 1);
	rows.settle();
	rows.close();
	const whole = readFileSync(historyPath(home));
	const refusal = (by = key) => {
		const outcome = openHistoryFile(home, by);
		if (outcome.kind === "open") outcome.database.close();
		return outcome.kind === "refused" ? outcome.trouble.why : "open";
	};
	assert.equal(refusal(randomBytes(32)), "unreadable");
	assert.deepEqual(readFileSync(historyPath(home)), whole);
	const damaged = Buffer.from(whole);
	damaged.fill(7, 100, 200);
	writeFileSync(historyPath(home), damaged);
	assert.equal(refusal(), "unreadable");
	assert.deepEqual(readFileSync(historyPath(home)), damaged);
	writeFileSync(
		historyPath(home),
		"not a database at all, and longer than any header of one would have to be: ".repeat(90),
	);
	assert.equal(refusal(), "unreadable");
	writeFileSync(historyPath(home), whole);
	const newer = opened(home);
	newer.database.pragma("user_version = 99");
	newer.rows.close();
	assert.equal(refusal(), "newer");
	assert.equal(database.open, false);
	removeHistory(home);
	assert.equal(refusal(), "open");
	removeHistory(home);
	mkdirSync(historyPath(home));
	assert.equal(refusal(), "unreadable");
});

test("a page in the middle that was altered is an error when it is read, and no wrong line", (t) => {
	const home = temporaryHome(t);
	const { rows } = opened(home);
	for (let number = 0; number < 2_000; number += 1) rows.put({ ...said, content: randomBytes(16) }, 1);
	rows.settle();
	rows.close();
	const bytes = readFileSync(historyPath(home));
	for (let at = 4096 * 20; at < bytes.length; at += 4096) bytes[at + 50] = (bytes[at + 50] ?? 0) ^ 1;
	writeFileSync(historyPath(home), bytes);
	const outcome = openHistoryFile(home, key);
	if (outcome.kind === "refused") return assert.equal(outcome.trouble.why, "unreadable");
	const altered = new HistoryRows(outcome.database);
	assert.throws(() => altered.before("friends1", undefined, 2_000), { name: "SqliteError" });
	altered.close();
});

const pageBytes = 4096;

/** The numbers of the pages in which two files differ. */
function differing(one: Buffer, other: Buffer): readonly number[] {
	const pages = Array.from({ length: Math.min(one.length, other.length) / pageBytes }, (_, page) => page);
	const at = (bytes: Buffer, page: number) => bytes.subarray(page * pageBytes, (page + 1) * pageBytes);
	return pages.filter((page) => !at(one, page).equals(at(other, page)));
}

/** What a file gives that is opened and looked through: its lines, and what the check says of them. */
function readBack(home: string): { readonly texts: readonly string[]; readonly check: string } {
	const outcome = openHistoryFile(home, key);
	if (outcome.kind === "refused") return { texts: [], check: outcome.trouble.why };
	let rows: HistoryRows | undefined;
	try {
		rows = new HistoryRows(outcome.database);
		const texts = rows.before("friends1", undefined, 9_999).map(({ text }) => text);
		rows.beginCheck("friends1");
		let check = rows.checkOn(50);
		while (check === "more") check = rows.checkOn(50);
		return { texts, check };
	} catch (error) {
		return { texts: [], check: (error as Error).name };
	} finally {
		outcome.database.close();
	}
}

test("attack: an older page in the place of a newer one, whichever, brings no deleted line back and hides no new one without being noticed", (t) => {
	const home = temporaryHome(t);
	const { rows } = opened(home);
	const number = (index: number): Uint8Array => Buffer.from(index.toString().padStart(16, "0"));
	const put = (index: number, text: string): void => rows.put({ ...said, content: number(index), text }, index);
	for (let index = 0; index < 400; index += 1) put(index, `line ${index} ${"x".repeat(100)}`);
	rows.settle();
	const before = readFileSync(historyPath(home));
	put(200, "");
	put(201, "what it says now");
	put(400, "the newest");
	rows.settle();
	rows.close();
	const now = readFileSync(historyPath(home));
	const right = readBack(home);
	assert.deepEqual([right.check, right.texts.length, right.texts[200]], ["right", 401, ""]);
	const pages = differing(before, now);
	let noticed = 0;
	for (const page of pages) {
		const mixed = Buffer.from(now);
		before.copy(mixed, page * pageBytes, page * pageBytes, (page + 1) * pageBytes);
		removeHistory(home);
		writeFileSync(historyPath(home), mixed);
		const { texts, check } = readBack(home);
		if (check === "wrong") noticed += 1;
		if (texts.length > 0 && texts.join() !== right.texts.join()) assert.equal(check, "wrong", `page ${page}`);
		// It is told once; what is there counts from then on.
		if (check === "wrong") assert.equal(readBack(home).check, "right");
	}
	assert.ok(noticed >= 2, `${noticed} of ${pages.length} pages`);
});

test("a room's lines belong together whatever was changed, quoted, swept and forgotten, also while they are checked", (t) => {
	const home = temporaryHome(t);
	const { rows } = opened(home);
	const number = (index: number): Uint8Array => Buffer.from(index.toString().padStart(16, "0"));
	const line = (index: number, more: Partial<typeof said> & { readonly disappearsAt?: number } = {}) => ({
		...said,
		content: number(index),
		text: `line ${index}`,
		...more,
	});
	for (let index = 0; index < 100; index += 1) {
		const answers = index > 0 ? { answers: { author: said.author, content: number(index - 1) }, quote: "what" } : {};
		rows.put({ ...line(index, index % 7 === 0 ? { disappearsAt: 50 } : {}), ...answers }, index);
		rows.put(line(index, { room: "others22" }), index);
	}
	rows.beginCheck("friends1");
	assert.equal(rows.checkOn(50), "more");
	rows.put(line(3, { text: "changed" }), 200);
	rows.put(line(97, { text: "changed too" }), 200);
	rows.put(line(100), 200);
	rows.requote("friends1", said.author, number(3), "changed", 5);
	rows.disappear(60, "{}");
	rows.sweep("friends1", 40, 300, 15);
	assert.equal(rows.checkOn(999), "right");
	rows.forget("others22");
	rows.put(line(1, { room: "others22" }), 200);
	for (const room of ["friends1", "others22", "nowhere9"]) {
		rows.beginCheck(room);
		assert.equal(rows.checkOn(999), "right", room);
	}
	rows.close();
});

test("a file of version 1 is taken over: its lines are found, belong together, and nothing of its index stays", (t) => {
	const home = temporaryHome(t);
	const { rows, database } = opened(home);
	rows.put({ ...said, text: "the velociraptor" }, 1);
	database.exec(`
		DROP TRIGGER temp.line_came; DROP TRIGGER temp.line_went; DROP TRIGGER temp.line_changed;
		DROP TABLE part; DROP TABLE secret; ALTER TABLE room DROP COLUMN total;
		CREATE VIRTUAL TABLE word USING fts5 (text, content = '', tokenize = 'trigram');
		INSERT INTO word (rowid, text) SELECT id, text FROM line;
		DELETE FROM fact; INSERT INTO fact VALUES ('indexed', 1), ('generation', 7);
		PRAGMA user_version = 1;
	`);
	rows.close();
	const again = opened(home);
	assert.equal(again.rows.generation(), 7);
	assert.ok(again.rows.isIndexBehind());
	while (again.rows.index(50));
	assert.equal(again.rows.search(undefined, "velociraptor", 99, 9).length, 1);
	again.rows.beginCheck(said.room);
	assert.equal(again.rows.checkOn(9), "right");
	const tables = again.database.prepare("SELECT name FROM sqlite_schema WHERE name GLOB 'word*'").pluck().all();
	assert.ok(!tables.includes("word") && tables.includes("word_0"));
	again.rows.close();
});
