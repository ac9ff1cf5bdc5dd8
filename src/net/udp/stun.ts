// STUN (RFC 8489): asks a server on the Internet which address it sees. Used only when a person asks for it and has been told whom.
import { randomBytes } from "node:crypto";
import { canonicalAddress } from "../address/address.ts";
import { addressOfBytes } from "../address/ip-bytes.ts";
import { askByDatagram } from "../link/ask-by-datagram.ts";

/** The port of STUN over UDP (RFC 8489 §18.6). */
const STUN_PORT = 3478;
/** Every STUN message carries this cookie (RFC 8489 §5). */
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
/** The message types that are used (RFC 8489 §18.3). */
const MAPPED_ADDRESS = 0x0001;
const XOR_MAPPED_ADDRESS = 0x0020;
const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;
/** Attributes below this must be understood, or the answer does not count (RFC 8489 §14). */
const FIRST_OPTIONAL_ATTRIBUTE = 0x8000;
/** These attributes are known and mean nothing to us: ERROR-CODE, UNKNOWN-ATTRIBUTES, USERNAME, MESSAGE-INTEGRITY (both), REALM, NONCE. */
const HARMLESS: readonly number[] = [0x0006, 0x0008, 0x0009, 0x000a, 0x0014, 0x0015, 0x001c];
/** The pauses between tries: RFC 8489 §6.2.1 starts with 500 ms and doubles. After four a person has waited long enough. */
const RETRY_AFTER_MS = [500, 1_000, 2_000, 1_500] as const;
const MAX_ANSWER_BYTES = 1_500;

/**
 * Says what came of the question. `seen` says how this computer looks from there (canonical address; the port is that of the socket that asked, which is closed
 * again).
 */
export type StunOutcome =
	| { readonly kind: "seen"; readonly address: string; readonly port: number }
	| { readonly kind: "failed"; readonly why: "noAnswer" | "refused" | "malformed" | "aborted" };

export interface StunQuestion {
	/** The literal address of the server: whoever asks has said whom that is. */
	readonly server: string;
	/** The port of the server; 3478 when absent. */
	readonly port?: number;
	/** A literal address of this computer to ask from; when absent the system chooses. */
	readonly from?: string;
	readonly signal: AbortSignal;
}

type Verdict = StunOutcome | undefined;

/** Asks one server. Only answers of that server, to this very question, count. It never throws for what the network does. */
export async function askStun({ server, port = STUN_PORT, from, signal }: StunQuestion): Promise<StunOutcome> {
	const transaction = randomBytes(12);
	const outcome = await askByDatagram({
		to: { host: server, port },
		from,
		packet: stunRequest(transaction),
		retryAfterMs: RETRY_AFTER_MS,
		accept: (message, source) =>
			source.port === port && canonicalAddress(source.address) === canonicalAddress(server)
				? readStunAnswer(message, transaction)
				: undefined,
		signal,
	});
	return outcome ?? { kind: "failed", why: signal.aborted ? "aborted" : "noAnswer" };
}

/** Makes a Binding request without attributes (RFC 8489 §5). */
export function stunRequest(transaction: Uint8Array): Buffer {
	const packet = Buffer.alloc(HEADER_BYTES);
	packet.writeUInt16BE(BINDING_REQUEST, 0);
	packet.writeUInt32BE(MAGIC_COOKIE, 4);
	packet.set(transaction, 8);
	return packet;
}

/** Reads an answer; `undefined` when it is not one to the question with this transaction (12 bytes). */
export function readStunAnswer(message: Buffer, transaction: Uint8Array): Verdict {
	if (message.length < HEADER_BYTES || message.length > MAX_ANSWER_BYTES) return undefined;
	if (message.readUInt32BE(4) !== MAGIC_COOKIE || !message.subarray(8, HEADER_BYTES).equals(transaction))
		return undefined;
	const type = message.readUInt16BE(0);
	if (type === BINDING_ERROR) return { kind: "failed", why: "refused" };
	if (type !== BINDING_SUCCESS || message.readUInt16BE(2) !== message.length - HEADER_BYTES) return undefined;
	const attributes = attributesOf(message);
	return (attributes && seenIn(attributes, message)) ?? { kind: "failed", why: "malformed" };
}

interface Attribute {
	readonly type: number;
	readonly value: Buffer;
}

/** Reads the attributes of a message; returns `undefined` when the lengths do not add up. */
function attributesOf(message: Buffer): readonly Attribute[] | undefined {
	const found: Attribute[] = [];
	for (let at = HEADER_BYTES; at < message.length; ) {
		if (at + 4 > message.length) return undefined;
		const length = message.readUInt16BE(at + 2);
		const end = at + 4 + length;
		if (end > message.length) return undefined;
		found.push({ type: message.readUInt16BE(at), value: message.subarray(at + 4, end) });
		// Values are padded to four bytes (RFC 8489 §14).
		at = end + ((4 - (length % 4)) % 4);
	}
	return found;
}

function seenIn(attributes: readonly Attribute[], message: Buffer): StunOutcome | undefined {
	const isKnown = ({ type }: Attribute) =>
		type >= FIRST_OPTIONAL_ATTRIBUTE || [MAPPED_ADDRESS, XOR_MAPPED_ADDRESS, ...HARMLESS].includes(type);
	if (!attributes.every(isKnown)) return undefined;
	const mask = message.subarray(4, HEADER_BYTES);
	const masked = attributes.find(({ type }) => type === XOR_MAPPED_ADDRESS);
	const plain = attributes.find(({ type }) => type === MAPPED_ADDRESS);
	return masked ? endpointOf(masked.value, mask) : plain && endpointOf(plain.value, Buffer.alloc(16));
}

/** Reads an address attribute (RFC 8489 §14.1 and §14.2): family, port and address, the latter two XORed with `mask` (cookie and transaction). */
function endpointOf(value: Buffer, mask: Buffer): StunOutcome | undefined {
	const family = value[1];
	const sizeBytes = family === FAMILY_IPV4 ? 4 : family === FAMILY_IPV6 ? 16 : 0;
	if (sizeBytes === 0 || value.length !== 4 + sizeBytes) return undefined;
	const bytes = value.subarray(4).map((byte, at) => byte ^ (mask[at] ?? 0));
	const address = family === FAMILY_IPV4 ? bytes.join(".") : addressOfBytes(bytes);
	const port = value.readUInt16BE(2) ^ mask.readUInt16BE(0);
	return address === undefined || port === 0 ? undefined : { kind: "seen", address, port };
}
