// A hosted room as its host sees it: what friends can type, and every way in. Part of api.ts.
import type { InterfaceKind } from "../../net/address/interfaces.ts";
import type { JudgedAddress } from "../../net/address/public-address.ts";
import type { MethodName, Refusal } from "../../net/portmap/method.ts";
import type { TorHindrance } from "../../net/tor/bootstrap.ts";
import type { TorTrouble } from "../../net/tor/own-tor.ts";
import type { LanVisibility } from "./lan.ts";

/** Names a way into a room beside plain addresses. */
export type RouteName = "dht" | "relay" | "tor";

/**
 * Holds what a host wishes for a new room. The command line, the views and the engine pass it on whole, so that a new wish is a field here and is
 * read where it is fulfilled.
 */
export interface HostWish {
	/** The port to listen on; absent or 0: a free one is picked. */
	readonly port?: number;
	/** The one address of this computer to listen on, as it was typed; without it all of them are. */
	readonly bind?: string;
	/** The room is shown to everyone on the same network from the start (`GateSettings`). */
	readonly visibleOnLan?: boolean;
	/** The name under which the room is kept: one that is there goes on, with this password from now on. Absent: the room leaves nothing behind. */
	readonly keep?: string;
	/** The room is one of two, off the record: with the person whose key has this fingerprint, as it was typed. Nobody else comes in, and nothing is signed. */
	readonly offRecordWith?: string;
	/** The room that is kept has what is said on everybody's disk for so many days. */
	readonly historyDays?: number;
	/** Names the routes by which the invite leads here as well. `Snapshot.routeTerms` says whom each contacts, which is to be shown before. */
	readonly routes?: readonly RouteName[];
	/** The room is reached by `routes` and in no other way: nothing listens on a port, and no router and no network is asked. */
	readonly isOnlyByRoutes?: true;
}

export type AddressScope = "loopback" | "local" | "global";

/** An address and port at which friends can join. */
export interface JoinLine {
	readonly address: string;
	readonly port: number;
	readonly scope: AddressScope;
	/** Names the network interface, such as "wlan0"; it is "" for an address outside this computer. */
	readonly interface: string;
	/** Says which kind of network the interface leads to; it is absent for an address outside this computer. */
	readonly network?: InterfaceKind;
}

export interface Hosting {
	/** The password as it was typed; "" where a kept room goes on with the one it has, of which only a hash is kept. */
	readonly password: string;
	/** 0: nothing listens on a port. */
	readonly port: number;
	/** Lists what friends can type. Lines for friends outside come when they are known to work, or likely to. */
	readonly joinLines: readonly JoinLine[];
	/** Lists every way in and how it stands; those from outside come first. */
	readonly ways: readonly WayIn[];
	/** The invite: one line "rt://…" that names all addresses and the host's key, and never the password. */
	readonly invite?: string;
	/** It listens on loopback only, as the person wished: nobody but programs on this computer can join. */
	readonly isOnlyHere?: true;
	/** It is there while everyone on the same network is to see the room. */
	readonly lan?: LanVisibility;
}

/**
 * Names a way in: a route, or how the port can be reached. `globalIpv4`: this computer itself has a public address · `pinhole`: a hole in the
 * router's IPv6 firewall · `local`: the same network. The others say how the router was asked to open the port.
 */
export type WayName = RouteName | "upnp" | "natpmp" | "pcp" | "pinhole" | "globalIpv6" | "globalIpv4" | "local";

/** Says what a router's or a provider's own address is worth, as `net/address/public-address.ts` judges it. */
export type OutsideAddress = JudgedAddress;

/** Says why a router does not open a port, with the number that its protocol has for that. */
export type RouterRefusal = Pick<Refusal, "why" | "code">;

/** Says what is known of a way in. `port` is the port on which the room listens, unless something else is said. */
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
	/** The router has opened no port. `outside` is there when the router's own address is not public, which may be why. */
	| {
			readonly kind: "routerRefused";
			readonly method: MethodName;
			readonly refusal: RouterRefusal;
			readonly outside?: OutsideAddress;
			readonly port: number;
			readonly hasIpv6: boolean;
	  }
	| { readonly kind: "firewallOpened" | "askingFirewall" }
	/** The room can be reached by people on the same network. */
	| { readonly kind: "sameNetwork"; readonly network: InterfaceKind }
	/** The room is being announced by a route. `nodes`: "HOST:PORT, …", the computers that are contacted first. */
	| { readonly kind: "announcing"; readonly route: RouteName; readonly nodes: string }
	/** The room can be found by a route. `isWithoutProofOfWork`: this Tor is too old to let callers compute when they are too many. */
	| {
			readonly kind: "announced";
			readonly route: RouteName;
			readonly isWithoutProofOfWork?: true;
			readonly page?: OnionPage;
	  }
	/** Tor starts, or is getting into its network. */
	| { readonly kind: "torStarting"; readonly progress: RouteProgress }
	/** There is no Tor; it is tried again. */
	| { readonly kind: "torFailed"; readonly trouble: TorFailure }
	/** The room could not be announced by a route. `detail` says why in one sentence; announcing is tried again every minute. */
	| { readonly kind: "notAnnounced"; readonly detail: string };

/** Says where Tor Browser finds the page for guests, "http://….onion/", and the key it asks for, which who has an invite could work out. */
export interface OnionPage {
	readonly url: string;
	readonly key: string;
}

/** Says how far what takes its time has come. `summary` has the words of Tor itself, and is clean. */
export interface RouteProgress {
	readonly percent: number;
	readonly summary: string;
	/** Says what keeps it from going on. */
	readonly hindrance?: TorHindrance;
}

/** Says why there is no Tor. `detail` is clean. */
export type TorFailure = TorTrouble;

/**
 * Describes one way in. `open`: it works as far as can be known from here · `blocked`: it does not work · `checking`: it is not known yet ·
 * `unproven`: it may work, and only somebody outside can tell.
 */
export interface WayIn {
	readonly way: WayName;
	readonly state: "checking" | "open" | "blocked" | "unproven";
	readonly address?: string;
	readonly port?: number;
	readonly facts: WayFacts;
}

/** Tells a host whom announcing the room by a route contacts, before it is done. */
export interface RouteTerms {
	/** "HOST:PORT, …", the computers that are contacted. */
	readonly nodes: string;
	/** Guests who cannot be reached directly come through the host's own relay. */
	readonly hasRelay: boolean;
}
