// A hosted room as its host sees it: what friends can type, and every way in. Part of api.ts.
import type { InterfaceKind } from "../../net/address/interfaces.ts";
import type { JudgedAddress } from "../../net/address/public-address.ts";
import type { MethodName, Refusal } from "../../net/portmap/method.ts";
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

/** An address and port at which friends can join. */
export interface JoinLine {
	readonly address: string;
	readonly port: number;
	readonly scope: AddressScope;
	/** Name of the network interface, e.g. "wlan0"; "" for an address outside this computer. */
	readonly interface: string;
	/** The kind of network to which the interface leads; absent for an address outside this computer. */
	readonly network?: InterfaceKind;
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

/** What a router's or a provider's own address is worth: see `net/address/public-address.ts`. */
export type OutsideAddress = JudgedAddress;

/** Why a router does not open a port, with the number that its protocol has for that. */
export type RouterRefusal = Pick<Refusal, "why" | "code">;

/** What is known of a way in. `port` is the one that the room listens on, where it is not said otherwise. */
export type WayFacts =
	/** This computer has a public IPv4 address, and nobody can tell from here whether a firewall stands in front of it. */
	| { readonly kind: "publicIpv4" }
	/** The computer has a public IPv6 address, but most routers let nobody in there. */
	| { readonly kind: "publicIpv6"; readonly port: number }
	/** The person does not want the router to be asked. */
	| { readonly kind: "routerNotAsked"; readonly port: number }
	| { readonly kind: "lookingForRouter" }
	| { readonly kind: "noRouterAnswers"; readonly port: number }
	/** The router is being asked for `externalPort`. `refusal`: it has just refused another port. */
	| {
			readonly kind: "askingRouter";
			readonly method: MethodName;
			readonly externalPort: number;
			readonly refusal?: RouterRefusal;
	  }
	| { readonly kind: "routerLost"; readonly method: MethodName }
	| { readonly kind: "routerOpened"; readonly method: MethodName; readonly externalPort: number; readonly port: number }
	/** The port is open at an address that nobody on the Internet can reach. */
	| { readonly kind: "notPublic"; readonly outside: OutsideAddress; readonly hasIpv6: boolean }
	/** `outside`: the router's own address is not public, which may be why. */
	| {
			readonly kind: "routerRefused";
			readonly method: MethodName;
			readonly refusal: RouterRefusal;
			readonly outside?: OutsideAddress;
			readonly port: number;
			readonly hasIpv6: boolean;
	  }
	| { readonly kind: "firewallOpened" | "askingFirewall" }
	/** For people on the same network. */
	| { readonly kind: "sameNetwork"; readonly network: InterfaceKind }
	/** The room is being announced by a route. `nodes`: "HOST:PORT, …", the computers that are contacted first. */
	| { readonly kind: "announcing"; readonly route: RouteName; readonly nodes: string }
	| { readonly kind: "announced"; readonly route: RouteName }
	/** `detail`: one sentence; it is tried again every minute. */
	| { readonly kind: "notAnnounced"; readonly detail: string };

/**
 * One way in. `open`: it works as far as can be known from here · `blocked`: it does not · `checking`: not known yet · `unproven`: it may
 * work, and only somebody outside can tell.
 */
export interface WayIn {
	readonly way: WayName;
	readonly state: "checking" | "open" | "blocked" | "unproven";
	readonly address?: string;
	readonly port?: number;
	readonly facts: WayFacts;
}

/** What a host is told before a room is announced by a route: whom it contacts. */
export interface RouteTerms {
	/** "HOST:PORT, …", the computers that are contacted. */
	readonly nodes: string;
	/** Guests who cannot be reached directly come through the host's own relay. */
	readonly hasRelay: boolean;
}
