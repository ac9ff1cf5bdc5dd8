// The order of the room: no gaps, no repeats, no reordering, and one transcript for everybody.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
	compareSeen,
	firstHead,
	nextHead,
	type Order,
	place,
	rememberedHeads,
	startOrder,
} from "../../../src/engine/wire/transcript.ts";

const room = randomBytes(32);
const start = () => startOrder(0, firstHead(room));
const someMessages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 2, maxLength: 20 });

/** The order after these messages, each of which must be taken. */
function after(messages: readonly Uint8Array[], from: Order = start()): Order {
	return messages.reduce((order, message) => {
		const placed = place(order, order.seq + 1, message);
		if (placed.kind !== "placed") assert.fail(`${placed.expected} was expected`);
		return placed.order;
	}, from);
}

test("messages in their order are taken, and everybody who took the same has the same transcript", () => {
	fc.assert(
		fc.property(someMessages, (messages) => {
			const order = after(messages);
			assert.equal(order.seq, messages.length);
			assert.deepEqual(order.head, after(messages).head);
			const byHand = messages.reduce<Uint8Array>((head, message, i) => nextHead(head, i + 1, message), firstHead(room));
			assert.deepEqual(order.head, byHand);
		}),
	);
});

test("attack: a place that is skipped, repeated or from the past is refused, and says which one was due", () => {
	fc.assert(
		fc.property(someMessages, fc.integer({ min: -3, max: 25 }), (messages, seq) => {
			const order = after(messages);
			const placed = place(order, seq, messages[0]!);
			if (seq === order.seq + 1) assert.equal(placed.kind, "placed");
			else assert.deepEqual(placed, { kind: "misordered", expected: messages.length + 1 });
		}),
	);
	for (const seq of [Number.NaN, Infinity, -Infinity, 1.5, 2 ** 53, 2 ** 64])
		assert.equal(place(start(), seq, room).kind, "misordered", `${seq}`);
});

test("attack: any other message, any other order and any other room give another transcript", () => {
	fc.assert(
		fc.property(someMessages, fc.nat(), fc.nat(), (messages, at, bit) => {
			const index = at % messages.length;
			const { head } = after(messages);
			const changed = messages.map((message) => Buffer.from(message));
			const target = changed[index]!;
			target[bit % target.length]! ^= 1 << (bit % 8);
			assert.notDeepEqual(after(changed).head, head);
			const [first, second, ...rest] = messages;
			if (Buffer.compare(first!, second!) !== 0) assert.notDeepEqual(after([second!, first!, ...rest]).head, head);
			assert.notDeepEqual(after(messages.slice(1)).head, head);
			assert.notDeepEqual(after(messages, startOrder(0, firstHead(randomBytes(32)))).head, head);
		}),
	);
});

test("attack: two messages cannot be passed off as one, nor one as two", () => {
	const [a, b] = [Buffer.from("first"), Buffer.from("second")];
	assert.notDeepEqual(after([a, b]).head.toString(), after([Buffer.concat([a, b])]).head.toString());
});

test("the head that a sender has seen is compared with ours: same, different, or from before our time", () => {
	fc.assert(
		fc.property(someMessages, fc.nat(), fc.nat(), (messages, at, joinedAt) => {
			const theirs = messages.map((_, i) => after(messages.slice(0, i)));
			const seen = theirs[at % theirs.length]!;
			assert.equal(compareSeen(after(messages), messages.length + 1, seen), "same");
			const other = { seq: seen.seq, head: randomBytes(32) };
			assert.equal(compareSeen(after(messages), messages.length + 1, other), "different");
			// A newcomer knows nothing from before.
			const joined = theirs[joinedAt % theirs.length]!;
			const newcomer = after(messages.slice(joined.seq), startOrder(joined.seq, joined.head));
			const verdict = compareSeen(newcomer, messages.length + 1, seen);
			assert.equal(verdict, seen.seq < joined.seq ? "unknown" : "same");
		}),
	);
});

test("attack: a line whose sender claims to have seen itself or what comes after it is different, not unknown", () => {
	const order = after([room, room, room]);
	for (const seq of [3, 4, 1_000_000])
		assert.equal(compareSeen(order, 3, { seq, head: order.head }), "different", `${seq}`);
});

test("only so many transcripts are remembered, however long the room lasts", () => {
	let order = start();
	for (let i = 0; i < 3 * rememberedHeads; i++) order = after([room], order);
	assert.ok(order.heads.size <= rememberedHeads);
	assert.equal(compareSeen(order, order.seq + 1, { seq: order.seq, head: order.head }), "same");
	assert.equal(compareSeen(order, order.seq + 1, { seq: order.seq - rememberedHeads, head: room }), "unknown");
	assert.equal(compareSeen(order, order.seq + 1, { seq: order.seq - rememberedHeads + 1, head: room }), "different");
});
