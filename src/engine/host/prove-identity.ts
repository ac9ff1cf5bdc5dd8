// The identities, on the host's side: both sign over the channel, in the order that depends on whether the host has proven itself; or, off the record, each reads what
// the other has encrypted to their key, and shows by a tag that they could.
import { type Certificate, readCertificate, verifySignature } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { newSecret, offKeys, openSecret, sealSecret } from "../../crypto/off-record/exchange.ts";
import { contextTag, isContextTag } from "../../crypto/off-record/tags.ts";
import { channelContext, channelFields, type EntryProof } from "../../crypto/opening/proofs.ts";
import { encodeBody } from "../wire/codec.ts";
import { frameType } from "../wire/frame.ts";
import { decodeGuestCertificate, maxSignatureBytes, stepTimeoutMs, thinkingTimeoutMs } from "../wire/handshake.ts";
import { encodeOffHost } from "../wire/off-frames.ts";
import { expect, type Gone, gone, type Opening, type Proven, sentAway } from "./greeting.ts";

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

/** Judges whether somebody may come in whose key is proven. */
async function judgeKey({ greeting }: Opening, { certificate, name }: ShownKey): Promise<Gone | undefined> {
	const why = await greeting.greeter.judge({ fingerprint: certificate.fingerprint, name });
	return why === undefined ? undefined : sentAway(why);
}

/** Lets the guest sign before the host does: nobody gets the host's signature by showing a certificate that is not theirs. */
export async function guestFirst(under: Opening, way: EntryProof, expected?: Fingerprint): Promise<Proven | Gone> {
	const key = await showKey(under);
	if (key.kind === "gone") return key;
	if (expected !== undefined && key.certificate.fingerprint !== expected) return stolen("the seat is somebody else's");
	const signed = await takeSignature(under, way, key.certificate);
	if (signed) return expected === undefined || signed.isGone ? signed : stolen(signed.detail);
	const failed = (await judgeKey(under, key)) ?? (await sendIdentity(under, way, key.certificate));
	return failed ?? proven(under, key);
}

/** Lets the host sign first, because a guest that has no secret of the host's does not know yet whose channel it is in. */
export async function hostFirst(under: Opening): Promise<Proven | Gone> {
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

/** Takes the guest's signature. It returns `undefined` when that is good; `isGone` says that there was none. */
async function takeSignature(
	{ frames, greeting: { host }, opening, signal }: Opening,
	way: EntryProof,
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
	way: EntryProof,
	guest: Certificate,
): Promise<Gone | undefined> {
	const { signer, name } = host;
	const fields = channelFields(opening, way, guest.fingerprint, signer.fingerprint);
	const signature = await signer.sign(channelContext.host, ...fields).catch(() => undefined);
	if (!signature) return gone("the host's own key could not sign");
	frames.send(frameType.hostIdentity, encodeBody({ certificate: signer.certificate.bytes, name, signature }));
	return undefined;
}

/**
 * Lets the guest prove the key first, as wherever the host has proven itself. Nothing is said of what was wrong, and a guest with another key than is waited for is
 * told so only when it has proven that.
 */
export async function proveOffRecord(under: Opening, way: EntryProof, expected?: Fingerprint): Promise<Proven | Gone> {
	const { frames, greeting, opening, signal } = under;
	const { signer, name } = greeting.host;
	const key = await showKey(under);
	if (key.kind === "gone") return key;
	const guest = key.certificate.fingerprint;
	if (expected !== undefined && guest !== expected) return stolen("the seat is somebody else's");
	const theirs = await expect(frames, [frameType.offSecret], signal, stepTimeoutMs);
	if (theirs.kind === "gone") return theirs;
	const parties = { opening, guest, host: signer.fingerprint };
	const hostSecret = newSecret();
	const ours = await sealSecret("host", parties, key.certificate, hostSecret);
	frames.send(frameType.offSecret, ours);
	// A key may sit behind a passphrase prompt or a smartcard, so a person may have to act.
	const shown = await expect(frames, [frameType.offGuest], signal, thinkingTimeoutMs);
	if (shown.kind === "gone") return shown;
	const guestSecret = await openSecret(theirs.body, "guest", parties, signer);
	const sealed = { guest: theirs.body, host: ours };
	const keys = offKeys(opening, sealed, { guest: guestSecret, host: hostSecret });
	const fields = channelFields(opening, way, guest, signer.fingerprint);
	if (!isContextTag(shown.body, keys.channel, channelContext.guest, fields)) {
		const isOurKeyFine = await canRead(signer);
		if (!isOurKeyFine) return gone("the host's own key could not decrypt");
		const detail = "the guest could not prove that the OpenPGP key is theirs";
		return expected === undefined ? gone(detail) : stolen(detail);
	}
	const failed = await judgeKey(under, key);
	if (failed) return failed;
	const tag = contextTag(keys.channel, channelContext.host, fields);
	frames.send(frameType.offHost, encodeOffHost({ name, tag }));
	return { ...proven(under, key), offKeys: keys };
}

/** Tells whether our own key decrypts at all: where it does not, nobody is accused of having stolen a seat. */
async function canRead(signer: Signer): Promise<boolean> {
	const parties = { opening: new Uint8Array(0), guest: signer.fingerprint, host: signer.fingerprint };
	const secret = newSecret();
	const sealed = await sealSecret("host", parties, signer.certificate, secret);
	return Buffer.compare(await openSecret(sealed, "host", parties, signer), secret) === 0;
}
