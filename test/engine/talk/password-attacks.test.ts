// Attacks on the room's password through real handshakes: what a guess costs, what a recording tells, and what the guest is told.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { ristretto255 } from "@noble/curves/ed25519.js";
import { openingBinding } from "../../../src/crypto/opening/binding.ts";
import { makeKnock, tagKeys } from "../../../src/crypto/opening/knock.ts";
import { attemptInput } from "../../../src/crypto/opening/proofs.ts";
import { respond, startInitiator } from "../../../src/crypto/password/pake.ts";
import { openFrames } from "../../../src/engine/host/handshake-host.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import { encodeHello, refusalCode } from "../../../src/engine/wire/handshake.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import {
	expectFrame,
	type Guessed,
	guess,
	knockEmpty,
	prsOf,
	readGreeting,
} from "../../support/attackers/cheap-guest.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import {
	assertStillWorks,
	freshAddress,
	joinMemoryRoom,
	newSelf,
	openMemoryRoom,
	roomPassword,
	transportOf,
} from "../../support/rooms/memory-room.ts";
import { patienceMs } from "../../support/until.ts";

const room = await openMemoryRoom({ after });
const bob = await newSelf("Bob");
const candidates = [roomPassword, "123456", "four calm green word"];

/** Everything an attacker in the guest's own place learns from one attempt with this password. */
async function recordAttempt(password: string) {
	const greeting = await knockEmpty(room.link());
	const { frames, hello, opening } = greeting;
	const initiator = startInitiator(attemptInput("guest", { prs: await prsOf(password, hello), opening, attempt: 1 }));
	frames.send(frameType.shareA, initiator.share);
	const shareB = await expectFrame(frames, frameType.shareB);
	const step = initiator.receive(shareB);
	assert.ok(step.kind === "confirmed-step");
	frames.send(frameType.confirmA, step.tag);
	const verdict = await frames.next(new AbortController().signal);
	frames.stream.destroy();
	assert.ok(verdict.kind === "frame");
	return { hello, opening, shareA: initiator.share, tagA: step.tag, shareB, verdict: verdict.frame };
}

test("attack: the recorded messages about a password cannot be used to test passwords, not even with the right one at hand", async () => {
	// Shown: (1) both shares are elements of a group of prime order, so for every candidate password there is exactly one pair of
	// secret scalars that explains them, and they exclude none (draft-irtf-cfrg-cpace-21 §10.1); (2) without those scalars, whoever runs either side
	// again on the recording, with any candidate and the right one among them, gets tags that are not the recorded ones.
	const { hello, opening, shareA, shareB, tagA, verdict } = await recordAttempt(roomPassword);
	assert.equal(verdict.type, frameType.confirmB);
	for (const share of [shareA, shareB]) {
		const point = ristretto255.Point.fromBytes(share);
		assert.equal(point.equals(ristretto255.Point.ZERO), false);
	}
	for (const candidate of candidates) {
		const binding = { prs: await prsOf(candidate, hello), opening, attempt: 1 };
		assert.equal(
			respond(attemptInput("host", binding), shareA).check(tagA).kind,
			"wrong",
			`as the host, with "${candidate}"`,
		);
		const initiator = startInitiator(attemptInput("guest", binding));
		const step = initiator.receive(shareB);
		assert.ok(step.kind === "confirmed-step");
		assert.notDeepEqual(Buffer.from(step.tag), Buffer.from(tagA));
		assert.equal(initiator.finish(verdict.body).kind, "failed", `as the guest, with "${candidate}"`);
	}
});

test("attack: a wrong attempt tells nothing but that this one password is wrong: the record excludes no other", async () => {
	const { hello, opening, shareA, shareB, verdict } = await recordAttempt("123456");
	// Besides a random share there is one byte: how many guesses are left.
	assert.equal(verdict.type, frameType.wrong);
	assert.deepEqual(Buffer.from(verdict.body), Buffer.of(2));
	assert.equal(ristretto255.Point.fromBytes(shareB).equals(ristretto255.Point.ZERO), false);
	for (const candidate of candidates) {
		const binding = { prs: await prsOf(candidate, hello), opening, attempt: 1 };
		const step = startInitiator(attemptInput("guest", binding)).receive(shareB);
		assert.equal(step.kind, "confirmed-step", "every candidate goes with the host's share");
		assert.equal(respond(attemptInput("host", binding), shareA).share.length, 32, "and with the guest's");
	}
});

test("attack: an impostor in the host's place can test the one password it has committed to, and no other afterwards", async () => {
	const salt = randomBytes(16);
	for (const committed of ["123456", roomPassword]) {
		const [near, far] = memoryLinkPair();
		const joining = joinMemoryRoom(room, bob, { transport: transportOf(() => near) });
		const opened = await openFrames(far.stream, AbortSignal.timeout(patienceMs));
		assert.ok(opened.kind === "opened");
		const impostor = opened.frames;
		const hello = encodeHello({ room: randomBytes(32), salt });
		const opening = openingBinding(opened.channel, hello);
		impostor.send(frameType.hello, hello);
		await expectFrame(impostor, frameType.knock);
		impostor.send(frameType.hostProof);
		const shareA = await expectFrame(impostor, frameType.shareA);
		const scalar = randomBytes(64);
		const as = async (password: string) => {
			const input = attemptInput("host", { prs: await prsOf(password, { salt }), opening, attempt: 1 });
			return respond({ ...input, random: (size: number) => scalar.subarray(0, size) }, shareA);
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
	const alerts = room.alerts.length;
	const { frames } = await knockEmpty(room.link());
	frames.send(frameType.shareA, ristretto255.Point.BASE.toBytes());
	await expectFrame(frames, frameType.shareB);
	frames.stream.end();
	assert.equal((await frames.next(AbortSignal.timeout(patienceMs))).kind, "ended");
	assert.equal(room.alerts.length, alerts);
});

test("attack: thirty parallel connections from one address get six guesses between them, and the right password comes too late", async () => {
	const address = freshAddress();
	const strikes = () => room.alerts.filter((alert) => alert.kind === "strike" && alert.caller.address === address);
	const wrongPrs = randomBytes(32);
	const hammer = async (): Promise<readonly Guessed[]> => {
		const verdicts: Guessed[] = [];
		const link = room.link(address);
		const greeting = await knockEmpty(link).catch(() => undefined);
		for (let attempt = 1; greeting && attempt <= 3; attempt++) {
			const verdict = await guess(greeting, wrongPrs, attempt);
			verdicts.push(verdict);
			if (verdict.kind === "ended" || verdict.kind === "right") break;
		}
		link.stream.destroy();
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
		const greeting = await knockEmpty(link).catch(() => undefined);
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

test("whoever is blocked while thinking about the password is told so", async () => {
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

/** A Link by a Transport that has no callers, such as an onion service. */
function withoutCaller(): Link {
	const [near, far] = memoryLinkPair();
	room.hosted.server.take({ stream: far.stream, far: { transport: "memory" } });
	return near;
}

test("attack: where the host cannot tell strangers apart, who shows nothing, or only the public fingerprint, gets no guess", async () => {
	const { fingerprint } = room.host.signer;
	for (const secrets of [{}, { pin: tagKeys({ kind: "pin" }, fingerprint) }]) {
		const { frames, channel } = await readGreeting(withoutCaller());
		frames.send(frameType.knock, makeKnock(secrets, channel));
		assert.equal((await frames.next(AbortSignal.timeout(patienceMs))).kind, "ended");
	}
	await assertStillWorks(room);
});

/** Dials four times with an invite and guesses wrong wherever that is allowed. Returns the wrong guesses, and why the rest was refused. */
async function guessByInvite(secret: Uint8Array) {
	const { fingerprint } = room.host.signer;
	const invite = tagKeys({ kind: "invite", secret }, fingerprint);
	const refusals: number[] = [];
	let wrong = 0;
	for (let count = 0; count < 4; count++) {
		const greeting = await readGreeting(withoutCaller());
		greeting.frames.send(frameType.knock, makeKnock({ invite }, greeting.channel));
		const answer = await greeting.frames.next(AbortSignal.timeout(patienceMs));
		if (answer.kind === "frame" && answer.frame.type === frameType.hostProof) {
			for (let attempt = 1; attempt <= 3; attempt++) {
				if ((await guess(greeting, randomBytes(32), attempt, fingerprint)).kind === "wrong") wrong += 1;
			}
		} else {
			assert.ok(answer.kind === "frame" && answer.frame.type === frameType.refused);
			refusals.push(...answer.frame.body);
		}
		greeting.frames.stream.destroy();
	}
	return { wrong, refusals };
}

test("attack: where the host cannot tell strangers apart, an invite is counted in their place: six guesses by a personal one, then nobody by it", async () => {
	const { invites } = room.hosted;
	const personal = invites.for("Kira");
	assert.ok(personal);
	const { blocked, busy } = refusalCode;
	assert.deepEqual(await guessByInvite(personal.secret), { wrong: 6, refusals: [blocked, blocked] });
	// The one that all have cools down, and is not blocked.
	const shared = await guessByInvite(room.hosted.inviteSecret);
	assert.deepEqual(shared, { wrong: 3, refusals: [busy, busy, busy] });
	await assertStillWorks(room);
});

test("a host who lets nobody in, a full room and a crowd are each told as what they are", async (t) => {
	const paused = await openMemoryRoom(t, {}, { isPaused: () => true });
	assert.equal((await (await joinMemoryRoom(paused, bob)).ended).code, "paused");
	const full = await openMemoryRoom(t, {}, { memberCap: () => 1 });
	assert.equal((await (await joinMemoryRoom(full, bob)).ended).code, "busy");
	const crowded = await openMemoryRoom(t, { pendingPerCaller: 1 });
	const first = crowded.link("203.0.113.9");
	await knockEmpty(first);
	const second = await joinMemoryRoom(crowded, bob, { transport: crowded.transport("203.0.113.9") });
	assert.equal((await second.ended).code, "busy");
	first.stream.destroy();
});

test("a host of another version, and something that is no host, are told apart before a password is asked for", async () => {
	const answers = {
		wrong_version: encodeBody({ versions: [3], news: true }),
		not_real_talk: Buffer.from("220 mail.example ESMTP"),
	};
	for (const [code, body] of Object.entries(answers)) {
		const [near, far] = memoryLinkPair();
		const guest = joinMemoryRoom(room, bob, {
			transport: transportOf(() => near),
			options: { askPassword: () => assert.fail("nobody is asked") },
		});
		const opened = await openFrames(far.stream, AbortSignal.timeout(patienceMs));
		assert.ok(opened.kind === "opened");
		opened.frames.send(frameType.hello, body);
		assert.equal((await (await guest).ended).code, code);
	}
});
