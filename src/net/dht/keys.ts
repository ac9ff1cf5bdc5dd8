// From an invite's secret to the keys a room goes by in the DHT. They are made for this, say nothing of anybody's identity, and prove nothing but that somebody has the invite.
import { createHash } from "node:crypto";

/** The invite's secret has this many bytes: as hard to guess as an AES-128 key. */
export const DHT_SECRET_BYTES = 16;

/**
 * The seeds of Ed25519 key pairs. `host` is what the host is announced under (the DHT sees the BLAKE2b hash of its public key, and the nodes that keep the
 * announcement the key itself). `relayedHost` is the same for those who can only come through a relay. `guest`: shown, encrypted, by whoever connects; the host
 * answers nobody else, so that a node that has seen the announcement still can't reach the room.
 */
export interface DhtSeeds {
	readonly host: Uint8Array;
	readonly relayedHost: Uint8Array;
	readonly guest: Uint8Array;
}

/** Derives the seeds from an invite's secret, as docs/protocol.md has it under "The DHT part of an invite". */
export function dhtSeeds(secret: Uint8Array): DhtSeeds {
	if (secret.length !== DHT_SECRET_BYTES) throw new Error("a DHT secret has 16 bytes");
	const seed = (label: string): Uint8Array =>
		createHash("sha256").update(`real-talk dht ${label} 1\0`).update(secret).digest();
	return { host: seed("host"), relayedHost: seed("relayed host"), guest: seed("guest") };
}
