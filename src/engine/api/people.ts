// The people a view shows, how well each is known, and where they are.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";

/**
 * Says how well a person is known. `new`: never met before · `known`: met before · `verified`: the keys were compared in person · `changed`: a known
 * name that now comes with another key.
 */
export type Trust = "new" | "known" | "verified" | "changed";

/** A key that a name had before another key came with it. */
export interface FormerKey {
	readonly fingerprint: Fingerprint;
	readonly shortFingerprint: string;
	/** The time when the key was last seen, in milliseconds since the epoch. */
	readonly lastSeenAt: number;
	/** That key was compared in person. */
	readonly isVerified: boolean;
}

/** A Person is somebody as the others in the room see them. Every string has passed clean.ts. */
export interface Person {
	readonly fingerprint: Fingerprint;
	/** The last 16 hex digits of the fingerprint, in groups of four, such as "89AB CDEF 0123 4567". */
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
	/** The person's connection broke, and their place is kept for a few minutes. Only the host's machine knows that. */
	readonly isAway?: true;
	/**
	 * Says since when the person has had the keys they have in this room now (their MLS leaf), in milliseconds since the epoch by the clock of this computer.
	 * Absent: they were there when we came in, or changed while our program was not there.
	 */
	readonly leafSince?: number;
	/** It is present where `leafSince` is absent: the keys were there at that time already, and may be older. */
	readonly leafAtLeastSince?: number;
	/** The address from which the person's connection comes. Only the host's machine knows it. */
	readonly address?: string;
	/**
	 * Names what the gate counts and blocks: an IPv4 address or an IPv6 /64. People with the same one share strikes and blocks. Only the host's
	 * machine knows it.
	 */
	readonly network?: string;
	/** The person is here with a browser: their key is of this visit, and the page they use may be anybody's. The host tells. */
	readonly isInBrowser?: true;
	/**
	 * Says where the person is: on the host's machine all that is known, elsewhere only a `label`, and only when the host lets others learn it
	 * (`PlaceDetail`).
	 */
	readonly location?: Location;
}

/** Says where an address is, as far as that is known offline. `label` is always fit to show. */
export interface Location {
	readonly label: string;
	readonly isSameNetwork: boolean;
	readonly city?: string;
	readonly region?: string;
	readonly country?: string;
	readonly networkOwner?: string;
	/** The number of the network owner (autonomous system), such as 3320. */
	readonly asn?: number;
	/** The place is not known because the location data on this computer are missing or damaged. */
	readonly lacks?: "noData" | "damaged";
}
