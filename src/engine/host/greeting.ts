// One greeting under way: what the steps of the host's side hand to each other, and how they wait for a guest's frames.
import type { Duplex } from "node:stream";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import type { OffKeys } from "../../crypto/off-record/exchange.ts";
import type { ProofKey } from "../../crypto/opening/delegation.ts";
import type { TagKeys } from "../../crypto/opening/knock.ts";
import type { Visit } from "../gate/guesses/visit.ts";
import type { FeedDoor } from "../posts/feed-doors.ts";
import type { FrameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import type { Refusal } from "../wire/handshake.ts";

/** Says by what the host proves itself: by a key of the moment that its OpenPGP key has certified, or off the record with one person by nothing that is signed. */
type HostForm =
	| { readonly proofKey: () => ProofKey; readonly offRecordWith?: undefined }
	| { readonly proofKey?: undefined; readonly offRecordWith: Fingerprint };

export type HostSide = HostForm & {
	readonly roomId: Uint8Array;
	readonly salt: Uint8Array;
	/** CPace's PRS: what Argon2id makes of the password and the salt. */
	readonly prs: Uint8Array;
	readonly signer: Signer;
	readonly name: string;
};

/** Says what a knock has shown, and what it is worth. */
export type Shown =
	/** The knock has shown nothing that the host has given out. */
	| { readonly kind: "nothing" }
	/** An invite or the fingerprint, or a seat that is good no more: the password is asked for. */
	| { readonly kind: "secret"; readonly keys: TagKeys }
	| { readonly kind: "seat"; readonly keys: TagKeys; readonly guest: Fingerprint }
	/** A feed link: its posts are asked for, and nobody comes in. */
	| { readonly kind: "feed"; readonly keys: TagKeys; readonly door: FeedDoor }
	/** A seat of somebody whom the host has removed. */
	| { readonly kind: "revoked"; readonly keys: TagKeys }
	/** The knock has shown nothing that would tell this guest from others, and the Transport does not either; or the guest is told at once why not. */
	| { readonly kind: "closed"; readonly why?: Refusal };

export interface Proven {
	readonly kind: "proven";
	/** The channel is of the kind that only browsers make. */
	readonly isInBrowser?: true;
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly certificate: Certificate;
	readonly name: string;
	/** Holds the keys that stand in the place of signatures; there only off the record. */
	readonly offKeys?: OffKeys;
}

/** The guest is gone or was sent away; the caller closes the Link. */
export interface Gone {
	readonly kind: "gone";
	readonly detail: string;
	readonly knewPassword?: true;
	/** Says why we have sent the guest away. */
	readonly refused?: Refusal;
	/** What was said to the guest last must still arrive before the connection is closed. Without this it is closed at once. */
	readonly hasLastWord?: true;
	/** They came for posts by a feed link, and were given them: nobody has knocked at the room. */
	readonly hasRead?: true;
	/** The seat was right and the signature was not: somebody else has this person's seat. */
	readonly hasStolenSeat?: true;
}

/** Answers, on a guest's way in, what the rules of the room are about. */
export interface Greeter {
	/** Returns the connection as the gate counts it; another one when the knock has told more. */
	visit(): Visit;
	/** Finds out what a knock shows; `channel` is B. */
	heard(knock: Uint8Array, channel: Uint8Array): Shown;
	/**
	 * Returns why this guest must not come in, if so. Whoever has no good seat is judged before and after the password, and everybody when the key is proven.
	 */
	judge(key?: { readonly fingerprint: Fingerprint; readonly name: string }): Promise<Refusal | undefined>;
}

/** Holds what there is when a Link has come past the gate. */
export interface Greeting {
	readonly stream: Duplex;
	readonly host: HostSide;
	readonly greeter: Greeter;
	/** The factor by which every wait is longer on slow transports, as in `FrameStream.patience`. */
	readonly patience?: number;
	/** Says whether a browser may be at the other end; without it only programs are. */
	readonly isForBrowsers?: boolean;
}

type ExpectedBody = { readonly kind: "body"; readonly type: FrameType; readonly body: Uint8Array };

export const gone = (detail: string): Gone => ({ kind: "gone", detail });
export const sentAway = (refused: Refusal): Gone => ({ kind: "gone", detail: `refused: ${refused}`, refused });

/** Holds what every later step of a greeting needs while it is under way. */
export interface Opening {
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly greeting: Greeting;
	readonly opening: Uint8Array;
	readonly signal: AbortSignal;
}

/** Returns the next frame, which must be of one of these types. `isLate` says that the time for it ran out. */
export async function expect(
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
