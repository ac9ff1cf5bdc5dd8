// Sentences about the ways into a room: what routers said, in words for somebody who never heard of NAT.
import type { InterfaceKind } from "../../net/address/interfaces.ts";
import type { AddressVerdict } from "../../net/address/public-address.ts";
import type { MethodName, Refusal } from "../../net/portmap/method.ts";

/** What people call an interface. */
export const interfaceWords: Readonly<Record<InterfaceKind, string>> = {
	wifi: "Wi-Fi",
	cable: "cable",
	mobile: "mobile network",
	vpn: "VPN",
	container: "containers and virtual machines",
	loopback: "this computer only",
	network: "network",
};

/** What a method is called on a router's own pages. */
export const methodWords: Readonly<Record<MethodName, string>> = {
	upnp: "UPnP",
	natpmp: "NAT-PMP",
	pcp: "PCP",
	pcpPinhole: "PCP",
	upnpPinhole: "UPnP",
};

const refusalWords: Readonly<Record<Refusal["why"], string>> = {
	portTaken: "port taken",
	onlyPermanent: "only permanent mappings",
	samePortOnly: "outside and inside port must be the same",
	notAuthorized: "not allowed",
	noResources: "no room for another one",
	networkFailure: "the router itself has no connection",
	unsupported: "not supported",
	noAnswer: "no answer",
	malformed: "its answer makes no sense",
	other: "it did not say why",
};

/** For example "error 718: port taken", or "no answer". */
export function refusalText({ why, code }: Refusal): string {
	return code === undefined ? refusalWords[why] : `error ${code}: ${refusalWords[why]}`;
}

/** What somebody can do about a router that will not open a port. */
export function adviceFor({ why }: Refusal, port: number): string {
	const byHand = `open TCP port ${port} to this computer by hand in the router's settings`;
	switch (why) {
		case "notAuthorized":
			return `Allow this computer to open ports in the router's settings ("UPnP" or "port sharing"), or ${byHand}.`;
		case "noResources":
			return `Remove port mappings nobody needs in the router's settings, or restart the router.`;
		case "networkFailure":
			return "Check the router's own connection to the Internet.";
		case "portTaken":
		case "samePortOnly":
			return "Close the program that uses the port, or host on another one with --port.";
		default:
			return `Restart the router, or ${byHand}.`;
	}
}

/** Why an address that is not public keeps people out; `undefined` when the address is public. */
export function outsideText(verdict: AddressVerdict, address: string | undefined): string | undefined {
	switch (verdict) {
		case "public":
			return undefined;
		case "cgnat":
			return `Your provider shares one address among many customers (CGNAT; your router has ${address}).`;
		case "private":
			return `Another NAT stands in front of your router: its own outside address, ${address}, is a private one.`;
		case "reserved":
			return `Your router says that its outside address is ${address}, which nobody on the Internet has.`;
		case "otherFamily":
			return `Your router gave ${address} where an IPv4 address was asked for.`;
		case "nonsense":
			return "Your router gave something that is not an address when asked for its outside address.";
		case "none":
			return "Your router has no public address of its own, or does not tell it: another NAT may stand in front of it.";
	}
}

/** What is left to people whose router has no public IPv4 address. */
export function adviceBehindNat(hasIPv6: boolean): string {
	const ipv6 = hasIPv6 ? "People outside can join by IPv6. Otherwise, " : "";
	const rest =
		"ask your provider for a public IPv4 address, put the router in front into bridge mode, or use a VPN that all of you are in.";
	return ipv6 === "" ? rest.charAt(0).toUpperCase() + rest.slice(1) : ipv6 + rest;
}
