// Who we are in a room.
import type { Signer } from "../../crypto/identity/identity.ts";

/** A Self is a person who is ready to host or join. `name` has passed clean.ts. */
export interface Self {
	readonly signer: Signer;
	readonly name: string;
}
