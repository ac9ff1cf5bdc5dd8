// Letters and notes of feeds: read as they were written, and only in the room and the form in which they say anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { maxWayBytes } from "../../../src/engine/wire/content-kinds.ts";
import { decodeFeedNote, encodeFeedNote, type FeedNote, feedPartBytes } from "../../../src/engine/wire/feed-note.ts";
import { decodeLetter, encodeLetter, type Letter } from "../../../src/engine/wire/letter.ts";

const room = new Uint8Array(32).fill(1);
const pair = new Uint8Array(32).fill(2);
const bytes = (size: number) => new Uint8Array(size).fill(7);
const proposal = { what: "propose", kind: "buddy", pair, seat: bytes(32), invite: "x", until: 0 } as const;
const letters: readonly Letter[] = [
	proposal,
	{ ...proposal, kind: "offRecord", invite: "x".repeat(maxWayBytes) },
	{ what: "decline", pair },
	{ what: "withdraw", pair },
	{ what: "posts", key: bytes(32), since: 0 },
];

test("each letter is read as it was written", () => {
	for (const letter of letters) {
		const decoded = decodeLetter(room, encodeLetter(room, letter));
		assert.ok(decoded.kind === "value");
		assert.deepEqual(decoded.value, letter);
	}
});

test("attack: a letter of another room, played back by whoever got it there, says nothing", () => {
	for (const letter of letters)
		assert.deepEqual(decodeLetter(room, encodeLetter(pair, letter)), {
			kind: "refused",
			detail: "a letter of another room",
		});
});

test("a letter with a field of another form or a field too many is refused", () => {
	const refused: readonly object[] = [
		{ ...proposal, kind: "other" },
		{ ...proposal, pair: bytes(31) },
		{ ...proposal, seat: bytes(31) },
		{ ...proposal, invite: "x".repeat(maxWayBytes + 1) },
		{ ...proposal, until: -1 },
		{ ...proposal, more: 1 },
		{ what: "decline", pair: bytes(33) },
		{ what: "decline", pair, more: 1 },
		{ what: "withdraw", pair: bytes(33) },
		{ what: "withdraw", pair, more: 1 },
		{ what: "posts", key: bytes(31), since: 0 },
		{ what: "posts", key: bytes(32), since: -1 },
		{ what: "posts", key: bytes(32), since: 0, more: 1 },
		{ what: "other" },
	];
	for (const letter of refused)
		assert.equal(decodeLetter(room, encodeBody({ v: 1, room, letter })).kind, "refused", JSON.stringify(letter));
	assert.equal(decodeLetter(room, encodeBody({ v: 2, room, letter: proposal })).kind, "refused");
	assert.equal(decodeLetter(room, encodeBody({ v: 1, room, letter: proposal, more: 1 })).kind, "refused");
});

test("a note of a feed says which version somebody has, or is a part of one", () => {
	const part: FeedNote = { v: 1, what: "part", rev: 1, left: 7, bytes: bytes(feedPartBytes) };
	const have: FeedNote = { v: 1, what: "have", rev: 0, hash: bytes(0) };
	for (const note of [part, have, { ...have, rev: 3, hash: bytes(32) }, { ...part, left: 0, bytes: bytes(1) }]) {
		const decoded = decodeFeedNote(encodeFeedNote(note));
		assert.ok(decoded.kind === "value");
		assert.deepEqual(decoded.value, note);
	}
	const refused: readonly object[] = [
		{ ...have, v: 2 },
		{ ...have, rev: -1 },
		{ ...have, hash: bytes(33) },
		{ ...have, more: 1 },
		{ ...part, v: 2 },
		{ ...part, rev: 0 },
		{ ...part, left: 8 },
		{ ...part, left: -1 },
		{ ...part, bytes: bytes(0) },
		{ ...part, bytes: bytes(feedPartBytes + 1) },
		{ ...part, more: 1 },
		{ v: 1, what: "other", rev: 1 },
	];
	for (const note of refused) assert.equal(decodeFeedNote(encodeBody(note)).kind, "refused", JSON.stringify(note));
});
