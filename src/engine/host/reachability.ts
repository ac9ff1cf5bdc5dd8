// The ways into a room: from what routers and interfaces said (facts of net/) to a list for people, and from there to what an invite names.
import type { LocalAddress } from "../../net/address/address.ts";
import { type InterfaceKind, interfaceKind } from "../../net/address/interfaces.ts";
import type { PortFacts } from "../../net/portmap/facts.ts";
import type { MethodName, Refusal } from "../../net/portmap/method.ts";
import type { WayIn, WayName } from "../api/hosting.ts";
import type { InviteEndpoint } from "../wire/invite.ts";
import {
	adviceBehindNat,
	adviceFor,
	interfaceWords,
	methodWords,
	outsideText,
	refusalText,
} from "./reachability-words.ts";

/** What is known. `ports`: of the port mapper; only TCP counts here. */
export interface ReachabilityFacts {
	/** What this computer listens on. */
	readonly port: number;
	readonly addresses: readonly LocalAddress[];
	readonly ports: readonly PortFacts[];
	/** --no-portmap. */
	readonly isMappingOff: boolean;
	/** What tests replace. */
	readonly kindOf?: (interfaceName: string) => InterfaceKind;
}

/** Every way in, the ways from outside first. */
export function waysIn(facts: ReachabilityFacts): readonly WayIn[] {
	const tcp = facts.ports.filter(({ protocol }) => protocol === "tcp");
	const ipv6 = ipv6Ways(
		facts,
		tcp.find(({ family }) => family === 6),
	);
	const hasIPv6 = ipv6.some(({ state }) => state === "open" || state === "unproven");
	const mapping = tcp.find(({ family }) => family === 4);
	return [
		...directIPv4(facts),
		...(mapping ? mappedWays(mapping, hasIPv6) : mappingOff(facts)),
		...ipv6,
		...localWays(facts),
	];
}

function directIPv4({ addresses, port }: ReachabilityFacts): readonly WayIn[] {
	return addresses
		.filter(({ family, scope }) => family === 4 && scope === "global")
		.map(({ address }) => ({
			way: "globalIpv4",
			state: "unproven",
			address,
			port,
			why: "This computer has a public address itself. Whether a firewall stands in front of it cannot be seen from here.",
		}));
}

function mappingOff({ addresses, port, isMappingOff }: ReachabilityFacts): readonly WayIn[] {
	if (!isMappingOff || !addresses.some(({ family, scope }) => family === 4 && scope === "local")) return [];
	const why = "The router was not asked to open a port (--no-portmap).";
	return [
		{ way: "upnp", state: "blocked", why, advice: `Open TCP port ${port} to this computer in the router's settings.` },
	];
}

const WAYS: Readonly<Record<MethodName, WayName>> = {
	upnp: "upnp",
	natpmp: "natpmp",
	pcp: "pcp",
	pcpPinhole: "pinhole",
	upnpPinhole: "pinhole",
};

function mappedWays(facts: PortFacts, hasIPv6: boolean): readonly WayIn[] {
	const refused = refusedWays(facts, hasIPv6);
	switch (facts.stage) {
		case "closed":
			return [];
		case "discovering":
			return [...refused, { way: "upnp", state: "checking", why: "Looking for a router that opens ports." }];
		case "asking":
			return [askingWay(facts), ...refused.filter(({ way }) => way !== askedWay(facts))];
		case "lost":
			return [lostWay(facts)];
		case "open":
			return [openWay(facts, hasIPv6), ...refused.filter(({ way }) => way !== askedWay(facts))];
		case "blocked":
			return refused.length > 0 ? refused : [nobodyAnswers(facts)];
	}
}

function askedWay({ asking, mapping }: PortFacts): WayName | undefined {
	const method = asking?.method ?? mapping?.method;
	return method && WAYS[method];
}

function nobodyAnswers({ internalPort }: PortFacts): WayIn {
	return {
		way: "upnp",
		state: "blocked",
		why: "No router answers by UPnP, NAT-PMP or PCP.",
		advice: `Switch on UPnP in the router's settings, or open TCP port ${internalPort} to this computer there by hand.`,
	};
}

function askingWay({ asking, findings }: PortFacts): WayIn {
	if (asking === undefined) throw new Error("who asks, asks somebody");
	const { method, externalPort } = asking;
	const finding = findings.find((one) => one.method === method)?.finding;
	const name = methodWords[method];
	const why =
		finding?.kind === "refused"
			? `Your router answers ${name} but refused the mapping (${refusalText(finding.refusal)}), trying ${externalPort}.`
			: `Your router answers ${name}; asking it to open port ${externalPort}.`;
	return { way: WAYS[method], state: "checking", why };
}

function openWay({ mapping, internalPort }: PortFacts, hasIPv6: boolean): WayIn {
	if (mapping === undefined) throw new Error("what is open has a mapping");
	const { method, lease } = mapping;
	const { address, externalPort: port } = lease;
	const problem = outsideText(lease.verdict, address);
	if (problem !== undefined) {
		return { way: WAYS[method], state: "blocked", why: problem, advice: adviceBehindNat(hasIPv6) };
	}
	const inside = port === internalPort ? "" : ` (${internalPort} on this computer)`;
	const why = `Your router opened port ${port}${inside} by ${methodWords[method]}.`;
	return { way: WAYS[method], state: "open", ...(address !== undefined && { address }), port, why };
}

function lostWay({ mapping }: PortFacts): WayIn {
	const method = mapping?.method ?? "upnp";
	const why = `Your router no longer answers ${methodWords[method]}; asking again until it does.`;
	return { way: WAYS[method], state: "checking", why };
}

/** One entry for each method whose router said no. */
function refusedWays({ findings, internalPort }: PortFacts, hasIPv6: boolean): readonly WayIn[] {
	return findings.flatMap(({ method, finding }): readonly WayIn[] =>
		finding.kind === "refused" ? [refusedWay(method, finding.refusal, internalPort, hasIPv6)] : [],
	);
}

function refusedWay(method: MethodName, refusal: Refusal, internalPort: number, hasIPv6: boolean): WayIn {
	const { outside } = refusal;
	const problem = outside && outsideText(outside.verdict, outside.address);
	const what = WAYS[method] === "pinhole" ? "an opening in its IPv6 firewall" : "the mapping";
	const why = `Your router answers ${methodWords[method]} but refused ${what} (${refusalText(refusal)}).`;
	return {
		way: WAYS[method],
		state: "blocked",
		why: problem === undefined ? why : `${why} ${problem}`,
		advice: problem === undefined ? adviceFor(refusal, internalPort) : adviceBehindNat(hasIPv6),
	};
}

/** A pinhole proves one address; the other global ones may or may not be let through. */
function ipv6Ways({ addresses, port }: ReachabilityFacts, pinhole: PortFacts | undefined): readonly WayIn[] {
	const global = addresses.filter(({ family, scope }) => family === 6 && scope === "global");
	const [first] = global;
	if (first === undefined) return [];
	if (pinhole?.stage === "open" && pinhole.mapping) {
		const { address = first.address, externalPort } = pinhole.mapping.lease;
		const why = "Your router opened its IPv6 firewall for this port.";
		return [{ way: "pinhole", state: "open", address, port: externalPort, why }];
	}
	const isChecking = pinhole !== undefined && ["discovering", "asking", "lost"].includes(pinhole.stage);
	if (isChecking) return [{ way: "pinhole", state: "checking", why: "Asking the router to open its IPv6 firewall." }];
	const refused = pinhole ? refusedWays(pinhole, true) : [];
	const why =
		"This computer has a public IPv6 address. Whether the router lets people in cannot be seen from here; most do not.";
	const advice = `Allow TCP port ${port} to this computer in the router's IPv6 firewall.`;
	return [...refused, { way: "globalIpv6", state: "unproven", address: first.address, port, why, advice }];
}

function localWays({ addresses, port, kindOf = interfaceKind }: ReachabilityFacts): readonly WayIn[] {
	return addresses
		.filter(({ scope }) => scope !== "global")
		.map(({ address, interface: name, scope }) => {
			const network = interfaceWords[scope === "loopback" ? "loopback" : kindOf(name)];
			return { way: "local", state: "open", address, port, why: `For people on the same network (${network}).` };
		});
}

/** What an invite names, the likeliest to work first: ways known to be open, then those that may be. Loopback is nobody's way in. */
export function inviteEndpoints(ways: readonly WayIn[]): readonly InviteEndpoint[] {
	const named = (state: WayIn["state"]) =>
		ways.flatMap((way) => {
			const { address, port } = way;
			const isNamed = way.state === state && address !== undefined && port !== undefined;
			return isNamed && !/^(?:127\.|::1$)/.test(address) ? [{ address, port }] : [];
		});
	return [...named("open"), ...named("unproven")];
}
