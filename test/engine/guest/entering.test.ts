// How a guest enters, takes its place again or reads what it missed, with real groups and a host whose frames a test makes: what each frame leads to, and what each lie.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, type TestContext, test } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";
import { encryptSignedTo } from "../../../src/crypto/identity/sealed-message.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { type EnteringOptions, enterRoom, resumeRoom } from "../../../src/engine/guest/entering.ts";
import { ReadingOn } from "../../../src/engine/guest/reading-on.ts";
import { HostAuthority } from "../../../src/engine/host/authority.ts";
import { emptyOutbox } from "../../../src/engine/member/outbox.ts";
import { WaitingLines } from "../../../src/engine/member/own-lines.ts";
import { foundGroup } from "../../../src/engine/order/reopening.ts";
import type { GuestEnd } from "../../../src/engine/room/end.ts";
import {
	encodeAdmission,
	encodeClose,
	encodeCommit,
	encodeEntered,
	encodePage,
	encodePosition,
	encodeResumed,
	encodeTooLate,
} from "../../../src/engine/wire/entering-frames.ts";
import { type FrameType, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../src/engine/wire/frame-stream.ts";
import { encodeRefusal, stepTimeoutMs } from "../../../src/engine/wire/handshake.ts";
import { nextHead, startOrder } from "../../../src/engine/wire/transcript.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { expectFrame } from "../../support/attackers/cheap-guest.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";

const roomId = randomBytes(32);
const [host, gus, ann] = await Promise.all([newSelf("Hana"), newSelf("Gus"), newSelf("Ann")]);
const founded = await foundGroup(roomId, host, false);
assert.ok(founded);
const authority = new HostAuthority({ roomId, signer: host.signer, group: founded.group, onGroupReplaced: () => {} });
/** A guest's group that nobody enters with: it makes leaves. */
const idle = await Group.open({ roomId });
after(() => Promise.all([authority.close(), idle.close()]));

/** Both ends of a Link inside a channel. */
function ends(t: TestContext) {
	const [near, far] = memoryLinkPair();
	const limits = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes: 1024 * 1024 };
	t.after(() => {
		near.stream.destroy();
		far.stream.destroy();
	});
	return { guest: new FrameStream(near.stream, limits), played: new FrameStream(far.stream, limits) };
}

/** A guest who enters, and the host's end. */
function enters(t: TestContext, options: Partial<EnteringOptions> = {}) {
	const { guest: frames, played } = ends(t);
	const stop = new AbortController();
	const who = { signer: gus.signer, name: gus.name, host: host.signer.certificate };
	const outcome = enterRoom({ frames, roomId, group: idle, isComingBack: false, ...who, ...options }, stop.signal);
	return { played, outcome, stop };
}

async function codeOf(outcome: Promise<GuestEnd | { readonly kind: string }>): Promise<string> {
	const end = await outcome;
	return "code" in end ? end.code : end.kind;
}

type Act = (played: FrameStream) => void;
const sends =
	(type: FrameType, body?: Uint8Array): Act =>
	(played) =>
		void played.send(type, body);
const tooLong = new Uint8Array(maxSecureBodyBytes + 1);

/** What a host may do at any moment, and how that ends for whoever waits. */
const anyTime: readonly (readonly [Act, string])[] = [
	[({ stream }) => void stream.end(), "connection_lost"],
	[sends(frameType.close, encodeClose("kicked")), "kicked"],
	[sends(frameType.close, encodeClose("hostAway")), "connection_lost"],
	[sends(frameType.close, Buffer.of(99)), "room_closed"],
	[sends(frameType.refused, encodeRefusal("paused")), "paused"],
	[sends(frameType.refused), "host_misbehaved"],
	[sends(frameType.line, tooLong), "host_misbehaved"],
	[sends(frameType.hello, Buffer.of(1)), "host_misbehaved"],
];

test("a host that closes, refuses, talks out of turn or hangs up while a guest enters ends it as what it is, also after a ping", async (t) => {
	const position = encodeEntered({ seq: 1, head: randomBytes(32), seat: randomBytes(32) });
	for (const [act, code] of [...anyTime, [sends(frameType.entered, position), "host_misbehaved"] as const]) {
		const { played, outcome } = enters(t);
		assert.equal((await expectFrame(played, frameType.admitMe)).length, 0);
		played.send(frameType.ping);
		act(played);
		assert.equal(await codeOf(outcome), code);
	}
	const { played, outcome, stop } = enters(t);
	await expectFrame(played, frameType.admitMe);
	stop.abort();
	assert.equal(await codeOf(outcome), "left");
});

test("where our own key can't sign, nobody asks to be admitted", async (t) => {
	const { certificate, fingerprint } = gus.signer;
	const sign = () => Promise.reject(new Error("the card was pulled out"));
	const signer = { certificate, fingerprint, sign } as unknown as Self["signer"];
	const { played, outcome } = enters(t, { signer });
	assert.equal(await codeOf(outcome), "identity_refused");
	assert.equal(played.stream.readableLength, 0, "nothing was sent");
});

const roomFrames: readonly (readonly [FrameType, Uint8Array])[] = [
	[frameType.line, Buffer.concat([Buffer.alloc(8, 1), Buffer.from("line")])],
	[frameType.echo, Buffer.alloc(12)],
	[frameType.commit, encodeCommit({ seq: 1, message: Buffer.of(1) })],
];

test("frames of the room end the way in of a guest who was never in, and are passed over by one who was in and can't read them", async (t) => {
	for (const [type, body] of roomFrames) {
		const newcomer = enters(t);
		newcomer.played.send(type, body);
		assert.equal(await codeOf(newcomer.outcome), "host_misbehaved");
		const returning = enters(t, { isComingBack: true });
		returning.played.send(type, body);
		returning.played.send(frameType.close, encodeClose("kicked"));
		assert.equal(await codeOf(returning.outcome), "kicked");
	}
});

interface FalseAdmission {
	readonly signedBy?: Self;
	readonly room?: Uint8Array;
	readonly groupInfo?: Uint8Array;
	readonly leaf?: { readonly key: Uint8Array; readonly tag: Uint8Array };
}

const falseAdmission = ({ signedBy = host, ...changes }: FalseAdmission): Promise<Uint8Array> => {
	const certificates = [host.signer.certificate.bytes];
	const content = { room: roomId, groupInfo: randomBytes(99), ticket: randomBytes(32), certificates, ...changes };
	return encryptSignedTo(gus.signer.certificate, signedBy.signer, encodeAdmission(content));
};

test("attack: an admission that the host has not signed, for another room, with a leaf that nobody vouches for or with no group is refused, and no entry is made", async (t) => {
	const leaf = { key: randomBytes(32), tag: randomBytes(32) };
	for (const [what, make, code, detail] of [
		["garbage", async () => randomBytes(99), "identity_refused", /admission could not be opened/],
		["by another", () => falseAdmission({ signedBy: ann }), "identity_refused", /admission could not be opened/],
		["another room", () => falseAdmission({ room: randomBytes(32) }), "host_misbehaved", /for another room/],
		["a leaf", () => falseAdmission({ leaf }), "host_misbehaved", /which leaf is its own/],
		["no group", () => falseAdmission({}), "host_misbehaved", /the group was refused/],
		[
			"no admission",
			() => encryptSignedTo(gus.signer.certificate, host.signer, randomBytes(9)),
			"host_misbehaved",
			/./,
		],
	] as const) {
		const { played, outcome } = enters(t);
		await expectFrame(played, frameType.admitMe);
		played.send(frameType.admission, await make());
		const end = await outcome;
		assert.equal(end.kind === "ended" && end.code, code, what);
		assert.match(end.kind === "ended" ? end.detail : "", detail, what);
		assert.equal(played.stream.readableLength, 0, what);
	}
});

test("a guest enters with its own leaf, has its group on disk before the host gets the entry, and counts places from there", async (t) => {
	const group = await Group.open({ roomId });
	t.after(() => group.close());
	const before: Uint8Array[] = [];
	const admitted = await authority.admit(gus.signer.certificate);
	assert.ok(admitted);
	const { played, outcome } = enters(t, {
		group,
		beforeEntry: async (commit) => {
			assert.equal(played.stream.readableLength, 0, "nothing was sent yet");
			before.push(commit);
		},
	});
	await expectFrame(played, frameType.admitMe);
	played.send(frameType.admission, admitted);
	const commit = Uint8Array.from(await expectFrame(played, frameType.enter));
	assert.deepEqual(before.map(Buffer.from), [Buffer.from(commit)]);
	const judged = await authority.judge(commit, gus.signer.certificate, 0);
	assert.deepEqual(judged, { kind: "accepted", epoch: 1, name: "Gus" });
	const [head, seat] = [randomBytes(32), randomBytes(32)];
	played.send(frameType.entered, encodeEntered({ seq: 7, head, seat }));
	const entered = await outcome;
	assert.ok(entered.kind === "entered");
	assert.deepEqual(
		[entered.order.seq, Buffer.from(entered.order.head), Buffer.from(entered.seat)],
		[7, Buffer.from(nextHead(head, 7, commit)), seat],
	);
	assert.deepEqual(entered.members.map(({ name }) => name).sort(), ["Gus", "Hana"]);
	assert.deepEqual(entered.certificates.map(Buffer.from), [Buffer.from(host.signer.certificate.bytes)]);
});

test("attack: an entry is judged by the certificate that was proven, and by nobody else's", async (t) => {
	const group = await Group.open({ roomId });
	t.after(() => group.close());
	const { played, outcome } = enters(t, { group, signer: ann.signer, name: "Ann" });
	await expectFrame(played, frameType.admitMe);
	const admitted = await authority.admit(ann.signer.certificate);
	assert.ok(admitted);
	played.send(frameType.admission, admitted);
	const commit = Uint8Array.from(await expectFrame(played, frameType.enter));
	assert.equal((await authority.judge(commit, gus.signer.certificate, 0)).kind, "refused");
	const off = { leafKey: randomBytes(32), tag: randomBytes(32), keys: {} as never };
	assert.equal((await authority.judge(commit, ann.signer.certificate, 0, off)).kind, "refused");
	assert.equal(await authority.admit(ann.signer.certificate, off), undefined, "nobody is admitted off the record here");
	played.send(frameType.entered, randomBytes(9));
	assert.equal(await codeOf(outcome), "host_misbehaved");
});

/** A member who asks for its place again. */
function resumes(t: TestContext) {
	const { guest, played } = ends(t);
	const stop = new AbortController();
	const head = randomBytes(32);
	const outcome = resumeRoom(guest, { seq: 5, head }, stop.signal);
	return { played, outcome, stop, head };
}

test("a member has its place again with a new seat, is told that it has none, or that it is over", async (t) => {
	const seat = randomBytes(32);
	const good = resumes(t);
	const asked = await expectFrame(good.played, frameType.resume);
	assert.deepEqual(Buffer.from(asked), Buffer.from(encodePosition({ seq: 5, head: good.head })));
	good.played.send(frameType.ping);
	good.played.send(frameType.resumed, encodeResumed({ seq: 9, seat }));
	const resumed = await good.outcome;
	assert.ok(resumed.kind === "resumed");
	assert.deepEqual([resumed.upTo, Buffer.from(resumed.seat)], [9, seat]);
	for (const [act, code] of [
		...anyTime,
		[sends(frameType.tooLate), "tooLate"],
		[sends(frameType.resumed, randomBytes(9)), "host_misbehaved"],
	] as const) {
		const { played, outcome } = resumes(t);
		await expectFrame(played, frameType.resume);
		act(played);
		assert.equal(await codeOf(outcome), code);
	}
	const { played, outcome, stop } = resumes(t);
	await expectFrame(played, frameType.resume);
	stop.abort();
	assert.equal(await codeOf(outcome), "left");
});

test("a host that does not answer whoever comes back is not waited for", async (t) => {
	const waits: (readonly [number, AbortController])[] = [];
	t.mock.method(AbortSignal, "timeout", (ms: number) => {
		const clock = new AbortController();
		waits.push([ms, clock]);
		return clock.signal;
	});
	const { played, outcome } = resumes(t);
	await expectFrame(played, frameType.resume);
	assert.deepEqual(
		waits.map(([ms]) => ms),
		[stepTimeoutMs],
	);
	waits[0]?.[1].abort();
	assert.equal(await codeOf(outcome), "timed_out");
});

/** A member who reads on from place 5. */
function readsOn(t: TestContext) {
	const { guest, played } = ends(t);
	const pages: number[] = [];
	const head = randomBytes(32);
	const own = new WaitingLines(emptyOutbox, { keepOutgoing: () => {}, forgetOutgoing: () => {} });
	const reading = new ReadingOn({
		group: idle,
		self: gus.signer.fingerprint,
		order: startOrder(5, head),
		own,
		emit: () => {},
		onPage: async ({ order }) => void pages.push(order.seq),
	});
	const stop = new AbortController();
	return { reading, played, pages, head, stop, outcome: reading.catchUp(guest, stop.signal) };
}

test("a member reads what it missed page by page until nothing more is there, and each page is kept", async (t) => {
	const { played, pages, head, outcome } = readsOn(t);
	assert.deepEqual(
		Buffer.from(await expectFrame(played, frameType.readOn)),
		Buffer.from(encodePosition({ seq: 5, head })),
	);
	played.send(frameType.ping);
	played.send(frameType.page, encodePage({ upTo: 5, newest: 5 }));
	assert.deepEqual([await outcome, pages], [{ kind: "caughtUp" }, [5]]);
});

test("a host that closes, refuses, hangs up, or sends anything but a page ends the reading as what it is", async (t) => {
	for (const [act, code] of [
		...anyTime,
		[sends(frameType.page, randomBytes(3)), "host_misbehaved"],
		[sends(frameType.page, encodePage({ upTo: 5, newest: 6 })), "host_misbehaved"],
		...roomFrames.map(([type, body]) => [sends(type, body), "host_misbehaved"] as const),
	] as const) {
		const { played, outcome } = readsOn(t);
		await expectFrame(played, frameType.readOn);
		act(played);
		assert.equal(await codeOf(outcome), code);
	}
	for (const why of ["gone", "otherHistory"] as const) {
		const { played, outcome } = readsOn(t);
		await expectFrame(played, frameType.readOn);
		played.send(frameType.tooLate, encodeTooLate(why));
		assert.deepEqual(await outcome, { kind: "tooLate", why });
	}
	for (const body of [encodePage({ upTo: 6, newest: 6 }), encodeTooLate("gone")]) {
		const { played, outcome } = readsOn(t);
		await expectFrame(played, frameType.readOn);
		played.send(frameType.page, encodePage({ upTo: 6, newest: 6 }));
		played.send(body.length === 1 ? frameType.tooLate : frameType.page, body);
		assert.equal(await codeOf(outcome), "host_misbehaved", "in the middle of a page");
	}
	const { played, outcome, stop } = readsOn(t);
	await expectFrame(played, frameType.readOn);
	stop.abort();
	assert.equal(await codeOf(outcome), "left");
});
