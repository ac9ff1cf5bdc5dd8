// The identities, on the guest's side: both sign over the channel, in the order that depends on whether the host has proven itself.
import { type Certificate, readCertificate, verifySignature } from "../../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import { channelContext, channelFields, type EntryProof } from "../../../crypto/opening/proofs.ts";
import type { GuestEnd } from "../../room/end.ts";
import { encodeBody } from "../../wire/codec.ts";
import { frameType } from "../../wire/frame.ts";
import { decodeHostIdentity, thinkingTimeoutMs } from "../../wire/handshake.ts";
import { ended, expect, type Opening, type ProvenHost, refusalEnd } from "./opening.ts";

/** Lets the guest sign first, because the host has proven itself. */
export async function guestFirst(under: Opening, way: EntryProof, host: Certificate): Promise<ProvenHost | GuestEnd> {
	sendCertificate(under);
	const failed = await sendSignature(under, way, host.fingerprint);
	if (failed) return failed;
	const identity = await takeIdentity(under, way);
	if (identity.kind === "ended") return identity;
	if (identity.certificate.fingerprint !== host.fingerprint)
		return ended("wrong_host", "another key than the proven one");
	return identity;
}

/** Lets the host sign first, who knows the password, because nobody in particular is looked for. */
export async function hostFirst(under: Opening): Promise<ProvenHost | GuestEnd> {
	sendCertificate(under);
	const identity = await takeIdentity(under, "password");
	if (identity.kind === "ended") return identity;
	const { fingerprint } = identity.certificate;
	if (fingerprint === under.guest.signer.fingerprint) return refusalEnd.ownKey;
	return (await sendSignature(under, "password", fingerprint)) ?? identity;
}

/** Sends our certificate, which proves nothing by itself. */
export function sendCertificate({ frames, guest: { signer, name } }: Opening): void {
	frames.send(frameType.guestCertificate, encodeBody({ certificate: signer.certificate.bytes, name }));
}

async function sendSignature(
	{ frames, guest: { signer }, opening }: Opening,
	way: EntryProof,
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
	way: EntryProof,
): Promise<ProvenHost | GuestEnd> {
	// The host's key may sit behind a passphrase prompt or a smartcard: be as patient as with a person.
	const answer = await expect(frames, frameType.hostIdentity, signal, thinkingTimeoutMs);
	if (answer.kind === "ended") {
		// A host that has given us a seat knows our key: it has only gone, and may be back in a moment.
		const isTurnedDown = answer.code === "connection_lost" && way === "password";
		return isTurnedDown ? ended("identity_refused", "the host refused this OpenPGP key") : answer;
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
