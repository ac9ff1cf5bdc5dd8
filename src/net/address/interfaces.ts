// The ways out of this computer: what an interface is to a person, and which address the system would send from.
import { createSocket } from "node:dgram";
import { existsSync } from "node:fs";
import { isIPv4 } from "node:net";
import { canonicalAddress, scopeOf } from "./address.ts";
import { type Gateway, gatewayOf } from "./gateway.ts";
import { type Interfaces, ownInterfaces } from "./own-interfaces.ts";

/** Says what a person would call an interface. `network` is a real one of which the system does not say whether it is Wi-Fi or cable. */
export type InterfaceKind = "wifi" | "cable" | "mobile" | "vpn" | "container" | "loopback" | "network";

const WIFI = /^(?:wl|wifi|ath\d|ra\d)|wi-?fi|wlan|wireless/i;
const CABLE = /^(?:eth|en[opsx]|em\d)|^ethernet|^local area connection|^lan-verbindung/i;
const MOBILE = /^(?:wwan|ww[px]|rmnet|usb\d)|cellular|mobil/i;
const VPN =
	/^(?:u?tun|tap|wg|ppp|ipsec|zt|tailscale|ts\d|nordlynx|proton|mullvad|gre|sit|teredo)|vpn|tailscale|zerotier|wireguard/i;
const CONTAINER =
	/^(?:docker|br-(?!lan)|veth|vir?br|vnet|vmnet|vboxnet|lxc|lxd|incus|cni|flannel|cali|podman|bridge\d|dummy|ifb)|vethernet|virtual|vmware|wsl|hyper-v/i;

/** Returns what the interface called `name` by the system is to a person. `isWireless` is asked only where the name does not tell. */
export function interfaceKind(name: string, isWireless: (name: string) => boolean = linuxSaysWireless): InterfaceKind {
	if (/^lo\d*$|loopback/i.test(name)) return "loopback";
	if (VPN.test(name)) return "vpn";
	if (CONTAINER.test(name)) return "container";
	if (WIFI.test(name)) return "wifi";
	if (MOBILE.test(name)) return "mobile";
	if (/^[\w.-]{1,32}$/.test(name) && isWireless(name)) return "wifi";
	return CABLE.test(name) ? "cable" : "network";
}

function linuxSaysWireless(name: string): boolean {
	return existsSync(`/sys/class/net/${name}/wireless`) || existsSync(`/sys/class/net/${name}/phy80211`);
}

/** The place of this computer in one network: the address it sends from, and the router it sends by. */
export interface Standpoint {
	readonly family: 4 | 6;
	/** The address in its canonical spelling. */
	readonly address: string;
	readonly prefixLength: number;
	readonly interface: string;
	readonly gateway?: Gateway;
}

/** Restricts where to stand: to one interface by its name, to one address, or both. */
export interface Restriction {
	readonly interface?: string;
	readonly bind?: string;
}

/** Nobody has these addresses (RFC 5737, RFC 3849), so the system picks the default route for them, as for any stranger. */
const A_STRANGER = { 4: "192.0.2.1", 6: "2001:db8::1" } as const;
/** This is the discard port (RFC 863). Nothing is sent to it. */
const DISCARD_PORT = 9;

/**
 * Returns the address the system would send from to the Internet, found without a packet: connecting a UDP socket only looks up the route. Returns `undefined`
 * when no route leads there.
 */
export function preferredSource(family: 4 | 6): Promise<string | undefined> {
	return sourceTowards(A_STRANGER[family]);
}

/** Returns the address the system would send from to `address` (a literal one), found without a packet. Returns `undefined` when no route leads there. */
export function sourceTowards(address: string): Promise<string | undefined> {
	return new Promise((resolve) => {
		const socket = createSocket(isIPv4(address) ? "udp4" : "udp6");
		const settle = (address: string | undefined) => {
			socket.close();
			resolve(address);
		};
		socket.once("error", () => settle(undefined));
		socket.once("connect", () => settle(canonicalAddress(socket.address().address)));
		socket.connect(DISCARD_PORT, address);
	});
}

/**
 * Returns where this computer stands for `family`: on the interface of the preferred source address and no other, because answers to guests would leave by
 * that one. With a restriction nothing outside it is ever chosen (`undefined` rather than another way out).
 */
export async function standpoint(
	family: 4 | 6,
	only: Restriction = {},
	interfaces: Interfaces = ownInterfaces(),
): Promise<Standpoint | undefined> {
	const candidates = standpointsIn(interfaces, family).filter(
		(one) =>
			(only.interface === undefined || one.interface === only.interface) &&
			(only.bind === undefined || one.address === canonicalAddress(only.bind)),
	);
	const source = await preferredSource(family);
	const isRestricted = only.interface !== undefined || only.bind !== undefined;
	const chosen = candidates.find((one) => one.address === source) ?? (isRestricted ? candidates[0] : undefined);
	if (chosen === undefined) return undefined;
	const gateway = await gatewayOf(family, chosen);
	return gateway ? { ...chosen, gateway } : chosen;
}

function standpointsIn(interfaces: Interfaces, family: 4 | 6): readonly Standpoint[] {
	return Object.entries(interfaces).flatMap(([name, infos]) =>
		(infos ?? []).flatMap((info): readonly Standpoint[] => {
			const address = canonicalAddress(info.address);
			const prefixLength = Number(info.cidr?.split("/")[1]);
			if (address === undefined || info.internal || !Number.isInteger(prefixLength)) return [];
			if (isIPv4(address) !== (family === 4)) return [];
			// Holes in an IPv6 firewall make sense only for addresses that reach the Internet.
			if (family === 6 && scopeOf(address) !== "global") return [];
			return [{ family, address, prefixLength, interface: name }];
		}),
	);
}
