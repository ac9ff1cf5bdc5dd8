// The guest's side of the handshake: reads the Hello, proves the password, makes the channel, exchanges identities.
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type Certificate, readCertificate, verifySignature } from "../../crypto/identity/certificate.ts";
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { derivePsk, secureChannel } from "../../crypto/password/channel.ts";
import { startInitiator, stretchPassword } from "../../crypto/password/pake.ts";
import type { EndCode } from "../api/codes.ts";
import type { GuestEnd } from "../room/end.ts";
import { encodeBody } from "../wire/codec.ts";
import { type Frame, frameType, maxOpenBodyBytes, maxSecureBodyBytes } from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import {
	attemptsPerConnection,
	channelIdentifier,
	decodeHostIdentity,
	type Hello,
	maxWaitingBytes,
	openTranscript,
	type Refusal,
	readHello,
	readRefusal,
	sessionId,
	signatureContext,
	stepTimeoutMs,
	thinkingTimeoutMs,
} from "../wire/handshake.ts";
import { challengeFor, maxHostProofBytes, provesHost } from "../wire/host-proof.ts";

/** What the guest brings, and how it asks its person for the password. */
export interface GuestSide {
	readonly signer: Signer;
	readonly name: string;
	/** The key the host must have: checked before the password is asked for. */
	readonly pin?: Fingerprint;
	/** Resolves with `undefined` when the person gives up. `hasEnded` fires when the host hangs up while the person thinks. */
	askPassword(attemptsLeft: number, wasWrong: boolean, hasEnded: AbortSignal): Promise<string | undefined>;
	/** The room's salt: another one than before means another password. Told when the host has proven the key of `pin`, if there is one. */
	onSalt(salt: Uint8Array): void;
	/** The password is being stretched and proven: a second or so. */
	onChecking(): void;
}

export interface ProvenHost {
	readonly kind: "proven";
	readonly frames: FrameStream;
	readonly tls: TLSSocket;
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
};

/** Goes through the handshake on a fresh Link. Closing the Link is the caller's, whatever the outcome. */
export async function proveToHost(
	stream: Duplex,
	guest: GuestSide,
	signal: AbortSignal,
): Promise<ProvenHost | GuestEnd> {
	const maxBodyBytes = guest.pin === undefined ? maxOpenBodyBytes : maxHostProofBytes;
	const open = new FrameStream(stream, { maxBodyBytes, isPadded: false, maxWaitingBytes });
	const first = await receive(open, signal);
	if (first.kind === "ended") {
		return first.code === "connection_lost" ? ended("refused", "the host closed the connection at once") : first;
	}
	if (first.frame.type !== frameType.hello)
		return ended("not_real_talk", "the first message was no greeting of Real Talk");
	const read = readHello(first.frame.body);
	if (read.kind === "refused") return ended("not_real_talk", read.detail);
	if (read.kind === "otherVersion")
		return ended("wrong_version", `the host speaks version ${read.version} of the protocol`);
	if (guest.pin) {
		const stranger = await findHost(open, guest.pin, first.frame.body, signal);
		if (stranger) return stranger;
	}
	guest.onSalt(read.hello.salt);
	const password = await provePassword(open, guest, { bytes: first.frame.body, hello: read.hello }, signal);
	if (password.kind === "ended") return password;
	if (!open.detach()) return ended("host_misbehaved", "the host spoke out of turn");
	const step = AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs)]);
	const channel = await secureChannel({ stream, role: "guest", psk: password.psk, signal: step });
	if (channel.kind === "failed") return ended("host_misbehaved", `the encrypted channel failed: ${channel.detail}`);
	const frames = new FrameStream(channel.tls, { maxBodyBytes: maxSecureBodyBytes, isPadded: true, maxWaitingBytes });
	const host = await exchangeIdentities(frames, channel.exporter, guest, signal);
	if (host.kind === "ended") {
		channel.tls.destroy();
		return host;
	}
	return { ...host, frames, tls: channel.tls, roomId: read.hello.room };
}

/** Makes sure that the host is the one the invite names; `undefined` when it is. */
async function findHost(
	frames: FrameStream,
	pin: Fingerprint,
	hello: Uint8Array,
	signal: AbortSignal,
): Promise<GuestEnd | undefined> {
	const challenge = challengeFor(pin, hello);
	frames.send(frameType.prove, challenge);
	// The host's key may sit behind a passphrase prompt or a smartcard.
	const answer = await receive(frames, signal, thinkingTimeoutMs);
	if (answer.kind === "ended") {
		return answer.code === "connection_lost" ? ended("wrong_host", "another room answers there") : answer;
	}
	if (answer.frame.type !== frameType.hostProof) return outOfTurn(answer.frame);
	if (await provesHost(answer.frame.body, pin, hello, challenge)) return undefined;
	return ended("wrong_host", "whoever answers there does not have the host's key");
}

async function provePassword(
	frames: FrameStream,
	guest: GuestSide,
	{ bytes, hello }: { readonly bytes: Uint8Array; readonly hello: Hello },
	signal: AbortSignal,
): Promise<GuestEnd | { readonly kind: "agreed"; readonly psk: Uint8Array }> {
	let left: number = attemptsPerConnection;
	for (let attempt = 1; attempt <= attemptsPerConnection; attempt++) {
		const password = await askWhileConnected(frames, guest, left, signal);
		if (password.kind === "ended") return password;
		guest.onChecking();
		const prs = await stretchPassword(password.text, hello.salt);
		const initiator = startInitiator({ prs, ci: channelIdentifier, sid: sessionId(bytes, attempt) });
		prs.fill(0);
		frames.send(frameType.shareA, initiator.share);
		const answer = await receive(frames, signal);
		if (answer.kind === "ended") return answer;
		if (answer.frame.type !== frameType.shareB) return outOfTurn(answer.frame);
		const step = initiator.receive(answer.frame.body);
		if (step.kind === "failed") return ended("host_misbehaved", "the host's share is not valid");
		frames.send(frameType.confirmA, step.tag);
		const verdict = await receive(frames, signal);
		if (verdict.kind === "ended") return verdict;
		if (verdict.frame.type === frameType.wrong) {
			const told = verdict.frame.body[0];
			if (verdict.frame.body.length !== 1 || told === undefined || told >= left) return outOfTurn(verdict.frame);
			left = told;
			if (left === 0) return ended("wrong_password", "three wrong passwords on this connection");
			continue;
		}
		if (verdict.frame.type !== frameType.confirmB) return outOfTurn(verdict.frame);
		const agreed = initiator.finish(verdict.frame.body);
		if (agreed.kind === "failed") return ended("host_misbehaved", "the host does not know the password itself");
		const psk = derivePsk(agreed.isk, openTranscript(bytes, initiator.share, answer.frame.body));
		agreed.isk.fill(0);
		return { kind: "agreed", psk };
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
	if (heard.kind === "frame")
		return heard.frame.type === frameType.refused ? refusal(heard.frame) : outOfTurn(heard.frame);
	if (heard.kind === "ended") return ended("connection_lost", "the host hung up while waiting for the password");
	if (heard.kind === "refused") return ended("not_real_talk", heard.detail);
	if (text === undefined || signal.aborted) return ended("left", "given up");
	return { kind: "text", text };
}

async function exchangeIdentities(
	frames: FrameStream,
	exporter: Uint8Array,
	guest: GuestSide,
	signal: AbortSignal,
): Promise<GuestEnd | { readonly kind: "proven"; readonly certificate: Certificate; readonly name: string }> {
	const own = guest.signer;
	frames.send(frameType.guestCertificate, encodeBody({ certificate: own.certificate.bytes, name: guest.name }));
	// The host's key may sit behind a passphrase prompt or a smartcard: be as patient as with a person.
	const answer = await receive(frames, signal, thinkingTimeoutMs);
	if (answer.kind === "ended") {
		return answer.code === "connection_lost" ? ended("identity_refused", "the host refused this OpenPGP key") : answer;
	}
	if (answer.frame.type !== frameType.hostIdentity) return outOfTurn(answer.frame);
	const body = decodeHostIdentity(answer.frame.body);
	if (body.kind === "refused") return ended("host_misbehaved", body.detail);
	const read = await readCertificate(body.value.certificate);
	if (read.kind === "refused")
		return ended("host_misbehaved", `the host's OpenPGP certificate was refused: ${read.detail}`);
	const { certificate } = read;
	if (guest.pin && certificate.fingerprint !== guest.pin) return ended("wrong_host", "another key than the invite's");
	const fields = [exporter, fingerprintBytes(own.fingerprint), fingerprintBytes(certificate.fingerprint)];
	if (!(await verifySignature(certificate, body.value.signature, signatureContext.host, ...fields))) {
		return ended("host_misbehaved", "the host could not prove that the OpenPGP key is theirs");
	}
	const signature = await own.sign(signatureContext.guest, ...fields).catch((error: Error) => error.message);
	if (typeof signature === "string") return ended("identity_refused", signature);
	frames.send(frameType.guestSignature, signature);
	return { kind: "proven", certificate, name: body.value.name };
}

function outOfTurn(frame: Frame): GuestEnd {
	if (frame.type === frameType.refused) return refusal(frame);
	return ended("host_misbehaved", `frame type ${frame.type} came out of turn`);
}

/** What the host's frame `refused` means for us. */
export function refusal(frame: Frame): GuestEnd {
	const why = readRefusal(frame.body);
	return why ? refusalEnd[why] : ended("host_misbehaved", "a refusal with an unknown reason");
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
