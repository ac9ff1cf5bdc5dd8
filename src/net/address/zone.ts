// Link-local IPv6 addresses: each network interface has some, and an address alone does not say through which one it is meant (RFC 4007).
import { canonicalAddress, isLinkLocal } from "./address.ts";
import { type Interfaces, ownInterfaces } from "./own-interfaces.ts";

/** Returns the zone that is written behind an address: "eth0" for "fe80::1%eth0". */
function zoneIn(host: string): string | undefined {
	return /%(.+)$/s.exec(host)?.[1];
}

function isLinkLocalHost(host: string): boolean {
	return isLinkLocal(canonicalAddress(host) ?? "");
}

/** Returns the names of the interfaces that have link-local addresses. */
function linkLocalInterfaces(interfaces: Interfaces): readonly string[] {
	return Object.entries(interfaces).flatMap(([name, infos]) =>
		infos?.some(({ address, internal }) => !internal && isLinkLocalHost(address)) ? [name] : [],
	);
}

/**
 * Returns what has to be dialled so that the computer is found on whichever cable or network it is: a link-local address without a zone once through each
 * interface. The system would take the first interface without a word. Every other target stays as it is.
 */
export function throughEachInterface<Target extends { readonly host: string }>(
	target: Target,
	interfaces: Interfaces = ownInterfaces(),
): readonly Target[] {
	const { host } = target;
	if (!isLinkLocalHost(host) || zoneIn(host) !== undefined) return [target];
	const names = linkLocalInterfaces(interfaces);
	return names.length > 0 ? names.map((name) => ({ ...target, host: `${host}%${name}` })) : [target];
}

/** Returns a sentence when the zone of a host names no interface of this computer: the system would go by another one. `undefined` when nothing is wrong. */
export function zoneTrouble(host: string, interfaces: Interfaces = ownInterfaces()): string | undefined {
	const zone = zoneIn(host);
	if (zone === undefined || interfaces[zone] !== undefined) return undefined;
	const names = linkLocalInterfaces(interfaces);
	const others = names.length > 0 ? `; it has ${names.join(", ")}` : "";
	return `This computer has no network interface "${zone}" that is switched on${others}.`;
}
