// The host's side of the handshake: Hello, up to three CPace attempts, TLS, identities. Straight-line on purpose: one message is under way at a time.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type Certificate, readCertificate, verifySignature } from "../../crypto/identity/certificate.ts";
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { derivePsk, secureChannel } from "../../crypto/password/channel.ts";
import { respond } from "../../crypto/password/pake.ts";
import type { Visit } from "../gate/visit.ts";
import { encodeBody } from "../wire/codec.ts";
import { endGently } from "../wire/end-gently.ts";
import { type FrameType, frameType, maxOpenBodyBytes, maxSecureBodyBytes } from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import {
	attemptsPerConnection,
	channelIdentifier,
	decodeGuestCertificate,
	encodeHello,
	maxSignatureBytes,
	maxWaitingBytes,
	nonceBytes,
	openTranscript,
	type Refusal,
	refusalCode,
	sessionId,
	signatureContext,
	stepTimeoutMs,
	thinkingTimeoutMs,
} from "../wire/handshake.ts";
import { answerChallenge } from "../wire/host-proof.ts";

export interface HostSide {
	readonly roomId: Uint8Array;
	readonly salt: Uint8Array;
	/** Argon2id of the password and the salt: CPace's PRS. */
	readonly prs: Uint8Array;
	readonly signer: Signer;
	readonly name: string;
}

export type Greeted =
	| {
			readonly kind: "proven";
			readonly frames: FrameStream;
			readonly tls: TLSSocket;
			readonly certificate: Certificate;
			readonly name: string;
	  }
	| Gone;

/** The guest is gone or was sent away; the caller closes the Link. */
interface Gone {
	readonly kind: "gone";
	readonly detail: string;
	readonly knewPassword?: true;
	/** Why we have sent the guest away after it showed its key. */
	readonly refused?: Refusal;
	/** The key that was refused; whether it is theirs was not asked. */
	readonly shown?: { readonly fingerprint: Fingerprint; readonly name: string };
}

/** What is there when a Link has come past the gate. */
export interface Greeting {
	readonly stream: Duplex;
	readonly visit: Visit;
	readonly host: HostSide;
	/** Why whoever has this key must not come in, if so. */
	readonly judge: (fingerprint: Fingerprint) => Refusal | undefined;
}

type ExpectedBody = { readonly kind: "body"; readonly type: FrameType; readonly body: Uint8Array };
type Proven = { readonly kind: "proven"; readonly psk: Uint8Array; readonly confirmB: Uint8Array };

const gone = (detail: string): Gone => ({ kind: "gone", detail });
const knewPassword = (end: Gone): Gone => ({ ...end, knewPassword: true });

/** Takes a newly arrived guest through the handshake. Nothing of the room, its people or the host's identity leaves before the password is proven. */
export async function greetGuest(greeting: Greeting, signal: AbortSignal): Promise<Greeted> {
	const { stream, visit, host } = greeting;
	const open = new FrameStream(stream, { maxBodyBytes: maxOpenBodyBytes, isPadded: false, maxWaitingBytes });
	const password = await provePassword(open, visit, host, signal);
	if (password.kind === "gone") {
		const why = visit.signal.aborted ? visit.tally().end : undefined;
		if (why === "blocked" || why === "busy" || why === "passwordChanged") {
			open.send(frameType.refused, Uint8Array.of(refusalCode[why]));
		}
		return password;
	}
	// The guest answers the confirmation with TLS, so this side must already be listening for TLS when it goes out.
	if (!open.detach()) return knewPassword(gone("the guest spoke out of turn"));
	open.send(frameType.confirmB, password.confirmB);
	const step = AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs)]);
	const channel = await secureChannel({ stream, role: "host", psk: password.psk, signal: step });
	if (channel.kind === "failed") return knewPassword(gone(`the encrypted channel failed: ${channel.detail}`));
	const frames = new FrameStream(channel.tls, { maxBodyBytes: maxSecureBodyBytes, isPadded: true, maxWaitingBytes });
	const guest = await exchangeIdentities(frames, channel.exporter, greeting, signal);
	if (guest.kind === "proven") return { ...guest, frames, tls: channel.tls };
	// What was said last must still arrive.
	if (guest.refused) await endGently(channel.tls);
	channel.tls.destroy();
	return knewPassword(guest);
}

async function provePassword(
	frames: FrameStream,
	visit: Visit,
	host: HostSide,
	signal: AbortSignal,
): Promise<Proven | Gone> {
	const hello = encodeHello({ room: host.roomId, salt: host.salt, nonce: randomBytes(nonceBytes) });
	frames.send(frameType.hello, hello);
	for (let attempt = 1; attempt <= attemptsPerConnection; attempt++) {
		const shareA = await nextShare(frames, visit, host, { hello, attempt }, signal);
		if (shareA.kind === "gone") return shareA;
		const outcome = await judgeAttempt(frames, visit, host, { hello, attempt, shareA: shareA.body }, signal);
		if (outcome.kind !== "wrong") return outcome;
		frames.send(frameType.wrong, Uint8Array.of(outcome.left));
		if (outcome.left === 0) return gone("wrong password");
	}
	return gone("wrong password");
}

/** The guest's share; before the first one, a guest with an invite may want to make sure of the host. */
async function nextShare(
	frames: FrameStream,
	visit: Visit,
	host: HostSide,
	{ hello, attempt }: { readonly hello: Uint8Array; readonly attempt: number },
	signal: AbortSignal,
): Promise<Gone | ExpectedBody> {
	const wanted = attempt === 1 ? [frameType.shareA, frameType.prove] : [frameType.shareA];
	let next = await expect(frames, wanted, signal, thinkingTimeoutMs);
	if (next.kind === "body" && next.type === frameType.prove) {
		if (!(await visit.mayCompute())) return gone("turned away");
		const proof = await answerChallenge(next.body, hello, host.signer);
		if (!proof) return gone("the guest looks for another host");
		frames.send(frameType.hostProof, proof);
		next = await expect(frames, [frameType.shareA], signal, thinkingTimeoutMs);
	}
	if (next.kind === "gone" && next.isLate && !signal.aborted) {
		frames.send(frameType.refused, Uint8Array.of(refusalCode.tooSlow));
	}
	return next;
}

async function judgeAttempt(
	frames: FrameStream,
	visit: Visit,
	host: HostSide,
	{ hello, attempt, shareA }: { readonly hello: Uint8Array; readonly attempt: number; readonly shareA: Uint8Array },
	signal: AbortSignal,
): Promise<Proven | Gone | { readonly kind: "wrong"; readonly left: number }> {
	if (!(await visit.mayCompute())) return gone("turned away");
	const responder = respond({ prs: host.prs, ci: channelIdentifier, sid: sessionId(hello, attempt) }, shareA);
	frames.send(frameType.shareB, responder.share);
	const confirmA = await expect(frames, [frameType.confirmA], signal, stepTimeoutMs);
	if (confirmA.kind === "gone") return confirmA;
	// The only check of the password, and the gate counts it in the same breath: nothing else runs between the two.
	let right: { readonly tag: Uint8Array; readonly isk: Uint8Array } | undefined;
	const judged = visit.guess(() => {
		const checked = responder.check(confirmA.body);
		if (checked.kind === "right") right = checked;
		return checked.kind === "right";
	});
	if (judged.kind === "turnedAway") return gone("blocked");
	if (judged.kind === "wrong" || !right) return { kind: "wrong", left: judged.kind === "wrong" ? judged.left : 0 };
	const psk = derivePsk(right.isk, openTranscript(hello, shareA, responder.share));
	right.isk.fill(0);
	return { kind: "proven", psk, confirmB: right.tag };
}

async function exchangeIdentities(
	frames: FrameStream,
	exporter: Uint8Array,
	{ host, judge }: Greeting,
	signal: AbortSignal,
): Promise<Gone | { readonly kind: "proven"; readonly certificate: Certificate; readonly name: string }> {
	const first = await expect(frames, [frameType.guestCertificate], signal, stepTimeoutMs);
	if (first.kind === "gone") return first;
	const body = decodeGuestCertificate(first.body);
	if (body.kind === "refused") return gone(body.detail);
	const read = await readCertificate(body.value.certificate);
	if (read.kind === "refused") return gone(`the guest's OpenPGP certificate was refused: ${read.detail}`);
	const { fingerprint } = read.certificate;
	const refused = judge(fingerprint);
	if (refused) {
		frames.send(frameType.refused, Uint8Array.of(refusalCode[refused]));
		return { ...gone(`refused: ${refused}`), refused, shown: { fingerprint, name: body.value.name } };
	}
	const fields = [exporter, fingerprintBytes(read.certificate.fingerprint), fingerprintBytes(host.signer.fingerprint)];
	const signature = await host.signer.sign(signatureContext.host, ...fields).catch(() => undefined);
	if (!signature) return gone("the host's own key could not sign");
	const identity = { certificate: host.signer.certificate.bytes, name: host.name, signature };
	frames.send(frameType.hostIdentity, encodeBody(identity));
	// A guest's key may sit behind a passphrase prompt or a smartcard, so a person may have to act here.
	const second = await expect(frames, [frameType.guestSignature], signal, thinkingTimeoutMs);
	if (second.kind === "gone") return second;
	if (second.body.length > maxSignatureBytes) return gone("the guest's signature is too long");
	if (!(await verifySignature(read.certificate, second.body, signatureContext.guest, ...fields))) {
		return gone("the guest could not prove that the OpenPGP key is theirs");
	}
	return { kind: "proven", certificate: read.certificate, name: body.value.name };
}

/** The next frame, which must be of one of these types. `isLate`: the time for it ran out. */
async function expect(
	frames: FrameStream,
	types: readonly FrameType[],
	signal: AbortSignal,
	timeoutMs: number,
): Promise<ExpectedBody | (Gone & { readonly isLate?: boolean })> {
	const next = await frames.next(signal, timeoutMs);
	if (next.kind === "aborted") return { ...gone("the guest did not answer in time"), isLate: true };
	if (next.kind === "ended") return gone("the guest went away");
	if (next.kind === "refused") return gone(next.detail);
	const { type, body } = next.frame;
	return types.includes(type) ? { kind: "body", type, body } : gone(`the guest sent frame type ${type} out of turn`);
}
