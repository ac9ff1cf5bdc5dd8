// What the person allows of the DHT, and what they are told before anything of it is contacted.
import { type DhtNodeAddress, dhtNodesText, parseDhtNodes, publicDhtNodes } from "../../net/dht/nodes.ts";
import type { Transport } from "../../net/link/link.ts";
import type { Outcome } from "../api/codes.ts";
import type { OpenTrouble } from "../api/opening.ts";
import { refuse } from "../api/outcome.ts";

/** As the command line has it; texts are checked here. */
export interface DhtChoice {
	/** "HOST:PORT[,…]" in place of the public nodes, and of those an invite names. */
	readonly bootstrap?: string;
	/** Public key of a relay in hex, which a host offers and a guest will use. */
	readonly relay?: string;
	/** A guest lets itself be relayed if the invite names a relay. */
	readonly isRelayAllowed?: boolean;
	/** `false`: the DHT is never used, whatever an invite says. */
	readonly isAllowed?: boolean;
}

export interface DhtPolicy {
	readonly isAllowed: boolean;
	/** The person's own choice; absent: the public nodes for a host, the invite's for a guest. */
	readonly nodes?: readonly DhtNodeAddress[];
	readonly relay?: Uint8Array;
	readonly isRelayAllowed: boolean;
}

export type DhtPolicyOutcome =
	| { readonly kind: "policy"; readonly policy: DhtPolicy }
	| { readonly kind: "refused"; readonly trouble: Extract<OpenTrouble, { about: "dhtNodes" | "dhtRelay" }> };

const relayBytes = 32;

/** Never throws. */
export function readDhtChoice({ bootstrap, relay, isRelayAllowed, isAllowed }: DhtChoice): DhtPolicyOutcome {
	const read = bootstrap === undefined ? undefined : parseDhtNodes(bootstrap);
	if (read?.kind === "refused") return { kind: "refused", trouble: { about: "dhtNodes", detail: read.detail } };
	if (relay !== undefined && !new RegExp(`^[0-9a-f]{${2 * relayBytes}}$`, "i").test(relay)) {
		return { kind: "refused", trouble: { about: "dhtRelay" } };
	}
	return {
		kind: "policy",
		policy: {
			isAllowed: isAllowed ?? true,
			isRelayAllowed: isRelayAllowed ?? false,
			...(read ? { nodes: read.nodes } : {}),
			...(relay === undefined ? {} : { relay: Buffer.from(relay, "hex") }),
		},
	};
}

/** Nothing chosen: an invite may use it, a host must ask for it. */
export const usualDhtPolicy: DhtPolicy = { isAllowed: true, isRelayAllowed: false };

/** The nodes a host announces its room by. */
export const hostNodes = ({ nodes = publicDhtNodes }: DhtPolicy): readonly DhtNodeAddress[] => nodes;

/** Where it can't be used, and why. `only`: it sends by whichever interface the system chooses, so who keeps to one does without. */
export function dhtRefusal({ isAllowed }: DhtPolicy, only: Transport["only"]): Outcome | undefined {
	if (!isAllowed) return refuse({ code: "dht_off", why: "turnedOff" });
	if (!only) return undefined;
	return refuse({ code: "dht_off", why: "oneInterface" });
}

/** What a host is told before the DHT is contacted. */
export function dhtTerms(policy: DhtPolicy): string {
	const relayed = policy.relay === undefined ? "" : " Guests who can't be reached directly come through your relay.";
	return `The DHT is contacted: ${dhtNodesText(hostNodes(policy))}, and the nodes these name. They learn this computer's address and that it runs rt; not the room, not the people.${relayed}`;
}
