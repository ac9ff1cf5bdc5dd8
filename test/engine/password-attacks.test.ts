// Attacks on the room's password through real handshakes: what a guess costs, what a recording tells, and what the guest is told.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { ristretto255 } from "@noble/curves/ed25519.js";
import { respond, startInitiator } from "../../src/crypto/password/pake.ts";
import { encodeBody } from "../../src/engine/wire/codec.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import { channelIdentifier, encodeHello, readHello, sessionId } from "../../src/engine/wire/handshake.ts";
import { memoryLinkPair } from "../../src/net/link/memory-transport.ts";
import { callerAt } from "../support/caller-at.ts";
import { expectFrame, type Guessed, guess, openFrames, prsOf, readGreeting } from "../support/cheap-guest.ts";
import {
	assertStillWorks,
	freshAddress,
	joinMemoryRoom,
	newSelf,
	openMemoryRoom,
	roomPassword,
	transportOf,
} from "../support/memory-room.ts";
import { relayBefore } from "../support/relay.ts";

const room = await openMemoryRoom({ after });
const bob = await newSelf("Bob");
const candidates = [roomPassword, "123456", "four calm green word"];

/** What was said before TLS in a handshake with this password. */
async function recordAttempt(password: string) {
	const relay = relayBefore(room.link());
	const greeting = await readGreeting(relay.link);
	const guessed = await guess(greeting, await prsOf(password, greeting.hello), 1);
	relay.link.stream.destroy();
	const [toHost, toGuest] = [Buffer.concat([...relay.toHost]), Buffer.concat([...relay.toGuest])];
	const helloSize = toGuest.readUIntBE(0, 3);
	const hello = toGuest.subarray(4, 4 + helloSize);
	const answers = toGuest.subarray(4 + helloSize);
	return {
		guessed,
		hello,
		shareA: toHost.subarray(4, 36),
		tagA: toHost.subarray(40, 104),
		shareB: answers.subarray(4, 36),
		verdict: answers.subarray(36),
	};
}

const read = (hello: Uint8Array) => {
	const greeting = readHello(hello);
	assert.ok(greeting.kind === "hello");
	return greeting.hello;
};

test("attack: a recorded handshake cannot be used to test passwords, not even with the right one at hand", async () => {
	// Shown: (1) both shares are elements of a group of prime order, so for every candidate password there is exactly one pair of
	// secret scalars that explains them, and they exclude none (draft-irtf-cfrg-cpace §9.1); (2) without those scalars, whoever runs either side
	// again on the recording, with any candidate and the right one among them, gets tags that are not the recorded ones.
	const { hello, shareA, shareB, tagA, verdict, guessed } = await recordAttempt(roomPassword);
	assert.equal(guessed.kind, "right");
	for (const share of [shareA, shareB]) {
		const point = ristretto255.Point.fromBytes(share);
		assert.equal(point.equals(ristretto255.Point.ZERO), false);
	}
	const tagB = verdict.subarray(4);
	for (const candidate of candidates) {
		const prs = await prsOf(candidate, read(hello));
		const input = { prs, ci: channelIdentifier, sid: sessionId(hello, 1) };
		assert.equal(respond(input, shareA).check(tagA).kind, "wrong", `as the host, with "${candidate}"`);
		const initiator = startInitiator(input);
		const step = initiator.receive(shareB);
		assert.ok(step.kind === "confirmed-step");
		assert.notDeepEqual(Buffer.from(step.tag), tagA);
		assert.equal(initiator.finish(tagB).kind, "failed", `as the guest, with "${candidate}"`);
	}
});

test("attack: a wrong attempt tells nothing but that this one password is wrong: the record excludes no other", async () => {
	const { hello, shareA, shareB, verdict, guessed } = await recordAttempt("123456");
	assert.deepEqual(guessed, { kind: "wrong", left: 2 });
	// Besides a random share there is one byte: how many guesses are left.
	assert.deepEqual(verdict, Buffer.of(0, 0, 1, frameType.wrong, 2));
	assert.equal(ristretto255.Point.fromBytes(shareB).equals(ristretto255.Point.ZERO), false);
	for (const candidate of candidates) {
		const input = { prs: await prsOf(candidate, read(hello)), ci: channelIdentifier, sid: sessionId(hello, 1) };
		const step = startInitiator(input).receive(shareB);
		assert.equal(step.kind, "confirmed-step", "every candidate goes with the host's share");
		assert.equal(respond(input, shareA).share.length, 32, "and with the guest's");
	}
});

test("attack: an impostor in the host's place can test the one password it has committed to, and no other afterwards", async () => {
	const salt = randomBytes(16);
	for (const committed of ["123456", roomPassword]) {
		const [near, far] = memoryLinkPair();
		const hello = encodeHello({ room: randomBytes(32), salt, nonce: randomBytes(32) });
		const impostor = openFrames(far);
		impostor.send(frameType.hello, hello);
		const joining = joinMemoryRoom(room, bob, { transport: transportOf(() => near) });
		const shareA = await expectFrame(impostor, frameType.shareA);
		const scalar = randomBytes(64);
		const as = async (password: string) => {
			const input = {
				ci: channelIdentifier,
				sid: sessionId(hello, 1),
				random: (size: number) => scalar.subarray(0, size),
			};
			return respond({ ...input, prs: await prsOf(password, { salt }) }, shareA);
		};
		impostor.send(frameType.shareB, (await as(committed)).share);
		const tag = await expectFrame(impostor, frameType.confirmA);
		far.stream.destroy();
		assert.equal((await (await joining).ended).code, "connection_lost");
		for (const candidate of candidates) {
			const expected = candidate === committed && committed === roomPassword ? "right" : "wrong";
			assert.equal((await as(candidate)).check(tag).kind, expected, `"${candidate}" after "${committed}"`);
		}
	}
});

test("attack: before a guess is checked, and after one that was never made, the host says nothing that hangs on the password", async () => {
	const { shareA } = await recordAttempt("123456");
	const alerts = room.alerts.length;
	const relay = relayBefore(room.link());
	const frames = openFrames(relay.link);
	await expectFrame(frames, frameType.hello);
	frames.send(frameType.shareA, shareA);
	await expectFrame(frames, frameType.shareB);
	const heard = relay.toGuest.length;
	frames.detach();
	relay.link.stream.resume().end();
	await once(relay.link.stream, "close");
	assert.equal(relay.toGuest.length, heard);
	assert.equal(room.alerts.length, alerts);
});

test("attack: thirty parallel connections from one address get six guesses between them, and the right password comes too late", async () => {
	const address = freshAddress();
	const strikes = () => room.alerts.filter((alert) => alert.kind === "strike" && alert.caller.address === address);
	const wrongPrs = randomBytes(32);
	const hammer = async (): Promise<readonly Guessed[]> => {
		const verdicts: Guessed[] = [];
		const greeting = await readGreeting(room.link(address)).catch(() => undefined);
		for (let attempt = 1; greeting && attempt <= 3; attempt++) {
			const verdict = await guess(greeting, wrongPrs, attempt);
			verdicts.push(verdict);
			if (verdict.kind === "ended" || verdict.kind === "right") break;
		}
		greeting?.frames.stream.destroy();
		return verdicts;
	};
	const verdicts = (await Promise.all(Array.from({ length: 30 }, hammer))).flat();
	assert.equal(verdicts.filter(({ kind }) => kind === "wrong").length, 6);
	assert.equal(strikes().length, 6);
	const late = await joinMemoryRoom(room, bob, { transport: room.transport(address) });
	assert.equal((await late.ended).code, "blocked");
	await assertStillWorks(room);
});

test("attack: a connection broken off after each guess, again and again, gets no more than six either", async () => {
	const address = freshAddress();
	let wrong = 0;
	for (let i = 0; i < 10; i++) {
		const link = room.link(address);
		const greeting = await readGreeting(link).catch(() => undefined);
		if (greeting && (await guess(greeting, randomBytes(32), 1)).kind === "wrong") wrong += 1;
		link.stream.destroy();
	}
	assert.equal(wrong, 6);
});

test("a person is told how many tries are left, is disconnected after three, blocked after six, and can be let back in", async () => {
	const address = freshAddress();
	const asked: number[] = [];
	const join = (password: string) =>
		joinMemoryRoom(room, bob, {
			transport: room.transport(address),
			options: {
				askPassword: async (left) => {
					asked.push(left);
					return password;
				},
			},
		});
	assert.equal((await (await join("no")).ended).code, "wrong_password");
	assert.equal((await (await join("no")).ended).code, "wrong_password");
	assert.deepEqual(asked, [3, 2, 1, 3, 2, 1]);
	assert.equal((await (await join(roomPassword)).ended).code, "blocked");
	assert.equal(room.gatekeeper.unblock(callerAt(address)), true);
	const back = await join(roomPassword);
	assert.ok(back.hasEntered());
	back.leave();
	await back.ended;
});

test("who is blocked while thinking about the password is told so", async () => {
	const address = "203.0.113.77";
	const asked = Promise.withResolvers<void>();
	const guest = joinMemoryRoom(room, bob, {
		transport: room.transport(address),
		options: {
			askPassword: (_left, _wasWrong, hasEnded) => {
				asked.resolve();
				return new Promise((resolve) => hasEnded.addEventListener("abort", () => resolve(undefined)));
			},
		},
	});
	await asked.promise;
	room.gatekeeper.block(callerAt(address));
	assert.equal((await (await guest).ended).code, "blocked");
});

test("attack: where the host cannot tell strangers apart nobody gets a guess: the Link is closed without a word", async () => {
	const [near, far] = memoryLinkPair();
	room.hosted.server.take({ stream: far.stream, far: { transport: "memory" } });
	assert.equal((await buffer(near.stream)).length, 0);
	assert.ok(far.stream.destroyed);
	await assertStillWorks(room);
});

test("a host who lets nobody in, a full room and a crowd are each told as what they are", async (t) => {
	const paused = await openMemoryRoom(t, {}, { isPaused: () => true });
	assert.equal((await (await joinMemoryRoom(paused, bob)).ended).code, "paused");
	const full = await openMemoryRoom(t, {}, { memberCap: () => 1 });
	assert.equal((await (await joinMemoryRoom(full, bob)).ended).code, "busy");
	const crowded = await openMemoryRoom(t, { pendingPerCaller: 1 });
	const first = crowded.link("203.0.113.9");
	await readGreeting(first);
	const second = await joinMemoryRoom(crowded, bob, { transport: crowded.transport("203.0.113.9") });
	assert.equal((await second.ended).code, "busy");
	first.stream.destroy();
});

test("a host of another version, and something that is no host, are told apart before a password is asked for", async () => {
	const answers = {
		wrong_version: encodeBody({ v: 2, news: true }),
		not_real_talk: Buffer.from("220 mail.example ESMTP"),
	};
	for (const [code, body] of Object.entries(answers)) {
		const [near, far] = memoryLinkPair();
		openFrames(far).send(frameType.hello, body);
		const guest = await joinMemoryRoom(room, bob, {
			transport: transportOf(() => near),
			options: { askPassword: () => assert.fail("nobody is asked") },
		});
		assert.equal((await guest.ended).code, code);
	}
});
