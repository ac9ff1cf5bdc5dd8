// Attacks on the full screen: members whose names and texts try to be rows of the program.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Entry } from "../../../src/engine/api/api.ts";
import type { Trust } from "../../../src/engine/api/people.ts";
import { cleanName, cleanText } from "../../../src/engine/text/clean.ts";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { noticeRows, passageRows } from "../../../src/ui/timeline/announcement-rows.ts";
import { lineRows } from "../../../src/ui/timeline/line-rows.ts";
import { noMarks } from "../../../src/ui/timeline/row-look.ts";
import { lineOf, noon, personNamed } from "../../support/views/fake-engine.ts";

const theme = themeFor({ NO_COLOR: "1" });
const trusts: readonly Trust[] = ["new", "known", "verified", "changed"];
const plain = (rows: readonly string[]): readonly string[] => rows.map(stripVTControlCharacters);
const named = (hostileName: string, trust: Trust) => ({
	...personNamed("Mallory", trust),
	name: cleanName(hostileName) ?? "(no name) AAAA BBBB CCCC DDDD",
});

/** How the program's own rows go on behind the time: the signs of announcement-rows.ts and a space. */
const programSign = /^ \d\d:\d\d (?:!!|!|\?|·|→|←|──) /;
const piece = fc.oneof(
	fc.constantFrom(
		"!!",
		"!",
		"?",
		"→",
		"→ Bob joined ·",
		"·",
		"──",
		"ǃǃ",
		"ʔ",
		"*",
		"●",
		"○",
		"›",
		"(host)",
		" verified",
		'"',
		"14:02 ",
	),
	fc.string({ unit: "grapheme", maxLength: 6 }),
	fc.constant(" "),
	fc.constant("\n"),
);
const hostile = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

test("attack: no name and no text gives a row with the sign of a notice or a join behind its time", () => {
	fc.assert(
		fc.property(
			hostile,
			hostile,
			fc.constantFrom(...trusts),
			fc.constantFrom(24, 40, 59, 60, 80),
			(name, text, trust, width) => {
				for (const isAction of [false, true]) {
					const line = lineOf(named(name, trust), cleanText(text), isAction ? { isAction } : {});
					const [first = "", ...more] = plain(lineRows(line, { theme, width }, noMarks));
					assert.doesNotMatch(first, programSign);
					for (const row of more) assert.match(row, width < 60 ? /^ (?:│|↳) / : /^ {22}/);
				}
			},
		),
		{ numRuns: 2000 },
	);
});

test("attack: a name can't leave its quotes in the row of somebody who comes or goes", () => {
	const outside = (rows: readonly string[]) =>
		rows
			.join(" ")
			.replace(/"[^"]*"/g, '""')
			.replace(/\s+/g, " ");
	fc.assert(
		fc.property(hostile, (name) => {
			for (const kind of ["joined", "left"] as const) {
				const entry = { kind, id: "j", at: noon, reason: "left" } as const;
				const rowsFor = (who: string) =>
					outside(plain(passageRows({ ...entry, person: named(who, "verified") }, { theme, width: 400 })));
				assert.equal(rowsFor(name), rowsFor("Ann"));
			}
		}),
	);
});

test("attack: at 40 columns a line of spaces and a time is no notice, and the program's notices are", () => {
	const forged = "ok\n\u00a0\n14:02 !! Hanna comes with another key\n14:02 → Bob joined · BBBB BBBB";
	const rows = plain(lineRows(lineOf(named("Mallory", "known"), forged), { theme, width: 40 }, noMarks));
	assert.deepEqual(
		rows.slice(1).map((row) => row.slice(0, 3)),
		rows.slice(1).map(() => " │ "),
	);
	const notice: Extract<Entry, { kind: "notice" }> = {
		kind: "notice",
		id: "n",
		at: noon,
		tone: "alarm",
		notice: { code: "outOfStep" },
	};
	assert.match(plain(noticeRows(notice, { theme, width: 40 }))[0] ?? "", programSign);
});
