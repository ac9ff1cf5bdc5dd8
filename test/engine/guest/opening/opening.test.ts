// The guest's side of the opening alone, against hosts that are played by hand: what it tells whom, whom it takes for the host, and what each lie leads to.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { verifySignature } from "../../../../src/crypto/identity/certificate.ts";
import { newSecret, offKeys, openSecret, sealSecret } from "../../../../src/crypto/off-record/exchange.ts";
import { contextTag } from "../../../../src/crypto/off-record/tags.ts";
import { roomName } from "../../../../src/crypto/opening/binding.ts";
import { channelContext, channelFields } from "../../../../src/crypto/opening/proofs.ts";
import type { Self } from "../../../../src/engine/account/self.ts";
import { type GuestSide, refusalEnd, type WantedHost } from "../../../../src/engine/guest/opening/opening.ts";
import { encodeBody } from "../../../../src/engine/wire/codec.ts";
import { frameType } from "../../../../src/engine/wire/frame.ts";
import {
	decodeGuestCertificate,
	encodeHello,
	encodeRefusal,
	type Refusal,
	refusalCode,
	stepTimeoutMs,
} from "../../../../src/engine/wire/handshake.ts";
import { encodeHostProof } from "../../../../src/engine/wire/host-proof.ts";
import { encodeOffHost, encodeOffProof } from "../../../../src/engine/wire/off-frames.ts";
import { expectFrame } from "../../../support/attackers/cheap-guest.ts";
import { hostChannel } from "../../../support/attackers/man-in-the-middle.ts";
import {
	comesIn,
	endOf,
	greets,
	guest,
	host,
	identityOf,
	invite,
	type Played,
	password,
	proofKey,
	provenOf,
	proves,
	provesNothing,
	roomId,
	salt,
	seat,
	stranger,
	takesGuess,
	wanting,
} from "./played-host.ts";

test("a guest who has the invite has the host prove itself, gives the password once and signs first", async (t) => {
	const { far, outcome, told } = comesIn(t, wanting({ invite }, { roomName: roomName(roomId) }));
	const played = await proves(far, invite, "password");
	assert.equal(await takesGuess(played, 1, true), true);
	await expectFrame(played.frames, frameType.guestCertificate);
	await expectFrame(played.frames, frameType.guestSignature);
	played.frames.send(frameType.hostIdentity, await identityOf(played, "password"));
	const { name, certificate, roomId: room, offKeys: keys } = provenOf(await outcome);
	assert.deepEqual([name, certificate.fingerprint, keys], ["Hana", host.signer.fingerprint, undefined]);
	assert.equal(Buffer.compare(room, roomId), 0);
	assert.deepEqual(told, [["proven", proofKey.delegation.from], ["asked", 3, false], "checking"]);
});

test("a guest who looks for nobody in particular signs only after the host, which knows the password, has", async (t) => {
	const { far, outcome, told } = comesIn(t);
	const played = await provesNothing(far);
	assert.equal(await takesGuess(played, 1, false), true);
	const shown = decodeGuestCertificate(await expectFrame(played.frames, frameType.guestCertificate));
	assert.deepEqual(shown.kind === "value" && [shown.value.name, Buffer.from(shown.value.certificate)], [
		"Gus",
		Buffer.from(guest.signer.certificate.bytes),
	]);
	played.frames.send(frameType.hostIdentity, await identityOf(played, "password"));
	const signature = await expectFrame(played.frames, frameType.guestSignature);
	const fields = channelFields(played.opening, "password", guest.signer.fingerprint, host.signer.fingerprint);
	assert.equal(await verifySignature(guest.signer.certificate, signature, channelContext.guest, ...fields), true);
	provenOf(await outcome);
	assert.deepEqual(told, [["asked", 3, false], "checking"]);

	let signed = 0;
	const sign: Self["signer"]["sign"] = (...what) => {
		signed += 1;
		return guest.signer.sign(...what);
	};
	const { certificate, fingerprint } = guest.signer;
	const early = comesIn(t, undefined, { signer: { certificate, fingerprint, sign } as Self["signer"] });
	const silent = await provesNothing(early.far);
	await takesGuess(silent, 1, false);
	await expectFrame(silent.frames, frameType.guestCertificate);
	silent.frames.stream.end();
	assert.deepEqual([await endOf(early.outcome), signed], ["identity_refused", 0], "nobody is signed for yet");
});

test("a guest who comes back by a seat is asked for nothing", async (t) => {
	const { far, outcome, told } = comesIn(t, wanting({ newestSeat: seat }, { roomId }));
	const played = await proves(far, seat, "seat");
	await expectFrame(played.frames, frameType.guestCertificate);
	await expectFrame(played.frames, frameType.guestSignature);
	played.frames.send(frameType.hostIdentity, await identityOf(played, "seat"));
	provenOf(await outcome);
	assert.deepEqual(told, [["proven", proofKey.delegation.from]]);
});

test("a wrong password is asked for again with what is left, and after three there is an end", async (t) => {
	const again = comesIn(t, undefined, {}, ["no", "nope", password]);
	const played = await provesNothing(again.far);
	for (const [attempt, left] of [
		[1, 2],
		[2, 1],
	] as const) {
		assert.equal(await takesGuess(played, attempt, false), false);
		played.frames.send(frameType.wrong, Uint8Array.of(left));
	}
	assert.equal(await takesGuess(played, 3, false), true);
	await expectFrame(played.frames, frameType.guestCertificate);
	assert.deepEqual(
		again.told.filter((one) => Array.isArray(one) && one[0] === "asked"),
		[
			["asked", 3, false],
			["asked", 2, true],
			["asked", 1, true],
		],
	);
	const over = comesIn(t, undefined, {}, ["no", "nope", "never", password]);
	const other = await provesNothing(over.far);
	for (const [attempt, left] of [
		[1, 2],
		[2, 1],
		[3, 0],
	] as const) {
		await takesGuess(other, attempt, false);
		other.frames.send(frameType.wrong, Uint8Array.of(left));
	}
	assert.equal(await endOf(over.outcome), "wrong_password");
	// A host that has had enough says so earlier.
	const early = comesIn(t, undefined, {}, ["no", password]);
	const third = await provesNothing(early.far);
	await takesGuess(third, 1, false);
	third.frames.send(frameType.wrong, Uint8Array.of(0));
	assert.equal(await endOf(early.outcome), "wrong_password");
});

test("attack: a host that says wrong without end, or in another form, is one that misbehaves", async (t) => {
	for (const body of [[3], [4], [255], [], [2, 0]]) {
		const { far, outcome } = comesIn(t, undefined, {}, ["no", password]);
		const played = await provesNothing(far);
		await takesGuess(played, 1, false);
		played.frames.send(frameType.wrong, Uint8Array.from(body));
		assert.equal(await endOf(outcome), "host_misbehaved", `${body}`);
	}
});

test("attack: a host that does not know the password, or answers with a share that is none, learns nothing and is found out", async (t) => {
	const guessing = comesIn(t);
	await takesGuess(await provesNothing(guessing.far), 1, false, { prs: randomBytes(32), tag: randomBytes(64) });
	assert.equal(await endOf(guessing.outcome), "host_misbehaved");
	const nothing = comesIn(t);
	const played = await provesNothing(nothing.far);
	await expectFrame(played.frames, frameType.shareA);
	played.frames.send(frameType.shareB, new Uint8Array(32));
	assert.equal(await endOf(nothing.outcome), "host_misbehaved");
	const silent = comesIn(t);
	const other = await provesNothing(silent.far);
	await takesGuess(other, 1, false, { prs: randomBytes(32) });
	other.frames.send(frameType.guestCertificate);
	assert.equal(await endOf(silent.outcome), "host_misbehaved", "a frame out of turn");
});

test("attack: an identity by another key, for another way, guest or channel, or that can't be read, is refused", async (t) => {
	const cases: readonly [string, (played: Played) => Promise<Uint8Array>][] = [
		["signed by somebody else", (played) => identityOf(played, "password", { signs: stranger })],
		["signed for another way", (played) => identityOf(played, "seat")],
		["signed for another guest", (played) => identityOf(played, "password", { to: stranger })],
		["signed for another channel", (played) => identityOf({ ...played, opening: randomBytes(32) }, "password")],
		["no certificate", async () => encodeBody({ certificate: randomBytes(99), name: "x", signature: randomBytes(99) })],
		["no body", async () => randomBytes(9)],
	];
	for (const [name, make] of cases) {
		for (const isPinned of [true, false]) {
			const { far, outcome } = comesIn(t, isPinned ? wanting({ invite }) : undefined);
			const played = isPinned ? await proves(far, invite, "password") : await provesNothing(far);
			await takesGuess(played, 1, isPinned);
			await expectFrame(played.frames, frameType.guestCertificate);
			played.frames.send(frameType.hostIdentity, await make(played));
			assert.equal(await endOf(outcome), "host_misbehaved", name);
		}
	}
});

test("attack: a host that has proven one key does not come in with another, and nobody enters their own room", async (t) => {
	const other = comesIn(t, wanting({ invite }));
	const played = await proves(other.far, invite, "password");
	await takesGuess(played, 1, true);
	await expectFrame(played.frames, frameType.guestCertificate);
	played.frames.send(frameType.hostIdentity, await identityOf(played, "password", { shows: stranger }));
	assert.equal(await endOf(other.outcome), "wrong_host");

	const own = comesIn(t);
	const mirror = await provesNothing(own.far);
	await takesGuess(mirror, 1, false);
	await expectFrame(mirror.frames, frameType.guestCertificate);
	mirror.frames.send(frameType.hostIdentity, await identityOf(mirror, "password", { shows: guest }));
	assert.deepEqual(await own.outcome, refusalEnd.ownKey);

	const open = comesIn(t, undefined, { isOwnRoom: (room) => Buffer.compare(room, roomId) === 0 });
	await provesNothing(open.far);
	assert.deepEqual([await open.outcome, open.told], [refusalEnd.ownKey, []]);
	const wanted = { fingerprint: guest.signer.fingerprint, secrets: {} };
	assert.deepEqual(await comesIn(t, wanted).outcome, refusalEnd.ownKey);
});

test("attack: a guest who can't prove the key that is looked for is not asked in, and gets no password", async (t) => {
	const endWith = async (
		wanted: WantedHost | undefined,
		answer: (played: Played) => Uint8Array,
		more: Partial<GuestSide> = {},
	) => {
		const { far, outcome, told } = comesIn(t, wanted, more);
		const played = await greets(far);
		played.frames.send(frameType.hostProof, answer(played));
		const code = await endOf(outcome);
		assert.deepEqual(told, []);
		return code;
	};
	const right = (played: Played) => encodeHostProof(played, host.signer.certificate, proofKey, invite, "password");
	const off = (played: Played) => encodeOffProof(played, host.signer.certificate, invite, "password");
	const nothing = () => new Uint8Array(0);
	const otherRoom = randomBytes(32);
	const { from } = proofKey.delegation;
	assert.equal(await endWith(undefined, right), "host_misbehaved");
	assert.equal(await endWith(wanting({}), right), "host_misbehaved");
	assert.equal(await endWith(wanting({ invite }), nothing), "wrong_host");
	assert.equal(await endWith(wanting({ invite }, { roomId }), nothing), "another_room");
	assert.equal(await endWith(wanting({ invite: seat }), right), "wrong_host");
	assert.equal(await endWith(wanting({ invite: seat }, { roomId }), right), "another_room");
	assert.equal(await endWith(wanting({ invite }, { notBefore: from + 1 }), right), "wrong_host");
	assert.equal(await endWith(wanting({ invite }, { roomId: otherRoom }), right), "room_closed");
	assert.equal(await endWith(wanting({ invite }, { roomId: otherRoom, isKept: true }), right), "wrong_host");
	assert.equal(await endWith(wanting({ invite }, { roomName: roomName(otherRoom) }), right), "wrong_host");
	assert.equal(await endWith(wanting({ invite }, { isOffRecord: true }), right), "other_kind");
	assert.equal(await endWith(wanting({ invite }), off), "other_kind");
	const now = () => Date.now() + 30 * 24 * 60 * 60_000;
	assert.equal(await endWith(wanting({ invite }), right, { now }), "clocks_differ");
});

test("a hello of another version, in another form, or none is told apart", async (t) => {
	const endAfter = async (hello: Uint8Array): Promise<string> => {
		const { far, outcome } = comesIn(t);
		const { frames } = await hostChannel(far);
		frames.send(frameType.hello, hello);
		return endOf(outcome);
	};
	const suites = [1];
	assert.equal(await endAfter(encodeBody({ versions: [3, 4], suites, room: roomId, salt })), "wrong_version");
	assert.equal(await endAfter(encodeBody({ versions: [2], suites, room: roomId })), "not_real_talk");
	assert.equal(await endAfter(randomBytes(50)), "not_real_talk");
	const closed = comesIn(t);
	(await hostChannel(closed.far)).frames.stream.end();
	assert.equal(await endOf(closed.outcome), "refused");
	const talker = comesIn(t);
	(await hostChannel(talker.far)).frames.send(frameType.line, new Uint8Array(9));
	assert.equal(await endOf(talker.outcome), "host_misbehaved");
	const garbage = comesIn(t);
	garbage.far.stream.write("SSH-2.0-OpenSSH_9.6\r\n");
	assert.equal(await endOf(garbage.outcome), "not_real_talk");
});

test("each reason for which a host sends people away has a code of its own, by which it is told", () => {
	const codes = Object.fromEntries(Object.entries(refusalEnd).map(([why, { code }]) => [why, code]));
	assert.deepEqual(codes, {
		blocked: "blocked",
		busy: "busy",
		paused: "paused",
		full: "busy",
		tooSlow: "timed_out",
		passwordChanged: "password_changed",
		ownKey: "own_room",
		kicked: "kicked",
		notForYou: "not_for_you",
	});
});

test("each reason for which a host sends people away is told as such, wherever it comes, and an unknown one is no reason", async (t) => {
	for (const why of Object.keys(refusalCode) as Refusal[]) {
		const { far, outcome } = comesIn(t);
		(await greets(far)).frames.send(frameType.refused, encodeRefusal(why));
		assert.deepEqual(await outcome, refusalEnd[why]);
	}
	const unknown = comesIn(t);
	(await greets(unknown.far)).frames.send(frameType.refused, Uint8Array.of(99));
	assert.equal(await endOf(unknown.outcome), "host_misbehaved");
	const removed = comesIn(t, wanting({ newestSeat: seat }, { roomId }));
	(await proves(removed.far, seat, "none")).frames.send(frameType.refused, encodeRefusal("kicked"));
	assert.deepEqual(await removed.outcome, refusalEnd.kicked);
	const strange = comesIn(t, wanting({ newestSeat: seat }, { roomId }));
	(await proves(strange.far, seat, "none")).frames.send(frameType.hello, new Uint8Array(1));
	assert.equal(await endOf(strange.outcome), "host_misbehaved");
});

test("a host that refuses the key hangs up after the password; one that knows the key has only gone", async (t) => {
	const refused = comesIn(t, wanting({ invite }));
	const played = await proves(refused.far, invite, "password");
	await takesGuess(played, 1, true);
	await expectFrame(played.frames, frameType.guestCertificate);
	played.frames.stream.end();
	assert.equal(await endOf(refused.outcome), "identity_refused");
	const gone = comesIn(t, wanting({ newestSeat: seat }, { roomId }));
	const other = await proves(gone.far, seat, "seat");
	await expectFrame(other.frames, frameType.guestCertificate);
	other.frames.stream.end();
	assert.equal(await endOf(gone.outcome), "connection_lost");
});

test("where our own key cannot sign, that is what is said", async (t) => {
	const { certificate, fingerprint } = guest.signer;
	const signer = { certificate, fingerprint, sign: () => Promise.reject(new Error("the card was pulled out")) };
	const { far, outcome } = comesIn(t, wanting({ newestSeat: seat }, { roomId }), {
		signer: signer as unknown as Self["signer"],
	});
	await proves(far, seat, "seat");
	assert.deepEqual(await outcome, { kind: "ended", code: "identity_refused", detail: "the card was pulled out" });
});

test("while the person thinks, a host that hangs up or talks ends it, and so does giving up", async (t) => {
	let hasEnded: AbortSignal | undefined;
	const thinks = {
		askPassword: (_left: number, _wasWrong: boolean, ended: AbortSignal) => {
			hasEnded = ended;
			return new Promise<undefined>((resolve) => ended.addEventListener("abort", () => resolve(undefined)));
		},
	};
	const asked = async () => {
		while (hasEnded === undefined) await new Promise((resolve) => setImmediate(resolve));
	};
	for (const [act, code] of [
		[({ frames }: Played) => void frames.stream.end(), "connection_lost"],
		[({ frames }: Played) => void frames.send(frameType.shareB, new Uint8Array(32)), "host_misbehaved"],
		[({ frames }: Played) => void frames.send(frameType.refused, encodeRefusal("tooSlow")), "timed_out"],
	] as const) {
		hasEnded = undefined;
		const { far, outcome } = comesIn(t, undefined, thinks);
		const played = await provesNothing(far);
		await asked();
		act(played);
		assert.equal(await endOf(outcome), code);
	}
	hasEnded = undefined;
	const stopped = comesIn(t, undefined, thinks);
	await provesNothing(stopped.far);
	await asked();
	stopped.stop.abort();
	assert.equal(await endOf(stopped.outcome), "left");
	const givesUp = comesIn(t, undefined, {}, []);
	await provesNothing(givesUp.far);
	assert.equal(await endOf(givesUp.outcome), "left");
});

test("a host that says nothing for ten seconds is not waited for", async (t) => {
	const { far, outcome } = comesIn(t);
	const { frames } = await hostChannel(far);
	t.mock.timers.enable({ apis: ["setTimeout"] });
	frames.send(frameType.hello, encodeHello({ room: roomId, salt }));
	await expectFrame(frames, frameType.knock);
	await new Promise((resolve) => setImmediate(resolve));
	t.mock.timers.tick(stepTimeoutMs);
	assert.equal(await endOf(outcome), "timed_out");
});

test("off the record both prove their keys without a signature, and a host that can't read what is sent to its key is found out", async (t) => {
	for (const isHonest of [true, false]) {
		for (const [keys, way] of [
			[invite, "password"],
			[seat, "seat"],
		] as const) {
			const secrets = way === "seat" ? { newestSeat: keys } : { invite: keys };
			const { far, outcome } = comesIn(t, wanting(secrets, { isOffRecord: true }));
			const played = await greets(far);
			const { frames, opening } = played;
			frames.send(frameType.hostProof, encodeOffProof(played, host.signer.certificate, keys, way));
			if (way === "password") await takesGuess(played, 1, true);
			await expectFrame(frames, frameType.guestCertificate);
			const theirs = await expectFrame(frames, frameType.offSecret);
			const parties = { opening, guest: guest.signer.fingerprint, host: host.signer.fingerprint };
			const hostSecret = newSecret();
			const ours = await sealSecret("host", parties, guest.signer.certificate, hostSecret);
			frames.send(frameType.offSecret, ours);
			const guestSecret = isHonest ? await openSecret(theirs, "guest", parties, host.signer) : newSecret();
			const both = offKeys(opening, { guest: theirs, host: ours }, { guest: guestSecret, host: hostSecret });
			const fields = channelFields(opening, way, guest.signer.fingerprint, host.signer.fingerprint);
			const shown = await expectFrame(frames, frameType.offGuest);
			assert.equal(Buffer.compare(shown, contextTag(both.channel, channelContext.guest, fields)) === 0, isHonest);
			frames.send(
				frameType.offHost,
				encodeOffHost({ name: host.name, tag: contextTag(both.channel, channelContext.host, fields) }),
			);
			if (isHonest) {
				const proven = provenOf(await outcome);
				assert.deepEqual([proven.name, proven.offKeys], ["Hana", both]);
			} else assert.equal(await endOf(outcome), "host_misbehaved");
		}
	}
});
