// How a guest meets its host: makes the channel, knocks with what it holds, and makes sure of the host. What comes after is asked for by what was shown.
import type { Duplex } from "node:stream";
import { channelBinding, openingBinding, roomName } from "../../../crypto/opening/binding.ts";
import type { ChannelFailure } from "../../../crypto/opening/channel-outcome.ts";
import { holdsAnything, makeKnock } from "../../../crypto/opening/knock.ts";
import { tlsChannel } from "../../../crypto/opening/tls-channel.ts";
import type { EndCode } from "../../api/codes.ts";
import type { GuestEnd } from "../../room/end.ts";
import { frameType, padCertificatesToBytes } from "../../wire/frame.ts";
import { FrameStream } from "../../wire/frame-stream.ts";
import { type Hello, maxWaitingBytes, readHello, stepTimeoutMs } from "../../wire/handshake.ts";
import { isSignedProof, judgeHostProof, type ProvenBy } from "../../wire/host-proof.ts";
import { isOffProof, judgeOffProof } from "../../wire/off-frames.ts";
import { ended, expect, type GuestSide } from "./opening.ts";

/** Limits what a host may send before it has proven anything: some pings and padding beyond its few frames. */
const maxEarlyBytes = 512 * 1024;

const channelEnd: Readonly<Record<ChannelFailure, EndCode>> = {
	formerVersion: "wrong_version",
	otherProtocol: "not_real_talk",
	silent: "timed_out",
	unheard: "connection_lost",
	other: "refused",
};

/** Says whom a guest wants to meet. */
export type Meeting = Pick<GuestSide, "wanted" | "openChannel" | "now" | "patience">;

/** A Met is a host that we have a channel with, and that has heard our knock. */
export interface Met {
	readonly kind: "met";
	readonly frames: FrameStream;
	readonly hello: Hello;
	/** T, which names this channel and the hello that was said in it (docs/protocol.md). */
	readonly opening: Uint8Array;
	readonly knock: Uint8Array;
	/** The host has proven itself by the knock; absent where nobody in particular is looked for. */
	readonly known?: Extract<ProvenBy, { kind: "proven" }> | undefined;
}

/** Meets whoever is at the other end of a fresh Link. Where it ends, the channel is destroyed; closing the Link is the caller's, whatever the outcome. */
export async function meetHost(stream: Duplex, meeting: Meeting, signal: AbortSignal): Promise<Met | GuestEnd> {
	const { patience = 1, openChannel = tlsChannel } = meeting;
	const step = AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs * patience)]);
	const secured = await openChannel({ stream, role: "guest", signal: step });
	if (secured.kind === "failed") {
		const code = signal.aborted ? "left" : step.aborted ? "timed_out" : channelEnd[secured.failure];
		return ended(code, `the encrypted channel failed: ${secured.detail}`);
	}
	const { suite, exporter, stream: inside } = secured.channel;
	const limits = { maxBodyBytes: padCertificatesToBytes, maxBytes: maxEarlyBytes, maxWaitingBytes, patience };
	const frames = new FrameStream(inside, limits);
	const met = await meetInside(frames, { suite, binding: channelBinding(suite, exporter) }, meeting, signal);
	if (met.kind === "ended") inside.destroy();
	return met;
}

async function meetInside(
	frames: FrameStream,
	channel: { readonly suite: Parameters<typeof channelBinding>[0]; readonly binding: Uint8Array },
	meeting: Meeting,
	signal: AbortSignal,
): Promise<Met | GuestEnd> {
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
	const knock = makeKnock(meeting.wanted?.secrets ?? {}, channel.binding);
	frames.send(frameType.knock, knock);
	const opening = openingBinding(channel.binding, first.body);
	const answer = await expect(frames, frameType.hostProof, signal);
	if (answer.kind === "ended") return answer;
	const before = { kind: "met", frames, hello: read.hello, opening, knock } as const;
	const known = await findHost(before, answer.body, meeting);
	return known?.kind === "ended" ? known : { ...before, known };
}

/** Makes sure that the host is the one that is looked for. It returns `undefined` when nobody in particular is. */
async function findHost(
	{ hello, opening, knock }: Met,
	answer: Uint8Array,
	{ wanted, now = Date.now }: Meeting,
): Promise<Met["known"] | GuestEnd> {
	if (!wanted || !holdsAnything(wanted.secrets)) {
		return answer.length === 0 ? undefined : ended("host_misbehaved", "a proof came that was not asked for");
	}
	const { fingerprint, secrets, notBefore } = wanted;
	const { isOffRecord = false } = wanted;
	// Nobody is led from one kind of room into the other without a word.
	if ((isOffRecord ? isSignedProof : isOffProof)(answer))
		return ended("other_kind", "the host answered as another kind of room does");
	const expected = { fingerprint, secrets, notBefore, roomId: hello.room, nowMs: now() };
	const proven = await (isOffRecord ? judgeOffProof : judgeHostProof)(answer, { opening, knock }, expected);
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
