// A group's own DHT on this computer (`rt dht-node`), as views see it. `main` hands it to the view. Part of api.ts.

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
