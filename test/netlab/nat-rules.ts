// The packet filters of the lab's routers, one for each kind of NAT that homes have.

/**
 * `cone`: keeps ports and drops what nobody asked for (the usual home router) · `symmetric`: another outside port for each destination ·
 * `fullcone`: all UDP from outside goes to the computer at home · `blockudp`: cone without outgoing UDP (a strict office) ·
 * `open`: everything from outside goes to the computer at home · `proxyonly`: nothing is passed on, a proxy on the router itself is all there is.
 */
export type NatKind = "cone" | "symmetric" | "fullcone" | "blockudp" | "open" | "proxyonly";

interface Extra {
	readonly masquerade?: string;
	readonly prerouting?: (host: string) => string;
	readonly forward?: string;
}

const EXTRAS: Readonly<Record<NatKind, Extra>> = {
	cone: {},
	symmetric: { masquerade: "masquerade random,fully-random" },
	fullcone: {
		prerouting: (host) => `iifname wan udp dport 1024-65535 dnat ip to ${host}`,
		forward: "iifname wan ct status dnat accept",
	},
	blockudp: { forward: "iifname lan meta l4proto udp drop" },
	proxyonly: { forward: "iifname lan drop" },
	open: {
		prerouting: (host) => `iifname wan meta l4proto { tcp, udp } dnat ip to ${host}`,
		forward: "iifname wan ct status dnat accept",
	},
};

/** The whole rule set of a router whose household has its computer at `host`. Has the empty chains that miniupnpd fills in. */
export function natRules(kind: NatKind, host: string): string {
	const { masquerade = "masquerade", prerouting, forward = "" } = EXTRAS[kind];
	return `flush ruleset
table inet filter {
	chain input {
		type filter hook input priority 0; policy accept;
		iifname wan ct state established,related accept
		iifname wan meta l4proto { icmp, ipv6-icmp } accept
		iifname wan drop
	}
	chain miniupnpd { }
	chain forward {
		type filter hook forward priority 0; policy drop;
		${forward}
		ct state established,related accept
		iifname lan accept
		meta l4proto ipv6-icmp accept
		jump miniupnpd
	}
	chain prerouting_miniupnpd { }
	chain prerouting {
		type nat hook prerouting priority -100; policy accept;
		jump prerouting_miniupnpd
		${prerouting?.(host) ?? ""}
	}
	chain postrouting_miniupnpd { }
	chain postrouting {
		type nat hook postrouting priority 100; policy accept;
		jump postrouting_miniupnpd
		oifname wan meta nfproto ipv4 ${masquerade}
	}
}
`;
}
