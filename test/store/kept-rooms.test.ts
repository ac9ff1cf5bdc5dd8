// What is kept of rooms: sealed, bound to its place, bounded, and gone when it is forgotten.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Vault } from "../../src/crypto/vault/vault.ts";
import { openMemoryStore } from "../../src/store/db.ts";
import { keptRoomsIn } from "../../src/store/kept-rooms.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);

function twoRooms() {
	const store = openMemoryStore();
	const rooms = keptRoomsIn(store, new Vault(randomBytes(32)));
	const [one, other] = [
		rooms.add("one", bytes("record 1"), bytes("state 1")),
		rooms.add("other", bytes("2"), bytes("2")),
	];
	return { store, rooms, one, other };
}

test("Each value is read in its own place only: one that was moved, altered or sealed under another vault is not", () => {
	const { store, one } = twoRooms();
	assert.deepEqual([text(one.record()), text(one.state())], ["record 1", "state 1"]);
	store.database.exec(
		"UPDATE kept_rooms SET record = (SELECT record FROM kept_rooms WHERE room = 'other') WHERE room = 'one'",
	);
	assert.equal(one.record(), undefined);
	store.database.exec("UPDATE kept_rooms SET state = record");
	assert.equal(one.state(), undefined);
	const foreign = keptRoomsIn(store, new Vault(randomBytes(32)));
	assert.equal(foreign.rows("other").record(), undefined);
});

test("Messages of the log can't be put in each other's place, and a page holds at least one and no more than asked for", () => {
	const { store, one } = twoRooms();
	for (let seq = 1; seq <= 5; seq++) one.addMessage({ seq, at: seq, bytes: bytes(`message ${seq}`) });
	assert.deepEqual(
		one.messagesAfter(2, 1).map(({ seq }) => seq),
		[3],
	);
	assert.deepEqual(
		one.messagesAfter(2, 18).map(({ seq }) => seq),
		[3, 4],
	);
	store.database.exec(
		"UPDATE kept_messages SET sealed = (SELECT sealed FROM kept_messages WHERE seq = 5) WHERE seq = 4",
	);
	assert.deepEqual(
		one.messagesAfter(2, 1000).map((row) => text(row.bytes)),
		["message 3", undefined, "message 5"],
	);
});

test("The log lets go of what is too old and of what is too much, from its beginning and without a hole, also when the clock was set back", () => {
	const { one } = twoRooms();
	for (const [index, at] of [10, 50, 20, 60, 70].entries())
		one.addMessage({ seq: index + 1, at, bytes: bytes("12345678") });
	one.trimLog(30, 1000);
	assert.deepEqual(one.logExtent(), { oldest: 4, newest: 5, sizeBytes: 16 });
	one.trimLog(0, 8);
	assert.deepEqual(one.logExtent(), { oldest: 5, newest: 5, sizeBytes: 8 });
});

test("A line that waits to be sent keeps its turn when it changes", () => {
	const { one } = twoRooms();
	for (const id of ["b", "a", "c"]) one.setOutgoing(id, bytes(id));
	one.setOutgoing("b", bytes("b again"));
	assert.deepEqual(
		one.outgoing().map((row) => text(row.bytes)),
		["b again", "a", "c"],
	);
});

test("A room that is forgotten leaves no row behind, and others stay", () => {
	const { store, rooms, one, other } = twoRooms();
	for (const room of [one, other]) {
		room.setPerson("member", "AA", bytes("member"));
		room.setPerson("seat", "AA", bytes("seat"));
		room.addMessage({ seq: 1, at: 1, bytes: bytes("message") });
		room.setOutgoing("id", bytes("waiting"));
	}
	rooms.remove("one");
	for (const table of ["kept_rooms", "kept_people", "kept_messages", "kept_outgoing"]) {
		assert.deepEqual(store.database.prepare(`SELECT DISTINCT room FROM ${table}`).pluck().all(), ["other"], table);
	}
});
