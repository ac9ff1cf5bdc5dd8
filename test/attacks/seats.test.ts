// Seats, by which members come back without the password: stolen, copied, retired, taken back, and shown by two at once.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeResumed, encodeClose, encodePosition } from "../../src/engine/wire/entering-frames.ts";
import { encodeBareFrame, frameType } from "../../src/engine/wire/frame.ts";
import type { Order } from "../../src/engine/wire/transcript.ts";
import { memoryLinkPair } from "../../src/net/link/memory-transport.ts";
import { comeBack, enter, flood, knockWith, refusalOf, seatKeys } from "../support/attackers/by-hand.ts";
import {
	expectFrame,
	guess,
	identify,
	showCertificate,
	sign,
	throughPassword,
} from "../support/attackers/cheap-guest.ts";
import { nextFrame } from "../support/attackers/man-in-the-middle.ts";
import { ChangingRules } from "../support/rooms/changing-rules.ts";
import { assertStillWorks, newSelf, openMemoryRoom, roomPassword } from "../support/rooms/memory-room.ts";

const rules = new ChangingRules();
const room = await openMemoryRoom({ after }, {}, rules);
const strikes = () => room.alerts.filter(({ kind }) => kind === "strike").length;
const ending = { after };

/** Somebody comes in by the password and has a seat; `isKept`: and has said so. */
async function settle(name: string, isKept = true) {
	const self = await newSelf(name);
	const greeting = await throughPassword(room.link(), roomPassword);
	await identify(greeting, self);
	const { seat, order } = await enter(ending, room, greeting, self);
	if (isKept) greeting.frames.send(frameType.kept);
	return { self, seat, order, frames: greeting.frames };
}

/** Resumes by the seat; the seat that is given then. */
async function resume(
	self: Awaited<ReturnType<typeof newSelf>>,
	seat: Uint8Array,
	{ seq, head }: Order,
	isKept = true,
) {
	const back = await comeBack(room, room.link(), self, seat);
	back.frames.send(frameType.resume, encodePosition({ seq, head }));
	const resumed = decodeResumed(await expectFrame(back.frames, frameType.resumed));
	assert.ok(resumed.kind === "value");
	if (isKept) back.frames.send(frameType.kept);
	return { frames: back.frames, seat: Uint8Array.from(resumed.value.seat) };
}

test("a member comes back by the seat, without the password, and is given another one", async () => {
	const { self, seat, order } = await settle("Ann");
	const once = await resume(self, seat, order);
	assert.notDeepEqual(once.seat, seat);
	const twice = await resume(self, once.seat, order);
	assert.notDeepEqual(twice.seat, once.seat);
	assert.equal(strikes(), 0);
	twice.frames.stream.destroy();
});

test("a seat whose successor got lost on the way is good again, and so is the successor", async () => {
	const { self, seat, order } = await settle("Bea");
	await resume(self, seat, order, false);
	const again = await resume(self, seat, order, false);
	const bySuccessor = await resume(self, again.seat, order);
	bySuccessor.frames.stream.destroy();
	assert.deepEqual(rules.alarms, []);
});

test("attack: a stolen seat without its owner's key is closed, told to the host and no strike; the owner still comes back", async () => {
	const { self, seat, order } = await settle("Cleo");
	const thief = await newSelf("Thief");
	const keys = seatKeys(room, seat, self.signer.fingerprint);
	const withOwnKey = await knockWith(room, room.link(), { newestSeat: keys });
	assert.ok(withOwnKey.proof.kind === "proven");
	showCertificate(withOwnKey, thief);
	await sign(withOwnKey, thief, room.host.signer.fingerprint, "seat");
	assert.equal(await nextFrame(withOwnKey.frames), undefined);
	const withTheirs = await knockWith(room, room.link(), { previousSeat: keys });
	showCertificate(withTheirs, self);
	await sign(
		withTheirs,
		{
			...thief,
			signer: { ...thief.signer, fingerprint: self.signer.fingerprint, sign: thief.signer.sign.bind(thief.signer) },
		},
		room.host.signer.fingerprint,
		"seat",
	);
	assert.equal(await nextFrame(withTheirs.frames), undefined);
	assert.deepEqual(rules.alarms.splice(0), [
		[self.signer.fingerprint, "stolen"],
		[self.signer.fingerprint, "stolen"],
	]);
	assert.equal(strikes(), 0);
	(await resume(self, seat, order)).frames.stream.destroy();
});

test("attack: a signature for the way by password is none for the way by seat", async () => {
	const { self, seat } = await settle("Dora");
	const knocked = await knockWith(room, room.link(), { newestSeat: seatKeys(room, seat, self.signer.fingerprint) });
	showCertificate(knocked, self);
	await sign(knocked, self, room.host.signer.fingerprint, "password");
	assert.equal(await nextFrame(knocked.frames), undefined);
	assert.deepEqual(rules.alarms.splice(0), [[self.signer.fingerprint, "stolen"]]);
});

test("attack: a copied disk whose owner has been here since shows a retired seat: the host proves itself, is told of the copy, and asks for the password", async () => {
	const { self, seat, order } = await settle("Edda");
	const owner = await resume(self, seat, order);
	const copy = await knockWith(room, room.link(), { newestSeat: seatKeys(room, seat, self.signer.fingerprint) });
	assert.ok(copy.proof.kind === "proven");
	assert.equal(copy.proof.way, "password");
	assert.deepEqual(rules.alarms.splice(0), [[self.signer.fingerprint, "retired"]]);
	// Without the password there is no way on.
	showCertificate(copy, self);
	assert.equal(await nextFrame(copy.frames), undefined);
	// Who shows the seat of the moment beside it is no copy.
	const both = await knockWith(room, room.link(), {
		newestSeat: seatKeys(room, owner.seat, self.signer.fingerprint),
		previousSeat: seatKeys(room, seat, self.signer.fingerprint),
	});
	assert.ok(both.proof.kind === "proven");
	assert.equal(both.proof.way, "seat");
	assert.deepEqual(rules.alarms, []);
	for (const one of [owner, both]) one.frames.stream.destroy();
});

test("attack: of two who hold one seat, the one who waits with it does not come in once it was retired, and only one of them is ever in", async () => {
	const { self, seat, order } = await settle("Fay");
	const owner = await resume(self, seat, order, false);
	const waiting = await comeBack(room, room.link(), self, seat);
	owner.frames.send(frameType.kept);
	// A word that is out of turn is judged after what was said before it.
	owner.frames.send(frameType.hello);
	while (await nextFrame(owner.frames));
	waiting.frames.send(frameType.resume, encodePosition({ seq: order.seq, head: order.head }));
	assert.equal(await refusalOf(waiting), "busy");
});

test("attack: a seat that is retired between the knock and the signature lets nobody in", async () => {
	const { self, seat, order } = await settle("Flo");
	const owner = await resume(self, seat, order, false);
	const slow = await knockWith(room, room.link(), { newestSeat: seatKeys(room, seat, self.signer.fingerprint) });
	assert.ok(slow.proof.kind === "proven" && slow.proof.way === "seat");
	owner.frames.send(frameType.kept);
	owner.frames.send(frameType.hello);
	while (await nextFrame(owner.frames));
	showCertificate(slow, self);
	await sign(slow, self, room.host.signer.fingerprint, "seat");
	assert.equal(await refusalOf(slow), "busy");
});

test("attack: a person whom the host has removed does not come back by a seat, and is told why by a host that proves itself", async () => {
	const { self, seat, order } = await settle("Gil");
	const next = await resume(self, seat, order, false);
	assert.equal(await room.hosted.server.kick(self.signer.fingerprint), true);
	for (const old of [seat, next.seat]) {
		const back = await knockWith(room, room.link(), { newestSeat: seatKeys(room, old, self.signer.fingerprint) });
		assert.ok(back.proof.kind === "proven");
		assert.equal(back.proof.way, "none");
		assert.equal(await refusalOf(back), "kicked");
	}
	assert.deepEqual(rules.alarms, []);
});

test("attack: a blocked key does not come back by a seat, and its seats are gone for good", async () => {
	const { self, seat } = await settle("Hal");
	rules.blockedKeys.add(self.signer.fingerprint);
	rules.tell();
	const back = await knockWith(room, room.link(), { newestSeat: seatKeys(room, seat, self.signer.fingerprint) });
	assert.ok(back.proof.kind === "proven");
	assert.equal(back.proof.way, "none");
	rules.blockedKeys.delete(self.signer.fingerprint);
	rules.tell();
	const later = await knockWith(room, room.link(), { newestSeat: seatKeys(room, seat, self.signer.fingerprint) });
	assert.ok(later.proof.kind === "proven" && later.proof.way === "none");
});

test("another password ends no seats, and a paused or full room keeps no member out", async () => {
	const { self, seat, order, frames } = await settle("Ida");
	frames.stream.destroy();
	await room.hosted.changePassword("another one entirely");
	rules.paused = true;
	rules.cap = 1;
	rules.tell();
	const back = await resume(self, seat, order);
	back.frames.stream.destroy();
	rules.paused = false;
	rules.cap = 200;
	await room.hosted.changePassword(roomPassword);
});

test("attack: a seat of another person, room or host is no seat here", async () => {
	const { self, seat } = await settle("Jan");
	const other = await newSelf("Other");
	const elsewhere = await openMemoryRoom({ after });
	for (const keys of [
		seatKeys(room, seat, other.signer.fingerprint),
		seatKeys(elsewhere, seat, self.signer.fingerprint),
	]) {
		assert.equal((await knockWith(room, room.link(), { newestSeat: keys })).proof.kind, "none");
	}
});

test("attack: the seat of somebody who has left for good is not good any more", async () => {
	const { self, seat, frames } = await settle("Lea");
	frames.send(frameType.close, encodeClose("left"));
	while (await nextFrame(frames));
	const later = await knockWith(room, room.link(), { newestSeat: seatKeys(room, seat, self.signer.fingerprint) });
	assert.equal(later.proof.kind, "none");
	assert.deepEqual(rules.alarms, []);
});

test("attack: where the host cannot tell strangers apart, wrong passwords after a retired seat count against that seat alone", async () => {
	const { self, seat, order } = await settle("Mia");
	const { fingerprint } = self.signer;
	const owner = await resume(self, seat, order);
	// A word that is out of turn is judged after what was said before it: the new seat is kept by then.
	owner.frames.send(frameType.hello);
	while (await nextFrame(owner.frames));
	const [near, far] = memoryLinkPair();
	room.hosted.server.take({ stream: far.stream, far: { transport: "memory" } });
	const copy = await knockWith(room, near, { newestSeat: seatKeys(room, seat, fingerprint) });
	assert.ok(copy.proof.kind === "proven" && copy.proof.way === "password");
	assert.equal((await guess(copy, new Uint8Array(32), 1, room.host.signer.fingerprint)).kind, "wrong");
	const callers = room.alerts.flatMap((alert) => (alert.kind === "strike" ? [alert.caller.key] : []));
	assert.deepEqual(callers, [`seat ${fingerprint}`]);
	assert.deepEqual(rules.alarms.splice(0), [[fingerprint, "retired"]]);
	copy.frames.stream.destroy();
});

test("attack: whoever shows a good seat and then sends without end is cut off as early as anybody who is not proven", async () => {
	const { self, seat } = await settle("Nell");
	const { frames, proof } = await knockWith(room, room.link(), {
		newestSeat: seatKeys(room, seat, self.signer.fingerprint),
	});
	assert.ok(proof.kind === "proven" && proof.way === "seat");
	const takenBytes = await flood(frames.stream, encodeBareFrame(frameType.padding, new Uint8Array(4000)));
	assert.ok(takenBytes < 1_000_000, `${takenBytes} bytes were taken`);
});

test("attack: a guest that says ‘kept’ without having come in breaks the protocol", async () => {
	const greeting = await throughPassword(room.link(), roomPassword);
	await identify(greeting, await newSelf("Kay"));
	greeting.frames.send(frameType.kept);
	const frame = await nextFrame(greeting.frames);
	assert.ok(frame === undefined || frame.type === frameType.close);
	await assertStillWorks(room);
});
