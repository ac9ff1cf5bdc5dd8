// Lines and what becomes of them: everybody comes to the same, nobody changes what is another's, and it costs the same at any length.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import type { Event } from "../../../src/engine/api/events.ts";
import type { Notice } from "../../../src/engine/api/notices.ts";
import { Reach } from "../../../src/engine/room/delivery-counts.ts";
import { contentIdOf, maxRequoted } from "../../../src/engine/room/lines.ts";
import { maxReactions, maxReactionsOfOne } from "../../../src/engine/room/reactions.ts";
import { Talk } from "../../../src/engine/room/talk.ts";
import { maxEntries, RoomTimeline } from "../../../src/engine/room/timeline.ts";
import { isOneEmoji } from "../../../src/engine/text/emoji.ts";
import { mentions } from "../../../src/engine/text/mention.ts";
import { decodeContent, encodeContent } from "../../../src/engine/wire/content.ts";
import type { Body } from "../../../src/engine/wire/content-kinds.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

const names = ["Ann", "Bob", "Cid"];
const people = names.map((name) => personNamed(name));
const keyOf = (index: number) => new Uint8Array(Buffer.from(people[index]!.fingerprint, "hex"));
const seen = { seq: 0, head: new Uint8Array(32) };

/** One member's side: hears everything of the others, and its own when it has its place. */
class Side {
	readonly events: Event[] = [];
	readonly notices: Notice[] = [];
	readonly talk: Talk;
	readonly #self: number;
	#seq = 0;

	constructor(self: number) {
		this.#self = self;
		const here = people.map((person, index) => ({ ...person, isSelf: index === self, isHost: index === 0 }));
		this.talk = new Talk({
			self: people[self]!.fingerprint,
			host: people[0]!.fingerprint,
			person: (fingerprint) => here.find((one) => one.fingerprint === fingerprint),
			people: () => here,
			now: () => 1000,
			uptime: () => 0,
			emit: (event) => this.events.push(event),
			notice: (notice) => this.notices.push(notice),
			changed: () => {},
		});
	}

	/** `id` is a small number that stands for the author's id. */
	take(by: number, id: number, body: Body): void {
		this.#seq += 1;
		const hex = id.toString(16).padStart(32, "0");
		const isLine = body.kind === "text" || body.kind === "action";
		if (by !== this.#self) {
			const decoded = decodeContent(encodeContent({ id: new Uint8Array(Buffer.from(hex, "hex")), at: 5, seen }, body));
			assert.ok(decoded.kind === "value");
			this.talk.heard({ ...people[by]!, isHost: by === 0 }, decoded.value, this.#seq);
			return;
		}
		if (isLine) this.talk.say(hex, body, 1000);
		this.talk.placed({ id: hex, body, at: 5 }, this.#seq);
	}

	lines(): readonly LineEntry[] {
		const { timeline } = this.talk.lines;
		return Array.from({ length: timeline.length }, (_, index) => timeline.at(index)).filter(
			(entry) => entry?.kind === "line",
		);
	}

	/** Without what differs from one to the other by right. */
	agreed(): readonly object[] {
		return this.lines().map((line) => ({
			by: line.from.name,
			id: contentIdOf(line),
			text: line.text,
			isAction: line.isAction,
			isEdited: line.isEdited,
			gone: line.gone,
			quote: line.reply && [line.reply.name, line.reply.text],
			reactions: line.reactions?.map(({ emoji, people: by }) => [emoji, by.map(({ name }) => name)]),
		}));
	}
}

const idBytes = (id: number) => new Uint8Array(Buffer.from(id.toString(16).padStart(32, "0"), "hex"));
const reference = (by: number, id: number) => ({ by: keyOf(by), id: idBytes(id) });
const person = fc.nat({ max: 2 });
const line = fc.nat({ max: 6 });
const word = fc.constantFrom("hi", "Ann!", "", "x\ty", "bob?");
const anyBody: fc.Arbitrary<Body> = fc.oneof(
	word.map((text) => ({ kind: "text", text }) as const),
	fc
		.tuple(word, person, line)
		.map(([text, by, id]) => ({ kind: "text", text, reply: { of: reference(by, id), quote: "claimed" } }) as const),
	word.map((text) => ({ kind: "action", text }) as const),
	fc.tuple(line, word).map(([id, text]) => ({ kind: "edit", of: idBytes(id), text }) as const),
	line.map((id) => ({ kind: "delete", of: idBytes(id) }) as const),
	fc
		.tuple(person, line, fc.constantFrom("👍", "❤️", "no", "🇩🇪"), fc.boolean())
		.map(([by, id, emoji, on]) => ({ kind: "react", of: reference(by, id), emoji, on }) as const),
	fc.constant({ kind: "receipt" } as const),
);

test("any sequence of lines, answers, edits, deletions and reactions gives every member the same", () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(person, line, anyBody), { maxLength: 40 }), (contents) => {
			const sides = [new Side(0), new Side(1), new Side(2)];
			const used = new Set<string>();
			for (const [by, id, body] of contents) {
				// The room drops a repeated id of one author before it comes here.
				const key = `${by} ${id}`;
				const isLine = body.kind === "text" || body.kind === "action";
				if (isLine && used.has(key)) continue;
				if (isLine) used.add(key);
				for (const side of sides) side.take(by, id, body);
			}
			assert.deepEqual(sides[1]!.agreed(), sides[0]!.agreed());
			assert.deepEqual(sides[2]!.agreed(), sides[0]!.agreed());
			for (const entry of sides[0]!.lines()) if (entry.gone) assert.equal(entry.text, "");
		}),
	);
});

test("nobody changes, deletes or unsays what is another's, and nothing is told of the attempt", () => {
	const side = new Side(0);
	side.take(1, 1, { kind: "text", text: "mine" });
	const before = [...side.events];
	side.take(2, 2, { kind: "edit", of: idBytes(1), text: "yours" });
	side.take(2, 3, { kind: "delete", of: idBytes(1) });
	side.take(1, 4, { kind: "edit", of: idBytes(9), text: "of nothing" });
	side.take(2, 5, { kind: "react", of: reference(2, 1), emoji: "👍", on: true });
	side.take(2, 6, { kind: "react", of: reference(1, 1), emoji: "👍👍", on: true });
	side.take(2, 7, { kind: "react", of: reference(1, 1), emoji: "👍", on: false });
	side.take(1, 8, { kind: "disappear", seconds: 1 });
	assert.deepEqual(side.events, before);
	assert.deepEqual(side.agreed().length, 1);
	assert.equal(side.lines()[0]?.text, "mine");
	assert.deepEqual(side.notices, []);
});

test("a quote shows what was really said, follows edits, and goes with the line; what is not here is marked as a claim", () => {
	const side = new Side(0);
	side.take(1, 1, { kind: "text", text: "I owe you 5" });
	side.take(2, 2, { kind: "text", text: "thanks", reply: { of: reference(1, 1), quote: "I owe you 500" } });
	side.take(2, 3, { kind: "text", text: "and", reply: { of: reference(1, 99), quote: "I owe\nyou 500" } });
	const quotes = () => side.lines().map(({ reply }) => reply && [reply.name, reply.text, reply.isUnchecked]);
	assert.deepEqual(quotes(), [undefined, ["Bob", "I owe you 5", undefined], ["Bob", "I owe you 500", true]]);
	side.take(1, 4, { kind: "edit", of: idBytes(1), text: "I owe you 6" });
	assert.equal(quotes()[1]?.[1], "I owe you 6");
	side.take(1, 5, { kind: "delete", of: idBytes(1) });
	assert.equal(quotes()[1]?.[1], "");
	side.take(1, 6, { kind: "edit", of: idBytes(1), text: "back again" });
	assert.equal(side.lines()[0]?.text, "", "what is gone stays gone");
});

test("reactions are bounded for one person and for one line", () => {
	const emoji = Array.from({ length: 60 }, (_, index) => String.fromCodePoint(0x1f600 + index));
	const side = new Side(0);
	side.take(1, 1, { kind: "text", text: "hi" });
	for (const one of emoji) side.take(2, 2, { kind: "react", of: reference(1, 1), emoji: one, on: true });
	assert.equal(side.lines()[0]?.reactions?.length, maxReactionsOfOne);
	assert.ok(maxReactions < emoji.length);
	side.take(0, 3, { kind: "react", of: reference(1, 1), emoji: "😀", on: true });
	assert.deepEqual(
		side.lines()[0]?.reactions?.[0]?.people.map(({ name }) => name),
		["Cid", "Ann"],
	);
	assert.equal(side.lines()[0]?.reactions?.[0]?.isMine, true);
	side.take(0, 4, { kind: "react", of: reference(1, 1), emoji: "😀", on: false });
	assert.equal(side.lines()[0]?.reactions?.[0]?.isMine, false);
});

test("a reaction is one emoji and nothing else", () => {
	for (const good of ["👍", "👍🏽", "❤️", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]) assert.ok(isOneEmoji(good), good);
	for (const bad of ["", "a", "ok", "👍👍", "👍 ", "1", "\u001b[31m", "é", "👍\u202e", "👍".repeat(30)])
		assert.ok(!isOneEmoji(bad), bad);
});

test("a mention is the whole name, in any case and script, and nothing inside another word", () => {
	for (const [text, name] of [
		["hi Ann", "Ann"],
		["@ann: look", "Ann"],
		["ANN!", "Ann"],
		["straße? STRASSE", "Straße"],
		["привет, ОЛЯ", "Оля"],
		["a.b (x) and more", "A.B (x)"],
		["Zoe\u0308 is here", "Zoë"],
	] as const)
		assert.ok(mentions(text, name), text);
	for (const [text, name] of [
		["Anna", "Ann"],
		["Joann", "Ann"],
		["ann_1", "Ann"],
		["Ann\u0301 is another", "Ann"],
		["Олям", "Оля"],
		["axb", "a.b"],
	] as const)
		assert.ok(!mentions(text, name), text);
});

test("a line said again under its id, since nobody knew whether it had got out, is shown once", () => {
	const side = new Side(0);
	side.take(1, 7, { kind: "text", text: "is anybody there?" });
	side.take(1, 7, { kind: "text", text: "is anybody there?" });
	side.take(2, 7, { kind: "text", text: "ids are each sender's own" });
	assert.deepEqual(
		side.lines().map(({ text }) => text),
		["is anybody there?", "ids are each sender's own"],
	);
	assert.equal(side.events.filter(({ kind }) => kind === "message").length, 2);
});

test("whoever has a line is counted once; whoever leaves without it is not waited for", () => {
	const [ann, bob, cid] = people.map(({ fingerprint }) => fingerprint);
	const reach = new Reach();
	reach.placed("1", 10, [ann!, bob!, cid!]);
	reach.placed("2", 12, [ann!, bob!]);
	assert.deepEqual(reach.seen(ann!, 9), []);
	assert.deepEqual(reach.seen(ann!, 11), [{ id: "1", count: 1, of: 3 }]);
	assert.deepEqual(reach.seen(ann!, 11), []);
	assert.deepEqual(reach.left(cid!), [{ id: "1", count: 1, of: 2 }]);
	assert.deepEqual(reach.seen(bob!, 20), [
		{ id: "1", count: 2, of: 2 },
		{ id: "2", count: 1, of: 2 },
	]);
	assert.deepEqual(reach.left(bob!), []);
	assert.deepEqual(reach.seen(ann!, 20), [{ id: "2", count: 2, of: 2 }]);
});

test("lines are found and replaced by id in a full timeline, and what was let go is forgotten", () => {
	const letGo: string[] = [];
	const timeline = new RoomTimeline(({ id }) => letGo.push(id));
	const entry = (id: number): LineEntry => ({
		kind: "line",
		id: `${id}`,
		at: 0,
		from: people[0]!,
		text: "",
		delivery: { kind: "sent" },
	});
	const all = maxEntries + 5;
	for (let id = 0; id < all; id++) timeline.add(entry(id));
	timeline.addWaiting({ ...entry(all), delivery: { kind: "sending" } });
	assert.equal(timeline.find("0"), undefined);
	assert.equal(letGo[0], "0");
	for (const id of [letGo.length, all - 1, all]) {
		const line = timeline.find(`${id}`)!;
		timeline.replace({ ...line, text: "changed" });
		assert.equal(timeline.at(id - letGo.length)?.id, `${id}`);
		assert.equal(timeline.find(`${id}`)?.text, "changed");
	}
	timeline.replace(entry(0));
	assert.equal(timeline.length, all + 1 - letGo.length);
	assert.equal(timeline.placeWaiting(`${all}`)?.delivery.kind, "sent");
	assert.equal(timeline.find(`${all}`)?.delivery.kind, "sent");
	assert.equal(timeline.waiting().length, 0);
});

test("attack: a line with ever more answers that is edited again and again costs no more work; taken back, it is in no quote", () => {
	const side = new Side(0);
	const of = reference(1, 1);
	side.take(1, 1, { kind: "text", text: "before" });
	const count = 2 * maxRequoted;
	for (let id = 2; id < 2 + count; id++) {
		side.take(1, id, { kind: "text", text: "yes", reply: { of, quote: "before" } });
	}
	const quotes = () => side.lines().flatMap(({ reply }) => (reply === undefined ? [] : [reply.text]));
	assert.equal(quotes().length, count);
	side.take(1, 9_999, { kind: "edit", of: of.id, text: "after" });
	assert.equal(quotes().filter((text) => text === "after").length, maxRequoted);
	assert.equal(quotes().at(-1), "after", "the newest follow");
	side.take(1, 10_000, { kind: "delete", of: of.id });
	assert.deepEqual(new Set(quotes()), new Set([""]));
});

test("a quote of our own is no claim, though the line that it answers is not here any more, as after a restart", () => {
	const side = new Side(0);
	const body = { kind: "text", text: "yes", reply: { of: reference(1, 9), quote: "really?" } } as const;
	side.talk.say("0".repeat(32), body, 1000);
	side.take(2, 1, body);
	assert.deepEqual(
		side.lines().map(({ reply }) => [reply?.text, reply?.isUnchecked]),
		[
			["really?", true],
			["really?", undefined],
		],
	);
});
