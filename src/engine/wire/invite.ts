// The rt:// invite: where a host can be reached and by which key it is known. Pure functions; the format is drawn in docs/protocol.md.
import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";
import * as v from "valibot";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { INVITE_SECRET_BYTES } from "../../crypto/opening/knock.ts";
import { canonicalAddress } from "../../net/address/address.ts";
import { addressBytes, addressOfBytes } from "../../net/address/ip-bytes.ts";
import { dhtSecretBytes } from "../../net/dht/keys.ts";
import { type DhtNodeAddress, isDhtNode, MAX_DHT_HOST_CHARACTERS, MAX_DHT_NODES } from "../../net/dht/nodes.ts";
import { base32Of, bytesOfBase32 } from "./base32.ts";
import { bytesOf, decodeBody, decodeNumbered, encodeBody, wholeNumber } from "./codec.ts";

/** Canonical address and port. */
export interface InviteEndpoint {
	readonly address: string;
	readonly port: number;
}

/** How the host is found through a DHT. */
export interface InviteDht {
	/** Whoever has it finds the host (net/dht/keys.ts). In version 2 it is the invite's own secret. */
	readonly secret: Uint8Array;
	/** Empty: the public ones. */
	readonly nodes: readonly DhtNodeAddress[];
	/** Public key of the relay the host offers to those it can't be reached by directly. */
	readonly relay?: Uint8Array;
}

/** Never the password. `endpoints`: the likeliest to work first; there may be none if there is `dht`. */
export interface Invite {
	readonly fingerprint: Fingerprint;
	readonly endpoints: readonly InviteEndpoint[];
	/** By which the guest shows that it has the invite; absent in version 1, and for rooms found on the network. */
	readonly secret?: Uint8Array;
	/** The name of the room that the invite is for. */
	readonly room?: Uint8Array;
	readonly dht?: InviteDht;
}

export type InviteOutcome =
	| { readonly kind: "invite"; readonly invite: Invite }
	/** `detail` says what is wrong and what to do, fit to show. */
	| { readonly kind: "refused"; readonly detail: string };

const SCHEME = "rt://";
/** Version 1 is an array that begins with this number; version 2 is a map. */
const FORMER_VERSION = 1;
/** More than a home has; each costs the guest an attempt. */
export const MAX_INVITE_ENDPOINTS = 12;
/** A v6 fingerprint and twelve IPv6 addresses with ports of their own need 455 characters; four DHT nodes with long names and a relay 505 more. */
const MAX_INVITE_CHARACTERS = 1024;
/** Finds typing and cutting errors (one in 4 billion slips through); nothing secret depends on it. */
const CHECKSUM_BYTES = 4;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const PORT_BYTES = 2;

const RELAY_BYTES = 32;
/** The major type of a map (RFC 8949 §3.1). */
const CBOR_MAP = 5;

const ROOM_NAME_BYTES = 16;

const port = wholeNumber(1, 65_535);
const endpoint = v.union([
	bytesOf(IPV4_BYTES),
	bytesOf(IPV4_BYTES + PORT_BYTES),
	bytesOf(IPV6_BYTES),
	bytesOf(IPV6_BYTES + PORT_BYTES),
]);
const key = v.union([bytesOf(20), bytesOf(32)]);
const node = v.strictTuple([v.pipe(v.string(), v.maxLength(MAX_DHT_HOST_CHARACTERS)), port]);
const nodes = v.pipe(v.array(node), v.maxLength(MAX_DHT_NODES));
const dhtPart = v.union([
	v.strictTuple([bytesOf(dhtSecretBytes), nodes]),
	v.strictTuple([bytesOf(dhtSecretBytes), nodes, bytesOf(RELAY_BYTES)]),
]);
const endpointsOf = (minimum: number) =>
	v.pipe(v.array(endpoint), v.minLength(minimum), v.maxLength(MAX_INVITE_ENDPOINTS));
const formerContent = v.union([
	v.strictTuple([v.literal(FORMER_VERSION), key, port, endpointsOf(1)]),
	v.strictTuple([v.literal(FORMER_VERSION), key, port, endpointsOf(0), dhtPart]),
]);
const withPort = v.union([bytesOf(IPV4_BYTES + PORT_BYTES), bytesOf(IPV6_BYTES + PORT_BYTES)]);
/** Keys that are not here are ways into a room, or words about it, that this program does not know. */
const content = v.looseObject({
	1: key,
	2: v.optional(v.pipe(v.array(withPort), v.maxLength(MAX_INVITE_ENDPOINTS))),
	3: v.optional(bytesOf(INVITE_SECRET_BYTES)),
	4: v.optional(v.union([v.strictTuple([nodes]), v.strictTuple([nodes, bytesOf(RELAY_BYTES)])])),
	8: v.optional(bytesOf(ROOM_NAME_BYTES)),
});

/**
 * Writes an invite of version 2: "rt://" and base32 in small letters, which no chat application takes for markup. Endpoints beyond the first twelve
 * are left out. Throws when there is no way at all, or one that is no address (bugs of the caller).
 */
export function encodeInvite({ fingerprint, endpoints, secret, room, dht }: Invite): string {
	const kept = endpoints.slice(0, MAX_INVITE_ENDPOINTS);
	if ((kept.length === 0 && dht === undefined) || !kept.every(({ address }) => isDialable(address))) {
		throw new Error("an invite needs addresses that can be dialled");
	}
	const fields = new Map<number, unknown>([[1, fingerprintBytes(fingerprint)]]);
	if (kept.length > 0) fields.set(2, kept.map(packEndpoint));
	const shown = secret ?? dht?.secret;
	if (shown) fields.set(3, shown);
	if (dht) fields.set(4, packDht(dht));
	if (room) fields.set(8, room);
	const written = encodeBody(fields);
	return SCHEME + base32Of(Buffer.concat([written, checksum(written)]));
}

function packDht({ nodes: named, relay }: InviteDht): readonly unknown[] {
	if (named.length > MAX_DHT_NODES || !named.every(isDhtNode)) throw new Error("an invite needs proper DHT nodes");
	return [named.map(({ host, port: own }) => [host, own]), ...(relay === undefined ? [] : [relay])];
}

function packEndpoint({ address, port: own }: InviteEndpoint): Uint8Array {
	const bytes = addressBytes(address).subarray(isIPv4(address) ? IPV6_BYTES - IPV4_BYTES : 0);
	return Uint8Array.from([...bytes, own >> 8, own & 0xff]);
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

function readContent(written: Uint8Array): InviteOutcome {
	const isMap = written[0] !== undefined && written[0] >> 5 === CBOR_MAP;
	return isMap ? readCurrent(written) : readFormer(written);
}

const OTHER_VERSION =
	"This invite was made by another version of Real Talk. Ask the host for the ADDRESS and PORT instead.";

function readCurrent(written: Uint8Array): InviteOutcome {
	const decoded = decodeNumbered(content, written);
	if (decoded.kind === "refused") return refused(OTHER_VERSION);
	const { 1: keyBytes, 2: packed = [], 3: secret, 4: packedDht, 8: room } = decoded.value;
	const fingerprint = parseFingerprint(Buffer.from(keyBytes).toString("hex"));
	const endpoints = packed.map((one) => unpackEndpoint(one, 0));
	if (fingerprint === undefined || !endpoints.every((one) => one !== undefined)) return refused(DAMAGED);
	if (packedDht && !secret) return refused(DAMAGED);
	const dht = packedDht && secret ? unpackDht([secret, ...packedDht]) : undefined;
	if (packedDht && !dht) return refused(DAMAGED);
	if (endpoints.length === 0 && !dht) return refused(NO_WAY);
	const more = { ...(secret ? { secret } : {}), ...(room ? { room } : {}), ...(dht ? { dht } : {}) };
	return { kind: "invite", invite: { fingerprint, endpoints, ...more } };
}

const NO_WAY =
	"This invite leads to its room by ways that this version of Real Talk does not have. Update it, or ask the host for the ADDRESS and PORT.";

function readFormer(written: Uint8Array): InviteOutcome {
	const decoded = decodeBody(formerContent, written);
	if (decoded.kind === "refused") return refused(OTHER_VERSION);
	const [, keyBytes, common, packed, packedDht] = decoded.value;
	const fingerprint = parseFingerprint(Buffer.from(keyBytes).toString("hex"));
	const endpoints = packed.map((one) => unpackEndpoint(one, common));
	if (fingerprint === undefined || !endpoints.every((one) => one !== undefined)) return refused(DAMAGED);
	if (packedDht === undefined) return { kind: "invite", invite: { fingerprint, endpoints } };
	const dht = unpackDht(packedDht);
	return dht ? { kind: "invite", invite: { fingerprint, endpoints, dht } } : refused(DAMAGED);
}

/** `undefined` for nodes nobody can ask. */
function unpackDht([secret, packed, relay]: v.InferOutput<typeof dhtPart>): InviteDht | undefined {
	const named = packed.map(([host, own]) => ({ host, port: own }));
	if (!named.every(isDhtNode)) return undefined;
	return { secret, nodes: named, ...(relay === undefined ? {} : { relay }) };
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
