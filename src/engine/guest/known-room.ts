// How a guest comes back to a room it was in.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";

/** Names the host and the room that a guest was in, and holds the seats by which it can come back. */
export interface KnownRoom {
	readonly host: Fingerprint;
	readonly roomId: Uint8Array;
	readonly newestSeat: Uint8Array;
	/** The seat before the newest one, for as long as the host may not know that the newest one has arrived. */
	readonly previousSeat?: Uint8Array | undefined;
}
