// The people a view shows, how well each is known, and where they are.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";

/** How well a person is known: never met · met before · compared in person · a known name that now comes with another key. */
export type Trust = "new" | "known" | "verified" | "changed";

/** A key that a name had before another key came with it. */
export interface FormerKey {
	readonly fingerprint: Fingerprint;
	readonly shortFingerprint: string;
	/** ms since the epoch. */
	readonly lastSeenAt: number;
	/** That key was compared in person. */
	readonly isVerified: boolean;
}

/** Every string has passed clean.ts. */
export interface Person {
	readonly fingerprint: Fingerprint;
	/** The last 16 hex digits in groups of four, e.g. "89AB CDEF 0123 4567". */
	readonly shortFingerprint: string;
	readonly name: string;
	readonly trust: Trust;
	/** While `trust` is "changed", as far as they are known: the keys this name had before, the one seen last first. */
	readonly formerKeys?: readonly FormerKey[];
	/** The name this key came with when it was met last, where that was another one. */
	readonly knownAs?: string;
	/** `trust` is "changed" because the name is that of the person in front of the screen. */
	readonly hasOwnName?: true;
	readonly isSelf: boolean;
	readonly isHost: boolean;
	/** Only on the host's machine: the person's connection broke, and their place is kept for a few minutes. */
	readonly isAway?: true;
	/** Only on the host's machine: where the person's connection comes from. */
	readonly address?: string;
	/** Only on the host's machine: what the gate counts and blocks (an IPv4 address, an IPv6 /64). People with the same one share strikes and blocks. */
	readonly network?: string;
	/** On the host's machine all that is known; elsewhere only a `label`, and only when the host lets others learn it (`PlaceDetail`). */
	readonly location?: Location;
}

/** Where an address is, as far as is known offline. `label` is always fit to show. */
export interface Location {
	readonly label: string;
	readonly isSameNetwork: boolean;
	readonly city?: string;
	readonly region?: string;
	readonly country?: string;
	readonly networkOwner?: string;
	/** The network owner's number (autonomous system), e.g. 3320. */
	readonly asn?: number;
	/** The place is not known because the location data on this computer are missing or damaged. */
	readonly lacks?: "noData" | "damaged";
}
