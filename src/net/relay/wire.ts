// What is said to a relay and by it (docs/protocol.md, section 15.3): paths, the messages before two sockets are joined, and why one is closed.
import { RELAY_KEY_BYTES, RELAY_NONCE_BYTES, RELAY_SIGNATURE_BYTES } from "./keys.ts";

/** A ticket stands for one guest who waits; whoever shows it is joined with that guest. */
export const TICKET_BYTES = 16;
/** Is what the relay calls a guest's network in one room; it means nothing outside of that room and that relay's lifetime. */
export const CALLER_BYTES = 8;
/** The name of a relay has at most this many bytes. */
export const MAX_NAME_BYTES = 100;
/** A room may have this many invites, each with a key of its own. */
const MAX_GUEST_KEYS = 64;
/** A message has this many bytes at most. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** These codes say why a relay closes a socket (RFC 6455 §7.4.2: 4000 to 4999 are for private use). */
export const CLOSED = {
	/** The relay goes away; whoever needs one tries again. */
	goingAway: 1001,
	/** What was sent is not what is expected here, or is not signed as it must be. */
	refused: 4003,
	/** No host is there under this name, or the guest who waited has gone. */
	nobodyThere: 4004,
	/** The other end took too long. */
	tooSlow: 4008,
	/** The host has come once more. */
	replaced: 4009,
	/** A guest or a host asks for more than a limit allows. */
	tooMany: 4029,
} as const;

/** Says what somebody who connects wants, read off the path. */
export type RelayPath =
	| { readonly kind: "host" | "guest"; readonly room: Uint8Array }
	| { readonly kind: "take"; readonly room: Uint8Array; readonly ticket: Uint8Array };

/** Writes the path that `readRelayPath` reads. The room stands in every path, so that a proxy can send all of one room to one relay. */
export function relayPath(path: RelayPath): string {
	const start = `/v1/${path.kind}/${hex(path.room)}`;
	return path.kind === "take" ? `${start}/${hex(path.ticket)}` : start;
}

/** Reads a path. `undefined` for any that is none of a relay's. */
export function readRelayPath(path: string): RelayPath | undefined {
	const [, plain, room = "", taken, ticket = ""] =
		/^\/v1\/(?:(host|guest)\/([0-9a-f]{32})|take\/([0-9a-f]{32})\/([0-9a-f]{32}))$/.exec(path) ?? [];
	if (plain === "host" || plain === "guest") return { kind: plain, room: Buffer.from(room, "hex") };
	if (taken === undefined) return undefined;
	return { kind: "take", room: Buffer.from(taken, "hex"), ticket: Buffer.from(ticket, "hex") };
}

/** A host says by this who it is and who may ring it: its key, the guests' keys, the signature of both. */
export interface Registration {
	readonly hostKey: Uint8Array;
	/** Holds the keys one behind the other, each of 32 bytes. */
	readonly guestKeys: Uint8Array;
	readonly signature: Uint8Array;
}

export function packRegistration({ hostKey, guestKeys, signature }: Registration): Uint8Array {
	return Buffer.concat([hostKey, guestKeys, signature]);
}

/** Reads a registration; `undefined` when it has no guest key, too many, or a part of one. */
export function readRegistration(message: Uint8Array): Registration | undefined {
	const keysBytes = message.length - RELAY_KEY_BYTES - RELAY_SIGNATURE_BYTES;
	const count = keysBytes / RELAY_KEY_BYTES;
	if (!Number.isInteger(count) || count < 1 || count > MAX_GUEST_KEYS) return undefined;
	return {
		hostKey: message.subarray(0, RELAY_KEY_BYTES),
		guestKeys: message.subarray(RELAY_KEY_BYTES, RELAY_KEY_BYTES + keysBytes),
		signature: message.subarray(RELAY_KEY_BYTES + keysBytes),
	};
}

/** A ring tells a host that a guest waits for it; with `node` at another relay of the same operator, which is dialled by that name. */
export interface Ring {
	readonly ticket: Uint8Array;
	readonly caller: Uint8Array;
	readonly node?: string;
}

export function packRing({ ticket, caller, node = "" }: Ring): Uint8Array {
	return Buffer.concat([ticket, caller, Buffer.from(node, "latin1")]);
}

/** Reads a ring; `undefined` for what is none. Where its name leads is for the reader to judge. */
export function readRing(message: Uint8Array): Ring | undefined {
	const nameBytes = message.length - TICKET_BYTES - CALLER_BYTES;
	if (nameBytes < 0 || nameBytes > MAX_NAME_BYTES) return undefined;
	const node = Buffer.from(message.subarray(TICKET_BYTES + CALLER_BYTES)).toString("latin1");
	const ring = {
		ticket: message.subarray(0, TICKET_BYTES),
		caller: message.subarray(TICKET_BYTES, TICKET_BYTES + CALLER_BYTES),
	};
	return node === "" ? ring : { ...ring, node };
}

/** This empty message says that the host is registered, or that the two sockets are joined. */
export const READY = new Uint8Array();

export const isNonce = (message: Uint8Array): boolean => message.length === RELAY_NONCE_BYTES;
export const isReady = (message: Uint8Array): boolean => message.length === READY.length;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
