// Who we are in a room.
import type { Signer } from "../../crypto/identity/identity.ts";

/** Ready to host or join. `name` has passed clean.ts. */
export interface Self {
	readonly signer: Signer;
	readonly name: string;
}
