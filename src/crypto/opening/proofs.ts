// What password and identities are proven over, once the channel stands: the inputs of CPace and the fields that OpenPGP keys sign.
import { createHash } from "node:crypto";
import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import { lvCat } from "../length-value.ts";
import type { PakeInput } from "../password/pake.ts";

const ascii = new TextEncoder();
const CHANNEL_IDENTIFIER_DOMAIN = ascii.encode("real-talk/2 guest>host");
const SESSION_DOMAIN = ascii.encode("real-talk/2 cpace sid");
const GUEST = ascii.encode("guest");
const HOST = ascii.encode("host");

/** Says how a guest comes in: by the password, or by the seat it was given when it was in. */
export type EntryProof = "password" | "seat";

/** Says what one attempt at the password is bound to. */
export interface AttemptBinding {
	/** The stretched password: CPace's PRS. */
	readonly prs: Uint8Array;
	/** T, which names the channel and the hello that was said in it. */
	readonly opening: Uint8Array;
	/** Counts the attempts: 1, 2 or 3. */
	readonly attempt: number;
	/** The host's fingerprint if it has given its proof; absent otherwise. */
	readonly host?: Fingerprint | undefined;
}

/** Gives the inputs of CPace for one side (draft-irtf-cfrg-cpace-21): CI names the roles and the proven host, sid this channel, hello and attempt. */
export function attemptInput(side: "guest" | "host", { prs, opening, attempt, host }: AttemptBinding): PakeInput {
	const sid = createHash("sha256")
		.update(lvCat(SESSION_DOMAIN, opening, Uint8Array.of(attempt)))
		.digest();
	const ci = lvCat(CHANNEL_IDENTIFIER_DOMAIN, host === undefined ? new Uint8Array(0) : fingerprintBytes(host));
	const [ad, peerAd] = side === "guest" ? [GUEST, HOST] : [HOST, GUEST];
	return { prs, ci, sid, ad, peerAd };
}

/** The contexts of the two OpenPGP signatures over the channel. */
export const channelContext = { guest: "channel guest", host: "channel host" } as const;

/** Gives what both sign under their contexts: the opening, the way, and both fingerprints. `opening` is T. */
export function channelFields(
	opening: Uint8Array,
	way: EntryProof,
	guest: Fingerprint,
	host: Fingerprint,
): readonly Uint8Array[] {
	return [opening, ascii.encode(way), fingerprintBytes(guest), fingerprintBytes(host)];
}
