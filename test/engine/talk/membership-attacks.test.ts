// Who can read what, and who is who: newcomers, people who were removed, second logins, stolen admissions and hostile names.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import type { Knock } from "../../../src/engine/gate/access-rules.ts";
import { enterRoom } from "../../../src/engine/guest/entering.ts";
import { certifyLeaf } from "../../../src/engine/member/certify-leaf.ts";
import { decodeAdmission, decodeClose, encodePosition } from "../../../src/engine/wire/entering-frames.ts";
import { encodeFrame, frameType } from "../../../src/engine/wire/frame.ts";
import type { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { expectFrame, identify, throughPassword } from "../../support/attackers/cheap-guest.ts";
import {
	assertStillWorks,
	joinMemoryRoom,
	newSelf,
	openMemoryRoom,
	roomPassword,
} from "../../support/rooms/memory-room.ts";
import { openMemoryEngine } from "../../support/rooms/real-engine.ts";
import { patienceMs } from "../../support/until.ts";
import { type Placed, placedIn } from "../lying-host.ts";

const never = new AbortController().signal;
const knocks: Knock[] = [];
const room = await openMemoryRoom({ after }, {}, { onKnock: (knock) => knocks.push(knock) });

/** Proves password and key by hand; what comes next is up to the test. */
async function arrive(self: Self) {
	const greeting = await throughPassword(room.link(), roomPassword);
	const { frames } = greeting;
	const tls = frames.stream;
	const host = await identify(greeting, self);
	return { frames, tls, host, roomId: greeting.hello.room };
}

/** Enters by hand, so that what comes over the Link is in the test's hands. */
async function enterByHand(self: Self, group?: Group) {
	const arrived = await arrive(self);
	const { frames, host, roomId } = arrived;
	const own = group ?? (await Group.open({ roomId }));
	after(() => own.close());
	const who = { signer: self.signer, name: self.name, host };
	assert.equal((await enterRoom({ frames, roomId, group: own, isComingBack: false, ...who }, never)).kind, "entered");
	return { ...arrived, group: own };
}

/** The next that has a place in the order, as it came. */
async function nextPlaced(frames: FrameStream): Promise<Placed> {
	for (;;) {
		const next = await frames.next(AbortSignal.timeout(patienceMs));
		if (next.kind !== "frame") assert.fail(next.kind);
		const placed = placedIn(encodeFrame(next.frame.type, next.frame.body));
		if (placed) return placed;
	}
}

test("attack: a late joiner who gets hold of everything said before can decrypt none of it", async () => {
	const bea = await joinMemoryRoom(room, await newSelf("Bea"));
	const early = await enterByHand(await newSelf("Ann"));
	const said: Uint8Array[] = [];
	for (const text of ["the first secret", "the second secret"]) {
		bea.member().say(text, 0);
		const placed = await nextPlaced(early.frames);
		assert.ok(placed.kind === "line");
		said.push(placed.message);
	}
	const entered = await enterByHand(await newSelf("Eve"));
	for (const message of said) assert.equal((await entered.group.receive({ message })).kind, "refused");
	for (const { tls } of [early, entered]) tls.destroy();
	bea.leave();
	await bea.ended;
});

test("attack: whoever says one name on the way in and enters under another stands in the log by the one their key has signed", async () => {
	const mallory = await newSelf("Mallory");
	const { frames, host, roomId, tls } = await arrive({ ...mallory, name: "Alice" });
	const group = await Group.open({ roomId });
	after(() => group.close());
	const who = { signer: mallory.signer, name: "Mallory", host };
	assert.equal((await enterRoom({ frames, roomId, group, isComingBack: false, ...who }, never)).kind, "entered");
	const own = knocks.filter(({ who }) => who?.fingerprint === mallory.signer.fingerprint);
	assert.deepEqual(
		own.map(({ outcome, who }) => [outcome, who?.name]),
		[["joined", "Mallory"]],
	);
	tls.destroy();
});

test("attack: a late joiner who says they have been here from the start is given nothing from before they came", async () => {
	const early = await joinMemoryRoom(room, await newSelf("Ann"));
	early.member().say("before Eve", 0);
	await room.ears.until(() => room.ears.texts().includes("before Eve"));
	const eve = await newSelf("Eve");
	const inside = await enterByHand(eve);
	const again = await arrive(eve);
	again.frames.send(frameType.resume, encodePosition({ seq: 1, head: new Uint8Array(32) }));
	await expectFrame(again.frames, frameType.tooLate);
	for (const { tls } of [inside, again]) tls.destroy();
	early.leave();
	await early.ended;
});

test("attack: somebody who was removed gets nothing more over the Link, and a friend's copy of it is no use to them", async () => {
	const mallory = await newSelf("Mallory");
	const inside = await enterByHand(mallory);
	const friend = await enterByHand(await newSelf("Friend"));
	await nextPlaced(inside.frames).then(async (placed) => {
		assert.ok(placed.kind === "commit");
		const certificates = placed.certificate ? [placed.certificate] : [];
		assert.equal((await inside.group.receive({ message: placed.message, certificates })).kind, "membership");
	});
	await room.hosted.server.kick(mallory.signer.fingerprint);
	room.hosted.member.say("now that Mallory is gone", 0);
	const removal = await nextPlaced(friend.frames);
	const line = await nextPlaced(friend.frames);
	assert.ok(removal.kind === "commit" && line.kind === "line");
	// What Mallory still gets: the commit that removes them, and why.
	assert.deepEqual((await nextPlaced(inside.frames)).seq, removal.seq);
	assert.equal(decodeClose(await expectFrame(inside.frames, frameType.close)), "kicked");
	assert.equal((await inside.frames.next(never)).kind, "ended");
	for (const message of [line.message, removal.message, line.message])
		assert.notEqual((await inside.group.receive({ message })).kind, "line");
	// The friend's own copy is fine.
	assert.equal((await friend.group.receive({ message: removal.message })).kind, "membership");
	assert.equal((await friend.group.receive({ message: line.message })).kind, "line");
	for (const { tls } of [inside, friend]) tls.destroy();
});

test("attack: an admission for one person lets in nobody else, opened or not", async () => {
	const [mallory, eve] = [await newSelf("Mallory"), await newSelf("Eve")];
	const first = await arrive(mallory);
	first.frames.send(frameType.admitMe);
	const sealed = await expectFrame(first.frames, frameType.admission);
	assert.equal((await eve.signer.decrypt(sealed, first.host)).kind, "failed");
	const opened = await mallory.signer.decrypt(sealed, first.host);
	assert.ok(opened.kind === "decrypted");
	const admission = decodeAdmission(opened.data);
	assert.ok(admission.kind === "value");
	const { groupInfo, ticket, certificates } = admission.value;
	const hostFingerprint = first.host.fingerprint;
	// Mallory makes room for the next turn.
	first.tls.destroy();
	// Mallory's entry on Eve's Link, and Eve's own entry with Mallory's ticket.
	for (const self of [mallory, eve]) {
		const group = await Group.open({ roomId: first.roomId });
		const own = await certifyLeaf(group, first.roomId, self.signer, self.name);
		assert.ok(own);
		const entry = await group.enter({ groupInfo, ticket, certificates, hostFingerprint, ...own });
		assert.ok(entry.kind === "entered");
		const onEvesLink = await arrive(eve);
		// With an admission of her own out: it is the entry itself that is refused.
		onEvesLink.frames.send(frameType.admitMe);
		await expectFrame(onEvesLink.frames, frameType.admission);
		onEvesLink.frames.send(frameType.enter, entry.commit);
		assert.equal(decodeClose(await expectFrame(onEvesLink.frames, frameType.close)), "refused");
		onEvesLink.tls.destroy();
		await group.close();
	}
	await assertStillWorks(room);
});

test("a second login with the same key takes the first one's place: nobody else sees anybody leave or join twice", async () => {
	const witness = await joinMemoryRoom(room, await newSelf("Wanda"));
	const bob = await newSelf("Bob");
	const first = await joinMemoryRoom(room, bob);
	const second = await joinMemoryRoom(room, bob);
	assert.equal((await first.ended).code, "replaced");
	second.member().say("from the other computer", 0);
	await witness.ears.until(() => witness.ears.texts().includes("from the other computer"));
	const changes = witness.ears.heard.flatMap((event) =>
		event.kind === "membership" ? [[event.joined.map(({ name }) => name), event.left.map(({ name }) => name)]] : [],
	);
	assert.deepEqual(changes, [
		[["Bob"], []],
		[["Bob"], ["Bob"]],
	]);
	assert.equal(second.members().filter(({ name }) => name === "Bob").length, 1);
	for (const guest of [second, witness]) guest.leave();
	await Promise.all([second.ended, witness.ended]);
});

test("attack: a name full of orders to the terminal arrives as harmless text, and one of ten kilobytes does not get in", async (t) => {
	const { engine, events, transport } = await openMemoryEngine(t, "Hanna");
	await engine.perform({ kind: "host", password: roomPassword });
	const { port } = engine.snapshot().hosting!;
	const options = { target: { endpoints: [{ host: "host", port }] } };
	const { signer } = await newSelf("Mallory");
	for (const name of ["\u001b]0;owned\u0007\u001b[2J\u202eMal\rlory\u200b\n", "\u0000\u200d\u001b[31m"]) {
		const guest = await joinMemoryRoom({ transport: () => transport }, { signer, name }, { options });
		assert.ok(guest.hasEntered());
		guest.member().say("\u001b]52;c;cGF5bG9hZA==\u0007hello \u202e\u0007there", 0);
		await new Promise<void>((resolve) => engine.onEvent((event) => event.kind === "message" && resolve()));
		guest.leave();
		await guest.ended;
	}
	const shown = JSON.stringify([events, engine.snapshot().people]);
	for (const forbidden of ["\\u001b", "\\u0007", "\\u0000", "\u202e", "\u200b", "\\r"])
		assert.equal(shown.includes(forbidden), false, JSON.stringify(forbidden));
	const names = events.flatMap((event) => (event.kind === "joined" && !event.self ? [event.member.name] : []));
	assert.equal(names.length, 2);
	for (const name of names) assert.match(name, /\S/);
	const long = await joinMemoryRoom({ transport: () => transport }, { signer, name: "x".repeat(10_240) }, { options });
	assert.equal(long.hasEntered(), false);
	assert.equal((await long.ended).code, "identity_refused");
});
