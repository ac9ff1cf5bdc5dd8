// The keys a room goes by at a relay (docs/protocol.md, section 15.3). They are made for this, and say nothing of anybody's identity.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** An Ed25519 seed and an Ed25519 public key have this many bytes (RFC 8032 §5.1.5). */
export const RELAY_KEY_BYTES = 32;
export const RELAY_SIGNATURE_BYTES = 64;
/** A room's name at a relay has this many bytes: enough that nobody finds another host key for it. */
const RELAY_ROOM_BYTES = 16;
/** Is what the relay sends first, so that nothing that was signed before is good again. */
export const RELAY_NONCE_BYTES = 32;

/** An Ed25519 key pair; `publicKey` is the raw key of 32 bytes. */
export interface RelayKeyPair {
	readonly publicKey: Uint8Array;
	sign(message: Uint8Array): Uint8Array;
}

/** Says what a signature is for. `authority` is the name and port that were dialled, so that no relay can use at another one what it was told. */
export interface RelayClaim {
	readonly authority: string;
	readonly room: Uint8Array;
	readonly nonce: Uint8Array;
}

/** Makes the key pair of a seed of 32 bytes. */
export function relayKeyPair(seed: Uint8Array): RelayKeyPair {
	const jwk = { kty: "OKP", crv: "Ed25519", d: base64url(seed), x: "" };
	const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
	const publicKey = rawPublicKey(createPublicKey(privateKey));
	return { publicKey, sign: (message) => sign(null, message, privateKey) };
}

/** Derives the guests' seed from an invite's secret: whoever has the invite may ring its host, and nobody else. */
export function relayGuestSeed(secret: Uint8Array): Uint8Array {
	return createHash("sha256").update("real-talk/2 relay guest seed\0").update(secret).digest();
}

/** Returns the name of a host's room: it is found by it, and only the holder of the host's key can be found there. */
export function relayRoom(hostKey: Uint8Array): Uint8Array {
	return createHash("sha256").update("real-talk/2 relay room\0").update(hostKey).digest().subarray(0, RELAY_ROOM_BYTES);
}

/** Returns what a host signs to be found at its room's name; `guestKeys` are the keys by which guests may ring it, one behind the other. */
export function hostClaim(claim: RelayClaim, guestKeys: Uint8Array): Uint8Array {
	return claimed("real-talk/2 relay host", claim, guestKeys);
}

/** Returns what a guest signs to ring the host of a room. */
export function guestClaim(claim: RelayClaim): Uint8Array {
	return claimed("real-talk/2 relay guest", claim);
}

/** Tells whether `signature` is of `message` by the raw Ed25519 key. Returns false, too, for what is no key or no signature. */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
	try {
		const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: base64url(publicKey) }, format: "jwk" });
		return verify(null, message, key, signature);
	} catch {
		return false;
	}
}

/** Returns the bytes of a claim. All fields but the authority have a length of their own, and an authority has no NUL, so no two claims have the same bytes. */
function claimed(
	label: string,
	{ authority, room, nonce }: RelayClaim,
	keys: Uint8Array = new Uint8Array(),
): Uint8Array {
	return Buffer.concat([Buffer.from(`${label}\0${authority}\0`), room, nonce, keys]);
}

function rawPublicKey(key: KeyObject): Uint8Array {
	return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
}

function base64url(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64url");
}
