// What every kind of channel gives and takes: the two ends of a Link, a stream that only they can read, and bytes that name it.
import { hkdfSync } from "node:crypto";
import type { Duplex } from "node:stream";
import type { ChannelSuite } from "./binding.ts";

/** The size in bytes of what both ends export. */
export const EXPORTER_BYTES = 32;
const PSK_BYTES = 32;
/** Names the pre-shared key in TLS, and is what it is derived from. */
export const PSK_IDENTITY = "real-talk/2";
/** This key is derived by HKDF-SHA-256 (RFC 5869). Everybody knows it: it stands in the place of certificates and authenticates nobody. */
export const PUBLIC_PSK = new Uint8Array(hkdfSync("sha256", PSK_IDENTITY, "", "real-talk/2 open", PSK_BYTES));

/** A Channel is a channel that stands. `stream` owns the stream below: destroying it closes both. */
export interface Channel {
	readonly suite: ChannelSuite;
	readonly stream: Duplex;
	/** Has `EXPORTER_BYTES`, which are equal at both ends and nowhere else. */
	readonly exporter: Uint8Array<ArrayBuffer>;
}

/** `signal` ends the wait for the other side; after "secured" it has no effect. */
export interface ChannelOptions {
	readonly stream: Duplex;
	readonly role: "guest" | "host";
	readonly signal: AbortSignal;
}

/** Says why there is no channel: the other side said nothing at all, did not hear us in time, speaks version 1 by its first byte, speaks something else, or anything else. */
export type ChannelFailure = "silent" | "unheard" | "formerVersion" | "otherProtocol" | "other";

export type ChannelFailed = {
	readonly kind: "failed";
	readonly failure: ChannelFailure;
	/** Is for logs. */
	readonly detail: string;
};

/** The stream is destroyed when it failed, but after "silent". */
export type ChannelOutcome = { readonly kind: "secured"; readonly channel: Channel } | ChannelFailed;

/** Makes a channel over a stream, as one kind of channel does it. Never throws for what the other side does. */
export type OpenChannel = (options: ChannelOptions) => Promise<ChannelOutcome>;

export const failed = (detail: string, failure: ChannelFailure = "other"): ChannelFailed => ({
	kind: "failed",
	failure,
	detail,
});

/** Resolves with whether something came, or the stream ended, before the signal and within `timeoutMs`. */
export async function readable(stream: Duplex, signal: AbortSignal, timeoutMs?: number): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	// A timer that can be taken back: those of AbortSignal.timeout would live on for every stranger who is gone.
	const timer = timeoutMs === undefined ? undefined : setTimeout(() => resolve(false), timeoutMs);
	const onChange = (): void => resolve(true);
	const onAbort = (): void => resolve(false);
	for (const event of ["readable", "end", "close"]) stream.on(event, onChange);
	signal.addEventListener("abort", onAbort);
	if (signal.aborted) onAbort();
	const isHeard = await promise;
	clearTimeout(timer);
	for (const event of ["readable", "end", "close"]) stream.off(event, onChange);
	signal.removeEventListener("abort", onAbort);
	return isHeard;
}
