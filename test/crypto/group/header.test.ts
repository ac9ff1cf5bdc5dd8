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

/** A message by hand (RFC 9420 §6): version, wire format, the group's id behind its length, the epoch, and what comes then. */
function messageOf({
	version = 1,
	wireFormat = 2,
	groupId = [2, 7, 7] as readonly number[],
	epoch = 5n,
	rest = [1] as readonly number[],
} = {}): Uint8Array {
	const epochBytes = Buffer.alloc(8);
	epochBytes.writeBigUInt64BE(epoch);
	return Uint8Array.from([0, version, 0, wireFormat, ...groupId, ...epochBytes, ...rest]);
}

const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0);

test("each byte of a header counts: version, wire format, content type and sender type are those of the standard", () => {
	assert.deepEqual(messageKind(messageOf()), { kind: "line", epoch: 5 });
	assert.deepEqual(messageKind(messageOf({ rest: [3] })), { kind: "commit", epoch: 5 });
	for (const other of [0, 2, 4]) assert.equal(messageKind(messageOf({ rest: [other] })), undefined, `content ${other}`);
	for (const version of [0, 2]) assert.equal(messageKind(messageOf({ version })), undefined, `version ${version}`);
	for (const wireFormat of [0, 3, 4, 5])
		for (const rest of [[1], [3], [4, 0, 3]])
			assert.equal(messageKind(messageOf({ wireFormat, rest })), undefined, `wire format ${wireFormat}`);
	const entry = (rest: readonly number[]) => messageKind(messageOf({ wireFormat: 1, rest }));
	assert.deepEqual(entry([4, 0, 3]), { kind: "enter", epoch: 5 });
	assert.deepEqual(entry([4, 2, 9, 9, 3]), { kind: "enter", epoch: 5 }, "behind authenticated data");
	for (const rest of [[1, 0, 3], [3, 0, 3], [4, 0, 1], [4, 0, 2], [4, 2, 9, 3], [4, 0xc0, 3], [4]])
		assert.equal(entry(rest), undefined, `${rest}`);
});

test("a length is read in each of its three forms, and a group's id has 255 bytes at most", () => {
	const forms: readonly (readonly number[])[] = [
		[0],
		[63, ...zeros(63)],
		[0x40, 64, ...zeros(64)],
		[0x40, 255, ...zeros(255)],
		[0x80, 0, 0, 3, ...zeros(3)],
		[0x80, 0, 0, 255, ...zeros(255)],
	];
	for (const groupId of forms) assert.deepEqual(messageKind(messageOf({ groupId })), { kind: "line", epoch: 5 });
	for (const groupId of [
		[0x41, 0, ...zeros(256)],
		[0x80, 0, 1, 0, ...zeros(256)],
		[0xc0, ...zeros(8)],
	])
		assert.equal(messageKind(messageOf({ groupId })), undefined);
});

test("an epoch that JavaScript's numbers cannot hold exactly is refused", () => {
	assert.equal(messageKind(messageOf({ epoch: 2n ** 53n - 1n }))?.epoch, Number.MAX_SAFE_INTEGER);
	for (const epoch of [2n ** 53n, 2n ** 64n - 1n]) assert.equal(messageKind(messageOf({ epoch })), undefined);
});
