// Searching what was said: what is found, and that a search is whole however it is cut into slices and whatever happens meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RoomTimeline } from "../../../src/engine/room/timeline.ts";
import { folded, rangesOf } from "../../../src/ui/text/case-folding.ts";
import { graphemesOf } from "../../../src/ui/text/width.ts";
import { freshProgress, isMatch, nextMatch, type Query, queryOf, searchOn } from "../../../src/ui/timeline/search.ts";
import { lineFrom, noon, personNamed, self } from "../../support/views/fake-engine.ts";

const grace = personNamed("grace");
const query = (typed: string): Query => {
	const found = queryOf(typed);
	assert.ok(found, typed);
	return found;
};
const found = (text: string, typed: string): readonly string[] =>
	rangesOf(text, query(typed).words).map(({ start, end }) => text.slice(start, end));

test("Case and accents make no difference; other marks do.", () => {
	assert.deepEqual(found("Le Café, le CAFE\u0301 et le cafe.", "café"), ["Café", "CAFE\u0301", "cafe"]);
	assert.deepEqual(found("Straße, STRASSE", "strasse"), ["Straße", "STRASSE"]);
	assert.deepEqual(found("ΟΔΟΣ οδός", "οδοσ"), ["ΟΔΟΣ", "οδός"]);
	assert.deepEqual(found("ﬁne", "fine"), ["ﬁne"]);
	assert.deepEqual(found("שָׁלוֹם", "שלום"), ["שָׁלוֹם"]);
	assert.deepEqual(found("か", "が"), []);
	assert.deepEqual(found("का", "कि"), []);
	assert.deepEqual(found("İstanbul", "istanbul"), ["İstanbul"]);
});

test("Only whole graphemes are found: no half emoji, no half letter.", () => {
	assert.deepEqual(found("👩‍👩‍👧 👩", "👩"), ["👩"]);
	assert.deepEqual(found("🇬🇷🇬🇧", "🇬🇧"), ["🇬🇧"]);
	assert.deepEqual(found("ß s", "s"), ["s"]);
	assert.deepEqual(found("한국 하", "하"), ["하"]);
	assert.deepEqual(found("❤️ ❤", "❤"), ["❤️", "❤"]);
});

test("Matches are whole graphemes that fold to what was looked for, in order and apart.", () => {
	const letters = fc.string({
		unit: fc.constantFrom("a", "A", "á", "a\u0301", "b", "ß", "👩‍👧", "\u0301", "漢", " "),
		maxLength: 40,
	});
	fc.assert(
		fc.property(letters, letters, (text, words) => {
			const wanted = folded(words);
			let before = 0;
			for (const { start, end } of rangesOf(text, wanted)) {
				assert.ok(start >= before && end > start);
				before = end;
				const parts = graphemesOf(text);
				const boundaries = new Set(parts.map((_, count) => parts.slice(0, count).join("").length)).add(text.length);
				assert.ok(boundaries.has(start) && boundaries.has(end), `${start}–${end} of ${text}`);
				assert.equal(
					graphemesOf(text.slice(start, end))
						.map((part) => folded(part) || part)
						.join(""),
					wanted,
				);
			}
		}),
	);
});

test("A word of one's own text is found in it, whatever the writing.", () => {
	fc.assert(
		fc.property(
			fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }),
			fc.nat(),
			fc.nat(),
			(text, from, length) => {
				const parts = graphemesOf(text);
				const start = from % parts.length;
				const piece = parts.slice(start, start + 1 + (length % 5)).join("");
				// A piece whose graphemes join or fold otherwise when it stands alone is another text.
				const keys = (whole: string) =>
					graphemesOf(whole)
						.map((part) => folded(part) || part)
						.join("");
				fc.pre(keys(piece) === folded(piece) && piece === piece.trim() && folded(text) === keys(text));
				fc.pre(graphemesOf(piece).length === Math.min(1 + (length % 5), parts.length - start));
				assert.ok(rangesOf(text, folded(piece)).length > 0, JSON.stringify([text, piece]));
			},
		),
	);
});

test("from: finds what somebody said, alone or with words; joins are found by the name, what is gone is not found.", () => {
	const said = lineFrom({ ...grace, name: "Grâce Hopper" }, "Ship it");
	assert.ok(isMatch(said, query("from:grace")));
	assert.ok(isMatch(said, query("ship from:GRA it")));
	assert.ok(isMatch(said, query('from:"grace hop" ship')));
	assert.ok(!isMatch(said, query("from:ada ship")));
	assert.ok(!isMatch(said, query("grace")));
	const join = { kind: "joined", id: "j", at: noon, person: grace } as const;
	assert.ok(isMatch(join, query("grac")));
	assert.ok(!isMatch(join, query("from:grac")));
	assert.ok(
		isMatch(
			{ kind: "notice", id: "n", at: noon, tone: "info", notice: { code: "linesMissed", count: 2 } },
			query("lines"),
		),
	);
	assert.ok(!isMatch({ ...said, text: "", gone: "deleted" } as typeof said, query("from:grace")));
	for (const nothing of ["", "   ", "from:", 'from:""']) assert.equal(queryOf(nothing), undefined);
});

test("attack: a text of nothing but what almost fits does not make the search slow", () => {
	const texts = ["a".repeat(16_000), "é".repeat(16_000), "e\u0301\u0301".repeat(5_000), "👩‍".repeat(5_000)];
	for (const text of texts) assert.deepEqual(rangesOf(text, query(`${"a".repeat(299)}b`).words), []);
	assert.equal(rangesOf(texts[1]!, "e").length, 1_000);
});

const everySecond = (answers: boolean) => {
	let isIn = answers;
	return () => {
		isIn = !isIn;
		return isIn;
	};
};

const needle = query("needle");

test("A search cut into slices finds the same as in one go, newest first, while lines come, wait, get their place and are let go.", () => {
	const step = fc.oneof(fc.constantFrom("needle", "hay", "wait", "place"), fc.constant("search"));
	fc.assert(
		fc.property(fc.array(fc.boolean(), { maxLength: 400 }), fc.array(step, { maxLength: 60 }), (start, steps) => {
			const timeline = new RoomTimeline();
			const add = (text: string) => timeline.add(lineFrom(grace, text));
			for (const isNeedle of start) add(isNeedle ? "a Needle" : "hay");
			let progress = freshProgress;
			for (const one of steps) {
				if (one === "search") progress = searchOn(progress, timeline, needle, everySecond(true));
				else if (one === "wait") {
					const own = lineFrom(self, "my needle", { delivery: "sending" });
					if (own.kind === "line") timeline.addWaiting(own);
				} else if (one === "place") {
					const [first] = timeline.waiting();
					if (first !== undefined) timeline.placeWaiting(first.id);
				} else add(one);
			}
			do progress = searchOn(progress, timeline, needle, everySecond(true));
			while (!progress.isDone);
			const expected: string[] = [];
			for (let index = timeline.length - timeline.waiting().length - 1; index >= 0; index--) {
				const entry = timeline.at(index)!;
				if (isMatch(entry, needle)) expected.push(entry.id);
			}
			assert.deepEqual(progress.found, expected);
		}),
	);
});

test("Entries let go between two slices are neither found twice nor do they stop the search.", () => {
	const timeline = new RoomTimeline();
	for (let index = 0; index < 200_000; index++) timeline.add(lineFrom(grace, index % 1000 === 0 ? "needle" : "hay"));
	const once = searchOn(freshProgress, timeline, needle, () => false);
	assert.ok(!once.isDone);
	timeline.add(lineFrom(grace, "needle"));
	assert.ok(timeline.length < 200_000, "the oldest were let go");
	const whole = searchOn(once, timeline, needle, () => true);
	assert.ok(whole.isDone);
	assert.equal(new Set(whole.found).size, whole.found.length);
	assert.equal(whole.found.length, 181);
});

test("A slice looks at no more than it has time for.", () => {
	let looks = 0;
	const timeline = {
		length: 1_000_000,
		at: (index: number) => {
			looks++;
			return { ...lineFrom(grace, "hay"), id: `${index}` };
		},
		indexOf: Number,
	};
	let progress = searchOn(freshProgress, timeline, needle, () => false);
	assert.ok(looks < 200, `${looks}`);
	looks = 0;
	progress = searchOn(progress, timeline, needle, () => false);
	assert.ok(looks < 200 && !progress.isDone);
});

test("Older and newer matches follow each other and end at both ends; what has gone since is passed over.", () => {
	const timeline = new RoomTimeline();
	const lines = ["needle 1", "hay", "needle 2", "needle 3"].map((text) => lineFrom(grace, text));
	for (const line of lines) timeline.add(line);
	const progress = searchOn(freshProgress, timeline, needle, () => true);
	const go = (from: string | undefined, step: 1 | -1) => nextMatch(progress, timeline, needle, from, step);
	const [first, , second, third] = lines.map(({ id }) => id);
	assert.equal(go(undefined, 1), third);
	assert.equal(go(third, 1), second);
	assert.equal(go(first, 1), first);
	assert.equal(go(third, -1), third);
	const gone = lines[2]!;
	if (gone.kind === "line") timeline.replace({ ...gone, text: "", gone: "deleted" });
	assert.equal(go(third, 1), first);
	assert.equal(go(first, -1), third);
});
