// The host's side of the opening: channel, hello, knock, up to three CPace attempts, identities. Straight-line on purpose: one message is under way at a time.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { type ChannelSuite, channelBinding, channelSuite, openingBinding } from "../../crypto/opening/binding.ts";
import { hostChannel } from "../../crypto/opening/host-channel.ts";
import { INVITE_SECRET_BYTES, KNOCK_BYTES, tagKeys } from "../../crypto/opening/knock.ts";
import type { Link } from "../../net/link/link.ts";
import { type Deadline, deadline } from "../bounds/deadline.ts";
import { endGently } from "../wire/end-gently.ts";
import {
	frameType,
	maxOpenBodyBytes,
	maxOpenBytes,
	maxSecureBodyBytes,
	padCertificatesToBytes,
} from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import {
	encodeHello,
	encodeRefusal,
	helloForVersion1,
	maxWaitingBytes,
	patienceOf,
	type Refusal,
	refusalCode,
	stepTimeoutMs,
} from "../wire/handshake.ts";
import { encodeHostProof, type ProofContext, type WantedProof } from "../wire/host-proof.ts";
import { encodeOffProof } from "../wire/off-frames.ts";
import { giveFeed } from "./give-feed.ts";
import {
	expect,
	type Gone,
	type Greeting,
	gone,
	type HostSide,
	type Opening,
	type Proven,
	type Shown,
	sentAway,
} from "./greeting.ts";
import { guestFirst, hostFirst, proveOffRecord } from "./prove-identity.ts";
import { provePassword } from "./prove-password.ts";

/**
 * Takes a newly arrived guest through the opening. Nothing of the room or its people leaves before the guest is proven, and nothing of the
 * host's identity before the guest has shown a secret of the host's or the password.
 */
export async function greetGuest(greeting: Greeting, signal: AbortSignal): Promise<Proven | Gone> {
	const { patience = 1 } = greeting;
	const early = deadline(signal, stepTimeoutMs * patience);
	const frames = await openFrames(greeting.stream, early.signal, greeting);
	if (frames.kind === "gone") {
		early.done();
		return frames;
	}
	const { stream } = frames.frames;
	const outcome = await greetInside(frames, greeting, early, signal);
	if (outcome.kind === "proven") {
		return frames.suite === channelSuite.noise ? { ...outcome, isInBrowser: true } : outcome;
	}
	const refused = outcome.refused ?? refusalOf(signal);
	if (refused !== undefined) frames.frames.send(frameType.refused, encodeRefusal(refused));
	if (refused !== undefined || outcome.hasLastWord) await endGently(stream);
	else stream.destroy();
	return refused === undefined ? outcome : { ...outcome, refused };
}

/** Reads why a signal was fired, where whoever fired it has said so. */
function refusalOf({ reason }: AbortSignal): Refusal | undefined {
	return typeof reason === "string" && reason in refusalCode ? (reason as Refusal) : undefined;
}

interface OpenedChannel {
	readonly kind: "opened";
	readonly frames: FrameStream;
	readonly channel: Uint8Array;
	readonly suite: ChannelSuite;
}

/** Returns what the opening must know of a Link. */
export const howToOpen = ({ far }: Link): Pick<Greeting, "patience" | "isForBrowsers"> => ({
	patience: patienceOf(far.transport),
	isForBrowsers: far.isWebSocket === true,
});

/** Makes the channel on a Link that has just come; a program of version 1 is told that this is another version. */
export async function openFrames(
	stream: Duplex,
	signal: AbortSignal,
	{ patience = 1, isForBrowsers = false }: Pick<Greeting, "patience" | "isForBrowsers"> = {},
): Promise<OpenedChannel | Gone> {
	const secured = await hostChannel({ stream, signal, isForBrowsers });
	if (secured.kind === "failed") {
		if (secured.failure === "silent") stream.write(helloForVersion1());
		return gone(`the encrypted channel failed: ${secured.detail}`);
	}
	const { suite, exporter } = secured.channel;
	const limits = { maxBodyBytes: maxOpenBodyBytes, maxBytes: maxOpenBytes, maxWaitingBytes, patience };
	return {
		kind: "opened",
		frames: new FrameStream(secured.channel.stream, limits),
		channel: channelBinding(suite, exporter),
		suite,
	};
}

async function greetInside(
	{ frames, channel }: OpenedChannel,
	greeting: Greeting,
	early: Deadline,
	signal: AbortSignal,
): Promise<Proven | Gone> {
	const { host, greeter } = greeting;
	const hello = encodeHello({ room: host.roomId, salt: host.salt }, greeting.isForBrowsers);
	frames.send(frameType.hello, hello);
	const heard = await expect(frames, [frameType.knock], early.signal);
	early.done();
	if (heard.kind === "gone") return heard;
	if (heard.body.length !== KNOCK_BYTES) return gone("the knock has another size");
	// A knock that shows nothing waits like one that does.
	if (!(await greeter.visit().mayKnock())) return gone("turned away");
	const shown = greeter.heard(heard.body, channel);
	if (shown.kind === "closed") return shown.why ? sentAway(shown.why) : gone("nothing tells this guest from others");
	const opening = openingBinding(channel, hello);
	const proof = proofFor({ opening, knock: heard.body }, host, shown);
	const under: Opening = { frames, stream: frames.stream, greeting, opening, signal };
	const why = shown.kind === "nothing" || shown.kind === "secret" ? await greeter.judge() : undefined;
	if (why !== undefined) return sentAway(why);
	frames.send(frameType.hostProof, proof);
	if (shown.kind === "revoked") return sentAway("kicked");
	if (shown.kind === "feed") return giveFeed(under, shown.door);
	return shown.kind === "seat" ? comeBack(under, shown.guest) : comeIn(under, shown.kind === "secret");
}

/** A key that nobody has. The answer to a knock that shows nothing is computed with it and thrown away, so that every knock costs the same. */
const decoy = tagKeys({ kind: "invite", secret: randomBytes(INVITE_SECRET_BYTES) }, "0".repeat(40) as Fingerprint);

type Open = Exclude<Shown, { kind: "closed" }>;

const wantedProof: Readonly<Record<Open["kind"], WantedProof>> = {
	nothing: "password",
	secret: "password",
	seat: "seat",
	feed: "feed",
	revoked: "none",
};

function proofFor(context: ProofContext, { signer, proofKey }: HostSide, shown: Open): Uint8Array {
	const keys = shown.kind === "nothing" ? decoy : shown.keys;
	const way = wantedProof[shown.kind];
	const proof = proofKey
		? encodeHostProof(context, signer.certificate, proofKey(), keys, way)
		: encodeOffProof(context, signer.certificate, keys, way);
	return shown.kind === "nothing" ? new Uint8Array(0) : proof;
}

/** Lets a guest come back by their seat: the guest shows and proves the key that the seat belongs to. */
async function comeBack(under: Opening, guest: Fingerprint): Promise<Proven | Gone> {
	under.frames.limit({ maxBodyBytes: padCertificatesToBytes, maxBytes: maxOpenBytes });
	const prove = under.greeting.host.proofKey ? guestFirst : proveOffRecord;
	const outcome = await prove(under, "seat", guest);
	if (outcome.kind === "proven") under.frames.limit({ maxBodyBytes: maxSecureBodyBytes });
	return outcome;
}

/** Lets a guest come in by the password. `isPinned` says that the host has proven itself. */
async function comeIn(under: Opening, isPinned: boolean): Promise<Proven | Gone> {
	const password = await provePassword(under, isPinned);
	if (password.kind === "gone") return password;
	under.frames.limit({ maxBodyBytes: maxSecureBodyBytes });
	under.frames.send(frameType.confirmB, password.confirmB);
	const why = await under.greeting.greeter.judge();
	const outcome = why ? sentAway(why) : await exchange(under, isPinned);
	return outcome.kind === "gone" ? { ...outcome, knewPassword: true } : outcome;
}

/** Lets both prove their keys. Off the record the host must be known by its invite: there is no signature by which it could be known otherwise. */
async function exchange(under: Opening, isPinned: boolean): Promise<Proven | Gone> {
	if (under.greeting.host.proofKey) return isPinned ? guestFirst(under, "password") : hostFirst(under);
	return isPinned ? proveOffRecord(under, "password") : sentAway("notForYou");
}
