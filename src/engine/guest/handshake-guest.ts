// The guest's side of the opening: makes the channel, knocks, makes sure of the host, proves the password or shows the seat, exchanges identities.
import type { Duplex } from "node:stream";
import { type Certificate, readCertificate, verifySignature } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { channelBinding, openingBinding, roomName } from "../../crypto/opening/binding.ts";
import { type ChannelFailure, secureChannel } from "../../crypto/opening/channel.ts";
import { holdsAnything, type KnockSecrets, makeKnock } from "../../crypto/opening/knock.ts";
import { attemptInput, channelContext, channelFields, type Way } from "../../crypto/opening/proofs.ts";
import { startInitiator, stretchPassword } from "../../crypto/password/pake.ts";
import type { EndCode } from "../api/codes.ts";
import type { GuestEnd } from "../room/end.ts";
import { encodeBody } from "../wire/codec.ts";
import { type Frame, type FrameType, frameType, maxSecureBodyBytes, padCertificatesToBytes } from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import {
	attemptsPerConnection,
	decodeHostIdentity,
	type Hello,
	maxWaitingBytes,
	type Refusal,
	readHello,
	readRefusal,
	stepTimeoutMs,
	thinkingTimeoutMs,
} from "../wire/handshake.ts";
import { judgeHostProof, type ProvenBy } from "../wire/host-proof.ts";

/** What a host may send before it has proven anything: some pings and padding beyond its few frames. */
const maxEarlyBytes = 512 * 1024;

/** The host a guest looks for, and what it holds of it. */
export interface WantedHost {
	readonly fingerprint: Fingerprint;
	/** At least one. */
	readonly secrets: KnockSecrets;
	/** The room's name in the invite. */
	readonly roomName?: Uint8Array | undefined;
	/** The room the guest was in, if it comes back. */
	readonly roomId?: Uint8Array | undefined;
	/** The newest beginning of a certificate that was seen of this room, in seconds. */
	readonly notBefore?: number | undefined;
}

/** What the guest brings, and how it asks its person for the password. */
export interface GuestSide {
	readonly signer: Signer;
	readonly name: string;
	/** Absent: whoever answers and knows the password is the host. */
	readonly wanted?: WantedHost | undefined;
	/** The password is used once and forgotten. Resolves with `undefined` when the person gives up. `hasEnded` fires when the host hangs up while the person thinks. */
	askPassword(attemptsLeft: number, wasWrong: boolean, hasEnded: AbortSignal): Promise<string | undefined>;
	/** Whether this room is open on the guest's own home: then there is nothing to ask. A copy of the home elsewhere is found out by its key. Absent: no room is. */
	readonly isOwnRoom?: ((roomId: Uint8Array) => boolean) | undefined;
	/** The host has proven the key that is looked for. `from`: when its certificate begins, in seconds. */
	onProven(from: number): void;
	/** The password is being stretched and proven: a second or so. */
	onChecking(roomId: Uint8Array): void;
}

export interface ProvenHost {
	readonly kind: "proven";
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly roomId: Uint8Array;
	readonly certificate: Certificate;
	readonly name: string;
}

const ended = (code: EndCode, detail: string): GuestEnd => ({ kind: "ended", code, detail });

const refusalEnd: Readonly<Record<Refusal, GuestEnd>> = {
	blocked: ended("blocked", "the host has blocked this address"),
	busy: ended("busy", "the host has too many people knocking"),
	paused: ended("paused", "the host lets nobody in at the moment"),
	full: ended("busy", "the room is full"),
	tooSlow: ended("timed_out", "the host stopped waiting for the password"),
	passwordChanged: ended("password_changed", "the host has changed the password"),
	ownKey: ended("own_room", "the host has this very key"),
	kicked: ended("kicked", "the host has removed this key from the room"),
};

const channelEnd: Readonly<Record<ChannelFailure, EndCode>> = {
	formerVersion: "wrong_version",
	otherProtocol: "not_real_talk",
	silent: "timed_out",
	other: "refused",
};

/** One opening under way: what every later step needs. */
interface Opening {
	readonly frames: FrameStream;
	readonly guest: GuestSide;
	readonly hello: Hello;
	/** T. */
	readonly opening: Uint8Array;
	readonly knock: Uint8Array;
	readonly signal: AbortSignal;
}

/** A host that has proven itself by a knock. */
type Known = Extract<ProvenBy, { kind: "proven" }>;

/** Goes through the opening on a fresh Link. Closing the Link is the caller's, whatever the outcome. */
export async function proveToHost(
	stream: Duplex,
	guest: GuestSide,
	signal: AbortSignal,
): Promise<ProvenHost | GuestEnd> {
	if (guest.wanted?.fingerprint === guest.signer.fingerprint) return refusalEnd.ownKey;
	const step = AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs)]);
	const secured = await secureChannel({ stream, role: "guest", signal: step });
	if (secured.kind === "failed") {
		const code = signal.aborted ? "left" : step.aborted ? "timed_out" : channelEnd[secured.failure];
		return ended(code, `the encrypted channel failed: ${secured.detail}`);
	}
	const { suite, exporter, stream: inside } = secured.channel;
	const limits = { maxBodyBytes: padCertificatesToBytes, maxBytes: maxEarlyBytes, maxWaitingBytes };
	const frames = new FrameStream(inside, limits);
	const outcome = await proveInside(frames, channelBinding(suite, exporter), guest, signal);
	if (outcome.kind === "ended") inside.destroy();
	else frames.limit({ maxBodyBytes: maxSecureBodyBytes });
	return outcome;
}

async function proveInside(
	frames: FrameStream,
	channel: Uint8Array,
	guest: GuestSide,
	signal: AbortSignal,
): Promise<ProvenHost | GuestEnd> {
	const first = await expect(frames, frameType.hello, signal);
	if (first.kind === "ended") {
		return first.code === "connection_lost" ? ended("refused", "the host closed the connection at once") : first;
	}
	const read = readHello(first.body);
	if (read.kind === "refused") return ended("not_real_talk", read.detail);
	if (read.kind === "otherVersion") {
		return ended("wrong_version", `the host speaks the versions ${read.versions.join(", ")} of the protocol`);
	}
	// The same for every hello, also one of another room: hanging up here would tell a false host whom the guest looks for.
	const knock = makeKnock(guest.wanted?.secrets ?? {}, channel);
	frames.send(frameType.knock, knock);
	const opening = openingBinding(channel, first.body);
	const under: Opening = { frames, guest, hello: read.hello, opening, knock, signal };
	const known = await findHost(under);
	if (known?.kind === "ended") return known;
	if (known) guest.onProven(known.from);
	const way = known?.way ?? "password";
	if (way === "none") return sentAway(frames, signal);
	const refused = way === "password" ? await provePassword(under, known?.certificate.fingerprint) : undefined;
	return refused ?? (known ? guestFirst(under, way, known.certificate) : hostFirst(under));
}

/** The host, which has proven itself, lets nobody in who holds this, and says why. */
async function sentAway(frames: FrameStream, signal: AbortSignal): Promise<GuestEnd> {
	const next = await receive(frames, signal);
	return next.kind === "ended" ? next : outOfTurn(next.frame);
}

/** Makes sure that the host is the one that is looked for. `undefined`: nobody in particular is. */
async function findHost(under: Opening): Promise<Known | GuestEnd | undefined> {
	const { frames, guest, hello, opening, knock, signal } = under;
	const answer = await expect(frames, frameType.hostProof, signal);
	if (answer.kind === "ended") return answer;
	const { wanted } = guest;
	if (!wanted || !holdsAnything(wanted.secrets)) {
		return answer.body.length === 0 ? undefined : ended("host_misbehaved", "a proof came that was not asked for");
	}
	const { fingerprint, secrets, notBefore } = wanted;
	const expected = { fingerprint, secrets, notBefore, roomId: hello.room, nowMs: Date.now() };
	const proven = await judgeHostProof(answer.body, { opening, knock }, expected);
	if (proven.kind === "none") return ended("wrong_host", "another room answers there");
	if (proven.kind === "refused") {
		const { detail, clockGapSeconds } = proven;
		if (clockGapSeconds === undefined) return ended("wrong_host", detail);
		return { ...ended("clocks_differ", detail), clockGapSeconds };
	}
	if (wanted.roomId && Buffer.compare(wanted.roomId, hello.room) !== 0) {
		return ended("room_closed", "the host has opened another room");
	}
	if (wanted.roomName && Buffer.compare(wanted.roomName, roomName(hello.room)) !== 0) {
		return ended("wrong_host", "the invite is for another room of this host");
	}
	return proven;
}

/** `undefined`: the password was right, and the host knows it too. `host`: if it has proven itself. */
async function provePassword(under: Opening, host: Fingerprint | undefined): Promise<GuestEnd | undefined> {
	const { frames, guest, hello, opening, signal } = under;
	if (guest.isOwnRoom?.(hello.room)) return refusalEnd.ownKey;
	let left: number = attemptsPerConnection;
	for (let attempt = 1; attempt <= attemptsPerConnection; attempt++) {
		const password = await askWhileConnected(frames, guest, left, signal);
		if (password.kind === "ended") return password;
		guest.onChecking(hello.room);
		const prs = await stretchPassword(password.text, hello.salt);
		const initiator = startInitiator(attemptInput("guest", { prs, opening, attempt, host }));
		prs.fill(0);
		frames.send(frameType.shareA, initiator.share);
		const answer = await expect(frames, frameType.shareB, signal);
		if (answer.kind === "ended") return answer;
		const step = initiator.receive(answer.body);
		if (step.kind === "failed") return ended("host_misbehaved", "the host's share is not valid");
		frames.send(frameType.confirmA, step.tag);
		const verdict = await receive(frames, signal);
		if (verdict.kind === "ended") return verdict;
		const { type, body } = verdict.frame;
		if (type === frameType.wrong) {
			const told = body[0];
			if (body.length !== 1 || told === undefined || told >= left) return outOfTurn(verdict.frame);
			left = told;
			if (left === 0) break;
			continue;
		}
		if (type !== frameType.confirmB) return outOfTurn(verdict.frame);
		const agreed = initiator.finish(body);
		if (agreed.kind === "failed") return ended("host_misbehaved", "the host does not know the password itself");
		agreed.isk.fill(0);
		return undefined;
	}
	return ended("wrong_password", "three wrong passwords on this connection");
}

/** Asks the person, and watches the Link meanwhile: a host that hangs up should not leave them typing in vain. */
async function askWhileConnected(
	frames: FrameStream,
	guest: GuestSide,
	left: number,
	signal: AbortSignal,
): Promise<GuestEnd | { readonly kind: "text"; readonly text: string }> {
	const asking = new AbortController();
	const hangUp = new AbortController();
	const watch = frames.next(AbortSignal.any([signal, asking.signal])).then((next) => {
		if (next.kind !== "aborted") hangUp.abort();
		return next;
	});
	const text = await guest.askPassword(left, left < attemptsPerConnection, AbortSignal.any([signal, hangUp.signal]));
	asking.abort();
	const heard = await watch;
	if (heard.kind === "frame") return outOfTurn(heard.frame);
	if (heard.kind === "ended") return ended("connection_lost", "the host hung up while waiting for the password");
	if (heard.kind === "refused") return ended("host_misbehaved", heard.detail);
	if (text === undefined || signal.aborted) return ended("left", "given up");
	return { kind: "text", text };
}

/** The host has proven itself: the guest signs first. */
async function guestFirst(under: Opening, way: Way, host: Certificate): Promise<ProvenHost | GuestEnd> {
	sendCertificate(under);
	const failed = await sendSignature(under, way, host.fingerprint);
	if (failed) return failed;
	const identity = await takeIdentity(under, way);
	if (identity.kind === "ended") return identity;
	if (identity.certificate.fingerprint !== host.fingerprint)
		return ended("wrong_host", "another key than the proven one");
	return identity;
}

/** Nobody in particular is looked for: the host, who knows the password, signs first. */
async function hostFirst(under: Opening): Promise<ProvenHost | GuestEnd> {
	sendCertificate(under);
	const identity = await takeIdentity(under, "password");
	if (identity.kind === "ended") return identity;
	const { fingerprint } = identity.certificate;
	if (fingerprint === under.guest.signer.fingerprint) return refusalEnd.ownKey;
	return (await sendSignature(under, "password", fingerprint)) ?? identity;
}

function sendCertificate({ frames, guest: { signer, name } }: Opening): void {
	frames.send(frameType.guestCertificate, encodeBody({ certificate: signer.certificate.bytes, name }));
}

async function sendSignature(
	{ frames, guest: { signer }, opening }: Opening,
	way: Way,
	host: Fingerprint,
): Promise<GuestEnd | undefined> {
	const fields = channelFields(opening, way, signer.fingerprint, host);
	const signature = await signer.sign(channelContext.guest, ...fields).catch((error: Error) => error.message);
	if (typeof signature === "string") return ended("identity_refused", signature);
	frames.send(frameType.guestSignature, signature);
	return undefined;
}

async function takeIdentity(
	{ frames, guest: { signer }, hello, opening, signal }: Opening,
	way: Way,
): Promise<ProvenHost | GuestEnd> {
	// The host's key may sit behind a passphrase prompt or a smartcard: be as patient as with a person.
	const answer = await expect(frames, frameType.hostIdentity, signal, thinkingTimeoutMs);
	if (answer.kind === "ended") {
		return answer.code === "connection_lost" ? ended("identity_refused", "the host refused this OpenPGP key") : answer;
	}
	const body = decodeHostIdentity(answer.body);
	if (body.kind === "refused") return ended("host_misbehaved", body.detail);
	const read = await readCertificate(body.value.certificate);
	if (read.kind === "refused")
		return ended("host_misbehaved", `the host's OpenPGP certificate was refused: ${read.detail}`);
	const { certificate } = read;
	const fields = channelFields(opening, way, signer.fingerprint, certificate.fingerprint);
	if (!(await verifySignature(certificate, body.value.signature, channelContext.host, ...fields))) {
		return ended("host_misbehaved", "the host could not prove that the OpenPGP key is theirs");
	}
	return { kind: "proven", frames, stream: frames.stream, roomId: hello.room, certificate, name: body.value.name };
}

function outOfTurn(frame: Frame): GuestEnd {
	if (frame.type === frameType.refused) return refusal(frame);
	return ended("host_misbehaved", `frame type ${frame.type} came out of turn`);
}

/** What the host's frame `refused` means for us. */
export function refusal(frame: Frame): GuestEnd {
	const why = readRefusal(frame.body);
	return why ? refusalEnd[why] : ended("host_misbehaved", "a refusal without a reason");
}

/** The body of the next frame, which must be of this type. */
async function expect(
	frames: FrameStream,
	type: FrameType,
	signal: AbortSignal,
	timeoutMs?: number,
): Promise<GuestEnd | { readonly kind: "body"; readonly body: Uint8Array }> {
	const next = await receive(frames, signal, timeoutMs);
	if (next.kind === "ended") return next;
	return next.frame.type === type ? { kind: "body", body: next.frame.body } : outOfTurn(next.frame);
}

/** The next frame; a machine answers within `stepTimeoutMs`. */
async function receive(
	frames: FrameStream,
	signal: AbortSignal,
	timeoutMs: number = stepTimeoutMs,
): Promise<GuestEnd | { readonly kind: "frame"; readonly frame: Frame }> {
	const next = await frames.next(signal, timeoutMs);
	switch (next.kind) {
		case "frame":
			return next.frame.type === frameType.refused ? refusal(next.frame) : next;
		case "aborted":
			return signal.aborted ? ended("left", "given up") : ended("timed_out", "the host stopped answering");
		case "ended":
			return ended("connection_lost", "the host closed the connection");
		case "refused":
			return ended("not_real_talk", next.detail);
	}
}
