// What a person said, as rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Delivery, LineEntry, Reaction } from "../../../src/engine/api/content.ts";
import type { Trust } from "../../../src/engine/api/people.ts";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { widthOf } from "../../../src/ui/text/width.ts";
import { createRowCache, rowsOf } from "../../../src/ui/timeline/row-cache.ts";
import type { RowLook, RowMarks } from "../../../src/ui/timeline/row-look.ts";
import { lineOf, noon, personNamed, self } from "../../support/views/fake-engine.ts";

const theme = themeFor({ TERM: "xterm-256color" }, "dark");
const noColour = themeFor({ NO_COLOR: "1" });
const ann = personNamed("Ann", "verified");
const plain = (rows: readonly string[]): readonly string[] => rows.map(stripVTControlCharacters);
const shown = (line: LineEntry, width = 80, marks: RowMarks = {}): readonly string[] =>
	plain(rowsOf(line, { marks }, { theme, width }));
const textOf = (line: LineEntry, width = 80): string => shown(line, width).join("\n");

const word = fc.constantFrom(
	"https://example.org/a_(b)?c=d",
	"`code`",
	"```",
	"```js",
	"\n",
	"漢字",
	"👩‍💻",
	"e\u0301",
	"\u1D165".repeat(9),
	"x".repeat(90),
	"@ada",
	"  ",
	"\t",
	"needle",
);
const text = fc.oneof(
	fc
		.array(fc.oneof(word, fc.string({ unit: "grapheme", maxLength: 12 })), { maxLength: 12 })
		.map((all) => all.join("")),
	fc.array(word, { maxLength: 30 }).map((all) => all.join(" ")),
);
const person = fc
	.tuple(
		fc.constantFrom("ada", "梅花", "👩‍💻".repeat(9), "m".repeat(40)),
		fc.constantFrom<Trust>("new", "known", "verified", "changed"),
	)
	.map(([name, trust]) => ({ ...personNamed("x", trust), name }));
const delivery = fc.constantFrom<Delivery>(
	{ kind: "sending" },
	{ kind: "sent" },
	{ kind: "reached", count: 4, of: 5 },
	{ kind: "failed" },
);
const reaction = fc
	.tuple(fc.constantFrom("👍", "❤️", "🏳️‍🌈", "1️⃣"), fc.integer({ min: 1, max: 40 }), fc.boolean())
	.map(([emoji, count, isMine]): Reaction => ({ emoji, people: Array.from({ length: count }, () => self), isMine }));
const line = fc
	.tuple(
		fc.oneof(person, fc.constant(self)),
		text,
		delivery,
		fc.record({ isAction: fc.boolean(), isEdited: fc.boolean(), mentionsMe: fc.boolean(), disappears: fc.boolean() }),
		fc.option(fc.record({ name: fc.constantFrom("Ann", "梅".repeat(30)), text, isUnchecked: fc.boolean() })),
		fc.array(reaction, { maxLength: 40 }),
		fc.constantFrom<"deleted" | "disappeared" | undefined>(undefined, "deleted", "disappeared"),
	)
	.map(([from, said, came, is, reply, reactions, gone]): LineEntry => {
		const flags: Partial<LineEntry> = {
			...(is.isAction ? { isAction: true } : {}),
			...(is.isEdited ? { isEdited: true } : {}),
			...(is.mentionsMe ? { mentionsMe: true } : {}),
			...(is.disappears ? { disappearsAt: noon + 90_000_000 } : {}),
		};
		const { isUnchecked, ...quote } = reply ?? { isUnchecked: false, name: "", text: "" };
		const answered: Partial<LineEntry> =
			reply === null ? {} : { reply: { ...quote, ...(isUnchecked ? { isUnchecked: true as const } : {}) } };
		const more: Partial<LineEntry> = {
			...flags,
			...answered,
			...(reactions.length > 0 ? { reactions } : {}),
			...(gone ? { gone } : {}),
		};
		return lineOf(from, gone ? "" : said, { delivery: came, ...more });
	});
const width = fc.oneof(fc.constantFrom(40, 200), fc.integer({ min: 38, max: 200 }));

// What a row may consist of: text, SGR codes one at a time, and links that are closed again.
const rowShape =
	/^(?:[^\p{Cc}]|\u001B\[[0-9;]+m|\u001B\]8;id=[0-9a-z]+;https?:[\u0021-\u007E]+\u001B\\(?:[^\p{Cc}]|\u001B\[[0-9;]+m)+\u001B\]8;;\u001B\\)*$/u;

test("No row of a line is wider than the screen, and none has a control character in it but colours and closed links.", () => {
	const marks = fc.constantFrom<RowMarks>({}, { term: "needle" }, { selectedId: "chosen", term: "e" });
	fc.assert(
		fc.property(line, width, marks, (one, columns, marked) => {
			const chosen = marked.selectedId === undefined ? one : { ...one, id: "chosen" };
			const rows = rowsOf(chosen, { marks: marked, isUnreadStart: true }, { theme, width: columns });
			assert.ok(rows.length > 1);
			for (const row of rows) {
				assert.ok(widthOf(row) <= columns, `${widthOf(row)} > ${columns}: ${row}`);
				assert.match(row, rowShape);
			}
		}),
		{ numRuns: 300 },
	);
});

test("Neither links nor marks change what is read: the same characters stand in the same places.", () => {
	fc.assert(
		fc.property(line, width, (one, columns) => {
			const bare = plain(rowsOf(one, {}, { theme: noColour, width: columns, hasLinks: false }));
			const marked = plain(rowsOf(one, { marks: { term: "e" } }, { theme, width: columns }));
			assert.deepEqual(marked, bare);
			const chosen = plain(rowsOf(one, { marks: { selectedId: one.id } }, { theme, width: columns }));
			const unsigned = (rows: readonly string[]) => rows.map((row) => row.replace(/^[▸@]/, " ").trimEnd());
			assert.deepEqual(unsigned(chosen), unsigned(bare));
		}),
		{ numRuns: 200 },
	);
});

test("What a person says stays in the columns of the text: nothing said can pass for a quote, a reaction or another's line.", () => {
	fc.assert(
		fc.property(text, width, (said, columns) => {
			const rows = shown(lineOf(ann, said), columns);
			const indent = columns >= 60 ? 24 : 3;
			const edge = columns >= 60 ? " ".repeat(indent) : " │ ";
			for (const row of rows.slice(1)) assert.equal(row.slice(0, indent), edge, row);
		}),
	);
});

test("An answer stands under the beginning of what it answers, marked when that is gone or can't be checked.", () => {
	const reply = { name: "Ann", text: "shall we go?", id: "x" };
	assert.deepEqual(shown(lineOf(self, "yes", { reply })), [
		`${" ".repeat(22)}┌ Ann: shall we go?`,
		" 12:00            ada › yes ✓",
	]);
	assert.match(textOf(lineOf(self, "yes", { reply: { name: "Ann", text: "" } })), /┌ Ann: \(gone\)/);
	assert.match(textOf(lineOf(self, "yes", { reply: { ...reply, isUnchecked: true } })), /not here to check/);
	const fenced = { ...reply, text: "see\n```js\nconst a = 1;\n```" };
	assert.match(textOf(lineOf(self, "yes", { reply: fenced })), /┌ Ann: see const a = 1;\s/);
	const long = shown(lineOf(self, "yes", { reply: { ...reply, text: "word ".repeat(40) } }), 40);
	assert.equal(long.length, 2);
	assert.match(long[0]!, /…$/);
});

test("An action is one sentence behind a star, with how well the person is known.", () => {
	assert.equal(shown(lineOf(ann, "waves", { isAction: true }))[0], " 12:00                * Ann ● waves");
	assert.equal(shown(lineOf(self, "waves", { isAction: true }))[0], " 12:00                * ada waves ✓");
	const changed = personNamed("mallory", "changed");
	assert.match(textOf(lineOf(changed, "waves", { isAction: true })), /\* mallory KEY CHANGED waves/);
});

test("How far an own line has come is a sign and, where it failed, a word; nothing of it is only a colour.", () => {
	const end = (delivery: Delivery) => shown(lineOf(self, "hi", { delivery }))[0]!.slice(24);
	assert.equal(end({ kind: "sending" }), "hi …");
	assert.equal(end({ kind: "sent" }), "hi ✓");
	assert.equal(end({ kind: "reached", count: 4, of: 5 }), "hi ✓ 4/5");
	assert.equal(end({ kind: "failed" }), "hi ✗ not sent · /retry");
	assert.equal(shown(lineOf(ann, "hi"))[0]!.slice(24), "hi");
});

test("Edited, disappearing and gone lines say so.", () => {
	assert.match(textOf(lineOf(ann, "hi", { isEdited: true })), /hi \(edited\)$/);
	assert.match(textOf(lineOf(ann, "hi", { disappearsAt: noon + 30_000 })), /hi ◷ until 12:00:30$/);
	assert.match(textOf(lineOf(ann, "hi", { disappearsAt: noon + 3_600_000 })), /hi ◷ until 13:00$/);
	assert.match(textOf(lineOf(ann, "hi", { disappearsAt: noon + 86_400_000 })), /hi ◷ until 22 Nov 12:00$/);
	assert.match(textOf(lineOf(ann, "", { gone: "deleted" })), /Ann ● \(deleted\)$/);
	assert.match(textOf(lineOf(ann, "", { gone: "disappeared" })), /Ann ● \(disappeared: its time was over\)$/);
});

test("Reactions stand below, the person's own ones with a word.", () => {
	const reactions: readonly Reaction[] = [
		{ emoji: "👍", people: [self, ann], isMine: true },
		{ emoji: "❤️", people: [ann], isMine: false },
	];
	assert.equal(shown(lineOf(ann, "hi", { reactions }))[1], `${" ".repeat(22)}↳ 👍 2 (you)  ❤️ 1`);
	const many = Array.from({ length: 60 }, () => reactions[1]!);
	assert.match(textOf(lineOf(ann, "hi", { reactions: many }), 40), /and 36 more$/);
});

test("A line that calls the person, and a chosen one, have a sign in the margin.", () => {
	const called = lineOf(ann, "ada?", { mentionsMe: true });
	assert.match(shown(called)[0]!, /^@12:00/);
	assert.match(shown(called, 40)[0]!, /^@12:00/);
	assert.match(shown(called, 80, { selectedId: called.id })[0]!, /^▸12:00/);
	assert.match(rowsOf(called, {}, { theme: noColour, width: 80 })[0]!, /\u001B\[1mada\?/);
});

test("Code keeps its spaces and is cut by columns, behind a bar of its own.", () => {
	const code = lineOf(ann, "see\n```js\nif (a) {\n\treturn b;\n}\n```\nok");
	assert.deepEqual(
		shown(code).map((row) => row.slice(24)),
		["see", "│ if (a) {", "│     return b;", "│ }", "ok"],
	);
	const long = shown(lineOf(ann, `\`\`\`\n${"ab ".repeat(30)}\n\`\`\``), 40);
	assert.equal(long[0], " 12:00 Ann ●");
	assert.equal(long[1], ` │ │ ${"ab ".repeat(11)}ab`);
	assert.equal(textOf(lineOf(ann, "```\nopen")).slice(24), "│ open");
});

test("An unread marker stands above the first unread entry only, and the day above it.", () => {
	const entries = [
		lineOf(ann, "one"),
		lineOf(ann, "two", { at: noon + 86_400_000 }),
		lineOf(ann, "three", { at: noon + 86_400_000 }),
	];
	const timeline = { length: 3, at: (index: number) => entries[index] };
	const source = createRowCache().source(timeline, { theme, width: 80 }, { unreadFromIndex: 1 });
	assert.deepEqual(plain(source.rowsAt(1)).slice(0, 2), [
		" ── Saturday, 22 November 2025 ──",
		" ── new since you looked ──",
	]);
	assert.equal(source.rowsAt(0).length, 1);
	assert.equal(source.rowsAt(2).length, 1);
});

test("Marks make only the rows anew that they touch.", () => {
	const entries = [lineOf(ann, "needle"), lineOf(ann, "hay"), lineOf(ann, "straw")];
	const timeline = { length: 3, at: (index: number) => entries[index] };
	const look: RowLook = { theme, width: 80 };
	const cache = createRowCache();
	const rowsWith = (marks: RowMarks) => [0, 1, 2].map((index) => cache.source(timeline, look, marks).rowsAt(index));
	const bare = rowsWith({});
	const touched = (marks: RowMarks) => {
		const rows = rowsWith(marks);
		const changed = rows.map((one, index) => one !== bare[index]);
		// Back to where it was, for the next question.
		bare.splice(0, 3, ...rowsWith({}));
		return changed;
	};
	assert.deepEqual(touched({ term: "needle" }), [true, false, false]);
	assert.deepEqual(touched({ selectedId: entries[1]!.id }), [false, true, false]);
	assert.deepEqual(touched({ unreadFromIndex: 2 }), [false, false, true]);
	assert.deepEqual(touched({}), [false, false, false]);
});
