// Buddies: rooms of two, proposed by a sealed letter, kept by both, with whole engines on real sockets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openAgain, openTestEngine, type TestEngine } from "../../support/rooms/real-engine.ts";
import { heardBy, linesOf } from "../../support/rooms/what-was-said.ts";
import { annAndBob, becomeBuddies, buddies, joinAt, only } from "./two.ts";

test("a person who gets a proposal is asked and accepts, and both list each other; each goes on after a restart without a password, and reads what was said meanwhile", async (t) => {
	const { ann, bob } = await annAndBob(t);
	const [annsRoom, bobsRoom] = await becomeBuddies(ann, bob);
	assert.deepEqual([only(ann).name, only(ann).state, only(ann).role], ["Bob", "accepted", "host"]);
	assert.deepEqual([only(bob).name, only(bob).state, only(bob).role], ["Ann", "accepted", "guest"]);
	assert.equal(ann.engine.snapshot().rooms.find(({ room }) => room === annsRoom)?.kind, "buddy");
	await ann.does({ kind: "send", text: "for us two", room: annsRoom });
	await bob.told("message", ({ text, room }) => text === "for us two" && room === bobsRoom);
	await bob.engine.close();
	await ann.does({ kind: "send", text: "while Bob is away", room: annsRoom });
	await ann.told("message", ({ text }) => text === "while Bob is away");
	await ann.engine.close();

	const bobBack = await openAgain(t, bob);
	await bobBack.does({ kind: "join", target: "Ann" });
	await bobBack.until(() => bobBack.engine.snapshot().people.length === 2, "the room is shown as it was");
	const room = only(bobBack).room;
	const outcome = await bobBack.engine.perform({ kind: "send", text: "while Ann is away", room });
	assert.equal(outcome.kind === "done" && outcome.waitsFor, "Ann");
	const regretted = await bobBack.engine.perform({ kind: "send", text: "taken back", room });
	await bobBack.does({ kind: "delete", id: (regretted.kind === "done" && regretted.id) || "", room });
	await bobBack.engine.close();
	const [annBack, bobLast] = [await openAgain(t, ann), await openAgain(t, bob)];
	await bobLast.does({ kind: "join", target: only(bobLast).fingerprint });
	const lineOf = (one: TestEngine) => linesOf(one, room).find(({ text }) => text === "while Ann is away");
	await bobLast.until(() => lineOf(bobLast) !== undefined, "what waits is shown after the restart");
	const waiting = lineOf(bobLast);
	assert.deepEqual(waiting?.delivery, { kind: "sending", waitsFor: "Ann" });
	await annBack.does({ kind: "join", target: "Bob" });
	await annBack.told("message", ({ text }) => text === "while Ann is away");
	await bobLast.told("caughtUp");
	assert.deepEqual(heardBy(bobLast), [["while Bob is away", true]]);
	assert.deepEqual(heardBy(annBack), [["while Ann is away", false]]);
	const isDelivered = (): boolean => {
		const line = lineOf(bobLast);
		return line?.kind === "line" && line.delivery.kind !== "sending";
	};
	await bobLast.until(isDelivered, "what waited is delivered");
	for (const one of [bobBack, bobLast, annBack]) assert.ok(!one.events.some(({ kind }) => kind === "passwordRequired"));
});

test("a proposal is answered once: a person who declines is asked no more, the room that was opened is gone, and the other one is told", async (t) => {
	const { ann, bob } = await annAndBob(t);
	await ann.does({ kind: "buddy", fingerprint: ann.person("Bob").fingerprint });
	await bob.told("buddyProposed");
	const { fingerprint } = only(bob);
	await bob.does({ kind: "answerBuddy", fingerprint, answer: "later" });
	assert.equal(only(bob).state, "later");
	await bob.does({ kind: "answerBuddy", fingerprint, answer: "decline" });
	const again = await bob.engine.perform({ kind: "answerBuddy", fingerprint, answer: "accept" });
	assert.ok(again.kind === "refused" && again.code === "buddy_refused" && again.why === "notProposed");
	await ann.told("buddyAnswered", ({ answer }) => answer === "declined");
	for (const one of [ann, bob]) assert.deepEqual([buddies(one), one.engine.snapshot().keptRooms], [[], undefined]);
	assert.equal(ann.engine.snapshot().rooms.length, 1);
});

test("a proposal that is taken back asks nobody any more, and one that waits is there after a restart", async (t) => {
	const { ann, bob } = await annAndBob(t);
	const { fingerprint } = ann.person("Bob");
	await ann.does({ kind: "buddy", fingerprint });
	await bob.told("buddyProposed");
	await ann.does({ kind: "unbuddy", fingerprint });
	await bob.told("buddyAnswered", ({ answer }) => answer === "withdrawn");
	assert.deepEqual([buddies(ann), buddies(bob)], [[], []]);
	await ann.does({ kind: "buddy", fingerprint });
	await bob.until(() => buddies(bob).length === 1, "Bob is asked again");
	await bob.engine.close();
	const bobBack = await openAgain(t, bob);
	assert.deepEqual([only(bobBack).name, only(bobBack).state], ["Ann", "asked"]);
	assert.equal(bobBack.engine.snapshot().keptRooms, undefined, "what nobody agreed to is no room");
	await bobBack.does({ kind: "answerBuddy", fingerprint: only(bobBack).fingerprint, answer: "accept" });
	await ann.told("buddyAnswered", ({ answer }) => answer === "accepted");
});

test("a guest who ends being buddies gives the seat back, and the host is told: neither lists the other any more", async (t) => {
	const { ann, bob } = await annAndBob(t);
	await becomeBuddies(ann, bob);
	await bob.does({ kind: "unbuddy", fingerprint: only(bob).fingerprint });
	await ann.told("buddyEnded", ({ isOurs }) => !isOurs);
	assert.deepEqual([buddies(ann), buddies(bob)], [[], []]);
});

test("a host who ends being buddies ends it for both: the guest is told who has ended it, before they are told that the room is over", async (t) => {
	const { ann, bob } = await annAndBob(t);
	await becomeBuddies(ann, bob);
	await ann.does({ kind: "unbuddy", fingerprint: only(ann).fingerprint });
	await bob.told("closed", ({ code }) => code === "room_closed");
	const ends = bob.events.flatMap((event) =>
		event.kind === "buddyEnded" ? [[event.buddy.name, event.isOurs]] : event.kind === "closed" ? [event.code] : [],
	);
	assert.deepEqual(ends, [["Ann", false], "room_closed"]);
	await bob.until(() => buddies(bob).length === 0, "Bob lists Ann no more");
});

for (const who of ["guest", "host"] as const) {
	test(`the ${who} of the room of two who ends it while the other one is not there tells them when they next meet, after a restart too`, async (t) => {
		const { ann, bob, port } = await annAndBob(t);
		await becomeBuddies(ann, bob);
		await bob.engine.close();
		const away = await openAgain(t, bob);
		const [ends, other] = who === "guest" ? [away, ann] : [ann, away];
		await ann.until(() => only(ann).isHere !== true, "Bob is away");
		await ends.does({ kind: "unbuddy", fingerprint: only(ends).fingerprint });
		assert.equal(buddies(other).length, 1);
		await away.engine.close();
		const back = await openAgain(t, away);
		assert.deepEqual(buddies(back).length, who === "guest" ? 0 : 1);
		await joinAt(back, port);
		const hears = who === "guest" ? ann : back;
		await hears.told("buddyEnded", ({ isOurs }) => !isOurs);
		assert.deepEqual([buddies(ann), buddies(back)], [[], []]);
	});
}

test("two who propose a room of two to each other at once are buddies, in one room", async (t) => {
	const { ann, bob } = await annAndBob(t);
	await Promise.all([
		ann.does({ kind: "buddy", fingerprint: ann.person("Bob").fingerprint }),
		bob.does({ kind: "buddy", fingerprint: bob.person("Ann").fingerprint }),
	]);
	const isDone = (one: TestEngine) => buddies(one).length === 1 && only(one).isHere === true;
	await ann.until(() => isDone(ann) && isDone(bob), "both are in one room");
	assert.notEqual(only(ann).role, only(bob).role);
});

test("a stranger never gets into the room of two, and is not told whose it is", async (t) => {
	const { ann, bob } = await annAndBob(t);
	const [room] = await becomeBuddies(ann, bob);
	const { hosting } = ann.engine.snapshot(room);
	assert.ok(hosting?.invite);
	const eve = await openTestEngine(t, "Eve");
	for (const target of [hosting.invite, `127.0.0.1 ${hosting.port}`]) {
		await eve.does({ kind: "join", target });
		await eve.until(() => eve.engine.snapshot().phase.kind === "ended", "Eve is turned away");
		await eve.does({ kind: "leave" });
	}
	assert.ok(!eve.events.some(({ kind }) => kind === "passwordRequired" || kind === "joined"));
	assert.equal(ann.engine.snapshot(room).people.length, 2);
});

test("somebody in several rooms finds a buddy by name only where one has it", async (t) => {
	const { ann, bob, port } = await annAndBob(t);
	await becomeBuddies(ann, bob);
	const other = await openTestEngine(t, "Bob");
	await joinAt(other, port);
	await ann.until(() => ann.engine.snapshot().people.length === 3, "two are called Bob");
	const second = other.engine.snapshot().people.find(({ isSelf }) => isSelf)?.fingerprint ?? "";
	await ann.does({ kind: "buddy", fingerprint: second });
	const outcome = await ann.engine.perform({ kind: "join", target: "Bob", beside: true });
	assert.ok(outcome.kind === "refused" && outcome.code === "no_such_buddy" && outcome.why === "several");
	await ann.does({ kind: "join", target: second, beside: true });
});
