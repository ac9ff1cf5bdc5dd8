// A false host that has nearly everything: the invite, the password, another room's proof key, or the true certificate. What it lacks must be enough.
import assert from "node:assert/strict";
import { type KeyObject, randomBytes } from "node:crypto";
import { before, test } from "node:test";
import { type Fingerprint, fingerprintBytes } from "../../src/crypto/identity/fingerprint.ts";
import { openingBinding, roomName } from "../../src/crypto/opening/binding.ts";
import {
	DELEGATION_SECONDS,
	LONGEST_DELEGATION_SECONDS,
	makeProofKey,
	type ProofKey,
	signHostProof,
} from "../../src/crypto/opening/delegation.ts";
import { hostTag, knockTag, tagKeys } from "../../src/crypto/opening/knock.ts";
import { attemptInput, channelContext, channelFields } from "../../src/crypto/opening/proofs.ts";
import { respond } from "../../src/crypto/password/pake.ts";
import type { Self } from "../../src/engine/account/self.ts";
import { proveToHost } from "../../src/engine/guest/opening/handshake-guest.ts";
import type { GuestSide } from "../../src/engine/guest/opening/opening.ts";
import { encodeBody } from "../../src/engine/wire/codec.ts";
import { type FrameType, frameType } from "../../src/engine/wire/frame.ts";
import { encodeHello } from "../../src/engine/wire/handshake.ts";
import { memoryLinkPair } from "../../src/net/link/memory-transport.ts";
import { expectFrame, prsOf } from "../support/attackers/cheap-guest.ts";
import { type HostChannel, hostChannel, nextFrame } from "../support/attackers/man-in-the-middle.ts";
import { newSelf } from "../support/rooms/memory-room.ts";
import { patienceMs } from "../support/until.ts";

const roomId = randomBytes(32);
const salt = randomBytes(16);
const password = "four calm green words";
const secret = randomBytes(16);
const now = Math.floor(Date.now() / 1000);
/** The clocks of two people may differ by so many seconds. */
const day = 24 * 60 * 60;
let hanna: Self;
let mallory: Self;
let bob: Self;
let proofKey: ProofKey;

before(async () => {
	[hanna, mallory, bob] = await Promise.all([newSelf("Hanna"), newSelf("Mallory"), newSelf("Bob")]);
	proofKey = await makeProofKey(hanna.signer, roomId, Date.now());
});

const invite = () => tagKeys({ kind: "invite", secret }, hanna.signer.fingerprint);

interface Meeting extends HostChannel {
	readonly hello: Uint8Array;
	readonly opening: Uint8Array;
	readonly knock: Uint8Array;
	readonly asked: () => number;
	readonly end: ReturnType<typeof proveToHost>;
}

/** A guest with Hanna's invite comes to whoever this is; what they have said up to the knock. */
async function meet(
	more: Partial<NonNullable<GuestSide["wanted"]>> = {},
	isInvited = true,
	hello = encodeHello({ room: roomId, salt }),
): Promise<Meeting> {
	const [near, far] = memoryLinkPair();
	let times = 0;
	const side: GuestSide = {
		...bob,
		...(isInvited
			? {
					wanted: {
						fingerprint: hanna.signer.fingerprint,
						secrets: { invite: invite() },
						roomName: roomName(roomId),
						...more,
					},
				}
			: {}),
		askPassword: async () => {
			times += 1;
			return times === 1 ? password : undefined;
		},
		onProven: () => {},
		onChecking: () => {},
	};
	const end = proveToHost(near.stream, side, AbortSignal.timeout(patienceMs));
	const opened = await hostChannel(far);
	opened.frames.send(frameType.hello, hello);
	const knock = await expectFrame(opened.frames, frameType.knock);
	return { ...opened, hello, knock, opening: openingBinding(opened.channel, hello), asked: () => times, end };
}

type Door = ProofKey["delegation"];

/** What the true host would answer, with something changed. */
function proofOf(
	{ opening, knock }: Meeting,
	changes: {
		tag?: Uint8Array;
		certificate?: Uint8Array;
		door?: Door;
		by?: KeyObject;
		over?: Uint8Array;
		who?: Fingerprint;
		way?: string;
	} = {},
): Uint8Array {
	return encodeBody({
		tag: changes.tag ?? hostTag(invite().host, opening),
		certificate: changes.certificate ?? hanna.signer.certificate.bytes,
		door: changes.door ?? proofKey.delegation,
		signature: signHostProof(
			changes.by ?? proofKey.privateKey,
			changes.over ?? opening,
			changes.who ?? hanna.signer.fingerprint,
			knock,
		),
		way: changes.way ?? "password",
	});
}

function u64(value: number): Uint8Array {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64BE(BigInt(value));
	return bytes;
}

/** A certificate for the true proof key with these times and for this room, signed by this person. */
async function door(changes: { from?: number; until?: number; room?: Uint8Array; by?: Self } = {}): Promise<Door> {
	const { from = now, until = now + 60, room = roomId, by = hanna } = changes;
	const { key } = proofKey.delegation;
	const signature = await by.signer.sign(
		"door",
		room,
		fingerprintBytes(hanna.signer.fingerprint),
		key,
		u64(from),
		u64(until),
	);
	return { key, from, until, signature };
}

test("the true proof is taken, and the password is asked for", async () => {
	const meeting = await meet();
	meeting.frames.send(frameType.hostProof, proofOf(meeting));
	assert.equal((await nextFrame(meeting.frames))?.type, frameType.shareA);
	assert.equal(meeting.asked(), 1);
	meeting.frames.stream.destroy();
	await meeting.end;
});

const lies: Readonly<Record<string, (meeting: Meeting) => Promise<Uint8Array>>> = {
	"a certificate of the proof key for another room": async (meeting) =>
		proofOf(meeting, { door: await door({ room: randomBytes(32) }) }),
	"a certificate that has run out": async (meeting) =>
		proofOf(meeting, { door: await door({ from: now - 3 * day, until: now - day - 1 }) }),
	"a certificate from the future": async (meeting) =>
		proofOf(meeting, { door: await door({ from: now + day + 400, until: now + day + 900 }) }),
	"a certificate for ever": async (meeting) =>
		proofOf(meeting, { door: await door({ until: now + LONGEST_DELEGATION_SECONDS + 1 }) }),
	"a certificate by somebody else's key": async (meeting) => proofOf(meeting, { door: await door({ by: mallory }) }),
	"a right certificate and a signature by another proof key": async (meeting) =>
		proofOf(meeting, { by: (await makeProofKey(mallory.signer, roomId, Date.now())).privateKey }),
	"a right certificate and a signature over another channel": async (meeting) =>
		proofOf(meeting, { over: randomBytes(32) }),
	"a right certificate and a signature for another host": async (meeting) =>
		proofOf(meeting, { who: mallory.signer.fingerprint }),
	"another person's certificate": async (meeting) =>
		proofOf(meeting, { certificate: mallory.signer.certificate.bytes }),
	"the tag of a guest in the place of the host's": async (meeting) =>
		proofOf(meeting, { tag: knockTag(invite().guest, meeting.channel) }),
	"a tag by the fingerprint, where the guest has the invite": async (meeting) =>
		proofOf(meeting, { tag: hostTag(tagKeys({ kind: "pin" }, hanna.signer.fingerprint).host, meeting.opening) }),
	"a tag for another channel": async (meeting) => proofOf(meeting, { tag: hostTag(invite().host, randomBytes(32)) }),
	"an unknown way": async (meeting) => proofOf(meeting, { way: "back door" }),
	"everything right but that it is another host's, who has the invite": async (meeting) => {
		const own = await makeProofKey(mallory.signer, roomId, Date.now());
		const { bytes } = mallory.signer.certificate;
		return proofOf(meeting, { certificate: bytes, door: own.delegation, by: own.privateKey });
	},
	"no proof at all": async () => new Uint8Array(0),
	rubbish: async () => randomBytes(400),
};
for (const [what, lie] of Object.entries(lies)) {
	test(`attack: a guest with an invite does not go one step on with ${what}, and nobody is asked for a password`, async () => {
		const meeting = await meet();
		meeting.frames.send(frameType.hostProof, await lie(meeting));
		assert.equal(await nextFrame(meeting.frames), undefined);
		const end = await meeting.end;
		// A certificate of the host's own that is only of another time is told as what it is.
		const isOfAnotherTime = /run out|future/.test(what);
		assert.equal(end.kind === "ended" && end.code, isOfAnotherTime ? "clocks_differ" : "wrong_host");
		assert.equal(meeting.asked(), 0);
	});
}

test("attack: the thief of another room's proof key opens no invite to this one: the guest knows which room it is for", async () => {
	const other = randomBytes(32);
	const stolen = await makeProofKey(hanna.signer, other, Date.now());
	const meeting = await meet({}, true, encodeHello({ room: other, salt }));
	meeting.frames.send(frameType.hostProof, proofOf(meeting, { door: stolen.delegation, by: stolen.privateKey }));
	assert.equal(await nextFrame(meeting.frames), undefined);
	const end = await meeting.end;
	assert.equal(end.kind === "ended" && end.code, "wrong_host");
	assert.equal(meeting.asked(), 0);
});

test("attack: a certificate that was taken back by a newer one is refused by whoever has seen the newer one", async () => {
	const meeting = await meet({ notBefore: now + 1 });
	meeting.frames.send(
		frameType.hostProof,
		proofOf(meeting, { door: await door({ from: now, until: now + DELEGATION_SECONDS }) }),
	);
	assert.equal(await nextFrame(meeting.frames), undefined);
	const end = await meeting.end;
	assert.equal(end.kind === "ended" && end.code, "wrong_host");
});

test("attack: whoever comes back does not go on in another room of the same host", async () => {
	const meeting = await meet({ roomId: randomBytes(32), roomName: undefined });
	meeting.frames.send(frameType.hostProof, proofOf(meeting));
	assert.equal(await nextFrame(meeting.frames), undefined);
	const end = await meeting.end;
	assert.equal(end.kind === "ended" && end.code, "room_closed");
});

test("attack: a guest knocks alike for every hello, also one of another room, so that nobody learns whom it looks for", async () => {
	const meeting = await meet({}, true, encodeHello({ room: randomBytes(32), salt }));
	assert.equal(meeting.knock.length, 128);
	meeting.frames.stream.destroy();
	await meeting.end;
});

test("attack: a proof that nobody asked for ends the opening, too", async () => {
	const meeting = await meet({}, false);
	meeting.frames.send(frameType.hostProof, proofOf(meeting));
	const end = await meeting.end;
	assert.equal(end.kind === "ended" && end.code, "host_misbehaved");
	assert.equal(meeting.asked(), 0);
});

/** By the password as far as the identities, with what this host has. */
async function throughThePassword(
	meeting: Meeting,
	isProven: boolean,
	word = password,
): Promise<FrameType | undefined> {
	const { frames, opening } = meeting;
	frames.send(frameType.hostProof, isProven ? proofOf(meeting) : new Uint8Array(0));
	const shareA = await expectFrame(frames, frameType.shareA);
	const host = isProven ? hanna.signer.fingerprint : undefined;
	const responder = respond(
		attemptInput("host", { prs: await prsOf(word, { salt }), opening, attempt: 1, host }),
		shareA,
	);
	frames.send(frameType.shareB, responder.share);
	const checked = responder.check(await expectFrame(frames, frameType.confirmA));
	frames.send(frameType.confirmB, checked.kind === "right" ? checked.tag : randomBytes(64));
	return (await nextFrame(frames))?.type;
}

test("attack: a false host that does not know the password, or sends the guest's own share or tag back, is found out", async () => {
	const wrong = await meet({}, false);
	assert.equal(await throughThePassword(wrong, false, "another word"), undefined);
	const end = await wrong.end;
	assert.equal(end.kind === "ended" && end.code, "host_misbehaved");
	for (const isShare of [true, false]) {
		const echo = await meet({}, false);
		echo.frames.send(frameType.hostProof);
		const share = await expectFrame(echo.frames, frameType.shareA);
		echo.frames.send(frameType.shareB, isShare ? share : new Uint8Array(32));
		assert.equal(await nextFrame(echo.frames), undefined, "the identity of the group is no share either");
		const over = await echo.end;
		assert.equal(over.kind === "ended" && over.code, "host_misbehaved");
	}
});

test("attack: a false host with the password cannot pass for a key it does not have, and neither way is taken for the other", async () => {
	const { signer } = hanna;
	const identities: Readonly<Record<string, (opening: Uint8Array) => Promise<readonly [Self, Uint8Array]>>> = {
		"another channel": async () => [
			hanna,
			await signer.sign(
				channelContext.host,
				...channelFields(randomBytes(32), "password", bob.signer.fingerprint, signer.fingerprint),
			),
		],
		"another way": async (opening) => [
			hanna,
			await signer.sign(
				channelContext.host,
				...channelFields(opening, "seat", bob.signer.fingerprint, signer.fingerprint),
			),
		],
		"another guest": async (opening) => [
			hanna,
			await signer.sign(
				channelContext.host,
				...channelFields(opening, "password", mallory.signer.fingerprint, signer.fingerprint),
			),
		],
		"the guest's role": async (opening) => [
			hanna,
			await signer.sign(
				channelContext.guest,
				...channelFields(opening, "password", bob.signer.fingerprint, signer.fingerprint),
			),
		],
		"another signer": async (opening) => [
			hanna,
			await mallory.signer.sign(
				channelContext.host,
				...channelFields(opening, "password", bob.signer.fingerprint, signer.fingerprint),
			),
		],
	};
	for (const [what, make] of Object.entries(identities)) {
		const meeting = await meet({}, false);
		assert.equal(await throughThePassword(meeting, false), frameType.guestCertificate);
		const [shown, signature] = await make(meeting.opening);
		const { bytes } = shown.signer.certificate;
		meeting.frames.send(frameType.hostIdentity, encodeBody({ certificate: bytes, name: "Hanna", signature }));
		assert.equal(await nextFrame(meeting.frames), undefined, `${what}: the guest signs nothing`);
		const end = await meeting.end;
		assert.equal(end.kind === "ended" && end.code, "host_misbehaved", what);
	}
});

test("attack: a host that has proven one key and then signs rightly with another is not taken", async () => {
	const meeting = await meet();
	assert.equal(await throughThePassword(meeting, true), frameType.guestCertificate);
	assert.equal((await nextFrame(meeting.frames))?.type, frameType.guestSignature);
	const fields = channelFields(meeting.opening, "password", bob.signer.fingerprint, mallory.signer.fingerprint);
	const signature = await mallory.signer.sign(channelContext.host, ...fields);
	const identity = { certificate: mallory.signer.certificate.bytes, name: "Hanna", signature };
	meeting.frames.send(frameType.hostIdentity, encodeBody(identity));
	const end = await meeting.end;
	assert.equal(end.kind === "ended" && end.code, "wrong_host");
});

test("a guest that is to look for its own key says nothing to anybody", async () => {
	const [near, far] = memoryLinkPair();
	const wanted = { fingerprint: bob.signer.fingerprint, secrets: { invite: invite() } };
	const side = {
		...bob,
		wanted,
		askPassword: async () => password,
		onProven: () => {},
		onChecking: () => {},
	};
	const end = await proveToHost(near.stream, side, AbortSignal.timeout(patienceMs));
	assert.equal(end.kind === "ended" && end.code, "own_room");
	assert.equal(far.stream.read(), null);
	for (const { stream } of [near, far]) stream.destroy();
});

test("attack: a stranger with the guest's own key, who knows the password, is not taken for a host", async () => {
	const meeting = await meet({}, false);
	assert.equal(await throughThePassword(meeting, false), frameType.guestCertificate);
	const fields = channelFields(meeting.opening, "password", bob.signer.fingerprint, bob.signer.fingerprint);
	const signature = await bob.signer.sign(channelContext.host, ...fields);
	meeting.frames.send(
		frameType.hostIdentity,
		encodeBody({ certificate: bob.signer.certificate.bytes, name: "Bob", signature }),
	);
	const end = await meeting.end;
	assert.equal(end.kind === "ended" && end.code, "own_room");
});
