// The rt:// invite: where a host can be reached and by which key it is known. Pure functions; the format is drawn in docs/protocol.md.
import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";
import * as v from "valibot";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../crypto/fingerprint.ts";
import { canonicalAddress } from "../net/address.ts";
import { addressBytes, addressOfBytes } from "../net/ip-bytes.ts";
import { base32Of, bytesOfBase32 } from "./base32.ts";
import { bytesOf, decodeBody, encodeBody, wholeNumber } from "./codec.ts";

/** Canonical address and port. */
export interface InviteEndpoint {
	readonly address: string;
	readonly port: number;
}

/** Never the password. `endpoints`: the likeliest to work first. */
export interface Invite {
	readonly fingerprint: Fingerprint;
	readonly endpoints: readonly InviteEndpoint[];
}

export type InviteOutcome =
	| { readonly kind: "invite"; readonly invite: Invite }
	/** `detail` says what is wrong and what to do, fit to show. */
	| { readonly kind: "refused"; readonly detail: string };

const SCHEME = "rt://";
const VERSION = 1;
/** More than a home has; each costs the guest an attempt. */
export const MAX_INVITE_ENDPOINTS = 12;
/** A v6 fingerprint and twelve IPv6 addresses with ports of their own need 455 characters. */
const MAX_INVITE_CHARACTERS = 512;
/** Finds typing and cutting errors (one in 4 billion slips through); nothing secret depends on it. */
const CHECKSUM_BYTES = 4;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const PORT_BYTES = 2;

const port = wholeNumber(1, 65_535);
const endpoint = v.union([
	bytesOf(IPV4_BYTES),
	bytesOf(IPV4_BYTES + PORT_BYTES),
	bytesOf(IPV6_BYTES),
	bytesOf(IPV6_BYTES + PORT_BYTES),
]);
const body = v.strictTuple([
	v.literal(VERSION),
	v.union([bytesOf(20), bytesOf(32)]),
	port,
	v.pipe(v.array(endpoint), v.minLength(1), v.maxLength(MAX_INVITE_ENDPOINTS)),
]);

/**
 * Writes an invite: "rt://" and base32 in small letters, which no chat application takes for markup. Endpoints beyond the first twelve
 * are left out. Throws for none, or one that is no address (bugs of the caller).
 */
export function encodeInvite({ fingerprint, endpoints }: Invite): string {
	const kept = endpoints.slice(0, MAX_INVITE_ENDPOINTS);
	const [first] = kept;
	if (first === undefined || !kept.every(({ address }) => isDialable(address))) {
		throw new Error("an invite needs addresses that can be dialled");
	}
	const packed = kept.map((one) => packEndpoint(one, first.port));
	const content = encodeBody([VERSION, fingerprintBytes(fingerprint), first.port, packed]);
	return SCHEME + base32Of(Buffer.concat([content, checksum(content)]));
}

function packEndpoint({ address, port: own }: InviteEndpoint, common: number): Uint8Array {
	const bytes = addressBytes(address).subarray(isIPv4(address) ? IPV6_BYTES - IPV4_BYTES : 0);
	return own === common ? bytes.slice() : Uint8Array.from([...bytes, own >> 8, own & 0xff]);
}

/** Every literal address but "all of mine", multicast and link-local IPv6 (which would need a zone). */
function isDialable(address: string): boolean {
	if (canonicalAddress(address) !== address) return false;
	return isIPv4(address) ? !/^(?:0|22[4-9]|2[3-5]\d)\./.test(address) : !/^(?:::$|ff|fe[89ab])/.test(address);
}

function checksum(content: Uint8Array): Uint8Array {
	return createHash("sha256").update(content).digest().subarray(0, CHECKSUM_BYTES);
}

/** Whether a text is meant to be an invite, however damaged. */
export function looksLikeInvite(text: string): boolean {
	return /^[\s<("'`]*rt:\/\//i.test(text);
}

const DAMAGED =
	"This invite is damaged or incomplete. Copy all of it, from rt:// to the end, or ask the host for it again.";

/** Reads an invite as it was pasted: capitals, line breaks and what chat applications put around links do no harm. Never throws. */
export function parseInvite(text: string): InviteOutcome {
	// Three characters of decoration for each of the invite is more than any line wrapping makes.
	if (text.length > MAX_INVITE_CHARACTERS * 4) return refused("That is too long for an invite.");
	const line = text.replace(/\s+/g, "").toLowerCase();
	const written = /^[<("'`]*rt:\/\/([a-z2-7]*)\/?[>)"'`.,;:!?]*$/.exec(line)?.[1];
	if (written === undefined || written.length > MAX_INVITE_CHARACTERS) return refused(DAMAGED);
	const bytes = bytesOfBase32(written);
	if (bytes === undefined || bytes.length <= CHECKSUM_BYTES) return refused(DAMAGED);
	const content = bytes.subarray(0, -CHECKSUM_BYTES);
	if (!Buffer.from(checksum(content)).equals(bytes.subarray(-CHECKSUM_BYTES))) return refused(DAMAGED);
	return readContent(content);
}

function readContent(content: Uint8Array): InviteOutcome {
	const decoded = decodeBody(body, content);
	if (decoded.kind === "refused") {
		return refused(
			"This invite was made by another version of Real Talk. Ask the host for the ADDRESS and PORT instead.",
		);
	}
	const [, key, common, packed] = decoded.value;
	const fingerprint = parseFingerprint(Buffer.from(key).toString("hex"));
	const endpoints = packed.map((one) => unpackEndpoint(one, common));
	if (fingerprint === undefined || !endpoints.every((one) => one !== undefined)) return refused(DAMAGED);
	return { kind: "invite", invite: { fingerprint, endpoints } };
}

/** `undefined` for what nobody can dial. */
function unpackEndpoint(packed: Uint8Array, common: number): InviteEndpoint | undefined {
	const hasPort = packed.length === IPV4_BYTES + PORT_BYTES || packed.length === IPV6_BYTES + PORT_BYTES;
	const bytes = hasPort ? packed.subarray(0, -PORT_BYTES) : packed;
	const address = bytes.length === IPV4_BYTES ? bytes.join(".") : addressOfBytes(bytes);
	const own = hasPort ? Buffer.from(packed).readUInt16BE(bytes.length) : common;
	return address === undefined || own === 0 || !isDialable(address) ? undefined : { address, port: own };
}

function refused(detail: string): InviteOutcome {
	return { kind: "refused", detail };
}
