// The rt:// invite: where a host can be reached and by which key it is known. Pure functions; the format is drawn in docs/protocol.md.
import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";
import * as v from "valibot";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { INVITE_SECRET_BYTES } from "../../crypto/opening/knock.ts";
import { canonicalAddress } from "../../net/address/address.ts";
import { addressBytes, addressOfBytes } from "../../net/address/ip-bytes.ts";
import { base32Of, bytesOfBase32 } from "./base32.ts";
import { bytesOf, decodeBody, decodeNumbered, encodeBody, wholeNumber } from "./codec.ts";

/** Tells in an invite where the host listens: a canonical address (neither a name nor a zone) and a port. */
export interface InviteEndpoint {
	readonly address: string;
	readonly port: number;
}

/** Holds what an invite says, which is never the password. `endpoints` has the likeliest to work first; there may be none where a route leads to the room. */
export interface Invite {
	readonly fingerprint: Fingerprint;
	readonly endpoints: readonly InviteEndpoint[];
	/** By this secret the guest shows that it has the invite; it is absent in version 1, and for rooms found on the network. */
	readonly secret?: Uint8Array;
	/** The name of the room that the invite is for. */
	readonly room?: Uint8Array;
	/** The room is off the record: nobody signs there. */
	readonly isOffRecord?: true;
	/** It leads to whichever room the host has open. The host is found by `routeSecret` of the day, and asked to prove itself by its key alone. */
	readonly isForLater?: true;
	/** Holds what the invite says of each route to the room, under the key of the route, which reads it (engine/routes). */
	readonly parts: ReadonlyMap<number, unknown>;
	/** The routes go by this secret: the invite's own, or in version 1 one for them alone. */
	readonly routeSecret?: Uint8Array;
}

/** Says why an invite cannot be read, or leads nowhere that this program can go. */
export type InviteTrouble = {
	readonly why: "inviteTooLong" | "inviteDamaged" | "inviteOfAnotherVersion" | "inviteWithoutWay";
};

export type InviteOutcome =
	| { readonly kind: "invite"; readonly invite: Invite }
	| ({ readonly kind: "refused" } & InviteTrouble);

const scheme = "rt://";
/** Version 1 is an array that begins with this number; version 2 is a map. */
const formerVersion = 1;
/** Limits the addresses of an invite to more than a home has; each costs the guest an attempt. */
export const maxInviteEndpoints = 12;
/** A v6 fingerprint and twelve IPv6 addresses with ports of their own need 455 characters; four DHT nodes with long names and a relay 505 more. */
const maxInviteCharacters = 1024;
/** The longest invite has this many bytes in base32, without its checksum. */
export const maxInviteContentBytes = 636;
/** Finds typing and cutting errors (one in 4 billion slips through); nothing secret depends on it. */
const checksumBytes = 4;
const ipv4Bytes = 4;
const ipv6Bytes = 16;
const portBytes = 2;

/** The major type of a map in CBOR (RFC 8949 §3.1). */
const cborMap = 5;

const roomNameBytes = 16;

const port = wholeNumber(1, 65_535);
const endpoint = v.union([
	bytesOf(ipv4Bytes),
	bytesOf(ipv4Bytes + portBytes),
	bytesOf(ipv6Bytes),
	bytesOf(ipv6Bytes + portBytes),
]);
const key = v.union([bytesOf(20), bytesOf(32)]);
const endpointsOf = (minimum: number) =>
	v.pipe(v.array(endpoint), v.minLength(minimum), v.maxLength(maxInviteEndpoints));
const formerContent = v.union([
	v.strictTuple([v.literal(formerVersion), key, port, endpointsOf(1)]),
	v.strictTuple([v.literal(formerVersion), key, port, endpointsOf(0), v.looseTuple([bytesOf(INVITE_SECRET_BYTES)])]),
]);
const withPort = v.union([bytesOf(ipv4Bytes + portBytes), bytesOf(ipv6Bytes + portBytes)]);
/** Where version 1 has a DHT, its secret stands before the rest. */
const formerRouteKey = 4;
/** Keys that are not here are parts of routes, or words about the room, that this program may not know. */
const content = v.looseObject({
	1: key,
	2: v.optional(v.pipe(v.array(withPort), v.maxLength(maxInviteEndpoints))),
	3: v.optional(bytesOf(INVITE_SECRET_BYTES)),
	8: v.optional(bytesOf(roomNameBytes)),
	9: v.optional(v.literal(1)),
	10: v.optional(v.literal(1)),
});

/** Holds what `encodeInvite` needs, which is of the routes their parts alone. */
export type InviteToWrite = Omit<Invite, "parts" | "routeSecret"> & Partial<Pick<Invite, "parts">>;

/**
 * Writes an invite of version 2: "rt://" and base32 in small letters, which no chat application takes for markup. Endpoints beyond the first twelve
 * are left out. It throws when there is no way at all, or an address that nobody can dial (bugs of the caller).
 */
export function encodeInvite(invite: InviteToWrite): string {
	const written = encodeInviteContent(invite);
	return scheme + base32Of(Buffer.concat([written, checksum(written)]));
}

/** Encodes what an invite says, for where it stands in something else. It throws as `encodeInvite` does. */
export function encodeInviteContent(invite: InviteToWrite): Uint8Array {
	const { fingerprint, endpoints, secret, room, isOffRecord, isForLater, parts = new Map() } = invite;
	const kept = endpoints.slice(0, maxInviteEndpoints);
	if ((kept.length === 0 && parts.size === 0) || !kept.every(({ address }) => isDialable(address))) {
		throw new Error("an invite needs addresses that can be dialled");
	}
	const fields = new Map<number, unknown>([[1, fingerprintBytes(fingerprint)], ...parts]);
	if (kept.length > 0) fields.set(2, kept.map(packEndpoint));
	if (secret) fields.set(3, secret);
	if (room) fields.set(8, room);
	if (isOffRecord) fields.set(9, 1);
	if (isForLater) fields.set(10, 1);
	return encodeBody(fields);
}

function packEndpoint({ address, port: own }: InviteEndpoint): Uint8Array {
	const bytes = addressBytes(address).subarray(isIPv4(address) ? ipv6Bytes - ipv4Bytes : 0);
	return Uint8Array.from([...bytes, own >> 8, own & 0xff]);
}

/** Tells whether an invite can name an address, as can every literal address but "all of mine", multicast and link-local IPv6 (which would need a zone). */
export function isDialable(address: string): boolean {
	if (canonicalAddress(address) !== address) return false;
	return isIPv4(address) ? !/^(?:0|22[4-9]|2[3-5]\d)\./.test(address) : !/^(?:::$|ff|fe[89ab])/.test(address);
}

function checksum(content: Uint8Array): Uint8Array {
	return createHash("sha256").update(content).digest().subarray(0, checksumBytes);
}

/** Tells whether a text is meant to be an invite, however damaged. */
export function looksLikeInvite(text: string): boolean {
	return /^[\s<("'`]*rt:\/\//i.test(text);
}

/** Reads an invite as it was pasted: capitals, line breaks and what chat applications put around links do no harm. It never throws. */
export function parseInvite(text: string): InviteOutcome {
	// Three characters of decoration for each of the invite is more than any line wrapping makes.
	if (text.length > maxInviteCharacters * 4) return refused("inviteTooLong");
	const line = text.replace(/\s+/g, "").toLowerCase();
	const written = /^[<("'`]*rt:\/\/([a-z2-7]*)\/?[>)"'`.,;:!?]*$/.exec(line)?.[1];
	if (written === undefined || written.length > maxInviteCharacters) return refused("inviteDamaged");
	const bytes = bytesOfBase32(written);
	if (bytes === undefined || bytes.length <= checksumBytes) return refused("inviteDamaged");
	const content = bytes.subarray(0, -checksumBytes);
	if (!Buffer.from(checksum(content)).equals(bytes.subarray(-checksumBytes))) return refused("inviteDamaged");
	const isMap = content[0] !== undefined && content[0] >> 5 === cborMap;
	return isMap ? readInviteContent(content) : readFormer(content);
}

/** Reads what `encodeInviteContent` wrote. It never throws. */
export function readInviteContent(written: Uint8Array): InviteOutcome {
	const decoded = decodeNumbered(content, written);
	if (decoded.kind === "refused") return refused("inviteOfAnotherVersion");
	const { 1: keyBytes, 2: packed = [], 3: secret, 8: room, 9: off, 10: later, ...others } = decoded.value;
	const fingerprint = parseFingerprint(Buffer.from(keyBytes).toString("hex"));
	const endpoints = packed.map((one) => unpackEndpoint(one, 0));
	if (fingerprint === undefined || !endpoints.every((one) => one !== undefined)) return refused("inviteDamaged");
	const parts = new Map(Object.entries(others).map(([number, part]) => [Number(number), part]));
	if (later === 1) {
		// It is for no room in particular, and its secret finds the host and opens nothing.
		if (!secret || room || off === 1) return refused("inviteDamaged");
		return {
			kind: "invite",
			invite: { fingerprint, endpoints, parts, secret, routeSecret: secret, isForLater: true },
		};
	}
	const secrets = secret ? { secret, routeSecret: secret } : {};
	// What is said without a secret could not be proven without a signature.
	if (off === 1 && (!secret || !room)) return refused("inviteDamaged");
	const about = { ...(room ? { room } : {}), ...(off === 1 ? ({ isOffRecord: true } as const) : {}) };
	return { kind: "invite", invite: { fingerprint, endpoints, parts, ...secrets, ...about } };
}

function readFormer(written: Uint8Array): InviteOutcome {
	const decoded = decodeBody(formerContent, written);
	if (decoded.kind === "refused") return refused("inviteOfAnotherVersion");
	const [, keyBytes, common, packed, route] = decoded.value;
	const fingerprint = parseFingerprint(Buffer.from(keyBytes).toString("hex"));
	const endpoints = packed.map((one) => unpackEndpoint(one, common));
	if (fingerprint === undefined || !endpoints.every((one) => one !== undefined)) return refused("inviteDamaged");
	if (route === undefined) return { kind: "invite", invite: { fingerprint, endpoints, parts: new Map() } };
	const [routeSecret, ...part] = route;
	const parts = new Map([[formerRouteKey, part]]);
	return { kind: "invite", invite: { fingerprint, endpoints, parts, routeSecret } };
}

/** Reads one address. It returns `undefined` for what nobody can dial. */
function unpackEndpoint(packed: Uint8Array, common: number): InviteEndpoint | undefined {
	const hasPort = packed.length === ipv4Bytes + portBytes || packed.length === ipv6Bytes + portBytes;
	const bytes = hasPort ? packed.subarray(0, -portBytes) : packed;
	const address = bytes.length === ipv4Bytes ? bytes.join(".") : addressOfBytes(bytes);
	const own = hasPort ? Buffer.from(packed).readUInt16BE(bytes.length) : common;
	return address === undefined || own === 0 || !isDialable(address) ? undefined : { address, port: own };
}

function refused(why: InviteTrouble["why"]): InviteOutcome {
	return { kind: "refused", why };
}
