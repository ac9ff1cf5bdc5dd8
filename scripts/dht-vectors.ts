// Test vectors for links through a DHT (docs/protocol.md, section 15.1), for protocol-vectors.ts.
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { Fingerprint } from "../src/crypto/identity/fingerprint.ts";
import { secretOfDay } from "../src/engine/routes/daily-secret.ts";
import { type DhtPart, dhtPartKey, packDhtPart } from "../src/engine/routes/dht/part.ts";
import { encodeInvite } from "../src/engine/wire/invite.ts";
import { dhtSeeds } from "../src/net/dht/keys.ts";

const secret = Uint8Array.from({ length: 16 }, (_, index) => 0xd0 + index);
const relay = Uint8Array.from({ length: 32 }, (_, index) => 0x10 + index);
/** RFC 8410: what stands before the seed of an Ed25519 key. */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_HEAD_BYTES = 12;

function publicKeyOf(seed: Uint8Array): string {
	const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: "der", type: "pkcs8" });
	return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(SPKI_HEAD_BYTES).toString("hex");
}

/** What an invite says of the DHT, under its key. */
export const partsOf = (part: DhtPart) => new Map<number, unknown>([[dhtPartKey, packDhtPart(part)]]);

/** The keys of a secret, and the invites that carry it. */
export function dhtVectors(host: Fingerprint) {
	const named = Object.entries(dhtSeeds(secret)).map(([name, seed]) => {
		return [name, { seed: Buffer.from(seed).toString("hex"), publicKey: publicKeyOf(seed) }];
	});
	const endpoints = [{ address: "44.128.0.10", port: 40_213 }];
	const nodes = [{ host: "dht.example.org", port: 48_700 }];
	return {
		secret: Buffer.from(secret).toString("hex"),
		relay: Buffer.from(relay).toString("hex"),
		keys: Object.fromEntries(named) as Readonly<Record<string, { readonly seed: string; readonly publicKey: string }>>,
		invites: {
			publicNodes: encodeInvite({ fingerprint: host, endpoints, secret, parts: partsOf({ nodes: [] }) }),
			ownNodes: encodeInvite({ fingerprint: host, endpoints: [], secret, parts: partsOf({ nodes, relay }) }),
		},
	};
}

/** How a host's later rooms are found. */
export function laterVectors(fingerprint: Fingerprint) {
	const atMs = Date.UTC(2027, 4, 3, 12);
	return {
		secret: Buffer.from(secret).toString("hex"),
		atMs,
		secretOfDay: Buffer.from(secretOfDay(secret, atMs)).toString("hex"),
		invite: encodeInvite({ fingerprint, endpoints: [], secret, parts: partsOf({ nodes: [] }), isForLater: true }),
	};
}
