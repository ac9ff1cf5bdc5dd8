// What anybody outside this computer has learned so far: whom this program has sent something and why, and what it keeps on the disk. Part of api.ts.
import type { MethodName, Protocol } from "../../net/portmap/method.ts";

/**
 * Says why somebody was sent something, which says what they learned. A further kind is one entry here, and the compiler then asks for its words
 * (ui/words/told-words.ts). `routerSearch`: everybody on the network, for a router that opens ports · `router`: what was asked to open one · `shownOnNetwork`:
 * everybody on the network, to show the room · `askedNetwork`: everybody on the network, for their rooms · `dht`: the computers of the DHT, and people met by
 * it · `relay`: a relay that passes on what is said · `tor`: the relays that Tor chose · `nameServer`: for the address of a name · `dialled`: on the way
 * into a room · `caller`: whoever connected to our room.
 */
export type DisclosureKind =
	| "routerSearch"
	| "router"
	| "shownOnNetwork"
	| "askedNetwork"
	| "dht"
	| "relay"
	| "tor"
	| "nameServer"
	| "dialled"
	| "caller";

/** Somebody who was sent something. */
export interface Disclosure {
	readonly kind: DisclosureKind;
	/** Their canonical address; of `nameServer` the name that was looked up. */
	readonly to: string;
	/** When it was first, in ms since the epoch. */
	readonly at: number;
}

/** A port that a router was asked to open to this computer. */
export interface AskedPort {
	readonly router: string;
	readonly method: MethodName;
	readonly protocol: Protocol;
	/** The port that was asked for outside, and the one of this computer behind it. */
	readonly externalPort: number;
	readonly internalPort: number;
	readonly at: number;
	/** Since when it is closed again, or was refused; ms since the epoch. */
	readonly endedAt?: number;
}

/** Names what the home keeps. A further kind is one entry here: its words are asked for too, and a test asks that each table of the database has one. */
export type KeptKind =
	| "ownKeys"
	| "contacts"
	| "recentRooms"
	| "strikes"
	| "blocks"
	| "knocks"
	| "openedPorts"
	| "openRooms"
	| "keptRooms"
	| "waitingMessages"
	| "spooledFiles"
	| "history"
	| "filesUnderWay"
	| "feeds"
	| "settings";

export interface Kept {
	readonly kind: KeptKind;
	readonly count: number;
}

/** Everything that is known of what others learned from this program since `since` (ms since the epoch). Of each kind the newest are listed. */
export interface Told {
	readonly since: number;
	/** Lists them in the order in which they were first sent something. */
	readonly disclosures: readonly Disclosure[];
	/** Counts how many more there were of a kind than are listed. */
	readonly unlisted: Readonly<Partial<Record<DisclosureKind, number>>>;
	readonly ports: readonly AskedPort[];
	/** Tells what the database in `home` keeps now. */
	readonly disk: readonly Kept[];
	/** The folder of the database; absent where it is in memory only. */
	readonly home?: string;
}
