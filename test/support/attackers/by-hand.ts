// Guests made by hand, step by step, with what they hold.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { Group } from "../../../src/crypto/group/group.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { type KnockSecrets, makeKnock, tagKeys } from "../../../src/crypto/opening/knock.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { type EnteredRoom, enterRoom } from "../../../src/engine/guest/entering.ts";
import type { HostedRoom } from "../../../src/engine/host/hosting.ts";
import { frameType } from "../../../src/engine/wire/frame.ts";
import type { Refusal } from "../../../src/engine/wire/handshake.ts";
import { readRefusal } from "../../../src/engine/wire/handshake.ts";
import { judgeHostProof, type ProvenBy } from "../../../src/engine/wire/host-proof.ts";
import type { Link } from "../../../src/net/link/link.ts";
import type { Ending, MemoryRoom } from "../rooms/memory-room.ts";
import { patienceMs } from "../until.ts";
import { expectFrame, type Greeting, hostIdentity, readGreeting, showCertificate, sign } from "./cheap-guest.ts";
import { nextFrame } from "./man-in-the-middle.ts";

/** Why the host sends this guest away; `undefined`: it just hangs up. Pings are passed over. */
export async function refusalOf({ frames }: Pick<Greeting, "frames">): Promise<Refusal | undefined> {
	for (;;) {
		const frame = await nextFrame(frames);
		if (frame === undefined) return undefined;
		if (frame.type === frameType.refused) return readRefusal(frame.body);
		assert.ok(frame.type === frameType.ping, `frame type ${frame.type} came`);
	}
}

export interface Knocked extends Greeting {
	readonly proof: ProvenBy;
}

/** Whose room it is, and which, whether a whole room is open or only its door. */
export interface KnownHost {
	readonly host: Self;
	readonly hosted: Pick<HostedRoom, "roomId">;
}

/** Knocks with these secrets and judges the host's answer as a guest does. */
export async function knockWith(
	room: Pick<KnownHost, "host">,
	link: Pick<Link, "stream">,
	secrets: KnockSecrets,
): Promise<Knocked> {
	const greeting = await readGreeting(link);
	const { frames, channel, opening, hello } = greeting;
	const knock = makeKnock(secrets, channel);
	frames.send(frameType.knock, knock);
	const body = await expectFrame(frames, frameType.hostProof);
	const { fingerprint } = room.host.signer;
	const expected = { fingerprint, secrets, roomId: hello.room, nowMs: Date.now() };
	return { ...greeting, proof: await judgeHostProof(body, { opening, knock }, expected) };
}

/** Says the same again and again until the host hangs up, or has taken ten megabytes; how many bytes it took. */
export async function flood(stream: Duplex, bytes: Uint8Array): Promise<number> {
	let sentBytes = 0;
	let isOver = false;
	stream.resume().on("close", () => {
		isOver = true;
	});
	stream.on("end", () => stream.destroy());
	while (!isOver && sentBytes < 10_000_000) {
		sentBytes += bytes.length;
		if (!stream.write(bytes)) await Promise.race([once(stream, "drain"), once(stream, "close")]).catch(() => {});
	}
	stream.destroy();
	return sentBytes;
}

/** The keys of a seat of this person's in the room. */
export function seatKeys(room: KnownHost, secret: Uint8Array, guest: Fingerprint) {
	return tagKeys({ kind: "seat", secret, roomId: room.hosted.roomId, guest }, room.host.signer.fingerprint);
}

/** Proves the key by the seat: what comes next is entering or resuming. */
export async function comeBack(
	room: KnownHost,
	link: Pick<Link, "stream">,
	self: Self,
	seat: Uint8Array,
): Promise<Knocked> {
	const knocked = await knockWith(room, link, { newestSeat: seatKeys(room, seat, self.signer.fingerprint) });
	assert.ok(knocked.proof.kind === "proven" && knocked.proof.way === "seat", knocked.proof.kind);
	showCertificate(knocked, self);
	await sign(knocked, self, room.host.signer.fingerprint, "seat");
	await hostIdentity(knocked);
	return knocked;
}

/** Enters the group; the seat comes with it. */
export async function enter(
	t: Ending,
	room: MemoryRoom,
	{ frames, hello }: Greeting,
	self: Self,
): Promise<EnteredRoom> {
	const group = await Group.open({ roomId: hello.room });
	t.after(() => group.close());
	const who = { signer: self.signer, name: self.name, host: room.host.signer.certificate };
	const options = { frames, roomId: hello.room, group, isComingBack: false, ...who };
	const entered = await enterRoom(options, AbortSignal.timeout(patienceMs));
	assert.ok(entered.kind === "entered", entered.kind === "ended" ? entered.detail : "");
	return entered;
}
