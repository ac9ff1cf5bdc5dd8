// Every kind of content: read as it was said, refused when anything about it is wrong, never a throw; and what follows from time alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Disappearing } from "../../../src/engine/room/disappearing.ts";
import { Receipts } from "../../../src/engine/room/receipts.ts";
import { OwnTyping, TypingBoard, typingForgottenAfterMs } from "../../../src/engine/room/typing.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { decodeContent, encodeContent, isQuiet } from "../../../src/engine/wire/content.ts";
import {
	type Body,
	type ContentKind,
	contentFields,
	maxDisappearSeconds,
	maxEmojiBytes,
	maxFeedNoteBytes,
	maxFolderFiles,
	maxHistoryDays,
	maxKeptDays,
	maxKeptMegabytes,
	maxLetterBytes,
	maxPlaceBytes,
	maxQuestionBytes,
	maxQuoteBytes,
	maxRoomNameBytes,
	maxTextBytes,
	maxWayBytes,
	mostFeedNotes,
} from "../../../src/engine/wire/content-kinds.ts";

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const fingerprint = fc.oneof(bytes(20), bytes(32));
const text = fc.string({ unit: "grapheme", maxLength: 30 });
const reference = fc.record({ by: fingerprint, id: bytes(16) });
const step = fc.oneof(
	fc.record({ step: fc.constant("ask" as const), share: bytes(32), question: text }),
	fc.record({ step: fc.constant("answer" as const), share: bytes(32) }),
	fc.record({ step: fc.constant("confirm" as const), tag: bytes(64) }),
	fc.record({ step: fc.constant("finish" as const), tag: bytes(64) }),
	fc.record({ step: fc.constant("end" as const), reason: fc.constantFrom("declined", "mismatched", "busy" as const) }),
);
const folder = fc.record({ files: fc.integer({ min: 1, max: 20_000 }), list: fc.integer({ min: 1, max: 1_000_000 }) });
/** By kind, so that no kind can be forgotten. */
const fields: { readonly [Kind in ContentKind]: fc.Arbitrary<object> } = {
	text: fc.oneof(fc.record({ text }), fc.record({ text, reply: fc.record({ of: reference, quote: text }) })),
	action: fc.record({ text }),
	edit: fc.record({ of: bytes(16), text }),
	delete: fc.record({ of: bytes(16) }),
	react: fc.record({ of: reference, emoji: fc.constantFrom("👍", "❤️", ""), on: fc.boolean() }),
	typing: fc.record({ on: fc.boolean() }),
	receipt: fc.constant({}),
	disappear: fc.record({ seconds: fc.nat({ max: maxDisappearSeconds }) }),
	keep: fc.record(
		{
			name: fc.string({ maxLength: 30 }),
			days: fc.integer({ min: 1, max: 365 }),
			megabytes: fc.integer({ min: 1, max: 1024 }),
			history: fc.boolean(),
			historyDays: fc.integer({ min: 1, max: 3_650 }),
		},
		{ requiredKeys: ["name", "days", "megabytes", "history"] },
	),
	place: fc.record({ of: fingerprint, label: text }),
	file: fc
		.record({ name: text, size: fc.nat(), root: bytes(32), key: bytes(32), folder: fc.option(folder) })
		.map(({ folder: of, ...file }) => (of === null ? file : { ...file, folder: of })),
	"quiet-file-wanted": fc.record({ of: reference }),
	"quiet-file": fc.record({ of: reference, what: fc.constantFrom("got", "declined", "withdrawn") }),
	"quiet-lend": fc.record({ file: bytes(16), root: bytes(32), blocks: fc.nat(2 ** 26), listBlocks: fc.nat(256) }),
	verify: fc.record({ to: fingerprint, run: bytes(16), what: step }),
	"quiet-browsers": fc.record({ of: fc.array(fingerprint, { maxLength: 3 }) }),
	"quiet-way": fc.record({ invite: text }),
	"quiet-posts": fc.record({
		notes: fc.array(fc.record({ feed: bytes(16), sealed: fc.uint8Array({ minLength: 1, maxLength: 99 }) }), {
			minLength: 1,
			maxLength: 3,
		}),
	}),
	"quiet-letter": fc.record({ to: fingerprint, sealed: fc.uint8Array({ minLength: 1, maxLength: 99 }) }),
};
const body = fc.oneof(...Object.entries(fields).map(([kind, rest]) => rest.map((more) => ({ kind, ...more }) as Body)));
const common = fc.record({
	id: bytes(16),
	at: fc.maxSafeNat(),
	seen: fc.record({ seq: fc.maxSafeNat(), head: bytes(32) }),
});

test("every kind is read as it was said", () => {
	fc.assert(
		fc.property(common, body, (who, said) => {
			const decoded = decodeContent(encodeContent(who, said));
			assert.ok(decoded.kind === "value", decoded.kind === "refused" ? decoded.detail : "");
			assert.deepEqual(decoded.value, structuredClone({ ...said, ...who }));
		}),
	);
});

test("a changed byte, a field too many or too few is refused or read as another content, and never throws", () => {
	fc.assert(
		fc.property(common, body, fc.nat(), fc.integer({ min: 1, max: 255 }), (who, said, place, flip) => {
			const encoded = Uint8Array.from(encodeContent(who, said));
			encoded[place % encoded.length]! ^= flip;
			const decoded = decodeContent(encoded);
			// Whatever is accepted has one encoding only: no two spellings of one content.
			if (decoded.kind === "value" && decoded.value.kind !== "unknown") {
				const { id, at, seen, ...rest } = decoded.value;
				assert.deepEqual(Uint8Array.from(encodeContent({ id, at, seen }, rest)), encoded);
			}
			assert.equal(decodeContent(encodeBody({ v: 1, ...who, ...said, more: 1 })).kind, "refused");
			for (const missing of Object.keys(contentFields[said.kind])) {
				if (["reply", "historyDays", "folder"].includes(missing)) continue;
				const { [missing as keyof Body]: _, ...less } = said;
				assert.equal(decodeContent(encodeBody({ v: 1, ...who, ...less })).kind, "refused", missing);
			}
		}),
	);
});

test("content that is longer or larger than the protocol allows is refused", () => {
	const who = { id: new Uint8Array(16), at: 0, seen: { seq: 0, head: new Uint8Array(32) } };
	const of = { by: new Uint8Array(20), id: new Uint8Array(16) };
	const refused: readonly Body[] = [
		{ kind: "text", text: "x", reply: { of, quote: "x".repeat(maxQuoteBytes + 1) } },
		{ kind: "text", text: "x", reply: { of: { ...of, by: new Uint8Array(21) }, quote: "x" } },
		{ kind: "react", of, emoji: "x".repeat(maxEmojiBytes + 1), on: true },
		{ kind: "disappear", seconds: maxDisappearSeconds + 1 },
		{ kind: "disappear", seconds: -1 },
		{ kind: "disappear", seconds: 1.5 },
		{ kind: "edit", of: new Uint8Array(15), text: "x" },
		{
			kind: "verify",
			to: new Uint8Array(20),
			run: new Uint8Array(16),
			what: { step: "answer", share: new Uint8Array(33) },
		},
	];
	for (const one of refused) assert.equal(decodeContent(encodeContent(who, one)).kind, "refused", JSON.stringify(one));
});

const bytes32 = new Uint8Array(32);
const without = (object: object, key: string): object =>
	Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
const someone = new Uint8Array(20);
const line = { by: someone, id: new Uint8Array(16) };
const kept = { kind: "keep", name: "x", days: 1, megabytes: 1, history: true, historyDays: 1 } as const;
const file = { kind: "file", name: "x", size: 0, root: new Uint8Array(32), key: new Uint8Array(32) } as const;
const verify = { kind: "verify", to: someone, run: new Uint8Array(16) } as const;
const note = { feed: new Uint8Array(16), sealed: new Uint8Array(1) };
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

/** For each limit the content that just reaches it, with one more or one less of what is counted. */
const limits: readonly (readonly [name: string, most: number, of: (amount: number) => Body, least?: number])[] = [
	["text", maxTextBytes, (n) => ({ kind: "text", text: "x".repeat(n) })],
	["action", maxTextBytes, (n) => ({ kind: "action", text: "x".repeat(n) })],
	["edit", maxTextBytes, (n) => ({ kind: "edit", of: line.id, text: "x".repeat(n) })],
	["quote", maxQuoteBytes, (n) => ({ kind: "text", text: "x", reply: { of: line, quote: "x".repeat(n) } })],
	["emoji", maxEmojiBytes, (n) => ({ kind: "react", of: line, emoji: "x".repeat(n), on: true })],
	["seconds", maxDisappearSeconds, (seconds) => ({ kind: "disappear", seconds }), 0],
	["room name", maxRoomNameBytes, (n) => ({ ...kept, name: "x".repeat(n) })],
	["days", maxKeptDays, (days) => ({ ...kept, days }), 1],
	["megabytes", maxKeptMegabytes, (megabytes) => ({ ...kept, megabytes }), 1],
	["days of history", maxHistoryDays, (historyDays) => ({ ...kept, historyDays }), 1],
	["place", maxPlaceBytes, (n) => ({ kind: "place", of: someone, label: "x".repeat(n) })],
	["file name", 255, (n) => ({ ...file, name: "x".repeat(n) })],
	["file size", 2 ** 42, (size) => ({ ...file, size }), 0],
	["files in a folder", maxFolderFiles, (files) => ({ ...file, folder: { files, list: 1 } }), 1],
	["list of a folder", 16 * 1024 * 1024, (list) => ({ ...file, folder: { files: 1, list } }), 1],
	["root of a file", 32, (n) => ({ ...file, root: new Uint8Array(n) }), 32],
	["key of a file", 32, (n) => ({ ...file, key: new Uint8Array(n) }), 32],
	["fingerprint of a v6 key", 32, (n) => ({ kind: "place", of: new Uint8Array(n), label: "x" }), 32],
	["fingerprint of a v4 key", 20, (n) => ({ kind: "place", of: new Uint8Array(n), label: "x" }), 20],
	["id of a line", 16, (n) => ({ kind: "delete", of: new Uint8Array(n) }), 16],
	["run", 16, (n) => ({ ...verify, run: new Uint8Array(n), what: { step: "end", reason: "busy" } }), 16],
	[
		"question",
		maxQuestionBytes,
		(n) => ({ ...verify, what: { step: "ask", share: bytes32, question: "x".repeat(n) } }),
	],
	["asking share", 32, (n) => ({ ...verify, what: { step: "ask", share: new Uint8Array(n), question: "" } }), 32],
	["answering share", 32, (n) => ({ ...verify, what: { step: "answer", share: new Uint8Array(n) } }), 32],
	["confirming tag", 64, (n) => ({ ...verify, what: { step: "confirm", tag: new Uint8Array(n) } }), 64],
	["finishing tag", 64, (n) => ({ ...verify, what: { step: "finish", tag: new Uint8Array(n) } }), 64],
	["people with browsers", 200, (n) => ({ kind: "quiet-browsers", of: times(n, someone) })],
	["way", maxWayBytes, (n) => ({ kind: "quiet-way", invite: "x".repeat(n) })],
	["letter", maxLetterBytes, (n) => ({ kind: "quiet-letter", to: someone, sealed: new Uint8Array(n) }), 1],
	["notes", mostFeedNotes, (n) => ({ kind: "quiet-posts", notes: times(n, note) }), 1],
	["note", maxFeedNoteBytes, (n) => ({ kind: "quiet-posts", notes: [{ ...note, sealed: new Uint8Array(n) }] }), 1],
	["name of a feed", 16, (n) => ({ kind: "quiet-posts", notes: [{ ...note, feed: new Uint8Array(n) }] }), 16],
];

test("each amount is taken as far as its limit and not one further", () => {
	const who = { id: new Uint8Array(16), at: 0, seen: { seq: 0, head: new Uint8Array(32) } };
	for (const [name, most, of, least = 0] of limits) {
		const kindOf = (amount: number) => decodeContent(encodeContent(who, of(amount))).kind;
		assert.equal(kindOf(most), "value", `${name}: ${most}`);
		assert.equal(kindOf(most + 1), "refused", `${name}: ${most + 1}`);
		assert.equal(kindOf(least), "value", `${name}: ${least}`);
		if (least > 0) assert.equal(kindOf(least - 1), "refused", `${name}: ${least - 1}`);
	}
});

test("content of another form is refused: another version, an id, a time or a place that is none, and unknown choices", () => {
	const who = { id: new Uint8Array(16), at: 0, seen: { seq: 0, head: new Uint8Array(32) } };
	const said = { v: 1, ...who, kind: "typing", on: true };
	assert.equal(decodeContent(encodeBody(said)).kind, "value");
	const quietFile = { ...said, kind: "quiet-file", of: line, on: undefined };
	for (const wrong of [
		{ ...said, v: 2 },
		{ ...said, id: new Uint8Array(15) },
		{ ...said, at: -1 },
		{ ...said, seen: { seq: -1, head: bytes32 } },
		{ ...said, seen: { seq: 0, head: new Uint8Array(33) } },
		{ ...said, seen: { seq: 0, head: bytes32, more: 1 } },
		{ ...said, on: 1 },
		{ ...said, kind: "x".repeat(65) },
		{ ...without(quietFile, "on"), what: "eaten" },
		{ ...without(quietFile, "on"), of: { ...line, more: 1 }, what: "got" },
		{ ...without(said, "on"), ...verify, what: { step: "end", reason: "tired" } },
		{ ...without(said, "on"), ...verify, what: { step: "end", reason: "busy", more: 1 } },
		{ ...without(said, "on"), ...file, folder: { files: 1, list: 1, more: 1 } },
		{ ...without(said, "on"), kind: "quiet-posts", notes: [{ ...note, more: 1 }] },
	])
		assert.equal(decodeContent(encodeBody(wrong)).kind, "refused", JSON.stringify(wrong));
	for (const what of ["got", "declined", "leftOut", "withdrawn", "changed", "unreadable"])
		assert.equal(decodeContent(encodeBody({ ...without(quietFile, "on"), what })).kind, "value", what);
});

test("a kind of a newer version is told by its name, and only those that begin with quiet- say nothing", () => {
	const who = { id: new Uint8Array(16), at: 5, seen: { seq: 2, head: bytes32 } };
	const newer = decodeContent(encodeBody({ v: 1, ...who, kind: "poll", options: ["a"] }));
	assert.deepEqual(newer, { kind: "value", value: { kind: "unknown", ...who, name: "poll" } });
	// A name that every object has is no known kind.
	const inherited = decodeContent(encodeBody({ v: 1, ...who, kind: "constructor" }));
	assert.equal(inherited.kind === "value" && inherited.value.kind, "unknown");
	assert.deepEqual([isQuiet("quiet-poll"), isQuiet("poll"), isQuiet("un-quiet-")], [true, false, false]);
});

test("lines fall due each in its time, whatever times are chosen between", (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 5 })), { maxLength: 60 }), (added) => {
			let now = 0;
			const gone: string[] = [];
			const disappearing = new Disappearing(
				() => now,
				(ids) => gone.push(...ids),
			);
			const due = added.map(([wait, seconds], index) => {
				for (let passed = 0; passed < wait; passed++) {
					now += 1000;
					t.mock.timers.tick(1000);
				}
				return { id: `${index}`, at: now + disappearing.add(`${index}`, seconds) };
			});
			assert.deepEqual(new Set(gone), new Set(due.flatMap(({ id, at }) => (at <= now ? [id] : []))));
			for (let passed = 0; passed < 6; passed++) {
				now += 1000;
				t.mock.timers.tick(1000);
			}
			assert.equal(gone.length, due.length);
			assert.equal(new Set(gone).size, due.length);
		}),
		{ numRuns: 50 },
	);
});

test("a receipt follows a line unless something else has told it, and is seldom in a big room", (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	let now = 0;
	let told = 0;
	let toldSeq = 0;
	let people = 2;
	const receipts = new Receipts({
		toldSeq: () => toldSeq,
		tell: () => (told += 1),
		people: () => people,
		uptime: () => now,
		random: () => 1,
	});
	const pass = (ms: number) => {
		now += ms;
		t.mock.timers.tick(ms);
	};
	receipts.heard(5);
	pass(1000);
	assert.equal(told, 1);
	for (let seq = 6; seq < 100; seq++) {
		receipts.heard(seq);
		pass(100);
	}
	assert.ok(told >= 4 && told <= 6, `${told} in ten seconds`);
	pass(5000);
	const before = told;
	receipts.heard(100);
	toldSeq = 100;
	pass(5000);
	assert.equal(told, before, "what was said meanwhile told it already");
	people = 200;
	receipts.heard(101);
	pass(10_000);
	const inBigRoom = told;
	receipts.heard(102);
	pass(10_000);
	assert.equal(told, inBigRoom);
	receipts.stop();
});

test("typing is told seldom, forgotten in time, and over with a line", (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const own = new OwnTyping();
	const told = Array.from({ length: 100 }, (_, key) => own.change(true, key * 100)).filter((news) => news === "start");
	assert.equal(told.length, 3);
	assert.equal(own.change(false, 10_000), "stop");
	assert.equal(own.change(false, 10_001), undefined);
	own.change(true, 20_000);
	own.said();
	assert.equal(own.change(false, 20_001), undefined);
	const stopped: string[] = [];
	const board = new TypingBoard<string>((who) => stopped.push(who));
	assert.deepEqual([board.set("Ann", true), board.set("Ann", true), board.set("Bob", false)], [true, false, false]);
	t.mock.timers.tick(typingForgottenAfterMs - 1);
	assert.deepEqual(board.typing(), ["Ann"]);
	t.mock.timers.tick(1);
	assert.deepEqual([board.typing(), stopped], [[], ["Ann"]]);
});
