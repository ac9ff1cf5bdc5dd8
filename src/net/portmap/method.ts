// What every way of asking a router for an open port looks like from above: a method finds a router, and the router maps, checks and unmaps.
import * as v from "valibot";
import { canonicalAddress } from "../address/address.ts";
import type { AddressVerdict, JudgedAddress } from "../address/public-address.ts";

/** UPnP, NAT-PMP and PCP open ports of IPv4; the two pinholes open the IPv6 firewall, asked for by PCP or by UPnP. */
export type MethodName = "upnp" | "natpmp" | "pcp" | "pcpPinhole" | "upnpPinhole";

export type Protocol = "tcp" | "udp";

/**
 * Says why a router did not do what it was asked. `portTaken`: another port may work · `onlyPermanent`: it knows no leases (UPnP 725) · `samePortOnly`: outside
 * and inside port must be the same (724) · `notAuthorized`: switched off or not for us (606) · `noResources`: its table is full · `networkFailure`: it has no
 * Internet itself · `unsupported`: it does not know the request · `noAnswer` · `malformed`: its answer makes no sense.
 */
export type RefusalWhy =
	| "portTaken"
	| "onlyPermanent"
	| "samePortOnly"
	| "notAuthorized"
	| "noResources"
	| "networkFailure"
	| "unsupported"
	| "noAnswer"
	| "malformed"
	| "other";

/** A router's refusal. `code` is the protocol's own number, for people who want to look it up. */
export interface Refusal {
	readonly why: RefusalWhy;
	readonly code?: number;
	/** Is what the router calls its outside address, where that may explain it: many map nothing while theirs is private. */
	readonly outside?: JudgedAddress;
}

/** Says what one router is asked for. */
export interface MapRequest {
	readonly protocol: Protocol;
	readonly internalPort: number;
	readonly externalPort: number;
	/** The length of the lease; 0 is without end. */
	readonly leaseSeconds: number;
	/** The router may pick another outside port if it can. */
	readonly mayChoose: boolean;
	/** 24 hexadecimal digits, the same for the life of one mapping (RFC 6887 §11.1): only who knows them can change it. */
	readonly nonce: string;
}

/** Holds what a router has opened. */
export interface Lease {
	readonly externalPort: number;
	/** The length of the lease; 0 is without end. */
	readonly seconds: number;
	/** The canonical outside address, where there is one, as the router says. */
	readonly address?: string;
	readonly verdict: AddressVerdict;
	/** The number by which a UPnP pinhole is known. */
	readonly pinholeId?: number;
	/** Is what the router's clock showed (RFC 6886 §3.6, RFC 6887 §8.5). */
	readonly epoch?: EpochReading;
}

/** The reading of the router's clock, and of ours at that moment (ms since the epoch). */
export interface EpochReading {
	readonly seconds: number;
	readonly at: number;
}

export type MapOutcome =
	| { readonly kind: "mapped"; readonly lease: Lease }
	| { readonly kind: "refused"; readonly refusal: Refusal };

/** Says what came of a check. `still`: it is open, with what may have changed (outside address, clock) · `gone`: the router has forgotten it. */
export type CheckOutcome =
	| { readonly kind: "still"; readonly lease: Lease }
	| { readonly kind: "gone" }
	| { readonly kind: "noAnswer" };

/** Holds what must be known to undo a mapping, even after a crash and by another process. It is plain data, fit for the store. */
export interface OwnMapping {
	/** Names the record by 24 hexadecimal digits (a later one with the same replaces it); it is the PCP nonce, too. */
	readonly nonce: string;
	readonly method: MethodName;
	/** The canonical address of the router. */
	readonly router: string;
	readonly protocol: Protocol;
	readonly internalAddress: string;
	readonly internalPort: number;
	readonly externalPort: number;
	readonly pinholeId?: number;
	/** The moment at which it expires, in ms since the epoch; absent when never. */
	readonly expiresAt?: number;
}

/** Says that a mapping of ours begins or has ended. Kept on disk, it lets the next start remove what a crash left open. */
export type OwnMappingChange =
	/** `made` is said before the router is asked; later ones with the same nonce replace it. */
	{ readonly kind: "made"; readonly mapping: OwnMapping } | { readonly kind: "gone"; readonly nonce: string };

/** A router that answered. It keeps no state: what it said is in the leases. */
export interface Router {
	/** The address in its canonical spelling. */
	readonly address: string;
	map(request: MapRequest, signal: AbortSignal): Promise<MapOutcome>;
	check(mapping: OwnMapping, lease: Lease, signal: AbortSignal): Promise<CheckOutcome>;
	/**
	 * Asks the router to undo a mapping. It resolves with `true` when it is not there any more, or was never ours, and with `false` when the router did not say.
	 */
	unmap(mapping: OwnMapping, signal: AbortSignal): Promise<boolean>;
}

export interface MappingMethod {
	readonly name: MethodName;
	/** Looks until a router answers or `signal` aborts: then it resolves with `undefined`. It opens nothing. */
	find(signal: AbortSignal): Promise<Router | undefined>;
}

const address = v.pipe(
	v.string(),
	v.check((text) => canonicalAddress(text) === text),
);

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const ownMapping = v.strictObject({
	nonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{24}$/)),
	method: v.picklist(["upnp", "natpmp", "pcp", "pcpPinhole", "upnpPinhole"]),
	router: address,
	protocol: v.picklist(["tcp", "udp"]),
	internalAddress: address,
	internalPort: port,
	externalPort: port,
	pinholeId: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
	expiresAt: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

/** Reads a record; returns `undefined` for whatever is not an OwnMapping of this version. */
export function parseOwnMapping(value: unknown): OwnMapping | undefined {
	const parsed = v.safeParse(ownMapping, value);
	return parsed.success ? parsed.output : undefined;
}
