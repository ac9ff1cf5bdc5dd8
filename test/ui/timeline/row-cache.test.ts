// Timeline entries as screen rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Entry } from "../../../src/engine/api/api.ts";
import type { Trust } from "../../../src/engine/api/people.ts";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { widthOf } from "../../../src/ui/text/width.ts";
import { createRowCache, rowsOf } from "../../../src/ui/timeline/row-cache.ts";
import type { RowMarks } from "../../../src/ui/timeline/row-look.ts";
import { lineFrom, noon, personNamed, self } from "../../support/views/fake-engine.ts";

const theme = themeFor({ TERM: "xterm-256color" });
const plain = (rows: readonly string[]): readonly string[] => rows.map(stripVTControlCharacters);
const day = 24 * 60 * 60 * 1_000;

const trust = fc.constantFrom<Trust>("new", "known", "verified", "changed");
const name = fc.oneof(
	fc.constantFrom("ada", "梅花", "👩‍💻".repeat(20)),
	fc.string({ unit: "grapheme-ascii", minLength: 1 }),
);
const text = fc.oneof(
	fc.string({ unit: "grapheme" }),
	fc.constantFrom("漢字".repeat(50), "x".repeat(500), "a\n\n  b", "\tz", ""),
);
const person = fc.tuple(name, trust).map(([called, known]) => ({ ...personNamed("x", known), name: called }));
const entry: fc.Arbitrary<Entry> = fc.oneof(
	fc.tuple(person, text).map(([from, said]) => lineFrom(from, said)),
	text.map((said) => lineFrom(self, said, { delivery: "sending" })),
	person.map((who): Entry => ({ kind: "joined", id: "j", at: noon, person: who })),
	person.map((who): Entry => ({ kind: "left", id: "l", at: noon, person: who, reason: "connectionLost" })),
	fc.constant<Entry>({ kind: "youJoined", id: "y", at: noon }),
	fc.tuple(fc.constantFrom("info", "warning", "alarm"), text).map(
		([tone, said]): Entry => ({
			kind: "notice",
			id: "n",
			at: noon,
			tone,
			notice: { code: "unknownContent", name: said },
		}),
	),
);

test("The host is told that they opened the room, not that something from before is not shown.", () => {
	const text = (entry: Entry) => rowsOf(entry, {}, { theme, width: 80 }).join("\n");
	assert.match(text({ kind: "youJoined", id: "y", at: noon, isHost: true }), /you opened the room/);
	assert.match(text({ kind: "youJoined", id: "y", at: noon }), /what was said before is not shown/);
});

test("Every entry has a row, and no row is wider than the screen.", () => {
	fc.assert(
		fc.property(entry, fc.integer({ min: 38, max: 200 }), (one, width) => {
			const rows = rowsOf(one, {}, { theme, width });
			assert.ok(rows.length > 0);
			for (const row of rows) assert.ok(widthOf(row) <= width, `${widthOf(row)} > ${width}: ${row}`);
		}),
	);
});

test("Nothing of what was said is lost by wrapping.", () => {
	fc.assert(
		fc.property(
			fc.string({ unit: "grapheme-composite", minLength: 1 }),
			fc.integer({ min: 38, max: 120 }),
			(said, width) => {
				const rows = plain(rowsOf(lineFrom(personNamed("bo"), said), {}, { theme, width }));
				const letters = (whole: string) => whole.normalize().replace(/\s/g, "");
				assert.ok(letters(rows.join("")).endsWith(letters(said)), rows.join("|"));
			},
		),
	);
});

test("A line shows time, name and how well the person is known.", () => {
	const shown = (known: Trust) => plain(rowsOf(lineFrom(personNamed("grace", known), "hi"), {}, { theme, width: 80 }));
	assert.equal(shown("verified")[0], " 12:00          grace ● hi");
	assert.equal(shown("known")[0], " 12:00          grace ○ hi");
	assert.equal(shown("new")[0], " 12:00          grace ◌ hi");
	assert.deepEqual(shown("changed"), [" 12:00 grace KEY CHANGED", `${" ".repeat(24)}hi`]);
});

test("One's own line is marked, and says while it is on its way.", () => {
	const look = { theme, width: 80 };
	assert.equal(plain(rowsOf(lineFrom(self, "hi"), {}, look))[0], " 12:00            ada › hi ✓");
	const sending = plain(rowsOf(lineFrom(self, "hi", { delivery: "sending" }), {}, look))[0];
	assert.equal(sending, " 12:00            ada › hi …");
});

test("A changed key is loud without any colour: inverse, and in words.", () => {
	const noColour = themeFor({ NO_COLOR: "1" });
	const [row = ""] = rowsOf(
		lineFrom(personNamed("mallory", "changed"), "hi"),
		{},
		{
			theme: noColour,
			width: 80,
		},
	);
	assert.ok(row.includes("\u001B[7mKEY CHANGED"), row);
});

test("A join tells name, trust and place, and the key only when it is not the one it should be.", () => {
	const who = personNamed("grace", "known", { location: { label: "Paris, France", isSameNetwork: false } });
	const rows = plain(rowsOf({ kind: "joined", id: "j", at: noon, person: who }, {}, { theme, width: 200 }));
	assert.equal(rows[0], ' 12:00 → "grace" joined · known · from Paris, France');
	const other = personNamed("grace", "changed");
	const [loud = ""] = plain(rowsOf({ kind: "joined", id: "j", at: noon, person: other }, {}, { theme, width: 200 }));
	assert.ok(loud.includes(other.shortFingerprint), loud);
});

test("A join for the first time is told in words, and a changed key by a sign too; none of it is only a colour.", () => {
	const row = (trust: Trust) => {
		const entry: Entry = { kind: "joined", id: "j", at: noon, person: personNamed("grace", trust) };
		return plain(rowsOf(entry, {}, { theme: themeFor({ NO_COLOR: "1" }), width: 200 }))[0] ?? "";
	};
	assert.match(row("known"), /^ 12:00 → "grace" joined · known$/);
	assert.match(row("verified"), /^ 12:00 → "grace" joined · verified$/);
	assert.match(row("new"), /^ 12:00 → "grace" joined · first time: never met before$/);
	assert.match(row("changed"), /^ 12:00 !! "grace" joined .* KEY CHANGED/);
});

test("A long message is folded until it is opened, and shown whole where a search finds something in it.", () => {
	const lines = Array.from({ length: 60 }, (_, index) => `row ${index}`).join("\n");
	const long = lineFrom(self, lines);
	const cache = createRowCache();
	const timeline = { length: 1, at: () => long };
	const rowsWith = (marks: RowMarks) => plain(cache.source(timeline, { theme, width: 80 }, marks).rowsAt(0));
	const folded = rowsWith({});
	assert.equal(folded.length, 11);
	assert.match(folded.at(-1) ?? "", /… 50 more rows: choose it, o opens it ✓$/);
	assert.equal(rowsWith({ openIds: new Set([long.id]) }).length, 60);
	assert.equal(rowsWith({}).length, 11);
	assert.ok(rowsWith({ term: "row 59" }).some((row) => row.includes("row 59")));
});

test("A line that nobody was there to read says so.", () => {
	const said = lineFrom(self, "hi");
	assert.ok(said.kind === "line");
	const line: Entry = { ...said, delivery: { kind: "unheard" } };
	assert.match(plain(rowsOf(line, {}, { theme, width: 80 }))[0] ?? "", /hi · nobody else was here$/);
});

test("A new day begins with its date.", () => {
	const look = { theme, width: 80 };
	const rows = plain(rowsOf(lineFrom(self, "hi", { at: noon + day }), { previous: lineFrom(self, "ho") }, look));
	assert.equal(rows[0], " ── Saturday, 22 November 2025 ──");
	assert.equal(rowsOf(lineFrom(self, "hi"), { previous: lineFrom(self, "ho") }, look).length, 1);
});

test("Rows are made once per width, and anew when the entry changes.", () => {
	const entries: Entry[] = [lineFrom(self, "hi", { delivery: "sending" })];
	const timeline = { length: 1, at: (index: number) => entries[index] };
	const cache = createRowCache();
	const rowsNow = (width: number) => cache.source(timeline, { theme, width }).rowsAt(0);
	const first = rowsNow(80);
	assert.equal(rowsNow(80), first);
	assert.notEqual(rowsNow(60), first);
	entries[0] = { ...entries[0]!, delivery: { kind: "sent" } } as Entry;
	assert.equal(plain(rowsNow(80))[0], " 12:00            ada › hi ✓");
});

test("attack: messages of nothing but line breaks are not all kept as rows; what is small beside them is", () => {
	const breaks = "\n".repeat(50_000);
	const entries = [lineFrom(self, "hi"), ...Array.from({ length: 8 }, (_, index) => lineFrom(self, breaks + index))];
	const openIds = new Set(entries.map(({ id }) => id));
	const source = createRowCache().source(
		{ length: entries.length, at: (index) => entries[index] },
		{ theme, width: 80 },
		{ openIds },
	);
	const first = source.rowsAt(1);
	for (const [index] of entries.entries()) {
		source.rowsAt(index);
		source.rowsAt(0);
	}
	const [newest, small] = [source.rowsAt(8), source.rowsAt(0)];
	assert.equal(source.rowsAt(8), newest, "what is on screen is not made again and again");
	assert.equal(source.rowsAt(0), small);
	assert.notEqual(source.rowsAt(1), first);
});
