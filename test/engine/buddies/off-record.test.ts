// Buddies off the record: proposed by a letter that nobody has signed, kept by both, and never led into another kind of room without a word.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openAgain } from "../../support/rooms/real-engine.ts";
import { annAndBob, buddies, only } from "./two.ts";

test("a room that is proposed and accepted as off the record is still that after both programs were ended, also at another port", async (t) => {
	const { ann, bob } = await annAndBob(t);
	await ann.does({ kind: "buddy", fingerprint: ann.person("Bob").fingerprint, offRecord: true });
	assert.equal((await bob.told("buddyProposed")).buddy.kind, "offRecord");
	await bob.does({ kind: "buddy", fingerprint: only(bob).fingerprint });
	await ann.told("buddyAnswered", ({ answer }) => answer === "accepted");
	await bob.until(() => only(bob).isHere === true, "Bob is in the room of the two");
	const [annsRoom, bobsRoom] = [only(ann).room, only(bob).room];
	for (const [one, room] of [
		[ann, annsRoom],
		[bob, bobsRoom],
	] as const) {
		assert.equal(one.engine.snapshot(room).isOffRecord, true);
		await one.told("notice", (event) => event.notice.code === "offRecord" && event.room === room);
	}
	await bob.does({ kind: "send", text: "between us", room: bobsRoom });
	await ann.told("message", ({ text }) => text === "between us");
	await bob.engine.close();
	await ann.does({ kind: "send", text: "while you were away", room: annsRoom });
	await ann.engine.close();
	const [annBack, bobBack] = [await openAgain(t, ann), await openAgain(t, bob)];
	await bobBack.does({ kind: "join", target: "Ann" });
	await annBack.does({ kind: "join", target: "Bob" });
	await bobBack.told("message", ({ text, missed }) => text === "while you were away" && missed === true);
	for (const one of [annBack, bobBack]) {
		await one.until(() => only(one).isHere === true, "they are together");
		assert.equal(one.engine.snapshot(only(one).room).isOffRecord, true);
		assert.deepEqual([only(one).kind, one.engine.snapshot().keptRooms?.[0]?.isOffRecord], ["offRecord", true]);
	}
});

test("nobody is led from one kind of room of two into the other: not by a proposal, not by accepting with another word, and not while there is a room", async (t) => {
	const { ann, bob } = await annAndBob(t);
	const [anns, bobs] = [bob.person("Ann").fingerprint, ann.person("Bob").fingerprint];
	const why = async (one: typeof ann, fingerprint: string, offRecord?: boolean) => {
		const wish = offRecord === undefined ? {} : { offRecord };
		const outcome = await one.engine.perform({ kind: "buddy", fingerprint, ...wish });
		return outcome.kind === "refused" && outcome.code === "buddy_refused" ? outcome.why : outcome.kind;
	};
	await ann.does({ kind: "buddy", fingerprint: bobs });
	await bob.told("buddyProposed");
	assert.equal(await why(bob, anns, true), "otherKind", "an ordinary one is not accepted as off the record");
	assert.equal(only(bob).state, "asked");
	assert.equal(await why(ann, bobs, true), "otherKind", "what was proposed stays what it is");
	await ann.does({ kind: "unbuddy", fingerprint: bobs });
	await bob.until(() => buddies(bob).length === 0, "it was taken back");
	await ann.does({ kind: "buddy", fingerprint: bobs, offRecord: true });
	await bob.until(() => buddies(bob).length === 1, "Bob is asked anew");
	assert.equal(await why(bob, anns, false), "otherKind", "nor the other way round");
	assert.equal(await why(bob, anns), "done");
	await ann.told("buddyAnswered", ({ answer }) => answer === "accepted");
	assert.equal(await why(ann, bobs), "otherKind");
	assert.equal(await why(ann, bobs, true), "already");
});
