// Attacks on rooms off the record: tags and messages from elsewhere, signatures where none belong, and what a failure tells.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { encryptSignedTo, encryptTo } from "../../src/crypto/identity/sealed-message.ts";
import { secretPlaintext } from "../../src/crypto/off-record/exchange.ts";
import { contextTag, encryptTaggedTo, leafTag } from "../../src/crypto/off-record/tags.ts";
import { channelContext, channelFields } from "../../src/crypto/opening/proofs.ts";
import type { Self } from "../../src/engine/account/self.ts";
import { decodeAdmission, decodeClose, encodeAdmission } from "../../src/engine/wire/entering-frames.ts";
import { frameType } from "../../src/engine/wire/frame.ts";
import { memoryLinkPair } from "../../src/net/link/memory-transport.ts";
import { expectFrame, showCertificate, sign } from "../support/attackers/cheap-guest.ts";
import { nextFrame } from "../support/attackers/man-in-the-middle.ts";
import { neverSigns } from "../support/attackers/never-signs.ts";
import { freshLeaf, playHost, proveAsGuest, throughInvite } from "../support/attackers/off-by-hand.ts";
import { joinMemoryRoom, newSelf, openMemoryRoom, transportOf } from "../support/rooms/memory-room.ts";

const signingBob = await newSelf("Bob");
const bob = neverSigns(signingBob);
const signingHanna = await newSelf("Hanna");
const hanna = neverSigns(signingHanna);
const room = await openMemoryRoom({ after }, {}, {}, undefined, { host: hanna, with: bob.signer.fingerprint });
const elsewhere = await openMemoryRoom({ after }, {}, {}, undefined, { host: hanna, with: bob.signer.fingerprint });

test("the guest made by hand is let in when it is honest, or nothing here would show anything", async () => {
	const { answer } = await proveAsGuest(await throughInvite(room, room.link()), bob, hanna);
	assert.equal(answer?.type, frameType.offHost);
});

test("attack: what was said in another room of the same two, or in an earlier channel of this one, opens nothing here", async () => {
	for (const other of [elsewhere, room]) {
		const heard = await proveAsGuest(await throughInvite(other, other.link()), bob, hanna);
		assert.equal(heard.answer?.type, frameType.offHost);
		const both = { sealed: () => heard.sealed, tag: () => heard.tag };
		for (const change of [both, { tag: () => heard.tag }, { sealed: () => heard.sealed }]) {
			const { answer } = await proveAsGuest(await throughInvite(room, room.link()), bob, hanna, change);
			assert.equal(answer, undefined);
		}
	}
});

test("attack: the host's own words do not come back as a guest's", async () => {
	const greeting = await throughInvite(room, room.link());
	const { answer } = await proveAsGuest(greeting, bob, hanna, {
		tag: (_, { channel }) => {
			const fields = channelFields(greeting.opening, "password", bob.signer.fingerprint, hanna.signer.fingerprint);
			return contextTag(channel, channelContext.host, fields);
		},
	});
	assert.equal(answer, undefined);
	const mirrored = await proveAsGuest(await throughInvite(room, room.link()), bob, hanna, {
		sealed: async () => {
			const parties = { opening: randomBytes(32), guest: bob.signer.fingerprint, host: hanna.signer.fingerprint };
			return encryptTo(hanna.signer.certificate, secretPlaintext("host", parties, randomBytes(32)));
		},
	});
	assert.equal(mirrored.answer, undefined);
});

test("attack: a tag for one way in is not good for the other", async () => {
	const greeting = await throughInvite(room, room.link());
	const { answer } = await proveAsGuest(greeting, bob, hanna, { way: "seat" });
	assert.equal(answer, undefined);
});

test("attack: a buddy who answers with a signature is not let in, and the host neither signs nor says a word", async () => {
	const greeting = await throughInvite(room, room.link());
	showCertificate(greeting, signingBob);
	await sign(greeting, signingBob, hanna.signer.fingerprint);
	assert.equal(await nextFrame(greeting.frames), undefined);
});

test("attack: a guest can't tell by what the host does how a message is bad: each is answered alike, and then with silence", async () => {
	const { fingerprint } = hanna.signer;
	const seen = new Set<string>();
	const bad: readonly ((own: Uint8Array, opening: Uint8Array) => Promise<Uint8Array>)[] = [
		async () => randomBytes(300),
		async () => new Uint8Array(1),
		async (own) => own.subarray(0, own.length - 3),
		async (own) => own.map((byte, index) => (index === own.length - 30 ? byte ^ 1 : byte)),
		async () => encryptTo(hanna.signer.certificate, randomBytes(200)),
		async (_, opening) => {
			const parties = { opening, guest: hanna.signer.fingerprint, host: fingerprint };
			return encryptTo(hanna.signer.certificate, secretPlaintext("guest", parties, randomBytes(32)));
		},
		async () => {
			const parties = { opening: randomBytes(32), guest: bob.signer.fingerprint, host: fingerprint };
			return encryptTo(hanna.signer.certificate, secretPlaintext("guest", parties, randomBytes(32)));
		},
		async () => encryptTo(bob.signer.certificate, randomBytes(64)),
	];
	for (const make of bad) {
		const greeting = await throughInvite(room, room.link());
		const sealed = (own: Uint8Array) => make(own, greeting.opening);
		// The host's message came in all cases (proveAsGuest reads it); what comes of it afterwards is what is compared.
		const { answer } = await proveAsGuest(greeting, bob, hanna, { sealed });
		seen.add(String(answer?.type));
	}
	const wrongTag = await proveAsGuest(await throughInvite(room, room.link()), bob, hanna, {
		tag: () => randomBytes(32),
	});
	seen.add(String(wrongTag.answer?.type));
	assert.deepEqual([...seen], ["undefined"]);
});

/** Asks to be admitted with this leaf key; what the host's admission says. */
async function admitted(
	frames: Parameters<typeof expectFrame>[0],
	self: Self,
	leafKey: Uint8Array,
): Promise<ReturnType<typeof decodeAdmission>> {
	frames.send(frameType.admitMe, leafKey);
	for (;;) {
		const frame = await nextFrame(frames);
		assert.ok(frame, "the host hung up");
		if (frame.type === frameType.ping) continue;
		assert.equal(frame.type, frameType.admission);
		const opened = await self.signer.unseal(frame.body);
		assert.ok(opened.kind === "decrypted");
		// The tag stands before it: one byte of length and 32 of tag.
		return decodeAdmission(opened.data.subarray(33));
	}
}

for (const [name, forge] of Object.entries({
	"without a tag": (_: Uint8Array, commit: Uint8Array) => commit,
	"with a tag of another key": (_: Uint8Array, commit: Uint8Array) => Buffer.concat([randomBytes(32), commit]),
	"with the host's own tag": (hostTag: Uint8Array, commit: Uint8Array) => Buffer.concat([hostTag, commit]),
})) {
	test(`attack: a leaf that comes ${name} does not get into the group`, async (t) => {
		const greeting = await throughInvite(room, room.link());
		const { frames, hello } = greeting;
		const { answer } = await proveAsGuest(greeting, bob, hanna);
		assert.equal(answer?.type, frameType.offHost);
		const { group, own } = await freshLeaf(t, hello.room, bob);
		const admission = await admitted(frames, bob, own.leafKey);
		assert.ok(admission.kind === "value" && admission.value.leaf);
		const { groupInfo, ticket, certificates, leaf } = admission.value;
		const { fingerprint: hostFingerprint } = hanna.signer;
		const entered = await group.enter({ groupInfo, ticket, certificates, hostFingerprint, hostLeaf: leaf.key, ...own });
		assert.ok(entered.kind === "entered");
		frames.send(frameType.enter, forge(leaf.tag, entered.commit));
		const end = await nextFrame(frames);
		assert.ok(end?.type === frameType.close && decodeClose(end.body) === "refused");
		assert.equal(room.ears.has("membership"), false);
	});
}

test("attack: a leaf does not get in by the tag of the leaf with which admission was asked for", async (t) => {
	const greeting = await throughInvite(room, room.link());
	const { frames, hello } = greeting;
	const { keys } = await proveAsGuest(greeting, bob, hanna);
	const asked = await freshLeaf(t, hello.room, bob);
	const other = await freshLeaf(t, hello.room, bob);
	const admission = await admitted(frames, bob, asked.own.leafKey);
	assert.ok(admission.kind === "value" && admission.value.leaf);
	const { groupInfo, ticket, certificates, leaf } = admission.value;
	const host = { hostFingerprint: hanna.signer.fingerprint, hostLeaf: leaf.key };
	const entered = await other.group.enter({ groupInfo, ticket, certificates, ...host, ...other.own });
	assert.ok(entered.kind === "entered");
	const leaves = { roomId: hello.room, guestLeaf: asked.own.leafKey, hostLeaf: leaf.key };
	frames.send(frameType.enter, Buffer.concat([leafTag(keys.leaf, "guest", leaves), entered.commit]));
	const end = await nextFrame(frames);
	assert.ok(end?.type === frameType.close && decodeClose(end.body) === "refused");
	assert.equal(room.ears.has("membership"), false);
});

/** Bob joins by an invite, and this is at the other end. */
async function joinAt(play: (far: Parameters<typeof playHost>[0], secret: Uint8Array) => Promise<unknown>) {
	const inviteSecret = randomBytes(16);
	let played: Promise<unknown> = Promise.resolve();
	const transport = transportOf(() => {
		const [near, far] = memoryLinkPair();
		played = play(far, inviteSecret).catch(() => undefined);
		return near;
	});
	const target = {
		endpoints: [{ host: "host", port: 1 }],
		pin: hanna.signer.fingerprint,
		inviteSecret,
		isOffRecord: true,
	};
	const guest = await joinMemoryRoom(room, bob, { transport, options: { target } });
	const end = await guest.ended;
	await played;
	return end;
}

test("attack: whoever has the invite, the password and the host's certificate, and not the host's key, is not the host", async () => {
	const { signer: eves } = await newSelf("Eve");
	const { certificate, fingerprint } = hanna.signer;
	const signer = { ...hanna.signer, certificate, fingerprint, unseal: (message: Uint8Array) => eves.unseal(message) };
	const pretends = { name: "Hanna", signer };
	const reflections = [{}, { tag: (_: Uint8Array, guests: Uint8Array) => guests }];
	for (const change of reflections) {
		const end = await joinAt((far, secret) => playAndHangUp(far, pretends, bob, secret, change));
		assert.equal(end.code, "host_misbehaved");
	}
});

test("attack: a host that sends a signature where its secret belongs is left at once", async () => {
	const end = await joinAt((far, secret) => playAndHangUp(far, hanna, bob, secret, { signs: true }));
	assert.equal(end.code, "host_misbehaved");
});

test("attack: a host's secret that was altered on the way leads to keys that differ", async () => {
	const sealed = (own: Uint8Array) => own.map((byte, index) => (index === own.length - 25 ? byte ^ 1 : byte));
	const change = { sealed, tag: (own: Uint8Array) => own };
	assert.equal((await joinAt((far, secret) => playAndHangUp(far, hanna, bob, secret, change))).code, "host_misbehaved");
});

/** Plays the host, and hangs up: a guest that has believed it would only find the connection lost. */
async function playAndHangUp(...given: Parameters<typeof playHost>): Promise<void> {
	const { frames } = await playHost(...given);
	frames.stream.end();
}

/** The host is honest up to its admission, of which `make` makes what is sent. */
async function admissionOf(
	make: (
		data: Omit<Parameters<typeof encodeAdmission>[0], "leaf">,
		leafKey: Uint8Array,
		keys: Awaited<ReturnType<typeof playHost>>["keys"],
	) => Promise<Uint8Array>,
): Promise<string> {
	const end = await joinAt(async (far, secret) => {
		const { frames, roomId, keys } = await playHost(far, hanna, bob, secret);
		const leafKey = await expectFrame(frames, frameType.admitMe);
		const data = { room: roomId, groupInfo: randomBytes(64), ticket: randomBytes(32), certificates: [] };
		frames.send(frameType.admission, await make(data, leafKey, keys));
	});
	return end.kind === "ended" ? `${end.code}: ${end.detail}` : "";
}

test("attack: an admission that is signed, tagged by another key, or says of no leaf that it is the host's, is refused", async () => {
	const { certificate } = bob.signer;
	const key = randomBytes(32);
	const signed = await admissionOf((data) => encryptSignedTo(certificate, signingHanna.signer, encodeAdmission(data)));
	assert.match(signed, /^identity_refused: .*without the right tag/);
	const byChannel = await admissionOf((data, _, { channel }) =>
		encryptTaggedTo(certificate, channel, encodeAdmission(data)),
	);
	assert.match(byChannel, /^identity_refused: .*without the right tag/);
	const noLeaf = await admissionOf((data, _, { admission }) =>
		encryptTaggedTo(certificate, admission, encodeAdmission(data)),
	);
	assert.match(noLeaf, /which leaf is its own/);
	for (const side of ["guest", "host"] as const) {
		const ofOther = await admissionOf((data, leafKey, { admission, leaf }) => {
			const leaves = { roomId: randomBytes(32), guestLeaf: leafKey, hostLeaf: key };
			const room = side === "guest" ? { ...leaves, roomId: data.room } : leaves;
			const said = { ...data, leaf: { key, tag: leafTag(leaf, side, room) } };
			return encryptTaggedTo(certificate, admission, encodeAdmission(said));
		});
		assert.match(ofOther, /which leaf is its own/, side === "guest" ? "reflected" : "of another room");
	}
	const honest = await admissionOf((data, leafKey, { admission, leaf }) => {
		const leaves = { roomId: data.room, guestLeaf: leafKey, hostLeaf: key };
		return encryptTaggedTo(
			certificate,
			admission,
			encodeAdmission({ ...data, leaf: { key, tag: leafTag(leaf, "host", leaves) } }),
		);
	});
	assert.match(honest, /the group was refused/, "what stops an honest one is only its made-up group");
});
