// What Real Talk is opened with beside its home, and why it cannot be opened: `main` takes the first from the command line and the settings, and hands the second to the view that says it. Part of api.ts.
import type { VaultTrouble } from "../../crypto/vault/file.ts";
import type { InterfaceKind } from "../../net/address/interfaces.ts";
import type { ProxyTrouble } from "../../net/proxy/proxy-address.ts";
import type { TorrcTrouble } from "../../net/tor/torrc.ts";
import type { StoreTrouble } from "../../store/db.ts";
import type { RelayTokenTrouble } from "./own-servers.ts";

/** Holds what a person asked for of the DHT, as it was typed. */
export interface DhtChoice {
	/** Is "HOST:PORT[,…]" in place of the public nodes, and of those an invite names. */
	readonly bootstrap?: string;
	/** The public key of a relay in hex, which a host offers and a guest will use. */
	readonly relay?: string;
	/** A guest lets itself be relayed if the invite names a relay. */
	readonly isRelayAllowed?: boolean;
	/** When this is `false` the DHT is never used, whatever an invite says. */
	readonly isAllowed?: boolean;
}

/** Holds which relays a host wishes for, as it was typed or set. */
export interface RelayChoice {
	/** "wss://relay.example[,…]", for a host. A guest goes by the invite. */
	readonly relays?: string;
	/** The file with what a private relay asks a host for. */
	readonly tokenFile?: string;
}

/** Holds which Tor is used where Tor is, as it was typed or set. */
export interface TorChoice {
	/** A file with further lines for our own tor. */
	readonly torrc?: string;
	/** "PATH" of a UNIX socket, "HOST:PORT" or "PORT": the control port of a tor that runs already, which then needs `socks` too. */
	readonly control?: string;
	readonly socks?: string;
	/** Lines as Tor's site hands them out, without the word "Bridge". */
	readonly bridges?: readonly string[];
	/** The page for guests in Tor Browser, as HTML: the onions of rooms here answer with it. */
	readonly page?: string | undefined;
}

/** A network interface of this computer, as a view may name it. */
export interface InterfaceName {
	/** The name of the interface, such as "wlan0"; it is clean. */
	readonly name: string;
	readonly kind: InterfaceKind;
}

/** Says why nothing could be opened. All strings are clean. */
export type OpenTrouble =
	/** The home directory or the database in it cannot be used. */
	| { readonly about: "store"; readonly trouble: StoreTrouble }
	/** The file with the key that seals everything cannot be used. */
	| { readonly about: "vault"; readonly trouble: VaultTrouble }
	/** The one interface that was to be used has no address. `others` are those that have one. */
	| { readonly about: "interface"; readonly name: string; readonly others: readonly InterfaceName[] }
	/** The one address that was to be used is not this computer's, or not one of the interface that was named too. */
	| { readonly about: "address"; readonly address: string; readonly isOfInterface: boolean }
	/** The nodes by which to enter the DHT cannot be read. `detail` is a sentence of the parser. */
	| { readonly about: "dhtNodes"; readonly detail: string }
	/**
	 * Says that the Tor that is wanted makes no sense. `halfRunning`: both ports are needed of a tor that runs · `notOurs`: a tor that runs takes no lines of
	 * ours · `address`: it is no address of a port · `unreadable`: the torrc file cannot be read · `line`: a line in it, or a bridge, cannot be taken.
	 */
	| { readonly about: "tor"; readonly what: "halfRunning" | "notOurs" | "address" | "unreadable" }
	| { readonly about: "tor"; readonly what: "line"; readonly trouble: TorrcTrouble }
	/** The text that names the proxy makes no sense. */
	| { readonly about: "proxy"; readonly why: ProxyTrouble }
	/** The relays of a host: an address is none of a relay, or there are more than `most`. */
	| { readonly about: "relays"; readonly most: number }
	/** The file with what a private relay asks a host for. */
	| { readonly about: "relayToken"; readonly trouble: RelayTokenTrouble }
	/** The key of the relay is none. */
	| { readonly about: "dhtRelay" };
