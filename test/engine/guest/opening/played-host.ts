// The guest's side of the opening without a room: a guest on its way in, and the host's side of each step, which a test plays by hand.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { openingBinding } from "../../../../src/crypto/opening/binding.ts";
import { makeProofKey } from "../../../../src/crypto/opening/delegation.ts";
import { type KnockSecrets, type TagKeys, tagKeys } from "../../../../src/crypto/opening/knock.ts";
import { attemptInput, channelContext, channelFields, type EntryProof } from "../../../../src/crypto/opening/proofs.ts";
import { respond } from "../../../../src/crypto/password/pake.ts";
import { stretchPassword } from "../../../../src/crypto/password/stretch.ts";
import type { Self } from "../../../../src/engine/account/self.ts";
import { proveToHost } from "../../../../src/engine/guest/opening/handshake-guest.ts";
import type { GuestSide, ProvenHost, WantedHost } from "../../../../src/engine/guest/opening/opening.ts";
import type { GuestEnd } from "../../../../src/engine/room/end.ts";
import { encodeBody } from "../../../../src/engine/wire/codec.ts";
import { frameType } from "../../../../src/engine/wire/frame.ts";
import { encodeHello } from "../../../../src/engine/wire/handshake.ts";
import { encodeHostProof, type WantedProof } from "../../../../src/engine/wire/host-proof.ts";
import type { Link } from "../../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../../src/net/link/memory-transport.ts";
import { expectFrame } from "../../../support/attackers/cheap-guest.ts";
import { type HostChannel, hostChannel } from "../../../support/attackers/man-in-the-middle.ts";
import { newSelf } from "../../../support/rooms/memory-room.ts";

export const roomId = randomBytes(32);
export const salt = randomBytes(16);
export const password = "tall green bottle";
export const [host, guest, stranger] = await Promise.all([newSelf("Hana"), newSelf("Gus"), newSelf("Mallory")]);
export const proofKey = await makeProofKey(host.signer, roomId, Date.now());
export const prs = await stretchPassword(password, salt);
const { fingerprint } = host.signer;
export const invite = tagKeys({ kind: "invite", secret: randomBytes(16) }, fingerprint);
const held = { kind: "seat", secret: randomBytes(32), roomId, guest: guest.signer.fingerprint } as const;
export const seat = tagKeys(held, fingerprint);

export const wanting = (secrets: KnockSecrets, more: Partial<WantedHost> = {}): WantedHost => ({
	fingerprint: host.signer.fingerprint,
	secrets,
	...more,
});

/** A guest on its way in, and the far end of its Link, where a test plays the host. Passwords are typed one after the other; then the person gives up. */
export function comesIn(t: TestContext, wanted?: WantedHost, more: Partial<GuestSide> = {}, passwords = [password]) {
	const [near, far] = memoryLinkPair();
	const told: unknown[] = [];
	const stop = new AbortController();
	const typed = [...passwords];
	const outcome = proveToHost(
		near.stream,
		{
			signer: guest.signer,
			name: guest.name,
			wanted,
			async askPassword(left, wasWrong) {
				told.push(["asked", left, wasWrong]);
				return typed.shift();
			},
			onProven: (from) => told.push(["proven", from]),
			onChecking: () => told.push("checking"),
			...more,
		},
		stop.signal,
	);
	t.after(() => far.stream.destroy());
	return { far, outcome, told, stop };
}

export interface Played extends HostChannel {
	readonly opening: Uint8Array;
	readonly knock: Uint8Array;
}

/** Says hello and hears the knock. */
export async function greets(far: Link, hello: Uint8Array = encodeHello({ room: roomId, salt })): Promise<Played> {
	const opened = await hostChannel(far);
	opened.frames.send(frameType.hello, hello);
	const knock = await expectFrame(opened.frames, frameType.knock);
	return { ...opened, opening: openingBinding(opened.channel, hello), knock };
}

/** Greets, and proves the host by this secret. */
export async function proves(far: Link, keys: TagKeys, way: WantedProof): Promise<Played> {
	const played = await greets(far);
	played.frames.send(frameType.hostProof, encodeHostProof(played, host.signer.certificate, proofKey, keys, way));
	return played;
}

/** Greets somebody who looks for nobody in particular. */
export async function provesNothing(far: Link): Promise<Played> {
	const played = await greets(far);
	played.frames.send(frameType.hostProof, new Uint8Array(0));
	return played;
}

/** Takes one guess; returns whether it was right. `answer` is what is said to a right one in the place of the truth. */
export async function takesGuess(
	{ frames, opening }: Played,
	attempt: number,
	isPinned: boolean,
	changes: { readonly prs?: Uint8Array; readonly tag?: Uint8Array } = {},
): Promise<boolean> {
	const proven = isPinned ? host.signer.fingerprint : undefined;
	const share = await expectFrame(frames, frameType.shareA);
	const pake = respond(attemptInput("host", { prs: changes.prs ?? prs, opening, attempt, host: proven }), share);
	frames.send(frameType.shareB, pake.share);
	const checked = pake.check(await expectFrame(frames, frameType.confirmA));
	if (checked.kind === "wrong" && changes.tag === undefined) return false;
	frames.send(frameType.confirmB, changes.tag ?? (checked.kind === "wrong" ? new Uint8Array(64) : checked.tag));
	return true;
}

/** The host's identity, signed by `signs` for this way. */
export async function identityOf(
	{ opening }: Played,
	way: EntryProof,
	{ shows = host, signs = shows, to = guest }: { shows?: Self; signs?: Self; to?: Self } = {},
): Promise<Uint8Array> {
	const fields = channelFields(opening, way, to.signer.fingerprint, shows.signer.fingerprint);
	const signature = await signs.signer.sign(channelContext.host, ...fields);
	return encodeBody({ certificate: shows.signer.certificate.bytes, name: shows.name, signature });
}

export function provenOf(outcome: ProvenHost | GuestEnd): ProvenHost {
	assert.ok(outcome.kind === "proven", outcome.kind === "ended" ? `${outcome.code}: ${outcome.detail}` : "");
	return outcome;
}

export async function endOf(outcome: Promise<ProvenHost | GuestEnd>): Promise<string> {
	const end = await outcome;
	assert.ok(end.kind === "ended", end.kind);
	return end.code;
}
