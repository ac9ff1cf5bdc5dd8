// A group's own DHT on this computer (`rt dht-node`), as views see it. `main` hands it to the view. Part of api.ts.

/** Where the group's DHT listens. */
export interface DhtNodeFacts {
	/** An IPv4 address of this computer. */
	readonly host: string;
	/** The first of `ports` UDP ports in a row. */
	readonly port: number;
	readonly ports: number;
	/** `host` is an address that everybody on the Internet can reach. */
	readonly isGlobal: boolean;
	/** The public key of the relay, in hexadecimal; absent: there is none. */
	readonly relayKey?: string;
}

/**
 * Why it does not run. `noIpv4`: this computer has no IPv4 address that was asked for · `nodes`: those to enter by make no sense · `keyDamaged`, `keyNotKept`:
 * the file with the relay's key. `detail` is one sentence of a parser, of the DHT or of the system, clean.
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
