// How a guest's way in ends before it is proven: what is said of it, that nothing more is told to the host, and that the channel goes with it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { newSecret, sealSecret } from "../../../../src/crypto/off-record/exchange.ts";
import { attemptInput } from "../../../../src/crypto/opening/proofs.ts";
import { respond } from "../../../../src/crypto/password/pake.ts";
import {
	type FrameType,
	frameType,
	maxAdmissionBytes,
	padCertificatesToBytes,
} from "../../../../src/engine/wire/frame.ts";
import { encodeHello, encodeRefusal } from "../../../../src/engine/wire/handshake.ts";
import { encodeOffProof } from "../../../../src/engine/wire/off-frames.ts";
import { expectFrame } from "../../../support/attackers/cheap-guest.ts";
import { hostChannel, nextFrame } from "../../../support/attackers/man-in-the-middle.ts";
import {
	comesIn,
	endOf,
	greets,
	guest,
	host,
	identityOf,
	invite,
	type Played,
	provenOf,
	proves,
	provesNothing,
	prs,
	roomId,
	salt,
	seat,
	takesGuess,
	wanting,
} from "./played-host.ts";

/** The guest has closed the channel and said nothing more. */
async function assertSilence({ frames }: Pick<Played, "frames">): Promise<void> {
	assert.deepEqual(await frames.next(new AbortController().signal), { kind: "ended" });
}

/** What a host may do in the place of its next step, and how that ends for the guest. */
const otherSteps: readonly (readonly [(played: Pick<Played, "frames">) => void, string])[] = [
	[({ frames }) => void frames.stream.end(), "connection_lost"],
	[({ frames }) => void frames.send(frameType.line, randomBytes(9)), "host_misbehaved"],
	[({ frames }) => void frames.send(frameType.refused, encodeRefusal("paused")), "paused"],
	[({ frames }) => void frames.send(frameType.refused), "host_misbehaved"],
	[({ frames }) => void frames.send(frameType.line, new Uint8Array(padCertificatesToBytes + 1)), "not_real_talk"],
];

test("a host that goes, talks out of turn, refuses or sends too much at any step of the password ends it as what it is", async (t) => {
	for (const [act, code] of otherSteps) {
		const first = comesIn(t);
		const unheard = await provesNothing(first.far);
		await expectFrame(unheard.frames, frameType.shareA);
		act(unheard);
		assert.equal(await endOf(first.outcome), code);
		await assertSilence(unheard);

		const second = comesIn(t);
		const played = await provesNothing(second.far);
		const share = await expectFrame(played.frames, frameType.shareA);
		const pake = respond(attemptInput("host", { prs, opening: played.opening, attempt: 1 }), share);
		played.frames.send(frameType.shareB, pake.share);
		await expectFrame(played.frames, frameType.confirmA);
		act(played);
		assert.equal(await endOf(second.outcome), code);
		await assertSilence(played);
	}
});

test("a host that goes, talks out of turn, refuses or sends too much instead of proving itself is not shown a certificate", async (t) => {
	for (const [act, code] of otherSteps) {
		const { far, outcome } = comesIn(t, { ...wanting({ newestSeat: seat }), roomId });
		const played = await greets(far);
		act(played);
		assert.equal(await endOf(outcome), code);
		await assertSilence(played);
	}
});

test("a host that goes, talks out of turn, refuses or sends too much in the place of its identity is told apart from one that refuses the key", async (t) => {
	for (const [act, code] of otherSteps) {
		for (const isPinned of [true, false]) {
			const { far, outcome } = comesIn(t, isPinned ? wanting({ invite }) : undefined);
			const played = isPinned ? await proves(far, invite, "password") : await provesNothing(far);
			await takesGuess(played, 1, isPinned);
			await expectFrame(played.frames, frameType.guestCertificate);
			if (isPinned) await expectFrame(played.frames, frameType.guestSignature);
			act(played);
			assert.equal(await endOf(outcome), code === "connection_lost" ? "identity_refused" : code);
			await assertSilence(played);
		}
	}
});

test("off the record each step in another form ends it, and a host that goes after the password has refused the key", async (t) => {
	const answers: readonly (readonly [FrameType, (played: Played) => Promise<Uint8Array>])[] = [
		[
			frameType.offSecret,
			({ opening }) => {
				const parties = { opening, guest: guest.signer.fingerprint, host: host.signer.fingerprint };
				return sealSecret("host", parties, guest.signer.certificate, newSecret());
			},
		],
		[frameType.offHost, async () => randomBytes(99)],
	];
	for (const [keys, way] of [
		[invite, "password"],
		[seat, "seat"],
	] as const) {
		for (const until of [0, 1]) {
			for (const [act, code] of otherSteps) {
				const wanted = wanting(way === "seat" ? { newestSeat: seat } : { invite }, { isOffRecord: true });
				const { far, outcome } = comesIn(t, wanted);
				const played = await greets(far);
				played.frames.send(frameType.hostProof, encodeOffProof(played, host.signer.certificate, keys, way));
				if (way === "password") await takesGuess(played, 1, true);
				await expectFrame(played.frames, frameType.guestCertificate);
				await expectFrame(played.frames, frameType.offSecret);
				for (const [type, make] of answers.slice(0, until)) played.frames.send(type, await make(played));
				if (until > 0) await expectFrame(played.frames, frameType.offGuest);
				act(played);
				const isTurnedDown = until > 0 && way === "password" && code === "connection_lost";
				assert.equal(await endOf(outcome), isTurnedDown ? "identity_refused" : code);
				await assertSilence(played);
			}
		}
	}
	const strange = comesIn(t, wanting({ newestSeat: seat }, { isOffRecord: true }));
	const played = await greets(strange.far);
	played.frames.send(frameType.hostProof, encodeOffProof(played, host.signer.certificate, seat, "seat"));
	await expectFrame(played.frames, frameType.guestCertificate);
	await expectFrame(played.frames, frameType.offSecret);
	for (const [type, make] of answers) played.frames.send(type, await make(played));
	assert.equal(await endOf(strange.outcome), "host_misbehaved", "an answer that can't be read");
});

test("a host that proves itself and offers nothing, or only posts, is shown nothing of the guest", async (t) => {
	for (const way of ["none", "feed"] as const) {
		const { far, outcome } = comesIn(t, wanting({ newestSeat: seat }, { roomId }));
		const played = await proves(far, seat, way);
		if (way === "none") played.frames.send(frameType.hostProof, randomBytes(1));
		assert.equal(await endOf(outcome), "host_misbehaved");
		await assertSilence(played);
	}
});

test("a host that sends too much while the person thinks ends it, and an answer that was given is not called off", async (t) => {
	let hasEnded: AbortSignal | undefined;
	const { far, outcome } = comesIn(t, undefined, {
		askPassword: (_left, _wasWrong, ended) => {
			hasEnded = ended;
			return new Promise((resolve) => ended.addEventListener("abort", () => resolve(undefined)));
		},
	});
	const played = await provesNothing(far);
	while (hasEnded === undefined) await new Promise((resolve) => setImmediate(resolve));
	played.frames.send(frameType.line, new Uint8Array(padCertificatesToBytes + 1));
	assert.equal(await endOf(outcome), "host_misbehaved");
	const typed = comesIn(t, undefined, {
		askPassword: async (_left, _wasWrong, ended) => {
			hasEnded = ended;
			return "a password";
		},
	});
	const host = await provesNothing(typed.far);
	await expectFrame(host.frames, frameType.shareA);
	assert.equal(hasEnded.aborted, false);
});

test("attack: a host that pads without end before it has proven anything is given up, and afterwards may send an admission", async (t) => {
	const early = comesIn(t);
	const { frames } = await hostChannel(early.far);
	for (let sent = 0; sent < 14; sent += 1) frames.send(frameType.padding, new Uint8Array(padCertificatesToBytes - 4));
	assert.equal(await endOf(early.outcome), "not_real_talk");

	const { far, outcome } = comesIn(t, wanting({ newestSeat: seat }, { roomId }));
	const played = await proves(far, seat, "seat");
	await expectFrame(played.frames, frameType.guestCertificate);
	await expectFrame(played.frames, frameType.guestSignature);
	played.frames.send(frameType.hostIdentity, await identityOf(played, "seat"));
	const proven = provenOf(await outcome);
	assert.equal(proven.stream.destroyed, false);
	played.frames.send(frameType.admission, new Uint8Array(maxAdmissionBytes));
	assert.equal((await nextFrame(proven.frames))?.body.length, maxAdmissionBytes);
	const header = Buffer.of(0, 0, 0, frameType.admission);
	header.writeUIntBE(maxAdmissionBytes + 1, 0, 3);
	played.frames.stream.write(header);
	assert.equal((await proven.frames.next(new AbortController().signal)).kind, "refused");
});

test("whoever answers with another program, or not at all, is told apart, and so is a person who gives up meanwhile", async (t) => {
	const stranger = comesIn(t);
	const hello = encodeHello({ room: roomId, salt });
	const { frames } = await hostChannel(stranger.far);
	frames.send(frameType.hello, hello.subarray(1));
	assert.equal(await endOf(stranger.outcome), "not_real_talk");
	await assertSilence({ frames });
	const stopped = comesIn(t);
	stopped.stop.abort();
	assert.equal(await endOf(stopped.outcome), "left");
	const waits: AbortController[] = [];
	t.mock.method(AbortSignal, "timeout", () => {
		const clock = new AbortController();
		waits.push(clock);
		return clock.signal;
	});
	const silent = comesIn(t);
	while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
	for (const clock of waits) clock.abort();
	assert.equal(await endOf(silent.outcome), "timed_out");
	t.mock.reset();
	for (const [failure, code] of [
		["formerVersion", "wrong_version"],
		["otherProtocol", "not_real_talk"],
		["silent", "timed_out"],
		["unheard", "connection_lost"],
		["other", "refused"],
	] as const) {
		const openChannel = async () => ({ kind: "failed", failure, detail: "" }) as const;
		assert.equal(await endOf(comesIn(t, undefined, { openChannel }).outcome), code);
	}
});
