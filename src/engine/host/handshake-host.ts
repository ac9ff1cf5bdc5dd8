// The host's side of the opening: channel, hello, knock, up to three CPace attempts, identities. Straight-line on purpose: one message is under way at a time.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { type Certificate, readCertificate, verifySignature } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { channelBinding, openingBinding } from "../../crypto/opening/binding.ts";
import { secureChannel } from "../../crypto/opening/channel.ts";
import type { ProofKey } from "../../crypto/opening/delegation.ts";
import { INVITE_SECRET_BYTES, KNOCK_BYTES, type TagKeys, tagKeys } from "../../crypto/opening/knock.ts";
import { attemptInput, channelContext, channelFields, type Way } from "../../crypto/opening/proofs.ts";
import { respond } from "../../crypto/password/pake.ts";
import type { Visit } from "../gate/visit.ts";
import { encodeBody } from "../wire/codec.ts";
import { endGently } from "../wire/end-gently.ts";
import {
	type FrameType,
	frameType,
	maxOpenBodyBytes,
	maxOpenBytes,
	maxSecureBodyBytes,
	padCertificatesToBytes,
} from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import {
	attemptsPerConnection,
	decodeGuestCertificate,
	encodeHello,
	encodeRefusal,
	helloForVersion1,
	maxSignatureBytes,
	maxWaitingBytes,
	type Refusal,
	refusalCode,
	stepTimeoutMs,
	thinkingTimeoutMs,
} from "../wire/handshake.ts";
import { encodeHostProof, type OfferedWay, type ProofContext } from "../wire/host-proof.ts";

export interface HostSide {
	readonly roomId: Uint8Array;
	readonly salt: Uint8Array;
	/** Argon2id of the password and the salt: CPace's PRS. */
	readonly prs: Uint8Array;
	readonly signer: Signer;
	readonly name: string;
	/** The key of the moment for proving to guests who the host is. */
	readonly proofKey: () => ProofKey;
}

/** What a knock has shown, and what it is worth. */
export type Shown =
	/** Nothing that the host has given out. */
	| { readonly kind: "nothing" }
	/** An invite or the fingerprint, or a seat that is good no more: the password is asked for. */
	| { readonly kind: "secret"; readonly keys: TagKeys }
	| { readonly kind: "seat"; readonly keys: TagKeys; readonly guest: Fingerprint }
	/** A seat of somebody whom the host has removed. */
	| { readonly kind: "revoked"; readonly keys: TagKeys }
	/** Nothing that would tell this guest from others, where the Transport does not either; or it is told at once why not. */
	| { readonly kind: "closed"; readonly why?: Refusal };

export interface Proven {
	readonly kind: "proven";
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly certificate: Certificate;
	readonly name: string;
}

/** The guest is gone or was sent away; the caller closes the Link. */
export interface Gone {
	readonly kind: "gone";
	readonly detail: string;
	readonly knewPassword?: true;
	/** Why we have sent the guest away. */
	readonly refused?: Refusal;
	/** The last thing that was said to the guest must still arrive; else the connection is closed at once. */
	readonly hasLastWord?: true;
	/** The seat was right and the signature was not: somebody else has this person's seat. */
	readonly hasStolenSeat?: true;
}

/** What is asked on the way, and answered by whoever keeps the rules. */
export interface Greeter {
	/** The connection as the gate counts it; another one when the knock has told more. */
	visit(): Visit;
	/** Finds out what a knock shows; `channel` is B. */
	heard(knock: Uint8Array, channel: Uint8Array): Shown;
	/** Asked of whoever has no good seat, before and after the password, and of everybody when the key is proven: why this guest must not come in, if so. */
	judge(key?: { readonly fingerprint: Fingerprint; readonly name: string }): Promise<Refusal | undefined>;
}

/** What is there when a Link has come past the gate. */
export interface Greeting {
	readonly stream: Duplex;
	readonly host: HostSide;
	readonly greeter: Greeter;
}

type ExpectedBody = { readonly kind: "body"; readonly type: FrameType; readonly body: Uint8Array };

const gone = (detail: string): Gone => ({ kind: "gone", detail });
const sentAway = (refused: Refusal): Gone => ({ kind: "gone", detail: `refused: ${refused}`, refused });

/** One greeting under way: what every later step needs. */
interface Opening {
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly greeting: Greeting;
	readonly opening: Uint8Array;
	readonly signal: AbortSignal;
}

/**
 * Takes a newly arrived guest through the opening. Nothing of the room or its people leaves before the guest is proven, and nothing of the
 * host's identity before the guest has shown a secret of the host's or the password.
 */
export async function greetGuest(greeting: Greeting, signal: AbortSignal): Promise<Proven | Gone> {
	const early = AbortSignal.any([signal, AbortSignal.timeout(stepTimeoutMs)]);
	const frames = await openFrames(greeting.stream, early);
	if (frames.kind === "gone") return frames;
	const { stream } = frames.frames;
	const outcome = await greetInside(frames, greeting, early, signal);
	if (outcome.kind === "proven") return outcome;
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
}

/** Makes the channel on a Link that has just come; a program of version 1 is told that this is another version. */
export async function openFrames(stream: Duplex, signal: AbortSignal): Promise<OpenedChannel | Gone> {
	const secured = await secureChannel({ stream, role: "host", signal });
	if (secured.kind === "failed") {
		if (secured.failure === "silent") stream.write(helloForVersion1());
		return gone(`the encrypted channel failed: ${secured.detail}`);
	}
	const { suite, exporter } = secured.channel;
	const limits = { maxBodyBytes: maxOpenBodyBytes, maxBytes: maxOpenBytes, maxWaitingBytes };
	return {
		kind: "opened",
		frames: new FrameStream(secured.channel.stream, limits),
		channel: channelBinding(suite, exporter),
	};
}

async function greetInside(
	{ frames, channel }: OpenedChannel,
	greeting: Greeting,
	early: AbortSignal,
	signal: AbortSignal,
): Promise<Proven | Gone> {
	const { host, greeter } = greeting;
	const hello = encodeHello({ room: host.roomId, salt: host.salt });
	frames.send(frameType.hello, hello);
	const heard = await expect(frames, [frameType.knock], early);
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
	return shown.kind === "seat" ? comeBack(under, shown.guest) : comeIn(under, shown.kind === "secret");
}

/** A key that nobody has: what a knock that shows nothing is answered with is made by it, and thrown away, so that every knock costs the same. */
const decoy = tagKeys({ kind: "invite", secret: randomBytes(INVITE_SECRET_BYTES) }, "0".repeat(40) as Fingerprint);

type Open = Exclude<Shown, { kind: "closed" }>;

const offeredWay: Readonly<Record<Open["kind"], OfferedWay>> = {
	nothing: "password",
	secret: "password",
	seat: "seat",
	revoked: "none",
};

function proofFor(context: ProofContext, { signer, proofKey }: HostSide, shown: Open): Uint8Array {
	const keys = shown.kind === "nothing" ? decoy : shown.keys;
	const proof = encodeHostProof(context, signer.certificate, proofKey(), keys, offeredWay[shown.kind]);
	return shown.kind === "nothing" ? new Uint8Array(0) : proof;
}

/** By the seat: the guest shows and proves the key that the seat belongs to. */
async function comeBack(under: Opening, guest: Fingerprint): Promise<Proven | Gone> {
	under.frames.limit({ maxBodyBytes: padCertificatesToBytes, maxBytes: maxOpenBytes });
	const outcome = await guestFirst(under, "seat", guest);
	if (outcome.kind === "proven") under.frames.limit({ maxBodyBytes: maxSecureBodyBytes });
	return outcome;
}

/** By the password. `isPinned`: the host has proven itself. */
async function comeIn(under: Opening, isPinned: boolean): Promise<Proven | Gone> {
	const password = await provePassword(under, isPinned);
	if (password.kind === "gone") return password;
	under.frames.limit({ maxBodyBytes: maxSecureBodyBytes });
	under.frames.send(frameType.confirmB, password.confirmB);
	const why = await under.greeting.greeter.judge();
	const outcome = why ? sentAway(why) : await (isPinned ? guestFirst(under, "password") : hostFirst(under));
	return outcome.kind === "gone" ? { ...outcome, knewPassword: true } : outcome;
}

type Right = { readonly kind: "right"; readonly confirmB: Uint8Array };

async function provePassword(under: Opening, isPinned: boolean): Promise<Right | Gone> {
	const { frames } = under;
	for (let attempt = 1; attempt <= attemptsPerConnection; attempt++) {
		const shareA = await expect(frames, [frameType.shareA], under.signal, thinkingTimeoutMs);
		if (shareA.kind === "gone") return shareA.isLate && !under.signal.aborted ? sentAway("tooSlow") : shareA;
		const outcome = await judgeAttempt(under, attempt, isPinned, shareA.body);
		if (outcome.kind !== "wrong") return outcome;
		frames.send(frameType.wrong, Uint8Array.of(outcome.left));
		if (outcome.left === 0) break;
	}
	return { ...gone("wrong password"), hasLastWord: true };
}

async function judgeAttempt(
	{ frames, greeting: { greeter, host }, opening, signal }: Opening,
	attempt: number,
	isPinned: boolean,
	shareA: Uint8Array,
): Promise<Right | Gone | { readonly kind: "wrong"; readonly left: number }> {
	const visit = greeter.visit();
	if (!(await visit.mayCompute())) return gone("turned away");
	const proven = isPinned ? host.signer.fingerprint : undefined;
	const responder = respond(attemptInput("host", { prs: host.prs, opening, attempt, host: proven }), shareA);
	frames.send(frameType.shareB, responder.share);
	const confirmA = await expect(frames, [frameType.confirmA], signal, stepTimeoutMs);
	if (confirmA.kind === "gone") return confirmA;
	// The only check of the password, and the gate counts it in the same breath: nothing else runs between the two.
	let confirmB: Uint8Array | undefined;
	const judged = visit.guess(() => {
		const checked = responder.check(confirmA.body);
		if (checked.kind === "wrong") return false;
		checked.isk.fill(0);
		confirmB = checked.tag;
		return true;
	});
	if (judged.kind === "turnedAway") return gone("blocked");
	if (judged.kind === "wrong" || !confirmB) return { kind: "wrong", left: judged.kind === "wrong" ? judged.left : 0 };
	return { kind: "right", confirmB };
}

interface ShownKey {
	readonly kind: "key";
	readonly certificate: Certificate;
	readonly name: string;
}

/** Reads the guest's certificate. Nothing is said about it before its owner has signed: a certificate is public, and who shows one may be anybody. */
async function showKey({ frames, greeting: { host }, signal }: Opening): Promise<ShownKey | Gone> {
	const first = await expect(frames, [frameType.guestCertificate], signal, stepTimeoutMs);
	if (first.kind === "gone") return first;
	const body = decodeGuestCertificate(first.body);
	if (body.kind === "refused") return gone(body.detail);
	const read = await readCertificate(body.value.certificate);
	if (read.kind === "refused") return gone(`the guest's OpenPGP certificate was refused: ${read.detail}`);
	const { certificate } = read;
	const { name } = body.value;
	// A second window, a copied home: the room has the host in it already.
	return certificate.fingerprint === host.signer.fingerprint ? sentAway("ownKey") : { kind: "key", certificate, name };
}

/** The key is proven: whether it may come in. */
async function judgeKey({ greeting }: Opening, { certificate, name }: ShownKey): Promise<Gone | undefined> {
	const why = await greeting.greeter.judge({ fingerprint: certificate.fingerprint, name });
	return why === undefined ? undefined : sentAway(why);
}

/** The guest signs before the host does: nobody gets the host's signature by showing a certificate that is not theirs. */
async function guestFirst(under: Opening, way: Way, expected?: Fingerprint): Promise<Proven | Gone> {
	const key = await showKey(under);
	if (key.kind === "gone") return key;
	if (expected !== undefined && key.certificate.fingerprint !== expected) return stolen("the seat is somebody else's");
	const signed = await takeSignature(under, way, key.certificate);
	if (signed) return expected === undefined || signed.isGone ? signed : stolen(signed.detail);
	const failed = (await judgeKey(under, key)) ?? (await sendIdentity(under, way, key.certificate));
	return failed ?? proven(under, key);
}

/** The host signs first, because a guest that has no secret of the host's does not know yet whose channel it is in. */
async function hostFirst(under: Opening): Promise<Proven | Gone> {
	const key = await showKey(under);
	if (key.kind === "gone") return key;
	const failed =
		(await sendIdentity(under, "password", key.certificate)) ??
		(await takeSignature(under, "password", key.certificate)) ??
		(await judgeKey(under, key));
	return failed ?? proven(under, key);
}

const stolen = (detail: string): Gone => ({ ...gone(detail), hasStolenSeat: true });

function proven({ frames, stream }: Opening, { certificate, name }: ShownKey): Proven {
	return { kind: "proven", frames, stream, certificate, name };
}

/** `undefined`: the signature is good. `isGone`: there was none. */
async function takeSignature(
	{ frames, greeting: { host }, opening, signal }: Opening,
	way: Way,
	guest: Certificate,
): Promise<(Gone & { readonly isGone: boolean }) | undefined> {
	// A guest's key may sit behind a passphrase prompt or a smartcard, so a person may have to act here.
	const next = await expect(frames, [frameType.guestSignature], signal, thinkingTimeoutMs);
	if (next.kind === "gone") return { ...next, isGone: true };
	const fields = channelFields(opening, way, guest.fingerprint, host.signer.fingerprint);
	const isGood =
		next.body.length <= maxSignatureBytes && (await verifySignature(guest, next.body, channelContext.guest, ...fields));
	return isGood ? undefined : { ...gone("the guest could not prove that the OpenPGP key is theirs"), isGone: false };
}

async function sendIdentity(
	{ frames, greeting: { host }, opening }: Opening,
	way: Way,
	guest: Certificate,
): Promise<Gone | undefined> {
	const { signer, name } = host;
	const fields = channelFields(opening, way, guest.fingerprint, signer.fingerprint);
	const signature = await signer.sign(channelContext.host, ...fields).catch(() => undefined);
	if (!signature) return gone("the host's own key could not sign");
	frames.send(frameType.hostIdentity, encodeBody({ certificate: signer.certificate.bytes, name, signature }));
	return undefined;
}

/** The next frame, which must be of one of these types. `isLate`: the time for it ran out. */
async function expect(
	frames: FrameStream,
	types: readonly FrameType[],
	signal: AbortSignal,
	timeoutMs?: number,
): Promise<ExpectedBody | (Gone & { readonly isLate?: boolean })> {
	const next = await frames.next(signal, timeoutMs);
	if (next.kind === "aborted") return { ...gone("the guest did not answer in time"), isLate: true };
	if (next.kind === "ended") return gone("the guest went away");
	if (next.kind === "refused") return gone(next.detail);
	const { type, body } = next.frame;
	return types.includes(type) ? { kind: "body", type, body } : gone(`the guest sent frame type ${type} out of turn`);
}
