// The secret of a room's invites, as the tests of the DHT need one without a room.
import { randomBytes } from "node:crypto";
import { DHT_SECRET_BYTES } from "../../../src/net/dht/keys.ts";

/** Returns a fresh secret. */
export function newDhtSecret(): Uint8Array {
	return randomBytes(DHT_SECRET_BYTES);
}
