// What both sides of the handshake share: the Hello, the CPace inputs, the identity messages, the limits (docs/protocol.md, "Handshake").
import { createHash } from "node:crypto";
import * as v from "valibot";
import { lvCat } from "../../crypto/length-value.ts";
import { bytesOf, decodeBody, encodeBody, textOf, wholeNumber } from "./codec.ts";

export const protocolVersion = 1;
/** The one suite of version 1: CPACE-RISTR255-SHA512, TLS 1.3 PSK with X25519MLKEM768, MLS suite 1. */
export const suite = 1;

export const attemptsPerConnection = 3;
/** How long a person may think about the password before the host closes the connection. */
export const thinkingTimeoutMs = 120_000;
/** How long any step may take in which only machines are at work (Argon2id on a slow phone included). */
export const stepTimeoutMs = 10_000;

export const roomIdBytes = 32;
export const saltBytes = 16;
export const nonceBytes = 32;
export const maxCertificateBytes = 32 * 1024;
export const maxSignatureBytes = 4 * 1024;
/** Of a display name, in UTF-8; what is shown is shorter still (clean.ts). */
export const maxNameBytes = 128;

const textEncoder = new TextEncoder();

const helloSchema = v.strictObject({
	v: v.literal(protocolVersion),
	suites: v.pipe(v.array(wholeNumber(0, 0xffff)), v.minLength(1), v.maxLength(16)),
	room: bytesOf(roomIdBytes),
	salt: bytesOf(saltBytes),
	nonce: bytesOf(nonceBytes),
});
export type Hello = v.InferOutput<typeof helloSchema>;

const versionSchema = v.looseObject({ v: wholeNumber(0) });

export type ReadHello =
	| { readonly kind: "hello"; readonly hello: Hello }
	| { readonly kind: "otherVersion"; readonly version: number }
	| { readonly kind: "refused"; readonly detail: string };

/** The body of a `hello`. */
export function encodeHello(hello: Omit<Hello, "v" | "suites">): Uint8Array {
	return encodeBody({ v: protocolVersion, suites: [suite], ...hello });
}

/** Reads a Hello; a version or suite that is not ours is told apart from bytes that are no Hello at all. */
export function readHello(body: Uint8Array): ReadHello {
	const version = decodeBody(versionSchema, body);
	if (version.kind === "refused") return version;
	if (version.value.v !== protocolVersion) return { kind: "otherVersion", version: version.value.v };
	const hello = decodeBody(helloSchema, body);
	if (hello.kind === "refused") return hello;
	if (!hello.value.suites.includes(suite)) return { kind: "otherVersion", version: version.value.v };
	return { kind: "hello", hello: hello.value };
}

/** CPace channel identifier: who starts and who answers is fixed, so that no message can be reflected. */
export const channelIdentifier = textEncoder.encode("real-talk/1 guest>host");

/** CPace session id: one for each attempt, bound to every byte of the Hello. */
export function sessionId(hello: Uint8Array, attempt: number): Uint8Array {
	return createHash("sha256")
		.update(lvCat(textEncoder.encode("real-talk/1 cpace sid"), hello, Uint8Array.of(attempt)))
		.digest();
}

/** Hash of all that was said before TLS: goes into the PSK, so both sides must have seen the same. */
export function openTranscript(hello: Uint8Array, shareA: Uint8Array, shareB: Uint8Array): Uint8Array {
	return createHash("sha256")
		.update(lvCat(textEncoder.encode("real-talk/1 open transcript"), hello, shareA, shareB))
		.digest();
}

/** Why a host sends somebody away on the way in. The numbers are the protocol. */
export const refusalCode = { blocked: 1, busy: 2, paused: 3, full: 4, tooSlow: 5, passwordChanged: 6 } as const;
export type Refusal = keyof typeof refusalCode;

/** The body of a `refused`; `undefined`: no code that is known. */
export function readRefusal(body: Uint8Array): Refusal | undefined {
	if (body.length !== 1) return undefined;
	for (const [name, code] of Object.entries(refusalCode)) {
		if (code === body[0]) return name as Refusal;
	}
	return undefined;
}

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

/** Contexts of the two OpenPGP signatures over exporter ‖ guest fingerprint ‖ host fingerprint. */
export const signatureContext = { guest: "channel guest", host: "channel host" } as const;

/** More than this unsent to one guest, and it has stopped reading. */
export const maxWaitingBytes = 8 * 1024 * 1024;

/** How long the whole way in may take: a key in gpg-agent may ask its person for a passphrase, and others may be entering first. */
export const enteringTimeoutMs = 120_000;
