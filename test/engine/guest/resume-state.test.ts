// What a guest keeps while its Link is broken: one group at a time, which is closed when another takes its place, and seats that are wiped with the room.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { GuestKeeping } from "../../../src/engine/guest/guest-keeping.ts";
import type { ReadingOn } from "../../../src/engine/guest/reading-on.ts";
import { ResumeState } from "../../../src/engine/guest/resume-state.ts";
import type { Member } from "../../../src/engine/member/member.ts";
import { emptyOutbox } from "../../../src/engine/member/outbox.ts";
import type { WaitingLines } from "../../../src/engine/member/own-lines.ts";
import { startOrder } from "../../../src/engine/wire/transcript.ts";

const host = parseFingerprint("A".repeat(40)) as Fingerprint;
const bytes = (byte: number, size = 32) => new Uint8Array(size).fill(byte);
const [roomA, roomB] = [bytes(1), bytes(2)];

/** Groups without a worker, which say what becomes of them. */
function playsGroups(t: TestContext) {
	const told: string[] = [];
	let opened = 0;
	t.mock.method(Group, "open", async ({ roomId, isOffRecord }: { roomId: Uint8Array; isOffRecord: boolean }) => {
		opened += 1;
		const name = `group ${opened} of ${roomId[0] === undefined ? "no room" : `room ${roomId[0]}`}`;
		told.push(`${name}${isOffRecord ? " off the record" : ""} opened`);
		return {
			close: async () => void told.push(`${name} closed`),
			rehearse: (certificate: Uint8Array) => told.push(`${name} rehearses as ${certificate[0]}`),
		};
	});
	return told;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function playsReading(told: string[], name: string, seq: number): ReadingOn {
	const group = { close: async () => void told.push(`group of ${name} closed`) };
	return {
		...{ group, order: startOrder(seq, bytes(9)) },
		settled: async () => void told.push(`${name} settled`),
		close: async () => void told.push(`${name} closed`),
	} as unknown as ReadingOn;
}

function playsMember(seq: number): Member {
	const message = bytes(5);
	const item = { id: "a", body: { kind: "text" }, at: 1, submitted: { number: 4, epoch: 2, message } };
	return {
		order: startOrder(seq, bytes(8)),
		ownLines: {},
		outbox: { items: [item], nextNumber: 5 },
	} as unknown as Member;
}

test("the worker that was started when the host answered rehearses once, and goes on with the group that is entered with, whichever room it is of", async (t) => {
	const told = playsGroups(t);
	const state = new ResumeState();
	state.prepareWorker(bytes(7));
	state.prepareWorker(bytes(7));
	await settle();
	assert.deepEqual(told.splice(0), ["group 1 of no room opened", "group 1 of no room rehearses as 7"]);
	assert.equal(state.group, undefined);
	const group = await state.newGroup(roomB, true);
	assert.equal(group, state.group);
	assert.deepEqual(told.splice(0), ["group 2 of room 2 off the record opened", "group 1 of no room closed"]);
	state.prepareWorker(bytes(7));
	assert.deepEqual(told, [], "there is a worker already");
	await state.newGroup(roomA, false);
	assert.deepEqual(told.splice(0), ["group 2 of room 2 closed", "group 3 of room 1 opened"]);

	const back = new ResumeState({ host, roomId: roomA, newestSeat: bytes(3) });
	back.prepareWorker(bytes(7));
	await settle();
	assert.deepEqual(told, [], "who comes back hardly ever enters anew");
});

test("a group is worth coming back with once we were in by it, and only in its own room", async (t) => {
	playsGroups(t);
	const state = new ResumeState();
	assert.deepEqual([state.isTaken, state.hasGroupOf(roomA), state.order], [false, false, undefined]);
	await state.newGroup(roomA, false);
	assert.equal(state.hasGroupOf(roomA), false, "nobody has let it in");
	const member = playsMember(12);
	state.speaksAs(member);
	assert.deepEqual([state.hasGroupOf(bytes(1)), state.hasGroupOf(roomB)], [true, false]);
	assert.deepEqual([state.isTaken, state.member, state.order?.seq], [true, member, 12]);
	await state.newGroup(roomA, false);
	assert.equal(state.hasGroupOf(roomA), false);
});

test("lines that were submitted on a Link that broke are said again, and so are lines that waited while we only read", () => {
	const state = new ResumeState();
	assert.deepEqual(state.unsaid(), emptyOutbox);
	const waiting = { outbox: { items: [{ id: "w", body: { kind: "text" }, at: 1 }], nextNumber: 1 } };
	state.readsOn(undefined, waiting as unknown as WaitingLines);
	assert.deepEqual(
		state.unsaid().items.map(({ id }) => id),
		["w"],
	);
	state.speaksAs(playsMember(1));
	assert.deepEqual(
		state.unsaid().items.map(({ id, submitted }) => [id, submitted]),
		[["a", undefined]],
	);
});

test("the group reads on while another enters, and takes its place back when we do not hear of the entry", async (t) => {
	const told = playsGroups(t);
	const state = new ResumeState();
	await state.newGroup(roomA, false);
	state.speaksAs(playsMember(12));
	await state.takesBack();
	assert.equal(state.group === undefined, false, "nothing reads on");
	const reading = playsReading(told, "reading", 30);
	assert.equal(state.isReading, false);
	state.giveToRead(reading);
	await state.takesBack();
	assert.deepEqual([state.group, told.splice(0).at(-1)], [reading.group, "reading settled"]);
	state.giveToRead(reading);
	assert.deepEqual([state.group, state.hasGroupOf(roomA), state.reading], [undefined, false, reading]);
	assert.equal(state.isReading, true);
	await state.newGroup(roomA, false);
	told.length = 0;
	await state.takesBack();
	assert.deepEqual(told.splice(0), ["reading settled", "group 2 of room 1 closed"]);
	assert.deepEqual(
		[state.group, state.hasGroupOf(roomA), state.order?.seq, state.reading],
		[reading.group, true, 30, undefined],
	);
	state.speaksAs(playsMember(40));
	assert.equal(state.order?.seq, 40, "the member knows better by now");

	state.giveToRead(reading);
	state.couldNotRead("gone" as never);
	assert.deepEqual([state.isReading, state.unreadable], [false, "gone"]);
	await state.stopReading();
	assert.deepEqual([state.reading, state.unreadable, told.splice(0)], [undefined, undefined, ["reading closed"]]);
	await state.stopReading();
	assert.deepEqual(told, []);
});

test("after an entry that was on its way both groups are read from disk again, and otherwise nothing is", async () => {
	const told: string[] = [];
	const state = new ResumeState({ host, roomId: roomA, newestSeat: bytes(3), provenFrom: 77 });
	assert.deepEqual([state.isTaken, state.proofSeen, state.room?.newestSeat], [true, 77, bytes(3)]);
	const again = playsReading(told, "from disk", 50);
	const asked: unknown[] = [];
	const keeping = {
		async restore(own: unknown) {
			asked.push(own);
			return { reading: again };
		},
	} as unknown as GuestKeeping;
	const waiting = { outbox: emptyOutbox } as WaitingLines;
	const reading = playsReading(told, "reading", 30);
	state.readsOn(reading, waiting);
	state.couldNotRead("gone" as never);
	await state.readAgain(keeping);
	assert.deepEqual([asked, state.unreadable, state.reading], [[], undefined, reading], "no entry was on its way");
	state.entersNow();
	await state.readAgain(keeping);
	assert.deepEqual([asked, told.splice(0), state.reading], [[waiting], ["reading closed"], again]);
	await state.readAgain(keeping);
	assert.equal(asked.length, 1);
	const member = playsMember(60);
	state.speaksAs(member);
	state.entersNow();
	await state.readAgain(keeping);
	assert.equal(asked[1], member.ownLines);
	state.entersNow();
	state.speaksAs(member);
	await state.readAgain(keeping);
	assert.equal(asked.length, 2, "we have heard of the entry");
	state.entersNow();
	await state.readAgain({ restore: async () => undefined } as unknown as GuestKeeping);
	assert.equal(state.reading, undefined, "the disk has no group that can be read");
});

test("attack: nothing of the seats is left in memory once the room is given up, and all groups are closed", async (t) => {
	const told = playsGroups(t);
	const state = new ResumeState();
	await state.close();
	state.take(host, roomA, bytes(3));
	await state.close();
	state.take(host, roomA, bytes(3));
	state.take(host, roomA, bytes(4));
	const { room } = state;
	assert.deepEqual(room, { host, roomId: roomA, newestSeat: bytes(4), previousSeat: bytes(3) });
	await state.newGroup(roomA, false);
	state.readsOn(playsReading(told, "reading", 1), { outbox: emptyOutbox } as WaitingLines);
	const other = new ResumeState();
	other.prepareWorker(bytes(7));
	told.length = 0;
	await other.close();
	await state.close();
	assert.deepEqual(
		told.filter((one) => one.endsWith("closed")),
		["group 2 of no room closed", "group 1 of room 1 closed", "reading closed"],
	);
	assert.deepEqual([room?.newestSeat, room?.previousSeat, state.room], [bytes(0), bytes(0), undefined]);
});
