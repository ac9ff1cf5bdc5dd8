// From hyperdht's error codes to the few failures people need different words for.
import type { DialFailure } from "../link/link.ts";
import { type DhtNodeAddress, dhtNodesText } from "./nodes.ts";

/** `detail` is a plain sentence. */
export interface DhtFailure {
	readonly failure: DialFailure;
	readonly detail: string;
}

const BOTH_SYMMETRIC =
	"The routers at both ends give every connection another port (symmetric NAT), so no direct way could be opened between them.";
const NO_HOLE = "No direct way through the two routers could be opened.";

const WORDS: Readonly<Record<string, DhtFailure>> = {
	PEER_NOT_FOUND: {
		failure: "refused",
		detail: "The DHT knows no room by this invite: it is closed, or its host is not online.",
	},
	PEER_CONNECTION_FAILED: {
		failure: "timedOut",
		detail: "The DHT knows the room, but its host does not answer; it may have just gone offline.",
	},
	HOLEPUNCH_DOUBLE_RANDOMIZED_NATS: { failure: "unreachable", detail: BOTH_SYMMETRIC },
	HOLEPUNCH_ABORTED: { failure: "unreachable", detail: NO_HOLE },
	HOLEPUNCH_PROBE_TIMEOUT: { failure: "unreachable", detail: NO_HOLE },
	CANNOT_HOLEPUNCH: { failure: "unreachable", detail: NO_HOLE },
	REMOTE_NOT_HOLEPUNCHABLE: { failure: "unreachable", detail: NO_HOLE },
	REMOTE_NOT_HOLEPUNCHING: { failure: "unreachable", detail: NO_HOLE },
	REMOTE_ABORTED: { failure: "unreachable", detail: NO_HOLE },
	RELAY_ABORTED: { failure: "unreachable", detail: "The relay did not bring the two ends together." },
	SERVER_ERROR: { failure: "unreachable", detail: "The host refused the connection through the DHT." },
	SERVER_INCOMPATIBLE: { failure: "other", detail: "The host's DHT speaks another version." },
};

/** Returns what a failed connection means. `hasHeardNodes` says that some node of the DHT has answered at all. */
export function dhtFailureOf(error: unknown, hasHeardNodes: boolean, nodes: readonly DhtNodeAddress[]): DhtFailure {
	if (!hasHeardNodes) return { failure: "unreachable", detail: silentNodesText(nodes) };
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	const known = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
	return known ?? { failure: "other", detail: `Connecting through the DHT failed (${code || "no reason given"}).` };
}

/** Returns the sentence for when nobody answered at all: the usual reason is a network that lets no UDP through. */
export function silentNodesText(nodes: readonly DhtNodeAddress[]): string {
	return `None of the DHT's bootstrap nodes (${dhtNodesText(nodes)}) answers: this network may block UDP, or they are down.`;
}
