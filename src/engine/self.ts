// Who we are: the identity kept in the home directory, locked or ready to sign, and everything that is sealed with it.
import type { Fingerprint } from "../crypto/fingerprint.ts";
import { parseFingerprint, shortFingerprint } from "../crypto/fingerprint.ts";
import type { Signer } from "../crypto/identity.ts";

/** Ready to host or join. */
export interface Self {
	readonly signer: Signer;
	readonly name: string;
}
