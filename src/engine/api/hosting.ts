// A hosted room as its host sees it: what friends can type, and every way in. Part of api.ts.
import type { LanVisibility } from "./lan.ts";

/** A way into a room beside plain addresses. */
export type RouteName = "dht";

/** What a host wishes for a new room. The command line, the views and the engine pass it on whole: a new wish is a field here, read where it is fulfilled. */
export interface HostWish {
	/** The port to listen on; absent or 0: a free one is picked. */
	readonly port?: number;
	/** The one address of this computer to listen on, as it was typed; absent: all of them. */
	readonly bind?: string;
	/** The room is shown to everyone on the same network from the start (`GateSettings`). */
	readonly visibleOnLan?: boolean;
	/** The routes by which the invite leads here as well. `Snapshot.routeTerms` says whom each contacts: show it before. */
	readonly routes?: readonly RouteName[];
}

export type AddressScope = "loopback" | "local" | "global";

/** One line a friend can type, for one of the host's addresses. */
export interface JoinLine {
	readonly address: string;
	readonly scope: AddressScope;
	/** Name of the network interface, e.g. "wlan0". */
	readonly interface: string;
	/** e.g. "./rt 192.168.1.5 40213" */
	readonly command: string;
}

export interface Hosting {
	readonly password: string;
	readonly port: number;
	/** What friends can type. Those from outside come when they are known to work, or likely to. */
	readonly joinLines: readonly JoinLine[];
	/** Every way in and how it stands, those from outside first. */
	readonly ways: readonly WayIn[];
	/** One line that names all addresses and the host's key, never the password; "rt://…". */
	readonly invite?: string;
	/** It listens on loopback only, as the person wished: nobody but programs on this computer can join. */
	readonly isOnlyHere?: true;
	/** While it is to be seen by everyone on the same network. */
	readonly lan?: LanVisibility;
}

/**
 * What a way in is called: a route, or how the port can be reached. `globalIpv4`: this computer itself has a public address. `pinhole`: a hole in the
 * router's IPv6 firewall. `local`: the same network. The others are how the router was asked to open the port.
 */
export type WayName = RouteName | "upnp" | "natpmp" | "pcp" | "pinhole" | "globalIpv6" | "globalIpv4" | "local";

/**
 * One way in. `open`: it works as far as can be known from here · `blocked`: it does not · `checking`: not known yet · `unproven`: it may
 * work, and only somebody outside can tell. Texts are plain sentences, fit to show.
 */
export interface WayIn {
	readonly way: WayName;
	readonly state: "checking" | "open" | "blocked" | "unproven";
	readonly address?: string;
	readonly port?: number;
	readonly why?: string;
	readonly advice?: string;
}
