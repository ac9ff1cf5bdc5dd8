// How a guest comes back to a room it was in.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";

/** The host and the room that a guest was in, and what it can come back by. */
export interface KnownRoom {
	readonly host: Fingerprint;
	readonly roomId: Uint8Array;
	readonly newestSeat: Uint8Array;
	/** The host may not know yet that the newest one has arrived. */
	readonly previousSeat?: Uint8Array | undefined;
}
