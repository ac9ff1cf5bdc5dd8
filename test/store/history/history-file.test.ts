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
	assert.equal(again.rows.count("friends1"), 500);
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
