// Strangers who knock: what they make the host do, what they learn of it, and how many of them it takes to keep others out.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { holdsAnything, KNOCK_BYTES, makeKnock, shownIn, tagKeys } from "../../src/crypto/opening/knock.ts";
import { waitingPerCaller } from "../../src/engine/host/entry-judge.ts";
import { frameType, padCertificatesToBytes } from "../../src/engine/wire/frame.ts";
import { KeepAlive } from "../../src/engine/wire/keep-alive.ts";
import { memoryLinkPair } from "../../src/net/link/memory-transport.ts";
import { enter, knockWith, refusalOf } from "../support/attackers/by-hand.ts";
import {
	expectFrame,
	guess,
	guestChannel,
	hostIdentity,
	identify,
	knockEmpty,
	prsOf,
	readGreeting,
	showCertificate,
	sign,
	throughPassword,
} from "../support/attackers/cheap-guest.ts";
import { nextFrame } from "../support/attackers/man-in-the-middle.ts";
import { relayBefore } from "../support/attackers/relay.ts";
import { callerAt } from "../support/net/caller-at.ts";
import { ChangingRules } from "../support/rooms/changing-rules.ts";
import {
	assertStillWorks,
	freshAddress,
	joinMemoryRoom,
	type MemoryRoom,
	newSelf,
	openMemoryRoom,
	roomPassword,
} from "../support/rooms/memory-room.ts";
import { until } from "../support/until.ts";

const rules = new ChangingRules();
const room = await openMemoryRoom({ after }, {}, rules);
const { fingerprint } = room.host.signer;
const invite = tagKeys({ kind: "invite", secret: room.hosted.inviteSecret }, fingerprint);
const pin = tagKeys({ kind: "pin" }, fingerprint);

test("attack: a knock that was right in one channel, played again in another, is answered like one that shows nothing", async () => {
	const first = await readGreeting(room.link());
	const recorded = makeKnock({ invite, pin }, first.channel);
	first.frames.send(frameType.knock, recorded);
	assert.ok((await expectFrame(first.frames, frameType.hostProof)).length > 0);
	const second = await readGreeting(room.link());
	second.frames.send(frameType.knock, recorded);
	assert.equal((await expectFrame(second.frames, frameType.hostProof)).length, 0);
	for (const { frames } of [first, second]) frames.stream.destroy();
});

test("attack: the answer to a knock has one size on the wire, whether it shows anything or not", async () => {
	for (const secrets of [{}, { invite }, { pin }]) {
		const link = room.link();
		const greeting = await readGreeting(link);
		const sizes: number[] = [];
		link.stream.on("data", (chunk: Buffer) => sizes.push(chunk.length));
		greeting.frames.send(frameType.knock, makeKnock(secrets, greeting.channel));
		await expectFrame(greeting.frames, frameType.hostProof);
		// RFC 8446 §5: records of at most 16,384 bytes, 22 bytes around each.
		const records = Math.ceil(padCertificatesToBytes / 16_384);
		assert.equal(
			sizes.reduce((sum, size) => sum + size, 0),
			padCertificatesToBytes + records * 22,
			JSON.stringify(Object.keys(secrets)),
		);
		greeting.frames.stream.destroy();
	}
});

test("attack: every secret of the host's is compared with every knock, wherever the right one stands", async () => {
	let compared = 0;
	const known = function* () {
		for (let place = 0; place < 100; place++) {
			compared += 1;
			yield { value: place, slots: "invite" as const, keys: place === 0 ? invite : pin };
		}
	};
	const channel = new Uint8Array(32).fill(1);
	assert.equal(shownIn(makeKnock({ invite }, channel), channel, known()).length, 1);
	assert.equal(compared, 100);
	assert.equal(holdsAnything({}), false);
});

test("attack p06: strangers who know the fingerprint, or have the invite, do not make the host's OpenPGP key sign", async (t) => {
	const signing = t.mock.method(room.host.signer, "sign");
	for (let count = 0; count < 40; count++) {
		const knocked = await knockWith(room, room.link(), count % 2 === 0 ? { pin } : { invite });
		assert.equal(knocked.proof.kind, "proven");
		knocked.frames.stream.destroy();
	}
	assert.equal(signing.mock.callCount(), 0);
});

test("attack p06: whoever has the password and somebody's certificate makes the host sign only after its owner has, where the host has proven itself", async (t) => {
	const bob = await newSelf("Bob");
	const signing = t.mock.method(room.host.signer, "sign");
	const knocked = await knockWith(room, room.link(), { invite });
	const prs = await prsOf(roomPassword, knocked.hello);
	assert.equal((await guess(knocked, prs, 1, fingerprint)).kind, "right");
	showCertificate(knocked, bob);
	await sign(
		knocked,
		{ ...bob, signer: { ...bob.signer, fingerprint: bob.signer.fingerprint, sign: async () => new Uint8Array(9) } },
		fingerprint,
	);
	assert.equal(await nextFrame(knocked.frames), undefined);
	assert.equal(signing.mock.callCount(), 0);
});

test("attack p04: whoever shows a certificate without its key learns nothing about its owner, in the room or not", async (t) => {
	const alice = await newSelf("Alice");
	const carol = await newSelf("Carol");
	const guest = await joinMemoryRoom(room, alice);
	t.after(async () => {
		rules.paused = false;
		guest.leave();
		await guest.ended;
	});
	const heard = async (self: typeof alice): Promise<readonly number[]> => {
		const greeting = await throughPassword(room.link(), roomPassword);
		rules.paused = true;
		showCertificate(greeting, self);
		const identity = await hostIdentity(greeting);
		assert.equal(identity.fingerprint, fingerprint);
		greeting.frames.send(frameType.guestSignature, new Uint8Array(9));
		const types: number[] = [];
		for (let frame = await nextFrame(greeting.frames); frame; frame = await nextFrame(greeting.frames))
			types.push(frame.type);
		rules.paused = false;
		return types;
	};
	assert.deepEqual(await heard(alice), await heard(carol));
});

test("attack p04: while a room is paused a public fingerprint does not tell that its owner hosts here", async (t) => {
	rules.paused = true;
	t.after(() => {
		rules.paused = false;
	});
	const other = tagKeys({ kind: "pin" }, (await newSelf("Somebody")).signer.fingerprint);
	for (const secrets of [{ pin }, { pin: other }, {}]) {
		const greeting = await readGreeting(room.link());
		greeting.frames.send(frameType.knock, makeKnock(secrets, greeting.channel));
		assert.equal(await refusalOf(greeting), "paused");
	}
});

/** Somebody is in the room, and their connection breaks. */
async function oneIsAway(away: MemoryRoom): Promise<void> {
	const self = await newSelf("Away");
	const greeting = await throughPassword(away.link(), roomPassword);
	await identify(greeting, self);
	await enter({ after }, away, greeting, self);
	greeting.frames.stream.destroy();
	await until(() => away.away.has(self.signer.fingerprint), "they are away");
}

test("attack p04: a public fingerprint does not tell that its owner hosts here while a member is away either, who may be knocking to come back", async () => {
	const paused = new ChangingRules();
	const waiting = await openMemoryRoom({ after }, {}, paused);
	await oneIsAway(waiting);
	paused.paused = true;
	const shown = tagKeys({ kind: "pin" }, waiting.host.signer.fingerprint);
	for (const secrets of [{ pin: shown }, {}]) {
		const greeting = await readGreeting(waiting.link());
		greeting.frames.send(frameType.knock, makeKnock(secrets, greeting.channel));
		assert.equal((await expectFrame(greeting.frames, frameType.hostProof)).length, 0);
		greeting.frames.stream.destroy();
	}
});

test("attack: the place of a member whose connection broke is not given to a newcomer", async () => {
	const small = new ChangingRules();
	small.cap = 2;
	const full = await openMemoryRoom({ after }, {}, small);
	await oneIsAway(full);
	const newcomer = await throughPassword(full.link(), roomPassword);
	await identify(newcomer, await newSelf("Newcomer"));
	assert.equal(await refusalOf(newcomer), "full");
});

test("attack: a knock of another size is answered by nothing", async () => {
	for (const size of [0, KNOCK_BYTES - 1, KNOCK_BYTES + 1, 2 * KNOCK_BYTES]) {
		const { frames } = await readGreeting(room.link());
		frames.send(frameType.knock, new Uint8Array(size));
		assert.equal(await nextFrame(frames), undefined, `${size} bytes`);
	}
});

test("attack: knocks of one caller beyond the rate wait before they are looked at, and hold up nobody else", async () => {
	const slow = await openMemoryRoom({ after }, { knocks: { perSecond: 1e-6, burst: 1 } });
	const address = freshAddress();
	const knockFrom = async (from: string) => {
		const { frames, channel } = await readGreeting(slow.link(from));
		frames.send(frameType.knock, makeKnock({}, channel));
		return frames;
	};
	const first = await knockFrom(address);
	await expectFrame(first, frameType.hostProof);
	const second = await knockFrom(address);
	const other = await knockFrom(freshAddress());
	await expectFrame(other, frameType.hostProof);
	slow.gatekeeper.block(callerAt(address));
	assert.equal((await nextFrame(second))?.type, frameType.refused, "the second knock has not been looked at");
	for (const frames of [first, second, other]) frames.stream.destroy();
});

test("attack: channels with strangers beyond the rate wait before any is made, so that a flood that crowds itself out costs next to nothing", async () => {
	const slow = await openMemoryRoom({ after }, { channels: { perSecond: 1e-6, burst: 1 } });
	const first = await readGreeting(slow.link());
	const address = freshAddress();
	const second = relayBefore(slow.link(address));
	const opening = guestChannel(second.link).catch(() => undefined);
	await until(() => second.toHost.length > 0, "the ClientHello is on its way");
	// Longer than it would take to answer; on a slow computer this sees less, and fails no more.
	for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
	slow.gatekeeper.block(callerAt(address));
	await opening;
	assert.equal(second.toGuest.length, 0);
	first.frames.stream.destroy();
});

test("attack: one key with twenty proven connections has one that waits, and counts for nobody", async () => {
	const crowd = await newSelf("Crowd");
	const small = await openMemoryRoom({ after }, {}, new ChangingRules());
	const waiting = [];
	for (let count = 1; count <= 20; count++) {
		const greeting = await throughPassword(small.link(), roomPassword);
		await identify(greeting, crowd);
		await small.arrived(crowd, count);
		waiting.push(greeting);
	}
	const newest = waiting.pop();
	for (const { frames } of waiting) {
		const frame = await nextFrame(frames);
		assert.equal(frame?.type, frameType.close);
	}
	newest?.frames.stream.destroy();
});

test("attack: a room for three is not filled by proven connections that never come in, however many keys; the host is told of who is too many", async () => {
	const small = new ChangingRules();
	small.cap = 3;
	const filled = await openMemoryRoom({ after }, {}, small);
	const address = freshAddress();
	const selves = await Promise.all(Array.from({ length: waitingPerCaller }, (_, count) => newSelf(`Nobody ${count}`)));
	const tooMany = await newSelf("Too Many");
	const crowd = [];
	for (const self of selves) {
		const { frames, ...greeting } = await throughPassword(filled.link(address), roomPassword);
		await identify({ frames, ...greeting }, self);
		await filled.arrived(self);
		// They say that they are still there: who is silent for 30 s is taken for gone, and a slow computer takes longer for all of them.
		crowd.push({ frames, alive: new KeepAlive(frames) });
	}
	const refused = await throughPassword(filled.link(address), roomPassword);
	await identify(refused, tooMany);
	assert.equal(await refusalOf(refused), "busy");
	refused.frames.stream.destroy();
	const isTold = () =>
		small.knocks.some(({ outcome, who }) => outcome === "busy" && who?.fingerprint === tooMany.signer.fingerprint);
	await until(isTold, "the host is told of who is too many");
	for (const name of ["Ann", "Bob"]) {
		const friend = await joinMemoryRoom(filled, await newSelf(name));
		assert.ok(friend.hasEntered(), name);
	}
	for (const { frames, alive } of crowd) {
		alive.stop();
		frames.stream.destroy();
	}
});

test("attack: the host's own key, from a second window or a copied home, joins its room by no way, and the room goes on", async () => {
	const asked = { times: 0 };
	const askPassword = async () => {
		asked.times += 1;
		return roomPassword;
	};
	const typed = await joinMemoryRoom(room, room.host, { options: { askPassword } });
	assert.equal((await typed.ended).code, "own_room");
	let dials = 0;
	const invited = await joinMemoryRoom(room, room.host, {
		transport: {
			name: "memory",
			dial: async () => {
				dials += 1;
				return { kind: "linked", link: memoryLinkPair()[0] };
			},
			listen: async () => ({ kind: "failed", failure: "other", detail: "not here" }),
		},
		options: { askPassword, target: { endpoints: [{ host: "host", port: 1 }], pin: fingerprint } },
	});
	assert.equal((await invited.ended).code, "own_room");
	assert.deepEqual([asked.times, dials], [1, 0]);
	// A program that does not refuse itself is refused by the host.
	const greeting = await throughPassword(room.link(), roomPassword);
	showCertificate(greeting, room.host);
	assert.equal(await refusalOf(greeting), "ownKey");
	await assertStillWorks(room);
});

test("attack: shares of low order, or none at all, are one wrong guess, and the guest refuses them from a host", async () => {
	// RFC 9496: the identity, a field element that is too large, and a negative one.
	const bad = [
		new Uint8Array(32),
		new Uint8Array(32).fill(0xff),
		Uint8Array.of(1, ...new Uint8Array(31)),
		new Uint8Array(31),
	];
	for (const share of bad) {
		const { frames } = await knockEmpty(room.link());
		frames.send(frameType.shareA, share);
		assert.equal((await expectFrame(frames, frameType.shareB)).length, 32);
		frames.send(frameType.confirmA, new Uint8Array(64));
		assert.deepEqual(Buffer.from(await expectFrame(frames, frameType.wrong)), Buffer.of(2));
		frames.stream.destroy();
	}
});
