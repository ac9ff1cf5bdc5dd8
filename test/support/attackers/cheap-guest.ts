// A guest's opening step by step without stretching the password each time, so that thousands fit into a test, honest or not.
import assert from "node:assert/strict";
import { type Certificate, readCertificate, verifySignature } from "../../../src/crypto/identity/certificate.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { channelBinding, openingBinding } from "../../../src/crypto/opening/binding.ts";
import { type KnockSecrets, makeKnock } from "../../../src/crypto/opening/knock.ts";
import { attemptInput, channelContext, channelFields, type EntryProof } from "../../../src/crypto/opening/proofs.ts";
import { tlsChannel } from "../../../src/crypto/opening/tls-channel.ts";
import { startInitiator } from "../../../src/crypto/password/pake.ts";
import { stretchPassword } from "../../../src/crypto/password/stretch.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { type FrameType, frameType, maxSecureBodyBytes } from "../../../src/engine/wire/frame.ts";
import { FrameStream, type Next } from "../../../src/engine/wire/frame-stream.ts";
import { decodeHostIdentity, type Hello, maxWaitingBytes, readHello } from "../../../src/engine/wire/handshake.ts";
import type { Link } from "../../../src/net/link/link.ts";

const never = new AbortController().signal;

/** The next frame, which must be of this type. */
export async function expectFrame(frames: FrameStream, type: FrameType): Promise<Uint8Array> {
	const next: Next = await frames.next(never);
	if (next.kind !== "frame") assert.fail(`${next.kind} came instead of frame type ${type}`);
	assert.equal(next.frame.type, type);
	return next.frame.body;
}

/** The channel stands; nothing was said in it. */
export interface GuestChannel {
	readonly frames: FrameStream;
	/** B. */
	readonly channel: Uint8Array;
}

/** Makes the guest's end of the channel. */
export async function guestChannel(link: Pick<Link, "stream">): Promise<GuestChannel> {
	const secured = await tlsChannel({ stream: link.stream, role: "guest", signal: never });
	assert.ok(secured.kind === "secured", JSON.stringify(secured));
	const { stream, suite, exporter } = secured.channel;
	const frames = new FrameStream(stream, { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes });
	return { frames, channel: channelBinding(suite, exporter) };
}

/** Greeted: the hello was read, and nothing was answered. */
export interface Greeting extends GuestChannel {
	readonly hello: Hello;
	/** T. */
	readonly opening: Uint8Array;
}

export async function readGreeting(link: Pick<Link, "stream">): Promise<Greeting> {
	const opened = await guestChannel(link);
	const bytes = await expectFrame(opened.frames, frameType.hello);
	const read = readHello(bytes);
	assert.ok(read.kind === "hello");
	return { ...opened, hello: read.hello, opening: openingBinding(opened.channel, bytes) };
}

/** Knocks with these secrets; the body of the host's answer. */
async function knock({ frames, channel }: GuestChannel, secrets: KnockSecrets = {}): Promise<Uint8Array> {
	frames.send(frameType.knock, makeKnock(secrets, channel));
	return expectFrame(frames, frameType.hostProof);
}

/** The hello was read and nothing shown: the password is asked for. */
export async function knockEmpty(link: Pick<Link, "stream">): Promise<Greeting> {
	const greeting = await readGreeting(link);
	assert.equal((await knock(greeting)).length, 0);
	return greeting;
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
	| { readonly kind: "right" }
	| { readonly kind: "wrong"; readonly left: number }
	| { readonly kind: "ended"; readonly next: Next };

/** One attempt at the password. `host`: if it has proven itself. */
export async function guess(
	{ frames, opening }: Pick<Greeting, "frames" | "opening">,
	prs: Uint8Array,
	attempt: number,
	host?: Fingerprint,
): Promise<Guessed> {
	const initiator = startInitiator(attemptInput("guest", { prs, opening, attempt, host }));
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
	assert.equal(initiator.finish(verdict.frame.body).kind, "agreed");
	return { kind: "right" };
}

/** Proves this password: what comes next is the identities. */
export async function throughPassword(link: Pick<Link, "stream">, password: string): Promise<Greeting> {
	const greeting = await knockEmpty(link);
	const guessed = await guess(greeting, await prsOf(password, greeting.hello), 1);
	assert.equal(guessed.kind, "right");
	return greeting;
}

/** Shows this certificate, whoever it belongs to. */
export function showCertificate({ frames }: Pick<Greeting, "frames">, { signer, name }: Self): void {
	frames.send(frameType.guestCertificate, encodeBody({ certificate: signer.certificate.bytes, name }));
}

/** Signs for this channel, way and host. */
export async function sign(
	{ frames, opening }: Pick<Greeting, "frames" | "opening">,
	{ signer }: Self,
	host: Fingerprint,
	way: EntryProof = "password",
): Promise<void> {
	const fields = channelFields(opening, way, signer.fingerprint, host);
	frames.send(frameType.guestSignature, await signer.sign(channelContext.guest, ...fields));
}

/** Reads the host's identity, which must be signed for this channel and way, and for the guest where it is named. */
export async function hostIdentity(
	{ frames, opening }: Pick<Greeting, "frames" | "opening">,
	guest?: Self,
	way: EntryProof = "password",
): Promise<Certificate> {
	const identity = decodeHostIdentity(await expectFrame(frames, frameType.hostIdentity));
	assert.ok(identity.kind === "value");
	const read = await readCertificate(identity.value.certificate);
	assert.ok(read.kind === "certificate");
	const { certificate } = read;
	if (guest) {
		const fields = channelFields(opening, way, guest.signer.fingerprint, certificate.fingerprint);
		assert.ok(await verifySignature(certificate, identity.value.signature, channelContext.host, ...fields));
	}
	return certificate;
}

/** As a guest who looks for nobody in particular: shows our key, sees the host's, signs. */
export async function identify(greeting: Greeting, self: Self): Promise<Certificate> {
	showCertificate(greeting, self);
	const host = await hostIdentity(greeting, self);
	await sign(greeting, self, host.fingerprint);
	return host;
}
