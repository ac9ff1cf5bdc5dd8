// Sentences about the ways into a room: what routers said, in words for somebody who never heard of NAT. Pure.
import type { Snapshot } from "../../../engine/api/api.ts";
import type {
	JoinLine,
	OutsideAddress,
	RouteName,
	RouterRefusal,
	RouteTerms,
	WayFacts,
	WayIn,
} from "../../../engine/api/hosting.ts";
import { commandName } from "../../text/command-name.ts";
import { interfaceWords } from "./interface-words.ts";
import { torAsking, torFailureWords, torPageWords, torProgressWords, torTerms, torWithoutPow } from "./tor-words.ts";

type Method = Extract<WayFacts, { kind: "routerOpened" }>["method"];
type Refused = Extract<WayFacts, { kind: "routerRefused" }>;

/** Says what a method is called on a router's own pages. */
const methodWords: Readonly<Record<Method, string>> = {
	upnp: "UPnP",
	natpmp: "NAT-PMP",
	pcp: "PCP",
	pcpPinhole: "PCP",
	upnpPinhole: "UPnP",
};

const refusalWords: Readonly<Record<RouterRefusal["why"], string>> = {
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

/** Returns why a router refused, for example "error 718: port taken", or "no answer". */
export function routerRefusalWords({ why, code }: RouterRefusal): string {
	return code === undefined ? refusalWords[why] : `error ${code}: ${refusalWords[why]}`;
}

/** Returns what somebody can do about a router that will not open a port. `port` says how the port is called in the sentence. */
export function routerAdvice({ why }: RouterRefusal, port: string): string {
	const byHand = `open ${port} to this computer by hand in the router's settings`;
	switch (why) {
		case "notAuthorized":
			return `Allow this computer to open ports in the router's settings ("UPnP" or "port sharing"), or ${byHand}.`;
		case "noResources":
			return "Remove port mappings nobody needs in the router's settings, or restart the router.";
		case "networkFailure":
			return "Check the router's own connection to the Internet.";
		case "portTaken":
		case "samePortOnly":
			return "Close the program that uses the port, or host on another one with --port.";
		default:
			return `Restart the router, or ${byHand}.`;
	}
}

/** Returns why an address keeps people out; `undefined` when it is public. */
export function outsideWords({ verdict, address }: OutsideAddress): string | undefined {
	switch (verdict) {
		case "public":
			return undefined;
		case "cgnat":
			return `Your provider shares one address among many customers (CGNAT; your router has ${address}).`;
		case "private":
			return `Another router stands in front of yours: your router's own outside address, ${address}, is a private one.`;
		case "reserved":
			return `Your router says that its outside address is ${address}, which nobody on the Internet has.`;
		case "otherFamily":
			return `Your router gave ${address} where an IPv4 address was asked for.`;
		case "nonsense":
			return "Your router gave something that is not an address when asked for its outside address.";
		case "none":
			return "Your router has no public address of its own, or does not tell it: another router may stand in front of it.";
	}
}

/** Returns what is left to people whose router has no public IPv4 address. */
export function adviceBehindNat(hasIpv6: boolean): string {
	const ipv6 = hasIpv6 ? "People outside can join by IPv6. For those without it: " : "";
	return `${ipv6}Ask your provider for a public IPv4 address, put the router in front into bridge mode, or use a VPN that all of you are in.`;
}

function refusedWords({ method, refusal, outside }: Refused): string {
	const isPinhole = method === "pcpPinhole" || method === "upnpPinhole";
	const what = isPinhole ? "to open its IPv6 firewall" : "to open a port";
	const why = `Your router was asked ${what} (by ${methodWords[method]}) and refused: ${routerRefusalWords(refusal)}.`;
	const problem = outside && outsideWords(outside);
	return problem === undefined ? why : `${why} ${problem}`;
}

function askingWords({ method, externalPort, refusal }: Extract<WayFacts, { kind: "askingRouter" }>): string {
	const how = methodWords[method];
	return refusal === undefined
		? `Asking your router to open port ${externalPort} (by ${how}).`
		: `Your router refused a port (by ${how}; ${routerRefusalWords(refusal)}), trying ${externalPort}.`;
}

/** Says what people are told of a route. */
interface RouteWords {
	/** Tells a host before: who is contacted, and what they learn. */
	readonly terms: (terms: RouteTerms) => string;
	/** Tells a guest while it is tried: whom it contacts first, and what they learn. */
	readonly asking: (via: string) => string;
	readonly announcing: (nodes: string) => string;
	readonly announced: string;
}

/** Holds the words for each route. */
export const routeWords: Readonly<Record<RouteName, RouteWords>> = {
	dht: {
		terms: ({ nodes, hasRelay }) =>
			`The room is announced in a directory that many computers on the Internet keep together (the DHT): ${nodes}, and the computers these name. They learn this computer's address and that it runs rt; not the room, not the people. Those you let in can look for your next room there.${hasRelay ? " Guests who can't be reached directly come through your relay." : ""}`,
		asking: (nodes) =>
			`Asking the directory on the Internet (the DHT) for the host, by ${nodes}: they learn this computer's address and that it runs rt; not the room, not the people …`,
		announcing: (nodes) => `Announcing the room in the directory on the Internet (the DHT: ${nodes}).`,
		announced:
			"The invite finds you from anywhere, also where no port is open (through the DHT). Between some pairs of routers it cannot open a way.",
	},
	relay: {
		terms: ({ nodes }) =>
			`Guests reach the room through ${nodes}, a computer in between that cannot read what it passes on. It learns your address and theirs, when you talk and how much; not what, nor who you are.`,
		asking: (nodes) =>
			`Asking for the host at ${nodes}, a computer in between that cannot read what it passes on: it learns this computer's address, when you talk and how much …`,
		announcing: (nodes) => `Connecting to the relay (${nodes}).`,
		announced: "The invite finds you from anywhere, also where no port is open and UDP is blocked (through the relay).",
	},
	tor: {
		terms: () => torTerms,
		asking: () => torAsking,
		announcing: () => "Publishing the room in Tor.",
		announced: "The invite leads here from anywhere through Tor, and tells nobody's address.",
	},
};

/** Returns how a way in stands, as one sentence or two. */
export function wayWords({ facts }: Pick<WayIn, "facts">): string {
	switch (facts.kind) {
		case "publicIpv4":
			return "This computer has a public address itself. Whether a firewall stands in front of it cannot be seen from here.";
		case "publicIpv6":
			return "This computer has a public IPv6 address. Whether the router lets people in cannot be seen from here; most do not.";
		case "routerNotAsked":
			return "The router was not asked to open a port (--no-portmap).";
		case "lookingForRouter":
			return "Looking for a router that opens ports.";
		case "noRouterAnswers":
			return "No router here opens ports when it is asked (none answers UPnP, NAT-PMP or PCP).";
		case "askingRouter":
			return askingWords(facts);
		case "routerLost":
			return `Your router no longer answers (by ${methodWords[facts.method]}); asking again until it does.`;
		case "routerOpened": {
			const inside = facts.externalPort === facts.port ? "" : ` (${facts.port} on this computer)`;
			return `Your router opened port ${facts.externalPort}${inside} (by ${methodWords[facts.method]}).`;
		}
		case "notPublic":
			return outsideWords(facts.outside) ?? "";
		case "routerRefused":
			return refusedWords(facts);
		case "firewallOpened":
			return "Your router opened its IPv6 firewall for this port.";
		case "askingFirewall":
			return "Asking the router to open its IPv6 firewall.";
		case "sameNetwork":
			return `For people on the same network (${interfaceWords[facts.network]}).`;
		case "announcing":
			return routeWords[facts.route].announcing(facts.nodes);
		case "announced":
			return [
				routeWords[facts.route].announced,
				...(facts.isWithoutProofOfWork ? [torWithoutPow] : []),
				...(facts.page ? [torPageWords(facts.page)] : []),
			].join(" ");
		case "notAnnounced":
			return facts.detail;
		case "torStarting":
			return facts.progress.percent === 100 ? routeWords.tor.announcing("") : torProgressWords(facts.progress);
		case "torFailed":
			return torFailureWords(facts.trouble);
	}
}

/** Returns what the host can do about a way in; `undefined` when there is nothing to do. */
export function wayAdvice({ facts }: Pick<WayIn, "facts">): string | undefined {
	switch (facts.kind) {
		case "publicIpv6":
			return `Allow TCP port ${facts.port} to this computer in the router's IPv6 firewall.`;
		case "routerNotAsked":
			return `Open TCP port ${facts.port} to this computer in the router's settings.`;
		case "noRouterAnswers":
			return `Switch on "UPnP" or "port sharing" in the router's settings, or open TCP port ${facts.port} to this computer there by hand.`;
		case "notPublic":
			return adviceBehindNat(facts.hasIpv6);
		case "routerRefused":
			return facts.outside === undefined
				? routerAdvice(facts.refusal, `TCP port ${facts.port}`)
				: adviceBehindNat(facts.hasIpv6);
		case "notAnnounced":
			return "It is tried again every minute.";
		default:
			return undefined;
	}
}

/** Returns how a way in stands and what can be done, as one line of text. */
export const wayLine = (way: Pick<WayIn, "facts">): string =>
	[wayWords(way), wayAdvice(way)].filter((part) => part !== undefined).join(" ");

/** Returns what a friend types to join at an address. */
export const joinCommand = ({ address, port }: Pick<JoinLine, "address" | "port">): string =>
	`${commandName} ${address} ${port}`;

/** Returns what a host is told before the room is announced by a route: who is contacted, and what they learn. */
export const termsWords = (route: RouteName, terms: RouteTerms): string => routeWords[route].terms(terms);

/** Says in words how a way in stands. */
export const stateWords: Readonly<Record<WayIn["state"], string>> = {
	checking: "checking",
	open: "open",
	blocked: "blocked",
	unproven: "not proven",
};

/** Returns what is told before each of the routes that can be used. */
export function routeTermsWords(terms: Snapshot["routeTerms"]): Readonly<Partial<Record<RouteName, string>>> {
	const names = Object.keys(routeWords) as readonly RouteName[];
	return Object.fromEntries(
		names.flatMap((name) => {
			const told = terms[name];
			return told === undefined ? [] : [[name, termsWords(name, told)]];
		}),
	);
}
