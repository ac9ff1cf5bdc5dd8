// What a router calls "my address on the Internet" may be none: here that is found out from the address alone.
import { isIPv4 } from "node:net";
import { blockListOf, canonicalAddress, scopeOf } from "./address.ts";

/**
 * Says what an address is worth. `public`: others can reach it · `cgnat`: the provider shares one address among customers (RFC 6598) · `private`: another
 * router stands in front (RFC 1918, RFC 4193) · `reserved`: nobody has it (documentation, loopback, multicast and others) · `otherFamily`: it is IPv6 where
 * IPv4 was asked for, or the reverse · `none`: the router has no address at the moment · `nonsense`: it is no address.
 */
export type AddressVerdict = "public" | "cgnat" | "private" | "reserved" | "otherFamily" | "none" | "nonsense";

/** The canonical address where there is one, and what it is worth. */
export interface JudgedAddress {
	readonly address?: string;
	readonly verdict: AddressVerdict;
}

const CGNAT = blockListOf(["100.64.0.0/10"]);
const PRIVATE = blockListOf(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]);
const MULTICAST = blockListOf(["224.0.0.0/4", "ff00::/8"]);

/** Judges what a router said its outer address is. `text` is hostile: any length, any characters. */
export function judgePublicAddress(text: string | undefined, family: 4 | 6): JudgedAddress {
	if (text === undefined || text === "") return { verdict: "none" };
	const address = canonicalAddress(text);
	if (address === undefined) return { verdict: "nonsense" };
	if (address === "0.0.0.0" || address === "::") return { verdict: "none" };
	return { address, verdict: verdictOf(address, family) };
}

function verdictOf(address: string, family: 4 | 6): AddressVerdict {
	const kind = isIPv4(address) ? "ipv4" : "ipv6";
	if ((kind === "ipv4") !== (family === 4)) return "otherFamily";
	if (CGNAT.check(address, kind)) return "cgnat";
	if (PRIVATE.check(address, kind)) return "private";
	if (MULTICAST.check(address, kind) || scopeOf(address) !== "global") return "reserved";
	return "public";
}
