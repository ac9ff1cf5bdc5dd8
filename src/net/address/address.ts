// Addresses of the Internet: the one canonical spelling, how far each reaches, and which of them this computer has.
import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { type Interfaces, ownInterfaces } from "./own-interfaces.ts";

/** Says how far an address reaches: `loopback` on this computer only, `local` not through the Internet, `global` everywhere else. */
export type Scope = "loopback" | "local" | "global";

/** The longest literal address has this many characters: IPv6 with dotted IPv4 at the end (45), "%" and a zone. */
const LONGEST_LITERAL = 80;

/** Returns the one spelling of a literal address: IPv6 as in RFC 5952, IPv4-mapped IPv6 as IPv4, without a zone. Returns `undefined` for all else. */
export function canonicalAddress(text: string): string | undefined {
	if (text.length > LONGEST_LITERAL) return undefined;
	if (isIPv4(text)) return text;
	if (!isIPv6(text)) return undefined;
	// The URL standard's serialiser writes RFC 5952 §4, except that it never ends in dotted IPv4, which suits comparing.
	const canonical = new URL(`http://[${text.replace(/%.*/s, "")}]/`).hostname.slice(1, -1);
	return mappedIPv4(canonical) ?? canonical;
}

/** Returns the IPv4 address that is mapped into IPv6 (RFC 4291 §2.5.5.2). `canonical` is as the URL standard writes it: "::ffff:" and two groups. */
function mappedIPv4(canonical: string): string | undefined {
	const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical)?.slice(1);
	return groups
		?.map((group) => Number.parseInt(group, 16))
		.flatMap((bits) => [bits >> 8, bits & 0xff])
		.join(".");
}

/** Tells whether a canonical address is one of fe80::/10 (RFC 4291 §2.5.6). */
export function isLinkLocal(canonical: string): boolean {
	return /^fe[89ab][0-9a-f]:/.test(canonical);
}

const LOOPBACK = blockListOf(["127.0.0.0/8", "::1/128"]);

/**
 * These ranges are not "Globally Reachable" in IANA's special-purpose registries (RFC 6890), or are the deprecated site-local fec0::/10. Documentation
 * addresses are among them: whoever really has one is in somebody's own network.
 */
const LOCAL = blockListOf([
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.168.0.0/16",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"240.0.0.0/4",
	"::/128",
	"64:ff9b:1::/48",
	"100::/64",
	"2001:2::/48",
	"2001:db8::/32",
	"3fff::/20",
	"5f00::/16",
	"fc00::/7",
	"fe80::/10",
	"fec0::/10",
]);

/** Makes a list to check addresses against. Each of `networks` is written "ADDRESS/BITS". */
export function blockListOf(networks: readonly string[]): BlockList {
	const list = new BlockList();
	for (const network of networks) {
		const [address = "", bits] = network.split("/");
		list.addSubnet(address, Number(bits), isIPv4(address) ? "ipv4" : "ipv6");
	}
	return list;
}

/** Returns how far an address reaches. What is no address counts as `global`: nothing is called near that is not known to be. */
export function scopeOf(address: string): Scope {
	const canonical = canonicalAddress(address);
	if (canonical === undefined) return "global";
	const family = isIPv4(canonical) ? "ipv4" : "ipv6";
	if (LOOPBACK.check(canonical, family)) return "loopback";
	return LOCAL.check(canonical, family) ? "local" : "global";
}

/** A LocalAddress is one address of this computer. */
export interface LocalAddress {
	/** The address in its canonical spelling. */
	readonly address: string;
	/** The name by which the system calls the interface: "wlan0", "en0", "Ethernet 2". */
	readonly interface: string;
	readonly scope: Scope;
	readonly family: 4 | 6;
}

/** Interfaces of VPNs, containers and virtual machines have these names on Linux, macOS and Windows. OpenWrt's br-lan is a real network. */
const VIRTUAL_INTERFACE =
	/^(?:u?tun|tap|wg|ppp|ipsec|docker|br-(?!lan)|veth|vir?br|vnet|vmnet|vboxnet|lxc|lxd|incus|cni|flannel|cali|podman|zt|tailscale|ts\d|nordlynx|proton|mullvad|awdl|llw|bridge\d|dummy|ifb|sit|gre|teredo)|vEthernet|virtual|vmware|vpn|wsl|hyper-v|tailscale|zerotier|wireguard|bluetooth/i;

/**
 * Returns the addresses of this computer that others can type, the likeliest to work first: Wi-Fi and cable before virtual networks, IPv4 before IPv6,
 * self-assigned (169.254/16) last of its kind. Link-local IPv6 is left out because it would need a zone; loopback is there only when there is nothing else.
 * This is the only function here that asks the system.
 */
export function localAddresses(interfaces: Interfaces = ownInterfaces()): readonly LocalAddress[] {
	const found = Object.entries(interfaces).flatMap(([name, infos]) =>
		(infos ?? []).flatMap((info) => localAddress(name, info) ?? []),
	);
	const reachable = found.filter(({ scope }) => scope !== "loopback");
	return (reachable.length > 0 ? reachable : found).toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Returns the addresses that people on the same network can type. Where no cable and no Wi-Fi has another one, as with a cable between two computers and no
 * router, link-local IPv6 comes first, without a zone: the zone is what the other computer calls its own interface, and its program finds that by itself.
 */
export function typeableAddresses(interfaces: Interfaces = ownInterfaces()): readonly LocalAddress[] {
	const usual = localAddresses(interfaces);
	if (usual.some((one) => one.scope !== "loopback" && !VIRTUAL_INTERFACE.test(one.interface))) return usual;
	const found = Object.entries(interfaces).flatMap(([name, infos]) =>
		(infos ?? []).flatMap(({ address: written, internal }): readonly LocalAddress[] => {
			const address = canonicalAddress(written);
			if (address === undefined || internal || !isLinkLocal(address) || VIRTUAL_INTERFACE.test(name)) return [];
			return [{ address, interface: name, scope: "local", family: 6 }];
		}),
	);
	return [...found, ...usual];
}

function localAddress(name: string, info: NetworkInterfaceInfo): LocalAddress | undefined {
	const address = canonicalAddress(info.address);
	if (address === undefined || isLinkLocal(address)) return undefined;
	return {
		address,
		interface: name,
		scope: info.internal ? "loopback" : scopeOf(address),
		family: isIPv4(address) ? 4 : 6,
	};
}

/** Returns a number to sort by, the likeliest to work lowest. Equal ranks keep the system's order (toSorted is stable). */
function rank({ address, interface: name, family }: LocalAddress): number {
	const isSelfAssigned = address.startsWith("169.254.");
	return (VIRTUAL_INTERFACE.test(name) ? 4 : 0) + (family === 6 ? 2 : 0) + (isSelfAssigned ? 1 : 0);
}
