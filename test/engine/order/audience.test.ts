// Who is told what of the order: lines of one moment as one piece, nobody twice, nobody too little, and no piece beyond its bound.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { Audience } from "../../../src/engine/order/audience.ts";
import { Backlog, frameFor } from "../../../src/engine/order/backlog.ts";
import { encodeFrame, frameType } from "../../../src/engine/wire/frame.ts";
import { turns } from "../host/stopped-time.ts";

const ann = "a".repeat(40) as Fingerprint;
const bob = "b".repeat(40) as Fingerprint;
const carol = "c".repeat(40) as Fingerprint;

/** A member who remembers each piece it was told. */
function hears(fingerprint: Fingerprint) {
	const pieces: Uint8Array[] = [];
	return { fingerprint, pieces, deliver: (piece: Uint8Array) => void pieces.push(Buffer.from(piece)) };
}

/** Lines at the next places, each of so many bytes. */
function placesLines(backlog = new Backlog()) {
	let seq = 0;
	return (from: Fingerprint, bytes = 200) => {
		seq += 1;
		const message = Buffer.alloc(bytes, seq);
		return backlog.add({ seq, before: new Uint8Array(32), message, line: { from, number: seq } });
	};
}

test("lines of one moment are told as one piece, to each speaker with the places of their own", async () => {
	const audience = new Audience();
	const places = placesLines();
	const [first, second, third] = [hears(ann), hears(bob), hears(carol)];
	for (const one of [first, second, third]) audience.add(one);
	const items = [places(ann), places(bob), places(ann)];
	for (const item of items) audience.tellSoon(item);
	assert.deepEqual([first.pieces, second.pieces, third.pieces], [[], [], []]);
	await turns(1);
	for (const { fingerprint, pieces } of [first, second, third])
		assert.deepEqual(pieces, [Buffer.concat(items.map((item) => frameFor(item, fingerprint)))], fingerprint);
	audience.tellSoon(places(bob));
	await turns(1);
	assert.equal(third.pieces.length, 2);
});

test("attack: however much is said in one moment, no piece is longer than 32 KB or one line, and all of it comes in its order", async () => {
	const audience = new Audience();
	const places = placesLines();
	const member = hears(carol);
	audience.add(member);
	const items = Array.from({ length: 1_000 }, (_, index) => places(ann, index % 100 === 99 ? 60_000 : 30 + index));
	for (const item of items) audience.tellSoon(item);
	await turns(1);
	const longest = Math.max(...member.pieces.map(({ length }) => length));
	assert.equal(longest, Math.max(...items.map(({ frame }) => frame.length)));
	assert.ok(member.pieces.length < items.length / 2, "most lines are told with others");
	for (const piece of member.pieces)
		assert.ok(piece.length <= 32 * 1024 || items.some(({ frame }) => frame.length === piece.length));
	assert.deepEqual(Buffer.concat(member.pieces), Buffer.concat(items.map(({ frame }) => frame)));
});

test("a newcomer is not told what was placed before, and whoever goes is told what was placed while they were here", async () => {
	const audience = new Audience();
	const places = placesLines();
	const [goes, comes] = [hears(bob), hears(carol)];
	audience.add(goes);
	const before = places(ann);
	audience.tellSoon(before);
	audience.add(comes);
	const between = places(ann);
	audience.tellSoon(between);
	audience.remove(bob);
	const after = places(ann);
	audience.tellSoon(after);
	await turns(1);
	assert.deepEqual(Buffer.concat(goes.pieces), Buffer.concat([before.frame, between.frame]));
	assert.deepEqual(Buffer.concat(comes.pieces), Buffer.concat([between.frame, after.frame]));
});

test("a message for one person alone comes behind everything that was placed before it", async () => {
	const audience = new Audience();
	const member = hears(carol);
	audience.add(member);
	const line = placesLines()(ann);
	audience.tellSoon(line);
	const page = encodeFrame(frameType.page, Buffer.from("a page"));
	audience.tellOne(member, page);
	await turns(1);
	assert.deepEqual(member.pieces, [line.frame, page]);
});

test("a message that nobody has said, such as a commit, is told to everybody alike, and each listener is known by their fingerprint", async () => {
	const audience = new Audience();
	const [first, second] = [hears(ann), hears(bob)];
	for (const one of [first, second]) audience.add(one);
	assert.deepEqual([audience.size, audience.at(bob), audience.at(carol)], [2, second, undefined]);
	const commit = new Backlog().add({ seq: 1, before: new Uint8Array(32), message: Buffer.of(1) });
	audience.tellSoon(commit);
	await turns(1);
	assert.deepEqual([first.pieces, second.pieces], [[commit.frame], [commit.frame]]);
});
