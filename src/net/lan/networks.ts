// The networks this computer is in, in which rooms can be found by multicast, and whether an address is one of theirs.
import { isIPv4 } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { canonicalAddress } from "../address/address.ts";
import { type Cidr, isInCidr, parseCidr } from "../address/cidr.ts";
import { type InterfaceKind, interfaceKind, type Restriction } from "../address/interfaces.ts";
import { type Interfaces, ownInterfaces } from "../address/own-interfaces.ts";

/** One IPv4 network. Every home network has IPv4, and its addresses need no zone to be dialled. */
export interface LanNetwork {
	/** The address that this computer has in it. */
	readonly address: string;
	readonly interface: string;
	readonly range: Cidr;
}

/** People's computers stand side by side in networks of these kinds. A VPN's other end is elsewhere, a container's is this computer. */
const USUAL_KINDS: readonly InterfaceKind[] = ["wifi", "cable", "network"];
/** A network of one address has no neighbours. */
const SMALLEST_NETWORK_BITS = 31;

/** Returns the networks that a restriction leaves, one for each of our addresses. An interface or address that is named counts whatever its kind. */
export function lanNetworks(only: Restriction = {}, interfaces: Interfaces = ownInterfaces()): readonly LanNetwork[] {
	const bind = only.bind === undefined ? undefined : canonicalAddress(only.bind);
	const isRestricted = only.interface !== undefined || only.bind !== undefined;
	return Object.entries(interfaces).flatMap(([name, infos]) => {
		if (only.interface !== undefined && only.interface !== name) return [];
		if (!isRestricted && !USUAL_KINDS.includes(interfaceKind(name))) return [];
		return (infos ?? []).flatMap((info) => networkOf(name, info) ?? []).filter(isMeant);
	});

	function isMeant({ address }: LanNetwork): boolean {
		return only.bind === undefined || address === bind;
	}
}

function networkOf(name: string, info: NetworkInterfaceInfo): LanNetwork | undefined {
	const address = canonicalAddress(info.address);
	const range = parseCidr(info.cidr ?? "");
	if (address === undefined || !isIPv4(address) || info.internal || range === undefined) return undefined;
	return range.bits > SMALLEST_NETWORK_BITS ? undefined : { address, interface: name, range };
}

/** Tells whether a packet from this address can come from this network itself. */
export function isNeighbour(address: string, network: LanNetwork): boolean {
	return isInCidr(address, network.range);
}
