// The datagrams two ends exchange over UDP, as bytes (docs/protocol.md, "Links over UDP"). Pure: nothing here knows a socket.
//
// The first two bytes say which it is. What a host answers is never longer than what it answers to.

/** Every datagram of ours begins with this byte, the letter R. udx's own packets begin with 0xff. */
const MAGIC = 0x52;
const KINDS = { hello: 1, cookie: 2, open: 3, opened: 4, data: 5, unknown: 6, refused: 7 } as const;

export const LINK_ID_BYTES = 8;
export const COOKIE_BYTES = 16;
/** A hello is padded to this many bytes: an answer to it must have room, and small packets make poor floods. */
const HELLO_BYTES = 64;
const HEAD_BYTES = 2 + LINK_ID_BYTES;
/** The head of a `data` datagram: our own head, then length of the padding, type, window, sequence number and acknowledgement. */
export const DATA_HEAD_BYTES = HEAD_BYTES + 14;
/**
 * The largest datagram: one packet of udx at its largest MTU of 1,500, less IP, UDP and its own headers. udx finds out by itself how much of that the way
 * takes.
 */
export const MAX_DATAGRAM_BYTES = 1500 - 48 + DATA_HEAD_BYTES;

declare const isLinkId: unique symbol;
/** The name that one end has for a link: eight random bytes, as a string of eight characters. Each end has its own name for it. */
export type LinkId = string & { readonly [isLinkId]: true };

export type Datagram =
	/** The guest tells the host that it would like to come in. */
	| { readonly kind: "hello"; readonly guest: LinkId }
	/** The host gives the guest a cookie to say back, which shows that the guest is where it says. */
	| { readonly kind: "cookie"; readonly guest: LinkId; readonly cookie: Buffer }
	| { readonly kind: "open"; readonly guest: LinkId; readonly cookie: Buffer }
	| { readonly kind: "opened"; readonly guest: LinkId; readonly host: LinkId }
	/** Carries a packet of the stream; `to` is what its receiver calls the link. */
	| { readonly kind: "data"; readonly to: LinkId; readonly packet: Buffer }
	/** Says that no such link is known, by the name that the answered datagram used. */
	| { readonly kind: "unknown"; readonly to: LinkId }
	/** Says that nobody is let in here. */
	| { readonly kind: "refused"; readonly guest: LinkId };

/** Returns eight random bytes as a link's name. */
export function linkIdOf(bytes: Uint8Array): LinkId {
	if (bytes.length !== LINK_ID_BYTES) throw new Error("a link's name has eight bytes");
	return Buffer.from(bytes).toString("latin1") as LinkId;
}

/** Returns the bytes of a datagram; those of `data` are made by `PacketGuard`, in one copy. */
export function encodeDatagram(datagram: Exclude<Datagram, { readonly kind: "data" }>): Buffer {
	switch (datagram.kind) {
		case "hello":
			return Buffer.concat([head("hello", datagram.guest), Buffer.alloc(HELLO_BYTES - HEAD_BYTES)]);
		case "cookie":
		case "open":
			return Buffer.concat([head(datagram.kind, datagram.guest), datagram.cookie]);
		case "opened":
			return Buffer.concat([head("opened", datagram.guest), Buffer.from(datagram.host, "latin1")]);
		case "unknown":
			return head("unknown", datagram.to);
		case "refused":
			return head("refused", datagram.guest);
	}
}

function head(kind: keyof typeof KINDS, id: LinkId): Buffer {
	const bytes = Buffer.alloc(HEAD_BYTES);
	writeHead(bytes, kind, id);
	return bytes;
}

/** Writes what every datagram begins with. */
export function writeHead(into: Buffer, kind: keyof typeof KINDS, id: LinkId): void {
	into[0] = MAGIC;
	into[1] = KINDS[kind];
	into.write(id, 2, "latin1");
}

/** Reads a datagram; returns `undefined` for everything that is not exactly one of ours. */
export function readDatagram(bytes: Buffer): Datagram | undefined {
	if (bytes.length < HEAD_BYTES || bytes.length > MAX_DATAGRAM_BYTES || bytes[0] !== MAGIC) return undefined;
	const id = bytes.toString("latin1", 2, HEAD_BYTES) as LinkId;
	// First, since most are these.
	if (bytes[1] === KINDS.data)
		return bytes.length >= DATA_HEAD_BYTES ? { kind: "data", to: id, packet: bytes } : undefined;
	const rest = bytes.subarray(HEAD_BYTES);
	switch (bytes[1]) {
		case KINDS.hello:
			return bytes.length === HELLO_BYTES && rest.every((byte) => byte === 0)
				? { kind: "hello", guest: id }
				: undefined;
		case KINDS.cookie:
			return rest.length === COOKIE_BYTES ? { kind: "cookie", guest: id, cookie: rest } : undefined;
		case KINDS.open:
			return rest.length === COOKIE_BYTES ? { kind: "open", guest: id, cookie: rest } : undefined;
		case KINDS.opened:
			return rest.length === LINK_ID_BYTES ? { kind: "opened", guest: id, host: linkIdOf(rest) } : undefined;
		case KINDS.unknown:
			return rest.length === 0 ? { kind: "unknown", to: id } : undefined;
		case KINDS.refused:
			return rest.length === 0 ? { kind: "refused", guest: id } : undefined;
		default:
			return undefined;
	}
}
