// Names and keys of an onion service: its address (rend-spec-v3 §6), the form in which Tor takes its key, and the key of its clients that comes from an invite.
import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";

export const ONION_KEY_BYTES = 32;
const VERSION = Uint8Array.of(3);
const CHECKSUM_BYTES = 2;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** DER says "an Ed25519 key" and "an X25519 key" like this (RFC 8410 §7); the 32 bytes follow. */
const ED25519_DER = Buffer.from("302e020100300506032b657004220420", "hex");
const X25519_DER = Buffer.from("302e020100300506032b656e04220420", "hex");
/** Sets this apart from everything else that comes from the secret of an invite (docs/protocol.md §15). */
const CLIENT_INFO = "real-talk/2 onion client";

/** Here the page asks the onion it came from for the room. */
export const ONION_ROOM_PATH = "/v1/room";

/** The key of an onion service. Whoever has `expanded` can stand in its place. */
export interface OnionKey {
	/** The public key, which the invite names; it has 32 bytes. */
	readonly publicKey: Uint8Array;
	/** What ADD_ONION takes: "ED25519-V3:" and the expanded key in base64. */
	readonly expanded: string;
}

/** Holds what one invite has for the onion: the service knows the public part, the guest's Tor the private one. */
export interface OnionClientKey {
	/** The public key in base32, as ADD_ONION takes it. */
	readonly publicText: string;
	/** The private key in base64, as ONION_CLIENT_AUTH_ADD takes it. */
	readonly privateText: string;
	/** The private key in base32, as people type it into Tor Browser. */
	readonly typedText: string;
}

/** Makes the key from 32 random bytes (RFC 8032 §5.1.5). */
export function onionKey(seed: Uint8Array): OnionKey {
	const expanded = createHash("sha512").update(seed).digest();
	expanded[0] = (expanded[0] ?? 0) & 248;
	expanded[31] = ((expanded[31] ?? 0) & 63) | 64;
	return { publicKey: publicPart(ED25519_DER, seed), expanded: `ED25519-V3:${expanded.toString("base64")}` };
}

/** Derives the client's key from the secret of an invite with HKDF-SHA-256 (RFC 5869); both sides do. */
export function onionClientKey(secret: Uint8Array): OnionClientKey {
	const seed = Buffer.from(hkdfSync("sha256", secret, "", CLIENT_INFO, ONION_KEY_BYTES));
	const publicText = base32(publicPart(X25519_DER, seed)).toUpperCase();
	return { publicText, privateText: seed.toString("base64"), typedText: base32(seed).toUpperCase() };
}

/** Returns the address without ".onion": 56 letters. */
export function onionAddress(publicKey: Uint8Array): string {
	const checksum = createHash("sha3-256").update(".onion checksum").update(publicKey).update(VERSION).digest();
	return base32(Buffer.concat([publicKey, checksum.subarray(0, CHECKSUM_BYTES), VERSION]));
}

function publicPart(der: Uint8Array, seed: Uint8Array): Uint8Array {
	const key: KeyObject = createPrivateKey({ key: Buffer.concat([der, seed]), format: "der", type: "pkcs8" });
	return Buffer.from(createPublicKey(key).export({ format: "jwk" }).x ?? "", "base64url");
}

/** Writes bytes in base32 (RFC 4648 §6) in small letters, without padding. */
function base32(bytes: Uint8Array): string {
	let bits = "";
	for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
	return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}
