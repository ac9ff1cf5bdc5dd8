// The nodes by which a DHT is entered ("bootstrap nodes"): the public ones, and how a person writes their own.
import { isIPv4 } from "node:net";
import { domainToASCII } from "node:url";

/** A DhtNodeAddress is the address of a node. `host` is a literal IPv4 address or an ASCII name; the DHT knows no IPv6. */
export interface DhtNodeAddress {
	readonly host: string;
	readonly port: number;
}

export type DhtNodesOutcome =
	| { readonly kind: "nodes"; readonly nodes: readonly DhtNodeAddress[] }
	/** `detail` says what is wrong and what to type instead. */
	| { readonly kind: "refused"; readonly detail: string };

/** An invite names at most this many nodes. Each is asked until one answers; more would only make an invite long. */
export const MAX_DHT_NODES = 4;
/** An invite has room for a host name of this many characters. */
export const MAX_DHT_HOST_CHARACTERS = 60;

/** The public nodes, as hyperdht has them (lib/constants.js). They are passed explicitly, so that no version of the library contacts others than we name. */
export const publicDhtNodes: readonly DhtNodeAddress[] = [1, 2, 3].map((number) => ({
	host: `node${number}.hyperdht.org`,
	port: 49_737,
}));

const EXAMPLE = "Write HOST:PORT, several of them with commas between, for example: dht.example.org:49737";

/** Reads "HOST:PORT[,HOST:PORT…]". It never throws; the detail repeats nothing of what was typed. */
export function parseDhtNodes(text: string): DhtNodesOutcome {
	const words = text.split(",").map((word) => word.trim());
	if (words.length > MAX_DHT_NODES) return refused(`At most ${MAX_DHT_NODES} bootstrap nodes can be given.`);
	const nodes = words.map(parseNode);
	if (!nodes.every((node) => node !== undefined)) return refused(`That names no bootstrap node. ${EXAMPLE}`);
	return { kind: "nodes", nodes };
}

function parseNode(word: string): DhtNodeAddress | undefined {
	const [, name = "", digits = ""] = /^([^:]+):(\d{1,5})$/.exec(word) ?? [];
	const node = { host: isIPv4(name) ? name : domainToASCII(name), port: Number(digits) };
	// "1.2.3" is made into an address: a slip of the hand, not a name.
	return isDhtNode(node) && isIPv4(name) === isIPv4(node.host) ? node : undefined;
}

/** Tells whether a node is written as one of ours is: what comes from an invite is checked by this too. */
export function isDhtNode({ host, port }: DhtNodeAddress): boolean {
	const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
	if (!isPort || host.length > MAX_DHT_HOST_CHARACTERS) return false;
	if (isIPv4(host)) return !/^(?:0|22[4-9]|2[3-5]\d)\./.test(host);
	// A name that ends in a number is read as an address by some resolvers.
	return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(host);
}

/** Returns the nodes as "host:port, host:port", for people. */
export function dhtNodesText(nodes: readonly DhtNodeAddress[]): string {
	return nodes.map(({ host, port }) => `${host}:${port}`).join(", ");
}

function refused(detail: string): DhtNodesOutcome {
	return { kind: "refused", detail };
}
