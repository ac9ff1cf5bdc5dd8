// One opening under way on the guest's side: what its steps hand to each other, how they wait for the host's frames, and what its refusals mean.
import type { Duplex } from "node:stream";
import type { Certificate } from "../../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../../crypto/identity/identity.ts";
import type { OffKeys } from "../../../crypto/off-record/exchange.ts";
import type { OpenChannel } from "../../../crypto/opening/channel-outcome.ts";
import type { KnockSecrets } from "../../../crypto/opening/knock.ts";
import type { EndCode } from "../../api/codes.ts";
import type { GuestEnd } from "../../room/end.ts";
import { type Frame, type FrameType, frameType } from "../../wire/frame.ts";
import type { FrameStream } from "../../wire/frame-stream.ts";
import { type Hello, type Refusal, readRefusal, stepTimeoutMs } from "../../wire/handshake.ts";

/** Holds the host that a guest looks for, and what the guest has of it. */
export interface WantedHost {
	readonly fingerprint: Fingerprint;
	/** Holds at least one secret. */
	readonly secrets: KnockSecrets;
	/** The room's name in the invite. */
	readonly roomName?: Uint8Array | undefined;
	/** The room the guest was in, if it comes back. */
	readonly roomId?: Uint8Array | undefined;
	/** The room is looked for as long as it is kept, whatever else its host has open meanwhile. */
	readonly isKept?: boolean;
	/** The newest beginning of a certificate that was seen of this room, in seconds. */
	readonly notBefore?: number | undefined;
	/** Nobody signs in this room: a host that does is not the one, and elsewhere one that does not. */
	readonly isOffRecord?: boolean | undefined;
}

/** Holds what the guest brings, and how it asks its person for the password. */
export interface GuestSide {
	readonly signer: Signer;
	readonly name: string;
	/** Makes the channel; without it by TLS. Only a browser makes another kind, so nobody can talk a terminal into it. */
	readonly openChannel?: OpenChannel | undefined;
	/** Returns milliseconds since the epoch, by which certificates are judged; without it the system's clock counts. */
	readonly now?: (() => number) | undefined;
	/** Says which host is wanted. Without it, whoever answers and knows the password is the host. */
	readonly wanted?: WantedHost | undefined;
	/**
	 * Asks for the password, which is used once and forgotten. It resolves with `undefined` when the person gives up. `hasEnded` fires when the host hangs up
	 * while the person thinks.
	 */
	askPassword(attemptsLeft: number, wasWrong: boolean, hasEnded: AbortSignal): Promise<string | undefined>;
	/**
	 * Tells whether this room is open on the guest's own home: then there is nothing to ask. A copy of the home elsewhere is found out by its key. When it is
	 * absent, no room is.
	 */
	readonly isOwnRoom?: ((roomId: Uint8Array) => boolean) | undefined;
	/** Holds what `FrameStream.patience` shall be. */
	readonly patience?: number;
	/** Is called when the host has proven the key that is looked for. `from` says when its certificate begins, in seconds. */
	onProven(from: number): void;
	/** Is called while the password is stretched and proven, which takes a second or so. */
	onChecking(): void;
}

export interface ProvenHost {
	readonly kind: "proven";
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly roomId: Uint8Array;
	readonly certificate: Certificate;
	readonly name: string;
	/** Holds the keys that stand in the place of signatures; there only off the record. */
	readonly offKeys?: OffKeys;
}

export const ended = (code: EndCode, detail: string): GuestEnd => ({ kind: "ended", code, detail });

export const refusalEnd: Readonly<Record<Refusal, GuestEnd>> = {
	blocked: ended("blocked", "the host has blocked this address"),
	busy: ended("busy", "the host has too many people knocking"),
	paused: ended("paused", "the host lets nobody in at the moment"),
	full: ended("busy", "the room is full"),
	tooSlow: ended("timed_out", "the host stopped waiting for the password"),
	passwordChanged: ended("password_changed", "the host has changed the password"),
	ownKey: ended("own_room", "the host has this very key"),
	kicked: ended("kicked", "the host has removed this key from the room"),
	notForYou: ended("not_for_you", "the room is for somebody else"),
};

/** Holds what every later step of an opening needs while it is under way. */
export interface Opening {
	readonly frames: FrameStream;
	readonly guest: GuestSide;
	readonly hello: Hello;
	/** T, which names this channel and the hello that was said in it (docs/protocol.md). */
	readonly opening: Uint8Array;
	readonly knock: Uint8Array;
	readonly signal: AbortSignal;
}

export function outOfTurn(frame: Frame): GuestEnd {
	if (frame.type === frameType.refused) return refusal(frame);
	return ended("host_misbehaved", `frame type ${frame.type} came out of turn`);
}

/** Returns what the host's frame `refused` means for us. */
export function refusal(frame: Frame): GuestEnd {
	const why = readRefusal(frame.body);
	return why ? refusalEnd[why] : ended("host_misbehaved", "a refusal without a reason");
}

/** Returns the body of the next frame, which must be of this type. */
export async function expect(
	frames: FrameStream,
	type: FrameType,
	signal: AbortSignal,
	timeoutMs?: number,
): Promise<GuestEnd | { readonly kind: "body"; readonly body: Uint8Array }> {
	const next = await receive(frames, signal, timeoutMs);
	if (next.kind === "ended") return next;
	return next.frame.type === type ? { kind: "body", body: next.frame.body } : outOfTurn(next.frame);
}

/** Receives the next frame; a machine answers within `stepTimeoutMs`. */
export async function receive(
	frames: FrameStream,
	signal: AbortSignal,
	timeoutMs: number = stepTimeoutMs,
): Promise<GuestEnd | { readonly kind: "frame"; readonly frame: Frame }> {
	const next = await frames.next(signal, timeoutMs);
	switch (next.kind) {
		case "frame":
			return next;
		case "aborted":
			return signal.aborted ? ended("left", "given up") : ended("timed_out", "the host stopped answering");
		case "ended":
			return ended("connection_lost", "the host closed the connection");
		case "refused":
			return ended("not_real_talk", next.detail);
	}
}
