// What is kept of what was said: found by any part of it, changed, let go, and then really gone.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { folded } from "../../../src/store/history/full-text.ts";
import { openHistoryFile, openMemoryHistory } from "../../../src/store/history/history-file.ts";
import { type HistoryLine, HistoryRows } from "../../../src/store/history/history-rows.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const ann = "A".repeat(40);
const day = 24 * 60 * 60 * 1000;
const everything = Number.MAX_SAFE_INTEGER;

const contentOf = (number: number): Uint8Array => {
	const bytes = new Uint8Array(16);
	new DataView(bytes.buffer).setUint32(0, number);
	return bytes;
};

const line = (number: number, text: string, more: Partial<HistoryLine> = {}): HistoryLine => ({
	room: "friends1",
	author: ann,
	content: contentOf(number),
	name: "Ann",
	at: number,
	text,
	rest: "{}",
	...more,
});

function open(partLines?: number) {
	const database = openMemoryHistory();
	return { database, rows: new HistoryRows(database, partLines) };
}

function indexAll(rows: HistoryRows): void {
	while (rows.index(50));
}

const found = (rows: HistoryRows, words: string, room?: string): readonly string[] =>
	rows.search(room, folded(words), everything, 100).map(({ text }) => text);

test("lines come back in their order, by pages, each room by itself", () => {
	const { rows } = open();
	for (let number = 1; number <= 5; number += 1) rows.put(line(number, `line ${number}`), number);
	rows.put(line(1, "elsewhere", { room: "others22" }), 1);
	const newest = rows.before("friends1", undefined, 2);
	assert.deepEqual(
		newest.map(({ text }) => text),
		["line 4", "line 5"],
	);
	assert.deepEqual(
		rows.before("friends1", newest[0]?.id, 2).map(({ text }) => text),
		["line 2", "line 3"],
	);
	assert.deepEqual(
		rows.after("friends1", newest[0]?.id ?? 0, 9).map(({ text }) => text),
		["line 5"],
	);
	assert.deepEqual(
		[...rows.rooms()],
		[
			["friends1", 5],
			["others22", 1],
		],
	);
});

test("the same line put again replaces what it was, and is found by what it says now", () => {
	const { rows } = open();
	rows.put(line(1, "the velociraptor"), 1);
	indexAll(rows);
	rows.put(line(1, "the brontosaurus", { rest: '{"isEdited":true}' }), 2);
	assert.equal(rows.before("friends1", undefined, 9).length, 1);
	assert.deepEqual(found(rows, "velociraptor"), []);
	assert.deepEqual(found(rows, "BRONTO"), ["the brontosaurus"]);
	assert.equal(rows.find("friends1", ann, contentOf(1))?.rest, '{"isEdited":true}');
});

test("the index finds what looking through all lines finds, whatever was said, changed and deleted", () => {
	const words = fc.stringMatching(/^[abcé "%_*]{0,12}$/);
	const also = fc.constantFrom("nothing", "nothing", "nothing", "sweep", "forget");
	const step = fc.record({ number: fc.nat(12), text: words, isIndexed: fc.boolean(), also });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), fc.stringMatching(/^[abce "%_*]{3,4}$/), (steps, wanted) => {
			const { rows, database } = open(4);
			for (const [index, { number, text, isIndexed, also }] of steps.entries()) {
				rows.put(line(number, text, number % 3 === 0 ? { room: "others22" } : {}), index);
				if (isIndexed) rows.index(2);
				if (also === "sweep") rows.sweep("friends1", index - 8, index, 2);
				if (also === "forget") rows.forget("others22");
			}
			indexAll(rows);
			assert.ok(!rows.isIndexBehind());
			const all = [...rows.before("friends1", undefined, 100), ...rows.before("others22", undefined, 100)];
			const expected = all
				.filter(({ text }) => folded(text).includes(folded(wanted)))
				.map(({ id }) => id)
				.toSorted((one, other) => one - other);
			const byIndex = rows.search(undefined, folded(wanted), everything, 100).map(({ id }) => id);
			assert.deepEqual(
				byIndex.toSorted((one, other) => one - other),
				expected,
			);
			database.close();
		}),
		{ numRuns: 200 },
	);
});

test("a deleted line is nowhere in the file any more, not in free pages and not in the index", () => {
	const { rows, database } = open();
	for (let number = 0; number < 300; number += 1) rows.put(line(number, `line ${number} of the room`), 1);
	rows.put(line(500, "zyxwvutsr"), 1);
	rows.put(line(501, "see above", { quote: "zyxwvutsr", answers: { author: ann, content: contentOf(500) } }), 1);
	indexAll(rows);
	const bytes = (): string => database.serialize().toString("latin1");
	assert.ok(bytes().includes("zyxwvutsr"));
	rows.put(line(500, "", { rest: '{"gone":"deleted"}' }), 2);
	rows.requote("friends1", ann, contentOf(500), "", 1);
	for (const part of ["zyxwvutsr", "zyx", "xwv", "vut"]) assert.ok(!bytes().includes(part), part);
});

test("attack: whoever deletes line after line does not make each cost a walk through the index", () => {
	const { rows } = open();
	for (let number = 0; number < 100; number += 1) rows.put(line(number, `the velociraptor ${number}`), 1);
	indexAll(rows);
	for (let number = 0; number < 100; number += 1) rows.put(line(number, ""), 2);
	assert.ok(rows.isIndexStale());
	indexAll(rows);
	assert.ok(!rows.isIndexStale());
	assert.deepEqual(found(rows, "velociraptor"), []);
});

test("a line that is to disappear is in no index, and leaves a mark without words when its time is over", () => {
	const { rows, database } = open();
	rows.put(line(1, "the velociraptor", { disappearsAt: 5_000 }), 1);
	rows.put(line(2, "what?", { quote: "the velociraptor", answers: { author: ann, content: contentOf(1) } }), 1);
	indexAll(rows);
	assert.deepEqual(found(rows, "velociraptor"), []);
	assert.deepEqual(
		rows.disappearing(undefined, everything).map(({ text }) => text),
		["the velociraptor"],
	);
	assert.equal(rows.nextDisappearance(), 5_000);
	assert.equal(rows.disappear(4_999, "{}"), false);
	assert.equal(rows.disappear(5_000, '{"gone":"disappeared"}'), true);
	assert.equal(rows.nextDisappearance(), undefined);
	const [first, second] = rows.before("friends1", undefined, 9);
	assert.deepEqual([first?.text, first?.rest, second?.quote], ["", '{"gone":"disappeared"}', ""]);
	assert.ok(!database.serialize().toString("latin1").includes("velociraptor"));
});

test("old lines go, and their words with them; the others are still found", () => {
	const { rows, database } = open();
	const now = 100 * day;
	for (let age = 20; age >= 0; age -= 1) rows.put(line(age, `the velociraptor of day ${age}`), now - age * day);
	indexAll(rows);
	assert.equal(rows.sweep("friends1", now - 10 * day, now, 50), 10);
	assert.equal(rows.rooms().get("friends1"), 11);
	assert.equal(rows.sweep("friends1", now - 10 * day, now, 50), 0);
	indexAll(rows);
	assert.equal(found(rows, "velociraptor").length, 11);
	assert.ok(!database.serialize().toString("latin1").includes("day 20"));
});

test("a clock that was set back or forward for a while makes nothing go early that was said before or after", () => {
	const { rows } = open();
	const now = 1_000 * day;
	rows.put(line(1, "long ago"), now - 50 * day);
	rows.put(line(2, "yesterday"), now - day);
	rows.put(line(3, "while the clock was in 1970"), day);
	rows.put(line(4, "while the clock was in 2100"), now + 30_000 * day);
	rows.put(line(5, "today"), now);
	rows.sweep("friends1", now - 10 * day, now, 50);
	assert.deepEqual(
		rows.before("friends1", undefined, 9).map(({ text }) => text),
		["yesterday", "while the clock was in 1970", "while the clock was in 2100", "today"],
	);
});

test("a room that is forgotten leaves nothing, and the others stay", () => {
	const { rows, database } = open();
	rows.put(line(1, "the velociraptor"), 1);
	rows.put(line(1, "the brontosaurus", { room: "others22" }), 1);
	indexAll(rows);
	assert.equal(rows.forget("friends1"), 1);
	indexAll(rows);
	assert.deepEqual([...rows.rooms().keys()], ["others22"]);
	assert.deepEqual(found(rows, "brontosaurus"), ["the brontosaurus"]);
	assert.deepEqual(found(rows, "brontosaurus", "friends1"), []);
	const bytes = database.serialize().toString("latin1");
	assert.ok(!bytes.includes("velociraptor") && !bytes.includes("friends1"));
});

test("an edit changes what the newest answers quote, and not more of them than it may", () => {
	const { rows } = open();
	rows.put(line(1, "first"), 1);
	const answers = { author: ann, content: contentOf(1) };
	for (let number = 2; number <= 6; number += 1) rows.put(line(number, "yes", { quote: "first", answers }), 1);
	rows.requote("friends1", ann, contentOf(1), "second", 2);
	assert.deepEqual(
		rows.before("friends1", undefined, 9).map(({ quote }) => quote),
		[undefined, "first", "first", "first", "second", "second"],
	);
});

test("removing lines costs the parts of the index that they were in: the others are not made anew, and no word of the lines is left in them", () => {
	const { rows, database } = open(10);
	for (let number = 1; number <= 100; number += 1) {
		const room = number % 5 === 0 ? "others22" : "friends1";
		rows.put(line(number, `the ${number < 25 ? "velociraptor" : "brontosaurus"} ${number}`, { room }), number);
	}
	indexAll(rows);
	assert.equal(rows.sweep("friends1", 15, 100, 1_000), 12);
	assert.ok(!database.serialize().toString("latin1").includes("velociraptor 14"));
	// Of ten parts two have lost lines, and nothing is found twice or not at all while they are made anew.
	assert.deepEqual(found(rows, "velociraptor 2").toSorted(), [
		"the velociraptor 21",
		"the velociraptor 22",
		"the velociraptor 23",
		"the velociraptor 24",
	]);
	let slices = 1;
	while (rows.index(3)) slices += 1;
	assert.ok(slices <= 6, `${slices} slices`);
	assert.deepEqual(found(rows, "velociraptor").length, 12);
	assert.deepEqual(
		found(rows, "velociraptor", "others22").toSorted(),
		["the velociraptor 10", "the velociraptor 15", "the velociraptor 20", "the velociraptor 5"].toSorted(),
	);
	assert.equal(found(rows, "brontosaurus").length, 76);
});

test("words that were let go are neither found nor on the disk, when the part they were in is made anew and when nothing is left of it", () => {
	for (const stays of [0, 1]) {
		const { rows, database } = open(10);
		const bytes = (): string => database.serialize().toString("latin1");
		for (let number = 1; number <= 10; number += 1) rows.put(line(number, `zyxwvutsr ${number}`), number);
		if (stays > 0) rows.put(line(1, "nothing of it", { room: "others22" }), 1);
		indexAll(rows);
		assert.ok(bytes().includes("zyx"));
		assert.equal(rows.sweep("friends1", 50, 100, 1_000), 10);
		for (const part of ["zyxwvutsr", "zyx", "xwv", "vut"]) assert.ok(!bytes().includes(part), part);
		indexAll(rows);
		assert.deepEqual(found(rows, "zyxwvutsr"), []);
		assert.equal(found(rows, "nothing of").length, stays);
	}
});

test("many old lines go a few at a time, the oldest first, and a room's others are there meanwhile", () => {
	const { rows } = open(10);
	for (let number = 1; number <= 30; number += 1) rows.put(line(number, `line ${number}`), number);
	assert.equal(rows.sweep("friends1", 26, 30, 20), 20);
	assert.equal(rows.before("friends1", undefined, 99)[0]?.text, "line 21");
	assert.equal(rows.sweep("friends1", 26, 30, 20), 5);
	assert.equal(rows.rooms().get("friends1"), 5);
});

test("a search in one process is right while another lets the part it looks in go", (t) => {
	const home = temporaryHome(t);
	const key = randomBytes(32);
	const opened = [openHistoryFile(home, key), openHistoryFile(home, key)];
	const [ours, theirs] = opened.map((one) => (one.kind === "open" ? new HistoryRows(one.database, 10) : undefined));
	assert.ok(ours && theirs);
	t.after(() => [ours, theirs].map((one) => one.close()));
	for (let number = 1; number <= 15; number += 1) ours.put(line(number, `the velociraptor ${number}`), number);
	indexAll(ours);
	assert.equal(found(theirs, "velociraptor").length, 15);
	ours.sweep("friends1", 11, 100, 50);
	assert.equal(found(theirs, "velociraptor").length, 5);
});
