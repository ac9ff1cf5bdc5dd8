// What every way of reaching another person looks like from above: a Link is an ordered byte stream, a Transport makes Links.
import type { Duplex } from "node:stream";
import type { Caller } from "../address/caller.ts";
import type { OnContact } from "./contact.ts";

export type TransportName = "tcp" | "udp" | "memory" | "dht" | "proxy" | "relay" | "tor";

/** Holds what is known of the other end of a Link. */
export interface FarEnd {
	readonly transport: TransportName;
	/**
	 * Says whom the gate counts for a Link that came in. The Transport makes it, because it alone knows what its addresses prove; nobody reads `address` for
	 * that. It is absent where nothing tells one stranger from another: then the gate lets nobody guess.
	 */
	readonly caller?: Caller;
	/** A canonical IPv4 or IPv6 address (no brackets, no zone), or a made-up name for in-memory Links. */
	readonly address?: string;
	readonly port?: number;
	/** Says that it came by WebSocket, so that a browser may be there, which can dial nothing else. */
	readonly isWebSocket?: true;
}

/** A Link is an ordered, reliable, two-way byte stream. It ends by itself or by `stream.destroy()`; whoever holds the Link closes it. */
export interface Link {
	readonly stream: Duplex;
	readonly far: FarEnd;
}

/** Says where to dial. `host` is a literal address, with its zone if it has one, or a name that the Transport resolves. */
export interface HostAndPort {
	readonly host: string;
	readonly port: number;
}

/** Says why a dial did not work, told apart because each needs other words and other advice. */
export type DialFailure = "refused" | "unreachable" | "timedOut" | "nameNotFound" | "aborted" | "other";

/**
 * Says what a proxy answered, or did instead of answering. `notAProxy`: something else listens there, or it broke the rules of its protocol · `refused`,
 * `unreachable`, `notAllowed`, `nameNotFound`: said of the computer that was to be reached · those that begin with "onion" are Tor's own
 * (socks-extensions.txt) · those that begin with "tor": there is no Tor on this computer, it does not start, or does not get into its network.
 */
export type ProxyCode =
	| "notAProxy"
	| "needsLogin"
	| "loginRefused"
	| "notAllowed"
	| "unreachable"
	| "refused"
	| "nameNotFound"
	| "failed"
	| "closed"
	| "onionNotFound"
	| "onionInvalid"
	| "onionNotIntroduced"
	| "onionNotMet"
	| "onionNeedsKey"
	| "onionWrongKey"
	| "onionBadAddress"
	| "onionTimedOut"
	| "torMissing"
	| "torNotStarted"
	| "torNotConnected";

/** Says what came of a dial. `proxy` is what the proxy said, where the dial went through one that answers. */
export type DialOutcome =
	| { readonly kind: "linked"; readonly link: Link }
	| {
			readonly kind: "failed";
			readonly failure: DialFailure;
			readonly detail: string;
			readonly proxy?: ProxyCode;
	  };

export interface DialOptions {
	readonly signal: AbortSignal;
	readonly timeoutMs: number;
	/** A literal address of this computer to dial from; when it is absent the system chooses. */
	readonly localAddress?: string;
	/** Is called for each address to which something is sent, and for each name that is looked up. */
	readonly onContact?: OnContact;
}

export interface ListenOptions {
	/** The port to listen on; for 0 a free one is picked. */
	readonly port: number;
	/** The one literal address to listen on; when it is absent every address is, IPv4 and IPv6. */
	readonly bind?: string;
	/** Is called for each Link that arrives; from then on the callee owns it. */
	readonly onLink: (link: Link) => void;
	/**
	 * Is asked for each caller before anything is made for the connection; where the answer is `false` it is closed unheard. A Transport for which that saves
	 * nothing asks nobody, and who comes too often is sent away as a Link.
	 */
	readonly mayCome?: ((caller: Caller) => boolean) | undefined;
	/** Is called for each address that is answered before there is a Link. */
	readonly onContact?: OnContact;
}

/** Takes in the Links of a room. */
export interface RoomListener {
	/** Stops listening. Links that were already handed out live on. */
	close(): Promise<void>;
}

/** Takes Links in on a port. */
export interface Listener extends RoomListener {
	readonly port: number;
	/** Names the Transports among several that could not listen on this port. */
	readonly without?: readonly { readonly transport: TransportName; readonly detail: string }[];
}

/** Says why nothing could listen. `interfaceGone`: the one interface that may be used has no address. `throughProxy`: a proxy takes nobody in. */
export type ListenFailure =
	| "portTaken"
	| "notPermitted"
	| "addressNotHere"
	| "interfaceGone"
	| "throughProxy"
	| "other";

export type ListenOutcome<Kind extends RoomListener = Listener> =
	| { readonly kind: "listening"; readonly listener: Kind }
	| {
			readonly kind: "failed";
			readonly failure: ListenFailure;
			readonly detail: string;
	  };

/** Reaches whatever has an address and a port. `dial` never throws for what the network does; it resolves with what happened. */
export interface Transport {
	readonly name: TransportName;
	/** The interface or address that it keeps to; when absent it uses all of them. */
	readonly only?: { readonly interface?: string; readonly bind?: string };
	/** The transports of which this one is made, if it is made of several, in the order in which each address is dialled by them (race.ts). */
	readonly parts?: readonly Transport[];
	dial(target: HostAndPort, options: DialOptions): Promise<DialOutcome>;
	listen(options: ListenOptions): Promise<ListenOutcome>;
}

/** Leads to one room only, for which it was made: there is no address to dial, and no port to listen on. */
export interface RoomTransport {
	readonly name: TransportName;
	/** Dials the room. It never throws for what the network does. */
	dial(options: DialOptions): Promise<DialOutcome>;
	/** Takes Links in. From `onLink` on the callee owns the Link. */
	listen(onLink: (link: Link) => void): Promise<ListenOutcome<RoomListener>>;
	/** Ends every Link and lets go of everything. */
	close(): Promise<void>;
}
