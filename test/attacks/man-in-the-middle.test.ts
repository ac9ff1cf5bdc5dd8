// A man in the middle with a channel of his own to each side: what he can pass on, and that it opens nothing.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as v from "valibot";
import { openingBinding, roomName } from "../../src/crypto/opening/binding.ts";
import { hostTag, makeKnock, type TagKeys, tagKeys } from "../../src/crypto/opening/knock.ts";
import { attemptInput } from "../../src/crypto/opening/proofs.ts";
import { respond } from "../../src/crypto/password/pake.ts";
import { decodeBody, encodeBody } from "../../src/engine/wire/codec.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import { readHello } from "../../src/engine/wire/handshake.ts";
import { memoryLinkPair } from "../../src/net/link/memory-transport.ts";
import { hostIdentity, prsOf, showCertificate, sign, throughPassword } from "../support/attackers/cheap-guest.ts";
import {
	hostChannel,
	type Middle,
	nextFrame,
	passEverything,
	stepBetween,
} from "../support/attackers/man-in-the-middle.ts";
import {
	assertStillWorks,
	joinMemoryRoom,
	newSelf,
	openMemoryRoom,
	roomPassword,
	transportOf,
} from "../support/rooms/memory-room.ts";

const room = await openMemoryRoom({ after });
const { fingerprint } = room.host.signer;
const inviteSecret = room.hosted.inviteSecret;
const invited = {
	endpoints: [{ host: "host", port: 1 }],
	pin: fingerprint,
	inviteSecret,
	roomName: roomName(room.hosted.roomId),
};
const bob = await newSelf("Bob");

/** How somebody is asked for the password, counted. */
function counted(password: string | undefined = roomPassword) {
	const asked = { times: 0 };
	return {
		asked,
		askPassword: async () => {
			asked.times += 1;
			return asked.times === 1 ? password : undefined;
		},
	};
}

/** The middle gets the true host's proof for its own channel, by the invite, which it has. */
async function trueProof(middle: Middle, invite: TagKeys) {
	const host = await middle.toHost;
	const hello = await nextFrame(host.frames);
	assert.ok(hello?.type === frameType.hello);
	host.frames.send(frameType.knock, makeKnock({ invite }, host.channel));
	const proof = await nextFrame(host.frames);
	assert.ok(proof?.type === frameType.hostProof && proof.body.length > 0);
	return { hello: hello.body, proof: proof.body };
}

/** Plays the host to a guest with what the true host has said, then tries one word; whether a share came. */
async function guessAt(middle: Middle, word: string, isTagOurs: boolean): Promise<boolean> {
	const invite = tagKeys({ kind: "invite", secret: inviteSecret }, fingerprint);
	const guest = await middle.toGuest;
	const { hello, proof } = await trueProof(middle, invite);
	guest.frames.send(frameType.hello, hello);
	assert.equal((await nextFrame(guest.frames))?.type, frameType.knock);
	const opening = openingBinding(guest.channel, hello);
	const decoded = decodeBody(v.looseObject({}), proof);
	assert.ok(decoded.kind === "value");
	const tag = hostTag(invite.host, opening);
	guest.frames.send(frameType.hostProof, isTagOurs ? encodeBody({ ...decoded.value, tag }) : proof);
	const share = await nextFrame(guest.frames);
	if (share?.type !== frameType.shareA) return false;
	const read = readHello(hello);
	assert.ok(read.kind === "hello");
	const prs = await prsOf(word, read.hello);
	guest.frames.send(
		frameType.shareB,
		respond(attemptInput("host", { prs, opening, attempt: 1, host: fingerprint }), share.body).share,
	);
	return true;
}

test("attack p01: a man in the middle who passes the opening on and then plays the password himself gets no share from a guest with an invite, nor from one that comes back", async () => {
	for (const isTagOurs of [false, true]) {
		const middle = stepBetween(room.link());
		const { asked, askPassword } = counted();
		const joining = joinMemoryRoom(room, bob, {
			transport: transportOf(() => middle.link),
			options: { target: invited, askPassword },
		});
		assert.equal(await guessAt(middle, roomPassword, isTagOurs), false);
		assert.equal((await (await joining).ended).code, "wrong_host");
		assert.equal(asked.times, 0);
	}
	// In the room, and the connection breaks: whoever answers now is the man in the middle.
	const first = room.link();
	const dialledAgain = Promise.withResolvers<Middle>();
	let dials = 0;
	const dial = () => {
		dials += 1;
		if (dials === 1) return first;
		const middle = stepBetween(room.link());
		dialledAgain.resolve(middle);
		return middle.link;
	};
	const { asked, askPassword } = counted();
	const guest = await joinMemoryRoom(room, bob, {
		transport: transportOf(dial),
		options: { target: invited, askPassword },
	});
	assert.ok(guest.hasEntered());
	first.stream.destroy();
	assert.equal(await guessAt(await dialledAgain.promise, roomPassword, true), false);
	assert.equal((await guest.ended).code, "another_room");
	assert.equal(asked.times, 1, "the password was used once, for the one time it was typed");
	await assertStillWorks(room);
});

test("attack: a man in the middle who passes every frame on gets nobody in: what is right in one channel is wrong in the other", async () => {
	const strikes = () => room.alerts.filter(({ kind }) => kind === "strike").length;
	const before = strikes();
	for (const target of [{ endpoints: invited.endpoints }, invited]) {
		const middle = stepBetween(room.link());
		const { askPassword } = counted();
		const passing = passEverything(middle);
		const guest = await joinMemoryRoom(room, await newSelf("Kept Out"), {
			transport: transportOf(() => middle.link),
			options: { target, askPassword },
		});
		assert.equal(guest.hasEntered(), false);
		const { guest: fromGuest, host } = await passing;
		const isInvited = target === invited;
		assert.deepEqual(
			fromGuest,
			isInvited ? [frameType.knock] : [frameType.knock, frameType.shareA, frameType.confirmA],
		);
		assert.deepEqual(
			host,
			isInvited
				? [frameType.hello, frameType.hostProof]
				: [frameType.hello, frameType.hostProof, frameType.shareB, frameType.wrong],
		);
		assert.equal((await guest.ended).code, isInvited ? "wrong_host" : "left");
	}
	assert.equal(strikes(), before + 1, "the word that the stranger typed counts as a wrong guess, and the host sees it");
	await assertStillWorks(room);
});

test("attack: a man in the middle who knows the password and passes on what the guest signs does not come in as the guest: it is signed for another channel", async () => {
	const own = await throughPassword(room.link(), roomPassword);
	const toBob = await throughPassword(room.link(), roomPassword);
	showCertificate(own, bob);
	await hostIdentity(own);
	await sign({ frames: own.frames, opening: toBob.opening }, bob, fingerprint);
	own.frames.send(frameType.admitMe);
	assert.equal(await nextFrame(own.frames), undefined);
	toBob.frames.stream.destroy();
});

test("attack: a false host without a proof, or with another guest's, never sees a share of a guest that holds anything", async () => {
	const stolen = await trueProof(
		stepBetween(room.link()),
		tagKeys({ kind: "invite", secret: inviteSecret }, fingerprint),
	);
	for (const proof of [new Uint8Array(0), stolen.proof, stolen.proof.subarray(1), new Uint8Array(300).fill(7)]) {
		const [near, far] = memoryLinkPair();
		const { asked, askPassword } = counted();
		const joining = joinMemoryRoom(room, bob, {
			transport: transportOf(() => near),
			options: { target: invited, askPassword },
		});
		const guest = await hostChannel(far);
		guest.frames.send(frameType.hello, stolen.hello);
		assert.equal((await nextFrame(guest.frames))?.type, frameType.knock);
		guest.frames.send(frameType.hostProof, proof);
		assert.equal(await nextFrame(guest.frames), undefined);
		assert.equal((await (await joining).ended).code, "wrong_host");
		assert.equal(asked.times, 0);
	}
});
