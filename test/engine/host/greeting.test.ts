// The host's side of the opening alone, without a room: what each guest must show, in which order, what the rules are asked, and how each way in ends.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { contextTag } from "../../../src/crypto/off-record/tags.ts";
import { channelBinding, openingBinding } from "../../../src/crypto/opening/binding.ts";
import { makeProofKey } from "../../../src/crypto/opening/delegation.ts";
import { type KnockSecrets, makeKnock, shownIn, type TagKeys, tagKeys } from "../../../src/crypto/opening/knock.ts";
import { noiseChannel } from "../../../src/crypto/opening/noise-channel.ts";
import { attemptInput, channelContext, channelFields } from "../../../src/crypto/opening/proofs.ts";
import { SILENCE_MS } from "../../../src/crypto/opening/tls-channel.ts";
import { startInitiator } from "../../../src/crypto/password/pake.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { Gatekeeper } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import type { Visit } from "../../../src/engine/gate/guesses/visit.ts";
import type { Gone, Greeting as HostGreeting, Proven, Shown } from "../../../src/engine/host/greeting.ts";
import { greetGuest } from "../../../src/engine/host/handshake-host.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { type FrameType, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import {
	helloForVersion1,
	maxSignatureBytes,
	maxWaitingBytes,
	type Refusal,
	readHello,
	thinkingTimeoutMs,
} from "../../../src/engine/wire/handshake.ts";
import { judgeHostProof } from "../../../src/engine/wire/host-proof.ts";
import { encodeOffHost } from "../../../src/engine/wire/off-frames.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { refusalOf as readRefusal } from "../../support/attackers/by-hand.ts";
import {
	expectFrame,
	type Greeting,
	guess,
	hostIdentity,
	readGreeting,
	showCertificate,
	sign,
} from "../../support/attackers/cheap-guest.ts";
import { nextFrame } from "../../support/attackers/man-in-the-middle.ts";
import { proveAsGuest } from "../../support/attackers/off-by-hand.ts";
import { caughtWaits } from "../../support/caught-waits.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";
import { turns } from "./stopped-time.ts";

const roomId = randomBytes(32);
const prs = randomBytes(32);
const [host, guest, stranger] = await Promise.all([newSelf("Hana"), newSelf("Gus"), newSelf("Mallory")]);
const proofKey = await makeProofKey(host.signer, roomId, Date.now());
const invite = tagKeys({ kind: "invite", secret: randomBytes(16) }, host.signer.fingerprint);
const held = { kind: "seat", secret: randomBytes(32), roomId, guest: guest.signer.fingerprint } as const;
const seat = tagKeys(held, host.signer.fingerprint);

/** What a test says of the host's rules. */
interface Rules {
	/** The answers to `judge`, one after the other; then nobody is sent away. */
	readonly judgements?: readonly (Refusal | undefined)[];
	/** What the right seat is worth; without it the guest comes back. */
	readonly seatIs?: (keys: TagKeys) => Shown;
	readonly nothingIs?: Shown;
	readonly signal?: AbortSignal;
	readonly isForBrowsers?: true;
	readonly host?: Partial<HostGreeting["host"]>;
}

/** A guest's Link to a host, whose rules write down what they are asked. */
function comesTo(t: TestContext, rules: Rules = {}) {
	const store = openMemoryStore();
	t.after(() => store.close());
	const gatekeeper = new Gatekeeper({ store, onAlert: () => {} });
	const admitted = gatekeeper.knock(callerAt("192.0.2.1"));
	assert.ok(admitted.kind === "admitted");
	const visit: Visit = admitted.visit;
	const asked: unknown[] = [];
	const judgements = [...(rules.judgements ?? [])];
	const worth = (keys: TagKeys): Shown => ({ kind: "seat", keys, guest: guest.signer.fingerprint });
	const known = [
		{ value: (rules.seatIs ?? worth)(seat), keys: seat, slots: "seat" },
		{ value: { kind: "secret", keys: invite } satisfies Shown, keys: invite, slots: "invite" },
	] as const;
	const [near, far] = memoryLinkPair();
	const outcome = greetGuest(
		{
			stream: far.stream,
			...(rules.isForBrowsers ? { isForBrowsers: true } : {}),
			host: {
				roomId,
				salt: randomBytes(16),
				prs,
				...host,
				proofKey: () => proofKey,
				...rules.host,
			} as HostGreeting["host"],
			greeter: {
				visit: () => visit,
				heard: (knock, channel) =>
					shownIn<Shown>(knock, channel, known)[0]?.value ?? rules.nothingIs ?? { kind: "nothing" },
				async judge(key?: { readonly fingerprint: Fingerprint; readonly name: string }) {
					asked.push(key ?? "anybody");
					return judgements.shift();
				},
			},
		},
		rules.signal ?? new AbortController().signal,
	);
	t.after(() => near.stream.destroy());
	return { link: near, outcome, asked, visit, gatekeeper };
}

/** Knocks, and says whether the host's answer is a good proof of who it is, and what it asks for. */
async function knocks(greeting: Greeting, secrets: KnockSecrets): Promise<string> {
	const { frames, channel, opening } = greeting;
	const knock = makeKnock(secrets, channel);
	frames.send(frameType.knock, knock);
	const body = await expectFrame(frames, frameType.hostProof);
	const expected = { fingerprint: host.signer.fingerprint, secrets, roomId, nowMs: Date.now() };
	const judged = await judgeHostProof(body, { opening, knock }, expected);
	return judged.kind === "proven" ? judged.way : judged.kind;
}

/** Returns why the host sends this guest away, who hangs up then. */
async function refusalOf(greeting: Greeting): Promise<Refusal | undefined> {
	const refusal = await readRefusal(greeting);
	greeting.frames.stream.destroy();
	return refusal;
}

const byInvite = (): KnockSecrets => ({ invite });
const bySeat = (): KnockSecrets => ({ newestSeat: seat });
const whoItIs = (self: Self) => ({ fingerprint: self.signer.fingerprint, name: self.name });

async function throughPassword(
	link: Parameters<typeof readGreeting>[0],
	secrets: KnockSecrets = {},
): Promise<Greeting> {
	const greeting = await readGreeting(link);
	await knocks(greeting, secrets);
	const pinned = secrets.invite === undefined ? undefined : host.signer.fingerprint;
	assert.deepEqual(await guess(greeting, prs, 1, pinned), { kind: "right" });
	return greeting;
}

function provenOf(outcome: Proven | Gone): Proven {
	assert.ok(outcome.kind === "proven", outcome.kind === "gone" ? outcome.detail : "");
	return outcome;
}

function goneOf(outcome: Proven | Gone): Gone {
	assert.ok(outcome.kind === "gone", outcome.kind);
	return outcome;
}

test("a guest who knows the password alone is let in after the host has signed first, and the rules are asked three times", async (t) => {
	const { link, outcome, asked } = comesTo(t);
	const greeting = await readGreeting(link);
	assert.equal(await knocks(greeting, {}), "none");
	assert.deepEqual(await guess(greeting, prs, 1), { kind: "right" });
	showCertificate(greeting, guest);
	assert.equal((await hostIdentity(greeting, guest)).fingerprint, host.signer.fingerprint);
	await sign(greeting, guest, host.signer.fingerprint);
	const proven = provenOf(await outcome);
	assert.equal(proven.certificate.fingerprint, guest.signer.fingerprint);
	assert.deepEqual([proven.name, proven.isInBrowser, proven.offKeys], ["Gus", undefined, undefined]);
	assert.deepEqual(asked, ["anybody", "anybody", whoItIs(guest)]);
});

test("to who holds the invite the host proves itself, asks for the password, and signs only after the guest", async (t) => {
	const { link, outcome, asked } = comesTo(t);
	const greeting = await readGreeting(link);
	assert.equal(await knocks(greeting, byInvite()), "password");
	assert.deepEqual(await guess(greeting, prs, 1, host.signer.fingerprint), { kind: "right" });
	showCertificate(greeting, guest);
	await sign(greeting, guest, host.signer.fingerprint);
	await hostIdentity(greeting, guest);
	provenOf(await outcome);
	assert.deepEqual(asked, ["anybody", "anybody", whoItIs(guest)]);

	let signed = 0;
	const signs: Self["signer"]["sign"] = (...what) => {
		signed += 1;
		return host.signer.sign(...what);
	};
	const { certificate, fingerprint } = host.signer;
	const early = comesTo(t, { host: { signer: { certificate, fingerprint, sign: signs } as Self["signer"] } });
	const silent = await throughPassword(early.link, byInvite());
	showCertificate(silent, guest);
	silent.frames.stream.end();
	assert.deepEqual(
		[goneOf(await early.outcome).detail, signed],
		["the guest went away", 0],
		"nobody is signed for yet",
	);
});

test("a guest who comes back by a seat is asked for no password, and judged only once the key is proven", async (t) => {
	const { link, outcome, asked } = comesTo(t);
	const greeting = await readGreeting(link);
	assert.equal(await knocks(greeting, bySeat()), "seat");
	showCertificate(greeting, guest);
	await sign(greeting, guest, host.signer.fingerprint, "seat");
	await hostIdentity(greeting, guest, "seat");
	provenOf(await outcome);
	assert.deepEqual(asked, [whoItIs(guest)]);
});

test("each judgement can send the guest away, who is told why; only who was judged later has known the password", async (t) => {
	for (const secrets of [{}, byInvite()]) {
		const early = comesTo(t, { judgements: ["paused"] });
		const first = await readGreeting(early.link);
		first.frames.send(frameType.knock, makeKnock(secrets, first.channel));
		assert.equal(await refusalOf(first), "paused");
		assert.deepEqual(await early.outcome, { kind: "gone", detail: "refused: paused", refused: "paused" });

		const later = comesTo(t, { judgements: [undefined, "full"] });
		assert.equal(await refusalOf(await throughPassword(later.link, secrets)), "full");
		assert.deepEqual(await later.outcome, {
			kind: "gone",
			detail: "refused: full",
			refused: "full",
			knewPassword: true,
		});

		const last = comesTo(t, { judgements: [undefined, undefined, "blocked"] });
		const third = await throughPassword(last.link, secrets);
		showCertificate(third, guest);
		if (secrets.invite === undefined) await hostIdentity(third);
		await sign(third, guest, host.signer.fingerprint);
		// The host's identity does not follow the guest's signature where the guest is blocked.
		assert.equal(await refusalOf(third), "blocked");
		assert.deepEqual([goneOf(await last.outcome).refused, goneOf(await last.outcome).knewPassword], ["blocked", true]);
	}
	const back = comesTo(t, { judgements: ["blocked"] });
	const greeting = await readGreeting(back.link);
	await knocks(greeting, bySeat());
	showCertificate(greeting, guest);
	await sign(greeting, guest, host.signer.fingerprint, "seat");
	assert.equal(await refusalOf(greeting), "blocked");
	assert.equal(goneOf(await back.outcome).knewPassword, undefined);
});

test("a seat of somebody who was removed is answered with a proof, and the guest told so; where nothing tells guests apart, nothing is said", async (t) => {
	const removed = comesTo(t, { seatIs: (keys) => ({ kind: "revoked", keys }) });
	const greeting = await readGreeting(removed.link);
	assert.equal(await knocks(greeting, bySeat()), "none");
	assert.equal(await refusalOf(greeting), "kicked");
	assert.equal(goneOf(await removed.outcome).refused, "kicked");

	const unheard = comesTo(t, { nothingIs: { kind: "closed" } });
	const silent = await readGreeting(unheard.link);
	silent.frames.send(frameType.knock, makeKnock({}, silent.channel));
	assert.equal(await nextFrame(silent.frames), undefined);
	assert.deepEqual(await unheard.outcome, { kind: "gone", detail: "nothing tells this guest from others" });

	const told = comesTo(t, { nothingIs: { kind: "closed", why: "busy" } });
	const busy = await readGreeting(told.link);
	busy.frames.send(frameType.knock, makeKnock({}, busy.channel));
	assert.equal(await refusalOf(busy), "busy");
	assert.deepEqual([told.asked, unheard.asked, removed.asked], [[], [], []]);
});

test("three wrong passwords are counted, answered and enough", async (t) => {
	const { link, outcome, visit } = comesTo(t);
	const greeting = await readGreeting(link);
	await knocks(greeting, {});
	for (const [attempt, left] of [
		[1, 2],
		[2, 1],
		[3, 0],
	] as const)
		assert.deepEqual(await guess(greeting, randomBytes(32), attempt), { kind: "wrong", left });
	assert.equal(await nextFrame(greeting.frames), undefined);
	greeting.frames.stream.destroy();
	assert.deepEqual(await outcome, { kind: "gone", detail: "wrong password", hasLastWord: true });
	assert.deepEqual(visit.tally(), { guesses: 3, end: "usedUp" });
});

test("attack: a guess for another attempt, or as if the host had proven itself when it has not, is a wrong one", async (t) => {
	const { link, outcome, visit } = comesTo(t);
	const greeting = await readGreeting(link);
	await knocks(greeting, {});
	assert.deepEqual(await guess(greeting, prs, 2), { kind: "wrong", left: 2 });
	assert.deepEqual(await guess(greeting, prs, 2, host.signer.fingerprint), { kind: "wrong", left: 1 });
	assert.deepEqual(await guess(greeting, prs, 3), { kind: "right" });
	assert.equal(visit.tally().guesses, 2);
	link.stream.destroy();
	assert.deepEqual(await outcome, { kind: "gone", detail: "the guest went away", knewPassword: true });
});

test("attack: a guest who is blocked while they guess gets no answer, and a right guess then is none", async (t) => {
	const { link, outcome, visit, gatekeeper } = comesTo(t);
	const greeting = await readGreeting(link);
	await knocks(greeting, {});
	gatekeeper.block(visit.caller);
	assert.equal((await guess(greeting, prs, 1)).kind, "ended");
	assert.deepEqual(await outcome, { kind: "gone", detail: "turned away" });
});

test("attack: a guest who is blocked between their share and the proof of it is not answered, however right the password was", async (t) => {
	for (const isBlocked of [true, false]) {
		const { link, outcome, visit, gatekeeper } = comesTo(t);
		const greeting = await readGreeting(link);
		const { frames, opening } = greeting;
		await knocks(greeting, {});
		const initiator = startInitiator(attemptInput("guest", { prs, opening, attempt: 1 }));
		frames.send(frameType.shareA, initiator.share);
		const step = initiator.receive(await expectFrame(frames, frameType.shareB));
		assert.ok(step.kind === "confirmed-step");
		if (isBlocked) {
			gatekeeper.block(visit.caller);
			frames.send(frameType.confirmA, step.tag);
		} else frames.stream.end();
		assert.equal(await nextFrame(frames), undefined);
		assert.equal(goneOf(await outcome).detail, isBlocked ? "blocked" : "the guest went away");
	}
});

test("attack: a guest who is blocked before they knock is heard no more", async (t) => {
	const { link, outcome, asked, visit, gatekeeper } = comesTo(t);
	const { frames, channel } = await readGreeting(link);
	gatekeeper.block(visit.caller);
	frames.send(frameType.knock, makeKnock(byInvite(), channel));
	assert.equal(await nextFrame(frames), undefined);
	assert.deepEqual([await outcome, asked], [{ kind: "gone", detail: "turned away" }, []]);
});

test("attack: frames out of turn, a knock of another size and none at all end the way in before anything is judged", async (t) => {
	const body = randomBytes(128);
	for (const [type, bytes, detail] of [
		[frameType.knock, body.subarray(1), "the knock has another size"],
		[frameType.shareA, body, `the guest sent frame type ${frameType.shareA} out of turn`],
	] as const) {
		const { link, outcome, asked } = comesTo(t);
		const { frames } = await readGreeting(link);
		frames.send(type, bytes);
		assert.equal(await nextFrame(frames), undefined);
		assert.deepEqual([await outcome, asked], [{ kind: "gone", detail }, []]);
	}
	const gone = comesTo(t);
	(await readGreeting(gone.link)).frames.stream.end();
	assert.deepEqual(await gone.outcome, { kind: "gone", detail: "the guest went away" });
	const large = comesTo(t);
	const { frames } = await readGreeting(large.link);
	for (let sent = 0; sent < 40; sent += 1) frames.send(frameType.padding, new Uint8Array(2_000));
	assert.match(goneOf(await large.outcome).detail, /more bytes came than are allowed so early/);
});

test("attack: the host's own key, a damaged certificate and none are refused, and only the first is told why", async (t) => {
	const own = comesTo(t);
	const greeting = await throughPassword(own.link);
	showCertificate(greeting, { ...host, name: "Me" });
	assert.equal(await refusalOf(greeting), "ownKey");
	assert.equal(goneOf(await own.outcome).refused, "ownKey");
	for (const [body, detail] of [
		[encodeBody({ certificate: randomBytes(99), name: "Gus" }), /certificate was refused/],
		[encodeBody({ name: "Gus" }), /certificate" is missing/],
	] as const) {
		const { link, outcome } = comesTo(t);
		const { frames } = await throughPassword(link);
		frames.send(frameType.guestCertificate, body);
		assert.equal(await nextFrame(frames), undefined);
		assert.match(goneOf(await outcome).detail, detail);
	}
});

/** Signs as the guest whose certificate was shown, in whatever wrong way. */
const wrongSignatures: readonly [string, (greeting: Greeting, way: "password" | "seat") => Promise<void> | boolean][] =
	[
		["another key", (greeting, way) => sign(greeting, stranger, host.signer.fingerprint, way)],
		[
			"another way in",
			(greeting, way) => sign(greeting, guest, host.signer.fingerprint, way === "seat" ? "password" : "seat"),
		],
		["another host", (greeting, way) => sign(greeting, guest, stranger.signer.fingerprint, way)],
		[
			"another channel",
			(greeting, way) => sign({ ...greeting, opening: randomBytes(32) }, guest, host.signer.fingerprint, way),
		],
		["no signature", ({ frames }) => frames.send(frameType.guestSignature, new Uint8Array(0))],
		["an endless one", ({ frames }) => frames.send(frameType.guestSignature, new Uint8Array(maxSignatureBytes + 1))],
	];

test("attack: a signature by another key, for another way in, host or channel proves nothing", async (t) => {
	const detail = "the guest could not prove that the OpenPGP key is theirs";
	for (const [name, signWrong] of wrongSignatures) {
		for (const secrets of [{}, byInvite()]) {
			const { link, outcome, asked } = comesTo(t);
			const greeting = await throughPassword(link, secrets);
			showCertificate(greeting, guest);
			if (secrets.invite === undefined) await hostIdentity(greeting);
			await signWrong(greeting, "password");
			assert.equal(await nextFrame(greeting.frames), undefined, name);
			assert.deepEqual(
				[goneOf(await outcome).detail, goneOf(await outcome).hasStolenSeat, asked.length],
				[detail, undefined, 2],
				name,
			);
		}
		const back = comesTo(t);
		const greeting = await readGreeting(back.link);
		await knocks(greeting, bySeat());
		showCertificate(greeting, guest);
		await signWrong(greeting, "seat");
		assert.equal(await nextFrame(greeting.frames), undefined, name);
		assert.deepEqual(
			[goneOf(await back.outcome).detail, goneOf(await back.outcome).hasStolenSeat, back.asked],
			[detail, true, []],
			name,
		);
	}
});

test("attack: a stolen seat shown with another key is known for one, and a line that breaks is not", async (t) => {
	const stolen = comesTo(t);
	const greeting = await readGreeting(stolen.link);
	await knocks(greeting, bySeat());
	showCertificate(greeting, stranger);
	assert.deepEqual(await stolen.outcome, {
		kind: "gone",
		detail: "the seat is somebody else's",
		hasStolenSeat: true,
	});
	const broken = comesTo(t);
	const line = await readGreeting(broken.link);
	await knocks(line, bySeat());
	showCertificate(line, guest);
	line.frames.stream.end();
	assert.deepEqual(
		[goneOf(await broken.outcome).detail, goneOf(await broken.outcome).hasStolenSeat],
		["the guest went away", undefined],
	);
});

test("where the host's own key cannot sign, the guest is not let in", async (t) => {
	const { certificate, fingerprint } = host.signer;
	const signer = { certificate, fingerprint, sign: () => Promise.reject(new Error("the card was pulled out")) };
	const { link, outcome } = comesTo(t, { host: { signer: signer as unknown as Self["signer"] } });
	const greeting = await throughPassword(link);
	showCertificate(greeting, guest);
	assert.equal(await nextFrame(greeting.frames), undefined);
	assert.equal(goneOf(await outcome).detail, "the host's own key could not sign");
});

test("a guest who is called off on the way in is told why, if there is a reason that guests know", async (t) => {
	for (const [reason, refused] of [
		["passwordChanged", "passwordChanged"],
		["the room was closed", undefined],
		[undefined, undefined],
	] as const) {
		const stop = new AbortController();
		const { link, outcome } = comesTo(t, { signal: stop.signal });
		const greeting = await readGreeting(link);
		await knocks(greeting, {});
		stop.abort(reason);
		assert.equal(await refusalOf(greeting), refused);
		assert.equal(goneOf(await outcome).refused, refused);
	}
});

test("a guest who thinks about the password for two minutes is told that this is too slow, and has the whole of them", async (t) => {
	const { link, outcome } = comesTo(t);
	const greeting = await readGreeting(link);
	t.mock.timers.enable({ apis: ["setTimeout"] });
	await knocks(greeting, {});
	await new Promise((resolve) => setImmediate(resolve));
	let isTold = false;
	const telling = greeting.frames.next(new AbortController().signal).finally(() => {
		isTold = true;
	});
	t.mock.timers.tick(thinkingTimeoutMs - 1);
	await turns(50);
	assert.equal(isTold, false);
	t.mock.timers.tick(1);
	const told = await telling;
	assert.equal(told.kind === "frame" && told.frame.type, frameType.refused satisfies FrameType);
	t.mock.timers.reset();
	greeting.frames.stream.destroy();
	assert.equal(goneOf(await outcome).refused, "tooSlow");
});

test("off the record a guest with the invite or a seat proves the key without a signature, and without either is told that the room is not for them", async (t) => {
	const offRecordWith = guest.signer.fingerprint;
	const off = { host: { proofKey: undefined, offRecordWith } as unknown as Partial<HostGreeting["host"]> };
	const knocksOff = async (link: Parameters<typeof readGreeting>[0], secrets: KnockSecrets) => {
		const greeting = await readGreeting(link);
		greeting.frames.send(frameType.knock, makeKnock(secrets, greeting.channel));
		await expectFrame(greeting.frames, frameType.hostProof);
		return greeting;
	};
	const comes = comesTo(t, off);
	const invited = await knocksOff(comes.link, byInvite());
	assert.deepEqual(await guess(invited, prs, 1, host.signer.fingerprint), { kind: "right" });
	const { keys, answer } = await proveAsGuest(invited, guest, host);
	assert.equal(answer?.type, frameType.offHost);
	const fields = channelFields(invited.opening, "password", guest.signer.fingerprint, host.signer.fingerprint);
	const tag = contextTag(keys.channel, channelContext.host, fields);
	assert.deepEqual(answer.body, Buffer.from(encodeOffHost({ name: "Hana", tag })));
	assert.deepEqual(provenOf(await comes.outcome).offKeys, keys);

	const returns = comesTo(t, off);
	const seated = await knocksOff(returns.link, bySeat());
	assert.equal((await proveAsGuest(seated, guest, host, { way: "seat" })).answer?.type, frameType.offHost);
	provenOf(await returns.outcome);
	assert.deepEqual(returns.asked, [whoItIs(guest)]);

	const theirs = "the guest could not prove that the OpenPGP key is theirs";
	const { certificate, fingerprint } = host.signer;
	const cardIsOut = { certificate, fingerprint, unseal: () => Promise.reject(new Error("the card was pulled out")) };
	for (const [secrets, way, hasStolenSeat, detail, signer] of [
		[byInvite(), "password", undefined, theirs, host.signer],
		[bySeat(), "seat", true, theirs, host.signer],
		[bySeat(), "seat", undefined, "the host's own key could not decrypt", cardIsOut],
	] as const) {
		const lies = comesTo(t, { host: { ...off.host, signer: signer as Self["signer"] } });
		const liar = await knocksOff(lies.link, secrets);
		if (way === "password") await guess(liar, prs, 1, host.signer.fingerprint);
		const shown = await proveAsGuest(liar, guest, host, { way, tag: () => randomBytes(32) });
		assert.equal(shown.answer, undefined);
		assert.deepEqual(
			[goneOf(await lies.outcome).detail, goneOf(await lies.outcome).hasStolenSeat],
			[detail, hasStolenSeat],
		);
	}

	const blocked = comesTo(t, { ...off, judgements: ["blocked"] });
	const seatedToo = await knocksOff(blocked.link, bySeat());
	const refused = await proveAsGuest(seatedToo, guest, host, { way: "seat" });
	assert.equal(refused.answer?.type, frameType.refused);
	seatedToo.frames.stream.destroy();
	assert.equal(goneOf(await blocked.outcome).refused, "blocked");

	const stolen = comesTo(t, off);
	showCertificate(await knocksOff(stolen.link, bySeat()), stranger);
	assert.equal(goneOf(await stolen.outcome).hasStolenSeat, true);

	const nobody = comesTo(t, off);
	const unknown = await knocksOff(nobody.link, {});
	assert.deepEqual(await guess(unknown, prs, 1), { kind: "right" });
	assert.equal(await refusalOf(unknown), "notForYou");
	assert.equal(goneOf(await nobody.outcome).knewPassword, true);
});

test("a guest who comes by the channel of browsers is known to have one", async (t) => {
	const { link, outcome } = comesTo(t, { isForBrowsers: true });
	const opened = await noiseChannel({ stream: link.stream, role: "guest", signal: new AbortController().signal });
	assert.ok(opened.kind === "secured");
	const { stream, suite, exporter } = opened.channel;
	const frames = new FrameStream(stream, { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes });
	const bytes = await expectFrame(frames, frameType.hello);
	const read = readHello(bytes, suite);
	assert.ok(read.kind === "hello");
	const channel = channelBinding(suite, exporter);
	const greeting: Greeting = { frames, channel, hello: read.hello, opening: openingBinding(channel, bytes) };
	await knocks(greeting, bySeat());
	showCertificate(greeting, guest);
	await sign(greeting, guest, host.signer.fingerprint, "seat");
	await hostIdentity(greeting, guest, "seat");
	assert.equal(provenOf(await outcome).isInBrowser, true);
});

test("a program that is none of ours is gone without a word, and one of version 1, which waits for the host, is told of the version", async (t) => {
	const strange = comesTo(t);
	strange.link.stream.write("GET / HTTP/1.1\r\n\r\n");
	assert.match(goneOf(await strange.outcome).detail, /^the encrypted channel failed: the first byte/);
	const waits = caughtWaits(t, SILENCE_MS);
	const former = comesTo(t);
	const heard = once(former.link.stream, "data");
	while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
	waits[0]?.();
	assert.deepEqual((await heard)[0], Buffer.from(helloForVersion1()));
	assert.match(goneOf(await former.outcome).detail, /nothing came/);
});
