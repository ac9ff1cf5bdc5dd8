// What the person allows of the DHT, read from the command line.
import { type DhtNodeAddress, parseDhtNodes, publicDhtNodes } from "../../../net/dht/nodes.ts";
import type { DhtChoice, OpenTrouble } from "../../api/opening.ts";

export interface DhtPolicy {
	readonly isAllowed: boolean;
	readonly isBehindProxy?: true;
	/** Lists the person's own choice; without it a host uses the public nodes, and a guest the invite's. */
	readonly nodes?: readonly DhtNodeAddress[];
	readonly relay?: Uint8Array;
	readonly isRelayAllowed: boolean;
}

export type DhtPolicyOutcome =
	| { readonly kind: "policy"; readonly policy: DhtPolicy }
	| { readonly kind: "refused"; readonly trouble: Extract<OpenTrouble, { about: "dhtNodes" | "dhtRelay" }> };

const relayBytes = 32;

/** Reads the choices of the command line, or says which makes no sense. `isBehindProxy`: everything goes through a proxy, and the DHT cannot. It never throws. */
export function readDhtChoice(
	{ bootstrap, relay, isRelayAllowed = false, isAllowed = true }: DhtChoice,
	isBehindProxy = false,
): DhtPolicyOutcome {
	const read = bootstrap === undefined ? undefined : parseDhtNodes(bootstrap);
	if (read?.kind === "refused") return { kind: "refused", trouble: { about: "dhtNodes", detail: read.detail } };
	if (relay !== undefined && !new RegExp(`^[0-9a-f]{${2 * relayBytes}}$`, "i").test(relay)) {
		return { kind: "refused", trouble: { about: "dhtRelay" } };
	}
	return {
		kind: "policy",
		policy: {
			isAllowed,
			isRelayAllowed,
			...(isBehindProxy ? { isBehindProxy } : {}),
			...(read ? { nodes: read.nodes } : {}),
			...(relay === undefined ? {} : { relay: Buffer.from(relay, "hex") }),
		},
	};
}

/** The policy where nothing is chosen: an invite may use the DHT, a host must ask for it. */
export const usualDhtPolicy: DhtPolicy = { isAllowed: true, isRelayAllowed: false };

/** Returns the nodes by which a host announces its room. */
export const hostNodes = ({ nodes = publicDhtNodes }: DhtPolicy): readonly DhtNodeAddress[] => nodes;
