// A host that lies about the conversation or about who is there: refused at once where the order gives it away, noticed at the next word otherwise.
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import { joinMemoryRoom, type MemoryGuest, newSelf, openMemoryRoom } from "../../support/rooms/memory-room.ts";
import { lieTo, type Placed } from "../lying-host.ts";

const room = await openMemoryRoom({ after });
const [bobSelf, carolSelf, daveSelf] = await Promise.all([newSelf("Bob"), newSelf("Carol"), newSelf("Dave")]);

const bob = await joinMemoryRoom(room, bobSelf);
after(async () => {
	bob.leave();
	await bob.ended;
});

/** Carol comes into the room, and is gone after the test. */
async function withCarol(t: TestContext): Promise<MemoryGuest> {
	bob.ears.heard.length = 0;
	const carol = await joinMemoryRoom(room, carolSelf);
	t.after(async () => {
		carol.leave();
		await carol.ended;
	});
	return carol;
}

const noticed = ({ ears }: Pick<MemoryGuest, "ears">, problem: string): boolean =>
	ears.heard.some((event) => event.kind === "problem" && event.problem === problem);

const heard = ({ ears }: Pick<MemoryGuest, "ears">, text: string): boolean => ears.texts().includes(text);

async function say(from: MemoryGuest, text: string, to: Pick<MemoryGuest, "ears">): Promise<void> {
	from.member().say(text, 0);
	await to.ears.until(() => heard(to, text));
}

const hostSays = (text: string): void => void room.hosted.member.say(text, 0);

/** What an honest host would send, under later numbers, so that what was left out leaves no gap. */
function renumbered(): (placed: Placed, isLeftOut: boolean) => readonly Placed[] {
	let missing = 0;
	return (placed, isLeftOut) => {
		if (!isLeftOut) return [{ ...placed, seq: placed.seq - missing }];
		missing += 1;
		return [];
	};
}

test("without lies nobody notices anything", async (t) => {
	const carol = await withCarol(t);
	for (const text of ["one", "two", "three"]) {
		await say(bob, `bob ${text}`, carol);
		await say(carol, `carol ${text}`, bob);
		hostSays(`host ${text}`);
		await bob.ears.until(() => heard(bob, `host ${text}`));
	}
	for (const ears of [bob.ears, carol.ears]) assert.equal(ears.has("problem"), false);
});

/** The first line that is placed from now on never comes to Carol, who sees no gap. */
function withholdOneLine(t: TestContext, carol: MemoryGuest): void {
	const send = renumbered();
	let isWithheld = false;
	lieTo(t, carol.self.signer.fingerprint, (placed) => {
		const isNow = placed.kind === "line" && !isWithheld;
		isWithheld ||= isNow;
		return send(placed, isNow);
	});
}

test("attack: a host that withholds a line from one guest is noticed, by both sides, at the next word", async (t) => {
	const carol = await withCarol(t);
	withholdOneLine(t, carol);
	hostSays("not for Carol");
	await bob.ears.until(() => heard(bob, "not for Carol"));
	await say(bob, "did you hear that, Carol?", carol);
	assert.equal(heard(carol, "not for Carol"), false);
	assert.ok(noticed(carol, "differentConversations"));
	await say(carol, "hear what?", bob);
	assert.ok(noticed(bob, "differentConversations"));
});

test("attack: a host that shows one guest two lines in another order is noticed at the next word", async (t) => {
	const carol = await withCarol(t);
	const held: Placed[] = [];
	let swapped = 0;
	lieTo(t, carol.self.signer.fingerprint, (placed) => {
		if (placed.kind !== "line" || swapped === 2) return [placed];
		swapped += 1;
		held.push(placed);
		const [first, second] = held;
		if (!first || !second) return [];
		return [
			{ ...second, seq: first.seq },
			{ ...first, seq: second.seq },
		];
	});
	await say(bob, "shall we leave?", room);
	hostSays("yes");
	await carol.ears.until(() => heard(carol, "shall we leave?"));
	assert.deepEqual(carol.ears.texts(), ["yes", "shall we leave?"]);
	await say(bob, "good", carol);
	assert.ok(noticed(carol, "differentConversations"));
});

test("attack: a host that tells the sender a line was placed, and shows it to nobody, is noticed at the sender's next word", async (t) => {
	const carol = await withCarol(t);
	withholdOneLine(t, carol);
	bob.member().say("into the void", 0);
	await bob.ears.until(() => bob.ears.has("placed"));
	await say(bob, "hello?", carol);
	assert.ok(noticed(carol, "differentConversations"));
});

test("attack: a host that repeats, skips or goes back a place is refused at once", async (t) => {
	const lies: Readonly<Record<string, (placed: Placed) => readonly Placed[]>> = {
		repeats: (placed) => [placed, placed],
		skips: (placed) => [{ ...placed, seq: placed.seq + 1 }],
		"goes back": (placed) => [{ ...placed, seq: 1 }],
	};
	for (const [how, lie] of Object.entries(lies)) {
		await t.test(how, async (t) => {
			const dave = await joinMemoryRoom(room, daveSelf);
			lieTo(t, daveSelf.signer.fingerprint, (placed) => (placed.kind === "line" ? lie(placed) : [placed]));
			hostSays(`the host ${how}`);
			assert.equal((await dave.ended).code, "host_misbehaved");
			assert.ok(dave.ears.texts().length <= 1);
		});
	}
});

test("attack: an old line under a new number is shown to nobody a second time", async (t) => {
	const carol = await withCarol(t);
	let extra = 0;
	lieTo(t, carol.self.signer.fingerprint, (placed) => {
		const now = { ...placed, seq: placed.seq + extra };
		if (placed.kind !== "line" || extra > 0) return [now];
		extra = 1;
		return [now, { ...now, seq: now.seq + 1 }];
	});
	await say(bob, "only once", carol);
	await carol.ears.until(() => noticed(carol, "unreadableLine"));
	assert.deepEqual(carol.ears.texts(), ["only once"]);
	await say(bob, "still here", carol);
	await say(bob, "and still", carol);
	assert.ok(noticed(carol, "differentConversations"));
});

test("attack: a host that places a line its guest has never sent is refused", async (t) => {
	const dave = await joinMemoryRoom(room, daveSelf);
	lieTo(t, daveSelf.signer.fingerprint, (placed) =>
		placed.kind === "line" ? [{ kind: "echo", seq: placed.seq, number: 99 }] : [placed],
	);
	hostSays("this becomes an echo");
	assert.equal((await dave.ended).code, "host_misbehaved");
});

test("attack: a host that changes a line shows nothing: the line is unreadable, and the difference is noticed", async (t) => {
	const carol = await withCarol(t);
	let isChanged = false;
	lieTo(t, carol.self.signer.fingerprint, (placed) => {
		if (placed.kind !== "line" || isChanged) return [placed];
		isChanged = true;
		const message = Buffer.from(placed.message);
		message[message.length - 20]! ^= 1;
		return [{ ...placed, message }];
	});
	bob.member().say("pay ten", 0);
	await carol.ears.until(() => noticed(carol, "unreadableLine"));
	assert.deepEqual(carol.ears.texts(), []);
	await say(bob, "and now?", carol);
	assert.ok(noticed(carol, "differentConversations"));
});

test("attack: a host that hides a newcomer from a member is noticed: that member can read nothing said from then on", async (t) => {
	const carol = await withCarol(t);
	const send = renumbered();
	lieTo(t, carol.self.signer.fingerprint, (placed) => send(placed, placed.kind === "commit"));
	const knowsDave = ({ ears }: MemoryGuest) =>
		ears.heard.some((event) => event.kind === "membership" && event.joined[0]?.name === "Dave");
	const dave = await joinMemoryRoom(room, daveSelf);
	await bob.ears.until(() => knowsDave(bob));
	assert.equal(knowsDave(carol), false);
	bob.member().say("welcome, Dave", 0);
	await dave.ears.until(() => heard(dave, "welcome, Dave"));
	await carol.ears.until(() => noticed(carol, "unreadableLine"));
	assert.equal(heard(carol, "welcome, Dave"), false);
	dave.leave();
	await dave.ended;
});

test("attack: a host that hides from the others that somebody was removed is noticed in the same way", async (t) => {
	const carol = await withCarol(t);
	const dave = await joinMemoryRoom(room, daveSelf);
	await carol.ears.until(() => carol.ears.has("membership"));
	const send = renumbered();
	lieTo(t, carol.self.signer.fingerprint, (placed) => send(placed, placed.kind === "commit"));
	await room.hosted.server.kick(dave.self.signer.fingerprint);
	assert.equal((await dave.ended).code, "kicked");
	bob.member().say("Dave is gone", 0);
	await carol.ears.until(() => noticed(carol, "unreadableLine"));
	assert.equal(heard(carol, "Dave is gone"), false);
});
