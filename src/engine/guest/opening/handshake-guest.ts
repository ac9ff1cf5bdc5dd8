// The guest's side of the opening: meets the host, proves the password or shows the seat, exchanges identities.
import type { Duplex } from "node:stream";
import type { GuestEnd } from "../../room/end.ts";
import { maxAdmissionBytes } from "../../wire/frame.ts";
import type { FrameStream } from "../../wire/frame-stream.ts";
import { type Met, meetHost } from "./meeting-host.ts";
import { ended, type GuestSide, type Opening, outOfTurn, type ProvenHost, receive, refusalEnd } from "./opening.ts";
import { guestFirst, hostFirst } from "./prove-identity.ts";
import { proveOffRecord } from "./prove-off-record.ts";
import { provePassword } from "./prove-password.ts";

/** Goes through the opening on a fresh Link. Closing the Link is the caller's, whatever the outcome. */
export async function proveToHost(
	stream: Duplex,
	guest: GuestSide,
	signal: AbortSignal,
): Promise<ProvenHost | GuestEnd> {
	if (guest.wanted?.fingerprint === guest.signer.fingerprint) return refusalEnd.ownKey;
	const met = await meetHost(stream, guest, signal);
	if (met.kind === "ended") return met;
	const { frames } = met;
	const outcome = await proveInside(met, guest, signal);
	if (outcome.kind === "ended") frames.stream.destroy();
	else frames.limit({ maxBodyBytes: maxAdmissionBytes });
	return outcome;
}

async function proveInside(met: Met, guest: GuestSide, signal: AbortSignal): Promise<ProvenHost | GuestEnd> {
	const { frames, hello, opening, knock, known } = met;
	const under: Opening = { frames, guest, hello, opening, knock, signal };
	if (known) guest.onProven(known.from);
	const way = known?.way ?? "password";
	if (way === "none") return sentAway(frames, signal);
	// A feed link opens nothing but the posts, and no guest shows one on the way in.
	if (way === "feed") return ended("host_misbehaved", "the host offers posts to who comes in");
	const refused = way === "password" ? await provePassword(under, known?.certificate.fingerprint) : undefined;
	if (refused || !known) return refused ?? hostFirst(under);
	return (guest.wanted?.isOffRecord ? proveOffRecord : guestFirst)(under, way, known.certificate);
}

/** Returns why the host, which has proven itself, lets nobody in who holds this. */
async function sentAway(frames: FrameStream, signal: AbortSignal): Promise<GuestEnd> {
	const next = await receive(frames, signal);
	return next.kind === "ended" ? next : outOfTurn(next.frame);
}
