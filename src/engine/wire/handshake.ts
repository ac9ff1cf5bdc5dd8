// What both sides of the opening share: the hello, the identity messages, the refusals and the limits (docs/protocol.md, "The opening").
import * as v from "valibot";
import { type ChannelSuite, channelSuite } from "../../crypto/opening/binding.ts";
import type { TransportName } from "../../net/link/link.ts";
import { bytesOf, decodeBody, decodeCode, encodeBody, textOf, wholeNumber } from "./codec.ts";
import { encodeBareFrame, frameType } from "./frame.ts";

/** The version fixes CPACE-RISTR255-SHA512, Argon2id's parameters and what the room is encrypted with. */
export const protocolVersion = 2;

export const attemptsPerConnection = 3;
/** A person may think about the password for this time before the host closes the connection. */
export const thinkingTimeoutMs = 120_000;
/** Limits any step in which only machines are at work (Argon2id on a slow phone included). */
export const stepTimeoutMs = 10_000;

/** A circuit of Tor takes seconds to answer, and one that breaks is replaced within a minute: steps take up to 30 s, and a Link is dead after 90 s of silence. */
const torPatience = 3;

/** Returns how often longer than usual everything may take on a Link of this kind. */
export const patienceOf = (transport: TransportName): number => (transport === "tor" ? torPatience : 1);

export const roomIdBytes = 32;
export const saltBytes = 16;
export const maxCertificateBytes = 32 * 1024;
export const maxSignatureBytes = 4 * 1024;
/** The longest display name, in bytes of UTF-8; what is shown is shorter still (clean.ts). */
export const maxNameBytes = 128;

const someNumbers = v.pipe(v.array(wholeNumber(0, 0xffff)), v.minLength(1), v.maxLength(16));
const helloSchema = v.strictObject({
	versions: someNumbers,
	suites: someNumbers,
	room: bytesOf(roomIdBytes),
	salt: bytesOf(saltBytes),
});
export type Hello = v.InferOutput<typeof helloSchema>;

const versionsSchema = v.looseObject({ versions: someNumbers });

export type ReadHello =
	| { readonly kind: "hello"; readonly hello: Hello }
	| { readonly kind: "otherVersion"; readonly versions: readonly number[] }
	| { readonly kind: "refused"; readonly detail: string };

/** Encodes the body of a `hello`, which lists every version and every kind of channel that the host takes on this Link. */
export function encodeHello(hello: Pick<Hello, "room" | "salt">, takesBrowsers = false): Uint8Array {
	const suites = takesBrowsers ? [channelSuite.tls, channelSuite.noise] : [channelSuite.tls];
	return encodeBody({ versions: [protocolVersion], suites, ...hello });
}

/** Reads a hello; a host that has neither our version nor our kind of channel is told apart from bytes that are no hello at all. */
export function readHello(body: Uint8Array, suite: ChannelSuite = channelSuite.tls): ReadHello {
	const listed = decodeBody(versionsSchema, body);
	if (listed.kind === "refused") return listed;
	const { versions } = listed.value;
	if (!versions.includes(protocolVersion)) return { kind: "otherVersion", versions };
	const hello = decodeBody(helloSchema, body);
	if (hello.kind === "refused") return hello;
	return hello.value.suites.includes(suite)
		? { kind: "hello", hello: hello.value }
		: { kind: "otherVersion", versions };
}

/** Gives the bytes that tell a program of version 1 that this host speaks another version: the beginning of a hello as it reads it. */
export function helloForVersion1(): Uint8Array {
	return encodeBareFrame(frameType.hello, encodeBody({ v: protocolVersion }));
}

/** Says why a host sends somebody away on the way in. The protocol sets the numbers. */
export const refusalCode = {
	blocked: 1,
	busy: 2,
	paused: 3,
	full: 4,
	tooSlow: 5,
	passwordChanged: 6,
	ownKey: 7,
	kicked: 8,
	notForYou: 9,
} as const;
export type Refusal = keyof typeof refusalCode;

/** Encodes the body of a `refused`. */
export const encodeRefusal = (why: Refusal): Uint8Array => Uint8Array.of(refusalCode[why]);

/** Reads the body of a `refused`. It returns `undefined` when the code is not known. */
export const readRefusal = (body: Uint8Array): Refusal | undefined => decodeCode(refusalCode, body);

const guestCertificateSchema = v.strictObject({
	certificate: bytesOf(1, maxCertificateBytes),
	name: textOf(maxNameBytes),
});

const hostIdentitySchema = v.strictObject({
	certificate: bytesOf(1, maxCertificateBytes),
	name: textOf(maxNameBytes),
	signature: bytesOf(1, maxSignatureBytes),
});

export const decodeGuestCertificate = (body: Uint8Array) => decodeBody(guestCertificateSchema, body);
export const decodeHostIdentity = (body: Uint8Array) => decodeBody(hostIdentitySchema, body);

/** When more than this is unsent to one guest, it has stopped reading. */
export const maxWaitingBytes = 8 * 1024 * 1024;

/** Limits the whole way in: a key in gpg-agent may ask its person for a passphrase, and others may be entering first. */
export const enteringTimeoutMs = 120_000;
