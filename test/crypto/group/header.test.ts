// The sequencer reads only headers: they must say what the message is, and cost nothing to read.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { messageKind } from "../../../src/crypto/group/header.ts";
import { done, encrypt, host, invite, makeMember, makePerson, makeRoom } from "../../support/rooms/group-room.ts";

const room = await makeRoom("Hanna", "Bob");
const line = await encrypt(host(room), "hello");
const carol = await makeMember(await makePerson("Carol"), room.roomId);
const invitation = await invite(room, carol);
const { commit: enter } = await done(carol.session, { kind: "enter", ...invitation, ...carol.own });
const { commit } = await done(host(room).session, { kind: "refresh" });

test("lines, commits and entries are told apart, with the epoch they belong to", () => {
	assert.deepEqual(messageKind(line), { kind: "line", epoch: 1 });
	assert.deepEqual(messageKind(commit), { kind: "commit", epoch: 1 });
	assert.deepEqual(messageKind(enter), { kind: "enter", epoch: 1 });
});

test("a message inside a larger buffer is read from its own start", () => {
	const larger = new Uint8Array(line.length + 20);
	larger.set(line, 10);
	assert.deepEqual(messageKind(larger.subarray(10, 10 + line.length)), { kind: "line", epoch: 1 });
});

test("a GroupInfo, a shortened header, a huge epoch or a long group id is no message", () => {
	assert.equal(messageKind(invitation.groupInfo), undefined);
	for (let length = 0; length < 40; length++) assert.equal(messageKind(line.subarray(0, length)), undefined);
	const epoch = Buffer.concat([line.subarray(0, 37), Buffer.alloc(8, 0xff), line.subarray(45)]);
	assert.equal(messageKind(epoch), undefined);
	assert.equal(messageKind(Buffer.concat([line.subarray(0, 4), Buffer.of(0x41, 0x00), Buffer.alloc(300)])), undefined);
	assert.equal(messageKind(Buffer.concat([line.subarray(0, 4), Buffer.of(0xff), Buffer.alloc(300)])), undefined);
});

test("any bytes at all are read without throwing", () => {
	const start = fc.constantFrom(line, commit, enter);
	const altered = fc.tuple(start, fc.uint8Array({ maxLength: 60 })).map(([message, tail]) => {
		return Buffer.concat([message.subarray(0, tail.length % 50), tail]);
	});
	fc.assert(
		fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), altered), (bytes) => {
			const header = messageKind(bytes);
			if (header !== undefined) assert.ok(Number.isSafeInteger(header.epoch));
		}),
		{ numRuns: 2000 },
	);
});
