// The two sides of the opening off the record made by hand, step by step, honest or not.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Group } from "../../../src/crypto/group/group.ts";
import { newSecret, type OffKeys, offKeys, openSecret, sealSecret } from "../../../src/crypto/off-record/exchange.ts";
import { contextTag } from "../../../src/crypto/off-record/tags.ts";
import { openingBinding } from "../../../src/crypto/opening/binding.ts";
import { makeKnock, tagKeys } from "../../../src/crypto/opening/knock.ts";
import { attemptInput, channelContext, channelFields, type EntryProof } from "../../../src/crypto/opening/proofs.ts";
import { respond } from "../../../src/crypto/password/pake.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { certifyLeaf, type OwnLeaf } from "../../../src/engine/member/certify-leaf.ts";
import { type Frame, frameType } from "../../../src/engine/wire/frame.ts";
import { encodeHello, readHello } from "../../../src/engine/wire/handshake.ts";
import { encodeOffHost, encodeOffProof } from "../../../src/engine/wire/off-frames.ts";
import type { Link } from "../../../src/net/link/link.ts";
import { type Ending, type MemoryRoom, roomPassword } from "../rooms/memory-room.ts";
import { expectFrame, type Greeting, guess, prsOf, readGreeting, showCertificate } from "./cheap-guest.ts";
import { type HostChannel, hostChannel, nextFrame } from "./man-in-the-middle.ts";

/** Comes in by the invite and the password: what comes next is the keys. */
export async function throughInvite(room: MemoryRoom, link: Link): Promise<Greeting> {
	const { fingerprint } = room.host.signer;
	const greeting = await readGreeting(link);
	const invite = tagKeys({ kind: "invite", secret: room.hosted.inviteSecret }, fingerprint);
	greeting.frames.send(frameType.knock, makeKnock({ invite }, greeting.channel));
	assert.ok((await expectFrame(greeting.frames, frameType.hostProof)).length > 0);
	const guessed = await guess(greeting, await prsOf(roomPassword, greeting.hello), 1, fingerprint);
	assert.equal(guessed.kind, "right");
	return greeting;
}

/** What a guest sends, as its honest program would; a test may send something else. */
export interface GuestWords {
	readonly sealed: Uint8Array;
	readonly tag: Uint8Array;
	readonly keys: OffKeys;
}

/** Proves a guest's key, changed by `change` where the test wants it. Returns the keys, what was sent and what the host answered last. */
export async function proveAsGuest(
	greeting: Greeting,
	self: Self,
	host: Self,
	change: {
		readonly sealed?: (own: Uint8Array) => Uint8Array | Promise<Uint8Array>;
		readonly tag?: (own: Uint8Array, keys: OffKeys, theirs: Uint8Array) => Uint8Array;
		readonly way?: EntryProof;
	} = {},
): Promise<GuestWords & { readonly answer: Frame | undefined }> {
	const { frames, opening } = greeting;
	const { certificate, fingerprint } = host.signer;
	const parties = { opening, guest: self.signer.fingerprint, host: fingerprint };
	const guestSecret = newSecret();
	const own = await sealSecret("guest", parties, certificate, guestSecret);
	const sealed = (await change.sealed?.(own)) ?? own;
	showCertificate(greeting, self);
	frames.send(frameType.offSecret, sealed);
	const theirs = await expectFrame(frames, frameType.offSecret);
	const hostSecret = await openSecret(theirs, "host", parties, self.signer);
	const keys = offKeys(opening, { guest: sealed, host: theirs }, { guest: guestSecret, host: hostSecret });
	const fields = channelFields(opening, change.way ?? "password", self.signer.fingerprint, fingerprint);
	const right = contextTag(keys.channel, channelContext.guest, fields);
	const tag = change.tag?.(right, keys, theirs) ?? right;
	frames.send(frameType.offGuest, tag);
	return { sealed, tag, keys, answer: await nextFrame(frames) };
}

/** A fresh leaf that nobody has signed, in a group of its own. */
export async function freshLeaf(t: Ending, roomId: Uint8Array, self: Self): Promise<{ group: Group; own: OwnLeaf }> {
	const group = await Group.open({ roomId, isOffRecord: true });
	t.after(() => group.close());
	const own = await certifyLeaf(group, roomId, self.signer, self.name, true);
	assert.ok(own);
	return { group, own };
}

/** The keys a host has once both have proven theirs. */
export interface HostProven extends HostChannel {
	readonly roomId: Uint8Array;
	readonly keys: OffKeys;
}

/** Plays the host to a guest that comes by the invite: with this certificate, and whatever `change` makes of its words. */
export async function playHost(
	far: Pick<Link, "stream">,
	host: Self,
	guest: Self,
	inviteSecret: Uint8Array,
	change: {
		readonly sealed?: (own: Uint8Array) => Uint8Array;
		readonly tag?: (own: Uint8Array, guests: Uint8Array) => Uint8Array;
		readonly signs?: true;
	} = {},
): Promise<HostProven> {
	const { frames, channel } = await hostChannel(far);
	const roomId = randomBytes(32);
	const hello = encodeHello({ room: roomId, salt: randomBytes(16) });
	frames.send(frameType.hello, hello);
	const opening = openingBinding(channel, hello);
	const knock = await expectFrame(frames, frameType.knock);
	const { certificate, fingerprint } = host.signer;
	const invite = tagKeys({ kind: "invite", secret: inviteSecret }, fingerprint);
	frames.send(frameType.hostProof, encodeOffProof({ opening, knock }, certificate, invite, "password"));
	const read = readHello(hello);
	assert.ok(read.kind === "hello");
	const share = await expectFrame(frames, frameType.shareA);
	const prs = await prsOf(roomPassword, read.hello);
	const pake = respond(attemptInput("host", { prs, opening, attempt: 1, host: fingerprint }), share);
	frames.send(frameType.shareB, pake.share);
	const checked = pake.check(await expectFrame(frames, frameType.confirmA));
	assert.ok(checked.kind !== "wrong");
	frames.send(frameType.confirmB, checked.tag);
	await expectFrame(frames, frameType.guestCertificate);
	const theirs = await expectFrame(frames, frameType.offSecret);
	const parties = { opening, guest: guest.signer.fingerprint, host: fingerprint };
	const hostSecret = newSecret();
	const own = await sealSecret("host", parties, guest.signer.certificate, hostSecret);
	const ours = change.sealed?.(own) ?? own;
	if (change.signs) frames.send(frameType.hostIdentity, new Uint8Array(64));
	frames.send(frameType.offSecret, ours);
	const shown = await nextFrame(frames);
	const guestSecret = await openSecret(theirs, "guest", parties, host.signer);
	const keys = offKeys(opening, { guest: theirs, host: ours }, { guest: guestSecret, host: hostSecret });
	const fields = channelFields(opening, "password", guest.signer.fingerprint, fingerprint);
	const tag = contextTag(keys.channel, channelContext.host, fields);
	const said = change.tag?.(tag, shown?.body ?? new Uint8Array(32)) ?? tag;
	frames.send(frameType.offHost, encodeOffHost({ name: host.name, tag: said }));
	return { frames, channel, roomId, keys };
}
