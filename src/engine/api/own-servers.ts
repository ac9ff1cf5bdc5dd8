// Servers of one's own on this computer (`rt dht-node`, `rt relay`), as views see them. `main` hands them to the view. Part of api.ts.

/** Holds what the person wants of their DHT node. */
export interface DhtNodeWish {
	/** The port to listen on; the usual one is taken when it is absent. */
	readonly port?: number;
	/** The literal IPv4 address to listen on; absent: a public one of this computer, or else any. */
	readonly bind?: string;
	/** Is "HOST:PORT[,…]", the nodes of a DHT that runs already and is to be entered. */
	readonly bootstrap?: string;
	/** Guests who cannot be reached directly may come through this node. */
	readonly hasRelay?: true;
}

/** Says where the DHT of a group listens. */
export interface DhtNodeFacts {
	/** The IPv4 address of this computer on which it listens. */
	readonly host: string;
	/** The first of the `ports` UDP ports on which it listens; they follow one another. */
	readonly port: number;
	readonly ports: number;
	/** `host` is an address that everybody on the Internet can reach. */
	readonly isGlobal: boolean;
	/** The public key of the relay, in hexadecimal; absent: there is none. */
	readonly relayKey?: string;
}

/**
 * Says why the DHT of a group does not run. `noIpv4`: this computer has no IPv4 address that was asked for · `nodes`: the nodes by which to enter
 * make no sense · `keyDamaged`, `keyNotKept`: the file with the relay's key. `detail` is one clean sentence of a parser, of the DHT or of the system.
 */
export type DhtNodeProblem =
	| { readonly why: "noIpv4" }
	| { readonly why: "nodes" | "keyNotKept" | "notStarted"; readonly detail: string }
	| { readonly why: "keyDamaged"; readonly file: string };

/** Its nodes end with `close`. */
export interface RunningDhtNode {
	readonly facts: DhtNodeFacts;
	close(): Promise<void>;
}

/** Holds what the person wants of their relay. */
export interface RelayWish {
	/** The port to listen on. The usual one is taken when it is absent, and a free one for 0. */
	readonly port?: number;
	/** The literal address to listen on; absent: this computer only, where a web server passes connections on. */
	readonly bind?: string;
	/** The names by which people dial it, with the port where it is not the usual one of the scheme. */
	readonly names?: readonly string[];
	/** A web server stands before it and says in X-Forwarded-For who called. */
	readonly isBehindProxy?: true;
	/** A file whose first line hosts must show. */
	readonly tokenFile?: string;
	/** Other relays of the same operator are reached by this NATS, "nats://HOST:PORT[,…]"; then `ownName` says how this one alone is dialled. */
	readonly nats?: string;
	readonly ownName?: string;
	/** The port on this computer where health and counts are told. */
	readonly metricsPort?: number;
}

/** Says where the relay listens. */
export interface RelayFacts {
	readonly bind: string;
	readonly port: number;
	readonly metricsPort?: number;
	readonly names: readonly string[];
	readonly hasToken: boolean;
}

/** Says why the file with a token is refused: it cannot be read (`code` is the system's word for why, such as "ENOENT"), is open to others, or holds no token of 16 to 256 characters. */
export type RelayTokenTrouble =
	| { readonly why: "tokenUnreadable"; readonly file: string; readonly code: string }
	| { readonly why: "tokenOpenToOthers" | "tokenMakesNoSense"; readonly file: string };

/** Says why the relay does not run. For `bind`, what was typed is no literal address; for `notStarted`, the port could not be opened, or NATS not be reached. */
export type RelayProblem =
	| RelayTokenTrouble
	| { readonly why: "bind" }
	| { readonly why: "notStarted"; readonly detail: string };

/** It ends with `close`, which tells everybody that it goes away. */
export interface RunningRelayTool {
	readonly facts: RelayFacts;
	close(): Promise<void>;
}

/** Holds how much the person wants to help people reach Tor, and by whom they are sent. */
export interface HelpTorWish {
	/** People at a time; 2 when it is absent. */
	readonly capacity?: number;
	/** An address "https://…" of another broker than the Tor project's. */
	readonly broker?: string;
	/** "HOST:PORT" of another STUN server than the program's own. */
	readonly stun?: string;
}

/** Says whom a helper contacts, and how many people it helps at a time. */
export interface TorHelperFacts {
	readonly capacity: number;
	readonly broker: string;
	readonly stun: string;
}

/** Counts what was passed on since the start, as far as those connections are over. */
export interface TorHelperCount {
	readonly connections: number;
	readonly bytesDown: number;
	readonly bytesUp: number;
}

/** A TorHelper is a helper that has contacted nobody yet. */
export interface TorHelper {
	readonly facts: TorHelperFacts;
	/** Begins to help. `ended` resolves when it runs no more, with the last thing it said, clean; `close` ends it. */
	start(onCount: (count: TorHelperCount) => void): { readonly ended: Promise<string>; close(): Promise<void> };
}
