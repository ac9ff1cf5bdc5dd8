// The guest's side of the opening: makes the channel, knocks, makes sure of the host, proves the password or shows the seat, exchanges identities.
import type { Duplex } from "node:stream";
import { type ChannelSuite, channelBinding, openingBinding, roomName } from "../../../crypto/opening/binding.ts";
import type { ChannelFailure } from "../../../crypto/opening/channel-outcome.ts";
import { holdsAnything, makeKnock } from "../../../crypto/opening/knock.ts";
import { tlsChannel } from "../../../crypto/opening/tls-channel.ts";
import type { EndCode } from "../../api/codes.ts";
import type { GuestEnd } from "../../room/end.ts";
import { frameType, maxAdmissionBytes, padCertificatesToBytes } from "../../wire/frame.ts";
import { FrameStream } from "../../wire/frame-stream.ts";
import { maxWaitingBytes, readHello, stepTimeoutMs } from "../../wire/handshake.ts";
import { isSignedProof, judgeHostProof, type ProvenBy } from "../../wire/host-proof.ts";
import { isOffProof, judgeOffProof } from "../../wire/off-frames.ts";
import {
	ended,
	expect,
	type GuestSide,
	type Opening,
	outOfTurn,
	type ProvenHost,
	receive,
	refusalEnd,
} from "./opening.ts";
import { guestFirst, hostFirst } from "./prove-identity.ts";
import { proveOffRecord } from "./prove-off-record.ts";
import { provePassword } from "./prove-password.ts";

/** Limits what a host may send before it has proven anything: some pings and padding beyond its few frames. */
const maxEarlyBytes = 512 * 1024;

const channelEnd: Readonly<Record<ChannelFailure, EndCode>> = {
	formerVersion: "wrong_version",
	otherProtocol: "not_real_talk",
	silent: "timed_out",
	other: "refused",
};

/** A host that has proven itself by a knock. */
type Known = Extract<ProvenBy, { kind: "proven" }>;

/** Goes through the opening on a fresh Link. Closing the Link is the caller's, whatever the outcome. */
export async function proveToHost(
	stream: Duplex,
	guest: GuestSide,
	signal: AbortSignal,
): Promise<ProvenHost | GuestEnd> {
	if (guest.wanted?.fingerprint === guest.signer.fingerprint) return refusalEnd.ownKey;
	const { patience = 1 } = guest;
	const step = AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs * patience)]);
	const openChannel = guest.openChannel ?? tlsChannel;
	const secured = await openChannel({ stream, role: "guest", signal: step });
	if (secured.kind === "failed") {
		const code = signal.aborted ? "left" : step.aborted ? "timed_out" : channelEnd[secured.failure];
		return ended(code, `the encrypted channel failed: ${secured.detail}`);
	}
	const { suite, exporter, stream: inside } = secured.channel;
	const limits = { maxBodyBytes: padCertificatesToBytes, maxBytes: maxEarlyBytes, maxWaitingBytes, patience };
	const frames = new FrameStream(inside, limits);
	const channel = { suite, binding: channelBinding(suite, exporter) };
	const outcome = await proveInside(frames, channel, guest, signal);
	if (outcome.kind === "ended") inside.destroy();
	else frames.limit({ maxBodyBytes: maxAdmissionBytes });
	return outcome;
}

async function proveInside(
	frames: FrameStream,
	channel: { readonly suite: ChannelSuite; readonly binding: Uint8Array },
	guest: GuestSide,
	signal: AbortSignal,
): Promise<ProvenHost | GuestEnd> {
	const first = await expect(frames, frameType.hello, signal);
	if (first.kind === "ended") {
		return first.code === "connection_lost" ? ended("refused", "the host closed the connection at once") : first;
	}
	const read = readHello(first.body, channel.suite);
	if (read.kind === "refused") return ended("not_real_talk", read.detail);
	if (read.kind === "otherVersion") {
		return ended("wrong_version", `the host speaks the versions ${read.versions.join(", ")} of the protocol`);
	}
	// The same for every hello, also one of another room: hanging up here would tell a false host whom the guest looks for.
	const knock = makeKnock(guest.wanted?.secrets ?? {}, channel.binding);
	frames.send(frameType.knock, knock);
	const opening = openingBinding(channel.binding, first.body);
	const under: Opening = { frames, guest, hello: read.hello, opening, knock, signal };
	const known = await findHost(under);
	if (known?.kind === "ended") return known;
	if (known) guest.onProven(known.from);
	const way = known?.way ?? "password";
	if (way === "none") return sentAway(frames, signal);
	const refused = way === "password" ? await provePassword(under, known?.certificate.fingerprint) : undefined;
	if (refused || !known) return refused ?? hostFirst(under);
	return (guest.wanted?.isOffRecord ? proveOffRecord : guestFirst)(under, way, known.certificate);
}

/** Returns why the host, which has proven itself, lets nobody in who holds this. */
async function sentAway(frames: FrameStream, signal: AbortSignal): Promise<GuestEnd> {
	const next = await receive(frames, signal);
	return next.kind === "ended" ? next : outOfTurn(next.frame);
}

/** Makes sure that the host is the one that is looked for. It returns `undefined` when nobody in particular is. */
async function findHost(under: Opening): Promise<Known | GuestEnd | undefined> {
	const { frames, guest, hello, opening, knock, signal } = under;
	const answer = await expect(frames, frameType.hostProof, signal);
	if (answer.kind === "ended") return answer;
	const { wanted } = guest;
	if (!wanted || !holdsAnything(wanted.secrets)) {
		return answer.body.length === 0 ? undefined : ended("host_misbehaved", "a proof came that was not asked for");
	}
	const { fingerprint, secrets, notBefore } = wanted;
	const { isOffRecord = false } = wanted;
	// Nobody is led from one kind of room into the other without a word.
	if ((isOffRecord ? isSignedProof : isOffProof)(answer.body))
		return ended("other_kind", "the host answered as another kind of room does");
	const expected = { fingerprint, secrets, notBefore, roomId: hello.room, nowMs: (guest.now ?? Date.now)() };
	const proven = await (isOffRecord ? judgeOffProof : judgeHostProof)(answer.body, { opening, knock }, expected);
	// A host that was started again knows no seat and no invite of its former room, and looks like anybody else.
	const stranger = wanted.roomId ? "another_room" : "wrong_host";
	if (proven.kind === "none") return ended(stranger, "another room answers there");
	if (proven.kind === "refused") {
		const { detail, clockGapSeconds } = proven;
		if (clockGapSeconds === undefined) return ended(stranger, detail);
		return { ...ended("clocks_differ", detail), clockGapSeconds };
	}
	if (wanted.roomId && Buffer.compare(wanted.roomId, hello.room) !== 0) {
		return wanted.isKept
			? ended("wrong_host", "the host has another room open there")
			: ended("room_closed", "the host has opened another room");
	}
	if (wanted.roomName && Buffer.compare(wanted.roomName, roomName(hello.room)) !== 0) {
		return ended("wrong_host", "the invite is for another room of this host");
	}
	return proven;
}
