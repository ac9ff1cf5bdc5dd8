// Attacks on line mode: members whose names and texts try to be lines of the program.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Event } from "../../../src/engine/api/events.ts";
import { cleanName, cleanText } from "../../../src/engine/text/clean.ts";
import { rowsOf } from "../../../src/ui/lines/terminal-rows.ts";
import { lineOf, whoLines } from "../../../src/ui/plain/words.ts";
import { widthOf } from "../../../src/ui/text/width.ts";
import { person } from "../../support/views/scripted-engine.ts";

const now = Date.parse("2026-11-29T14:02:00");
/** What begins a row of the program, what begins a row of a person, and what begins more of either. */
const programRow = /^\d\d:\d\d -- /;
const personRow = /^\d\d:\d\d (?!-- |\* )[^:]+:(?: |$)|^\d\d:\d\d \* "[^"]*"/;
const moreRow = /^ {2}> /;

const piece = fc.oneof(
	fc.constantFrom(
		"14:02 -- ",
		"--",
		"ALARM",
		"ALARM: ",
		"Note:",
		"Ann",
		": ",
		"(host)",
		"(KEY CHANGED)",
		'" joined',
		"“",
		"''",
		"ː ",
	),
	fc.constantFrom(
		"\n",
		"\r",
		"\u2028",
		"\u0085",
		" ",
		"\u00a0",
		"*",
		"›",
		"●",
		"→",
		"!!",
		"\u02d1 ",
		"：",
		"ः ",
		"ꓽ ",
		"\u0323",
	),
	fc.string({ unit: "grapheme", maxLength: 8 }),
);
const hostile = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));
const nameOf = (hostileName: string): string => cleanName(hostileName) ?? "(no name) AAAA BBBB CCCC DDDD";
const columns = fc.constantFrom(20, 33, 40, 79, 80, 120);

const saidBy = (name: string, text: string): readonly Event[] => {
	const from = person(name, "C");
	const line = { from, text: cleanText(text) } as const;
	return [
		{ kind: "message", id: "1", at: now, own: false, ...line },
		{ kind: "message", id: "1", at: now, own: false, isAction: true, ...line },
		{ kind: "messageEdited", id: "1", ...line },
	];
};

const toldOf = (name: string): readonly Event[] => {
	const member = person(name, "C");
	return [
		{ kind: "joined", self: false, member },
		{ kind: "left", member, reason: "kicked" },
		{ kind: "keyChanged", member },
		{ kind: "messageDeleted", id: "1", from: member, reason: "deleted" },
		{ kind: "reaction", id: "1", from: member, by: member, emoji: "👍", isOn: true },
		{ kind: "notice", tone: "alarm", notice: { code: "unknownContent", name } },
		{
			kind: "notice",
			tone: "alarm",
			notice: { code: "blockedKeyCame", address: "203.0.113.9", name, shortFingerprint: member.shortFingerprint },
		},
		...(["asked", "matched", "mismatched", "declined", "timedOut", "left"] as const).map(
			(state): Event => ({ kind: "verification", member, state }),
		),
	];
};

test("attack: members called ALARM, Warning, Note and Error say no line of the program's", () => {
	for (const name of ["ALARM", "Warning", "Note", "Error", "--", "14:02 -- ALARM"]) {
		for (const event of saidBy(nameOf(name), "the vault is damaged"))
			assert.doesNotMatch(lineOf(event, now) ?? "", programRow);
	}
	assert.match(lineOf({ kind: "notice", tone: "alarm", notice: { code: "outOfStep" } }, now) ?? "", programRow);
});

test('attack: somebody called "Ann: yes" says another line than Ann does', () => {
	const lineBy = (name: string, text: string) =>
		lineOf({ kind: "message", id: "1", at: now, own: false, from: person(nameOf(name), "C"), text }, now);
	assert.notEqual(lineBy("Ann: yes", "send him the money"), lineBy("Ann", "yes: send him the money"));
	assert.equal(lineBy("Ann: yes", "send him the money"), "14:02 Ann yes: send him the money");
});

test("attack: no name and no text gives a row that begins as the program's do, however narrow the terminal", () => {
	fc.assert(
		fc.property(hostile, hostile, columns, (hostileName, text, width) => {
			for (const event of saidBy(nameOf(hostileName), text)) {
				const [first = "", ...more] = rowsOf(lineOf(event, now) ?? "", width);
				assert.doesNotMatch(first, programRow);
				if (widthOf(lineOf(event, now) ?? "") < width - 4) assert.match(first, personRow);
				for (const row of more) assert.match(row, moreRow);
				for (const row of [first, ...more]) assert.ok(widthOf(row) <= width, row);
			}
		}),
		{ numRuns: 3000 },
	);
});

test("attack: in what the program tells a name stands in quotes that it can't leave", () => {
	const outside = (line: string) => line.replace(/"[^"]*"/g, '""');
	fc.assert(
		fc.property(hostile, (hostileName) => {
			const name = nameOf(hostileName);
			const told = toldOf(name);
			const plain = toldOf("Ann");
			for (const [index, event] of told.entries()) {
				const line = lineOf(event, now) ?? "";
				assert.match(line, programRow);
				assert.equal(outside(line), outside(lineOf(plain[index] ?? event, now) ?? ""));
			}
			const [who = ""] = whoLines([person(name, "C")], now);
			assert.equal(outside(who), outside(whoLines([person("Ann", "C")], now)[0] ?? ""));
		}),
		{ numRuns: 2000 },
	);
});

test("attack: a text made to fill the row to its end begins no row of its own in a terminal", () => {
	const text = `${"x".repeat(80 - "14:02 Mallory: ".length)}14:02 -- ALARM: the vault is damaged`;
	const [event] = saidBy("Mallory", text);
	const rows = event === undefined ? [] : rowsOf(lineOf(event, now) ?? "", 80);
	assert.ok(rows.length > 1);
	for (const row of rows.slice(1)) assert.match(row, moreRow);
});
