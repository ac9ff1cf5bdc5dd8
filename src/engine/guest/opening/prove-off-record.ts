// Who the guest and the host are, on the guest's side, where nobody signs (the host's side: engine/host/prove-identity.ts).
import type { Certificate } from "../../../crypto/identity/certificate.ts";
import { newSecret, offKeys, openSecret, sealSecret } from "../../../crypto/off-record/exchange.ts";
import { contextTag, isContextTag } from "../../../crypto/off-record/tags.ts";
import { channelContext, channelFields, type EntryProof } from "../../../crypto/opening/proofs.ts";
import type { GuestEnd } from "../../room/end.ts";
import { frameType } from "../../wire/frame.ts";
import { thinkingTimeoutMs } from "../../wire/handshake.ts";
import { decodeOffHost } from "../../wire/off-frames.ts";
import { ended, expect, type Opening, type ProvenHost } from "./opening.ts";
import { sendCertificate } from "./prove-identity.ts";

/** Proves the own key to the host, and has the host prove the one that is looked for. */
export async function proveOffRecord(
	under: Opening,
	way: EntryProof,
	host: Certificate,
): Promise<ProvenHost | GuestEnd> {
	const { frames, guest, opening, signal } = under;
	const { signer } = guest;
	const parties = { opening, guest: signer.fingerprint, host: host.fingerprint };
	const guestSecret = newSecret();
	const ours = await sealSecret("guest", parties, host, guestSecret);
	sendCertificate(under);
	frames.send(frameType.offSecret, ours);
	const theirs = await expect(frames, frameType.offSecret, signal);
	if (theirs.kind === "ended") return theirs;
	const hostSecret = await openSecret(theirs.body, "host", parties, signer);
	const sealed = { guest: ours, host: theirs.body };
	const keys = offKeys(opening, sealed, { guest: guestSecret, host: hostSecret });
	const fields = channelFields(opening, way, signer.fingerprint, host.fingerprint);
	frames.send(frameType.offGuest, contextTag(keys.channel, channelContext.guest, fields));
	const answer = await expect(frames, frameType.offHost, signal, thinkingTimeoutMs);
	if (answer.kind === "ended") {
		const isTurnedDown = answer.code === "connection_lost" && way === "password";
		return isTurnedDown ? ended("identity_refused", "the host refused this OpenPGP key") : answer;
	}
	const body = decodeOffHost(answer.body);
	if (body.kind === "refused") return ended("host_misbehaved", body.detail);
	if (!isContextTag(body.value.tag, keys.channel, channelContext.host, fields))
		return ended("host_misbehaved", "the host could not prove that the OpenPGP key is theirs");
	const { stream } = frames;
	const { name } = body.value;
	return { kind: "proven", frames, stream, roomId: under.hello.room, certificate: host, name, offKeys: keys };
}
