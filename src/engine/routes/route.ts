// A route: a way into a room beside plain addresses. Each is a folder here and a line in the list of open-engine.ts.
import type { OnContact } from "../../net/link/contact.ts";
import type { DialOptions, DialOutcome, Link, Transport, TransportName } from "../../net/link/link.ts";
import type { HomeView } from "../api/api.ts";
import type { Outcome } from "../api/codes.ts";
import type { RouteName, RouteProgress, RouteTerms, WayIn } from "../api/hosting.ts";

/** A Route is one route with what the person allows of it. Nothing is contacted before a room is opened or joined by it. */
export interface Route {
	readonly name: RouteName;
	/** Returns why it cannot be used here, or nothing. `only` is the one interface or address of this computer that may be used. */
	refusal(only: Transport["only"]): Outcome | undefined;
	/** Returns why no room here can be found by it, although guests may use it; absent where what holds for guests holds for hosts. */
	refusalToHost?(): Outcome | undefined;
	/** Says whom it contacts and what they learn: told to a host before the room is opened. */
	terms(): RouteTerms;
	/** Those who were let in find the host's later rooms by it too: it takes further secrets, and nobody but their owner is found by them. */
	readonly leadsToLaterRooms?: true;
	/** Prepares the host's side for one room. */
	host(options: RouteHostOptions): RouteHost;
	/** The key of its part in an invite (docs/protocol.md, section 15). */
	readonly inviteKey: number;
	/**
	 * Reads its part of an invite; the result prepares the guest's side. `secret` is the secret of the invite, absent where there is none. `undefined`
	 * when the part makes no sense. It never throws.
	 */
	readInvite(part: unknown, secret: Uint8Array | undefined): ((onContact: OnContact) => RouteGuest) | undefined;
}

/** A RouteFace is the part of a route that can be asked before anything is opened or joined. */
export type RouteFace = Pick<Route, "name" | "refusal" | "refusalToHost" | "terms">;

/** Returns why a host here cannot use a route, or nothing. */
export function hostRefusal(route: RouteFace, only: Transport["only"]): Outcome | undefined {
	return route.refusal(only) ?? route.refusalToHost?.();
}

/** Returns what is told before each of the routes is used that a host can use here. `only` is the one interface or address of this computer that may be used. */
export function usableTerms(routes: readonly RouteFace[], only: Transport["only"]): HomeView["routeTerms"] {
	const usable = routes.filter((route) => hostRefusal(route, only) === undefined);
	return Object.fromEntries(usable.map((route) => [route.name, route.terms()]));
}

export interface RouteHostOptions {
	/** The secret of the room's invites: whoever has it may find the host. */
	readonly secret: Uint8Array;
	/** Returns the secrets of all invites that are good now, that one among them, and those by which the host is found again. */
	readonly secrets: () => readonly Uint8Array[];
	/** The key by which guests have found this room here before; absent: the route makes a new one, if it has one at all. */
	readonly key?: Uint8Array | undefined;
	/** Is called when something that takes its time has come further. */
	readonly onProgress: (progress: RouteProgress) => void;
	/** The one address of this computer that may be used, canonical; absent: all. */
	readonly bind?: string;
	readonly onLink: (link: Link) => void;
	/** Hears of everybody who is contacted. */
	readonly onContact: OnContact;
	/** Is called when `view` answers something else than before. */
	readonly onChange: () => void;
}

/** The host's side of a route for as long as the room is open. */
export interface RouteHost {
	readonly inviteKey: number;
	/** The secret key by which guests find the room here, 32 bytes: with it the same invite is good after a restart. Absent where the invite's secret is enough. */
	readonly key?: Uint8Array;
	/** Opens the way in; resolves when it is known how that went the first time. */
	start(): Promise<void>;
	/** Returns how the way in stands, for the list of all ways in. */
	view(): WayIn;
	/** Returns what the invite has to say of it, as a value for CBOR; it is the same from the start to the end of the room. */
	invitePart(): unknown;
	/** Makes it so that those find the room who have one of the invites that are good now; resolves when they can. */
	secretsChanged?(): Promise<void>;
	/** Closes the way in and ends every Link that came by it. */
	close(): Promise<void>;
}

/** A RouteGuest is the guest's side of a route, for one room. */
export interface RouteGuest {
	readonly name: RouteName;
	readonly transport: TransportName;
	/** Names whom a dial asks first, fit to show. */
	readonly via: string;
	readonly timeoutMs: number;
	/** Tells how far what takes its time has come; returns the function that stops it. */
	watch?(hear: (progress: RouteProgress) => void): () => void;
	/** Dials the room. It never throws for what the network does. */
	dial(options: DialOptions): Promise<DialOutcome>;
	/** Ends every Link and lets go of everything. */
	close(): Promise<void>;
}
