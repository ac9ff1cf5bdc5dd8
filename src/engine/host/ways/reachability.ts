// The ways into a room: from what routers and interfaces said (facts of net/) to the list of ways, and from there to what an invite names.
import type { LocalAddress } from "../../../net/address/address.ts";
import { type InterfaceKind, interfaceKind } from "../../../net/address/interfaces.ts";
import type { PortFacts } from "../../../net/portmap/facts.ts";
import type { MethodName, Refusal } from "../../../net/portmap/method.ts";
import type { RouterRefusal, WayIn, WayName } from "../../api/hosting.ts";
import type { InviteEndpoint } from "../../wire/invite.ts";

/** Holds what is known. `ports` is what the port mapper knows; only TCP counts here. */
export interface ReachabilityFacts {
	/** The port on which this computer listens. */
	readonly port: number;
	readonly addresses: readonly LocalAddress[];
	readonly ports: readonly PortFacts[];
	/** The person does not want the router to be asked. */
	readonly isMappingOff: boolean;
	/** Tells the kind of an interface; tests replace it. */
	readonly kindOf?: (interfaceName: string) => InterfaceKind;
}

/** Returns every way in, those from outside first. */
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
			facts: { kind: "publicIpv4" },
		}));
}

function mappingOff({ addresses, port, isMappingOff }: ReachabilityFacts): readonly WayIn[] {
	if (!isMappingOff || !addresses.some(({ family, scope }) => family === 4 && scope === "local")) return [];
	return [{ way: "upnp", state: "blocked", facts: { kind: "routerNotAsked", port } }];
}

const wayNames: Readonly<Record<MethodName, WayName>> = {
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
			return [...refused, { way: "upnp", state: "checking", facts: { kind: "lookingForRouter" } }];
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
	return method && wayNames[method];
}

function nobodyAnswers({ internalPort }: PortFacts): WayIn {
	return { way: "upnp", state: "blocked", facts: { kind: "noRouterAnswers", port: internalPort } };
}

function askingWay({ asking, findings }: PortFacts): WayIn {
	if (asking === undefined) throw new Error("who asks, asks somebody");
	const { method, externalPort } = asking;
	const finding = findings.find((one) => one.method === method)?.finding;
	const refusal = finding?.kind === "refused" ? { refusal: numbered(finding.refusal) } : {};
	return {
		way: wayNames[method],
		state: "checking",
		facts: { kind: "askingRouter", method, externalPort, ...refusal },
	};
}

function openWay({ mapping, internalPort }: PortFacts, hasIPv6: boolean): WayIn {
	if (mapping === undefined) throw new Error("what is open has a mapping");
	const { method, lease } = mapping;
	const { verdict, externalPort } = lease;
	const address = lease.address === undefined ? {} : { address: lease.address };
	if (verdict !== "public") {
		const facts = { kind: "notPublic", outside: { verdict, ...address }, hasIpv6: hasIPv6 } as const;
		return { way: wayNames[method], state: "blocked", facts };
	}
	const facts = { kind: "routerOpened", method, externalPort, port: internalPort } as const;
	return { way: wayNames[method], state: "open", ...address, port: externalPort, facts };
}

function lostWay({ mapping }: PortFacts): WayIn {
	const method = mapping?.method ?? "upnp";
	return { way: wayNames[method], state: "checking", facts: { kind: "routerLost", method } };
}

/** Returns one way for each method whose router has refused. */
function refusedWays({ findings, internalPort }: PortFacts, hasIPv6: boolean): readonly WayIn[] {
	return findings.flatMap(({ method, finding }): readonly WayIn[] =>
		finding.kind === "refused" ? [refusedWay(method, finding.refusal, internalPort, hasIPv6)] : [],
	);
}

function refusedWay(method: MethodName, refusal: Refusal, internalPort: number, hasIPv6: boolean): WayIn {
	const { outside } = refusal;
	const problem = outside === undefined || outside.verdict === "public" ? {} : { outside };
	const common = { method, refusal: numbered(refusal), port: internalPort, hasIpv6: hasIPv6, ...problem };
	return { way: wayNames[method], state: "blocked", facts: { kind: "routerRefused", ...common } };
}

/** Leaves out what a refusal says beyond its reason. */
const numbered = ({ why, code }: Refusal): RouterRefusal => ({ why, ...(code === undefined ? {} : { code }) });

/** Returns the ways in by IPv6. A pinhole proves one address; the other global ones may or may not be let through. */
function ipv6Ways({ addresses, port }: ReachabilityFacts, pinhole: PortFacts | undefined): readonly WayIn[] {
	const global = addresses.filter(({ family, scope }) => family === 6 && scope === "global");
	const [first] = global;
	if (first === undefined) return [];
	if (pinhole?.stage === "open" && pinhole.mapping) {
		const { address = first.address, externalPort } = pinhole.mapping.lease;
		return [{ way: "pinhole", state: "open", address, port: externalPort, facts: { kind: "firewallOpened" } }];
	}
	const isChecking = pinhole !== undefined && ["discovering", "asking", "lost"].includes(pinhole.stage);
	if (isChecking) return [{ way: "pinhole", state: "checking", facts: { kind: "askingFirewall" } }];
	const refused = pinhole ? refusedWays(pinhole, true) : [];
	const { address } = first;
	return [...refused, { way: "globalIpv6", state: "unproven", address, port, facts: { kind: "publicIpv6", port } }];
}

function localWays({ addresses, port, kindOf = interfaceKind }: ReachabilityFacts): readonly WayIn[] {
	return addresses
		.filter(({ scope }) => scope !== "global")
		.map(({ address, interface: name, scope }) => {
			const network = scope === "loopback" ? "loopback" : kindOf(name);
			return { way: "local", state: "open", address, port, facts: { kind: "sameNetwork", network } };
		});
}

/** Returns what an invite names, the likeliest to work first: ways known to be open, then those that may be. Loopback is no way in for others, unless they are on this computer (`namesLoopback`). */
export function inviteEndpoints(ways: readonly WayIn[], namesLoopback = false): readonly InviteEndpoint[] {
	const named = (state: WayIn["state"]) =>
		ways.flatMap((way) => {
			const { address, port } = way;
			const isNamed = way.state === state && address !== undefined && port !== undefined;
			return isNamed && (namesLoopback || !/^(?:127\.|::1$)/.test(address)) ? [{ address, port }] : [];
		});
	return [...named("open"), ...named("unproven")];
}
