// A guest's handshake step by step without stretching the password each time, so that thousands fit into a test, honest or not.
import assert from "node:assert/strict";
import { type Certificate, readCertificate } from "../../src/crypto/identity/certificate.ts";
import { fingerprintBytes } from "../../src/crypto/identity/fingerprint.ts";
import { derivePsk, secureChannel } from "../../src/crypto/password/channel.ts";
import { startInitiator, stretchPassword } from "../../src/crypto/password/pake.ts";
import type { Self } from "../../src/engine/account/self.ts";
import { encodeBody } from "../../src/engine/wire/codec.ts";
import { type FrameType, frameType, maxOpenBodyBytes, maxSecureBodyBytes } from "../../src/engine/wire/frame.ts";
import { FrameStream, type Next } from "../../src/engine/wire/frame-stream.ts";
import {
	channelIdentifier,
	decodeHostIdentity,
	type Hello,
	openTranscript,
	readHello,
	sessionId,
	signatureContext,
} from "../../src/engine/wire/handshake.ts";
import type { Link } from "../../src/net/link/link.ts";

const never = new AbortController().signal;
const maxWaitingBytes = 8 * 1024 * 1024;

export const openFrames = (link: Link) =>
	new FrameStream(link.stream, { maxBodyBytes: maxOpenBodyBytes, isPadded: false, maxWaitingBytes });

/** The next frame, which must be of this type. */
export async function expectFrame(frames: FrameStream, type: FrameType): Promise<Uint8Array> {
	const next: Next = await frames.next(never);
	if (next.kind !== "frame") assert.fail(`${next.kind} came instead of frame type ${type}`);
	assert.equal(next.frame.type, type);
	return next.frame.body;
}

/** Greeted: the Hello was read. */
export interface Greeting {
	readonly frames: FrameStream;
	readonly hello: Hello;
	readonly bytes: Uint8Array;
}

export async function readGreeting(link: Link): Promise<Greeting> {
	const frames = openFrames(link);
	const bytes = await expectFrame(frames, frameType.hello);
	const read = readHello(bytes);
	assert.ok(read.kind === "hello");
	return { frames, hello: read.hello, bytes };
}

const stretched = new Map<string, Promise<Uint8Array>>();

/** Argon2id once for each password and room. */
export function prsOf(password: string, { salt }: Pick<Hello, "salt">): Promise<Uint8Array> {
	const key = `${Buffer.from(salt).toString("hex")} ${password}`;
	const known = stretched.get(key) ?? stretchPassword(password, salt);
	stretched.set(key, known);
	return known;
}

export type Guessed =
	| { readonly kind: "right"; readonly psk: Uint8Array }
	| { readonly kind: "wrong"; readonly left: number }
	| { readonly kind: "ended"; readonly next: Next };

/** One attempt at the password. */
export async function guess({ frames, bytes }: Greeting, prs: Uint8Array, attempt: number): Promise<Guessed> {
	const initiator = startInitiator({ prs, ci: channelIdentifier, sid: sessionId(bytes, attempt) });
	frames.send(frameType.shareA, initiator.share);
	const answer = await frames.next(never);
	if (answer.kind !== "frame" || answer.frame.type !== frameType.shareB) return { kind: "ended", next: answer };
	const step = initiator.receive(answer.frame.body);
	assert.equal(step.kind, "confirmed-step");
	frames.send(frameType.confirmA, step.kind === "confirmed-step" ? step.tag : new Uint8Array(0));
	const verdict = await frames.next(never);
	if (verdict.kind !== "frame") return { kind: "ended", next: verdict };
	if (verdict.frame.type === frameType.wrong) return { kind: "wrong", left: verdict.frame.body[0] ?? -1 };
	if (verdict.frame.type !== frameType.confirmB) return { kind: "ended", next: verdict };
	const agreed = initiator.finish(verdict.frame.body);
	assert.ok(agreed.kind === "agreed");
	return { kind: "right", psk: derivePsk(agreed.isk, openTranscript(bytes, initiator.share, answer.frame.body)) };
}

/** Proves this password and makes the channel: what comes next is the identities. */
export async function throughChannel(link: Link, password: string) {
	const greeting = await readGreeting(link);
	const guessed = await guess(greeting, await prsOf(password, greeting.hello), 1);
	assert.ok(guessed.kind === "right");
	assert.equal(greeting.frames.detach(), true);
	const channel = await secureChannel({ stream: link.stream, role: "guest", psk: guessed.psk, signal: never });
	assert.ok(channel.kind === "secured");
	const frames = new FrameStream(channel.tls, { maxBodyBytes: maxSecureBodyBytes, isPadded: true, maxWaitingBytes });
	return { frames, tls: channel.tls, exporter: channel.exporter, greeting };
}

/** Shows our key and sees the host's. */
export async function identify(
	frames: FrameStream,
	exporter: Uint8Array,
	{ signer, name }: Self,
): Promise<Certificate> {
	frames.send(frameType.guestCertificate, encodeBody({ certificate: signer.certificate.bytes, name }));
	const identity = decodeHostIdentity(await expectFrame(frames, frameType.hostIdentity));
	assert.ok(identity.kind === "value");
	const read = await readCertificate(identity.value.certificate);
	assert.ok(read.kind === "certificate");
	const fields = [exporter, fingerprintBytes(signer.fingerprint), fingerprintBytes(read.certificate.fingerprint)];
	frames.send(frameType.guestSignature, await signer.sign(signatureContext.guest, ...fields));
	return read.certificate;
}
