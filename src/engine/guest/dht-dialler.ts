// A guest's way through the DHT, if the invite has one and the person allows it.
import { type DhtTransport, dhtTransport } from "../../net/dht/dht.ts";
import { dhtNodesText, publicDhtNodes } from "../../net/dht/nodes.ts";
import type { Endpoint, Transport } from "../../net/link/link.ts";
import type { DhtPolicy } from "../stay/dht-policy.ts";
import type { JoinTarget } from "./join-target.ts";

/** `target`: what it is called where attempts are shown: the nodes that are contacted first. */
export interface DhtWay {
	readonly transport: DhtTransport;
	readonly target: Endpoint;
}

/** Nothing is contacted by this. `only`: who keeps to one interface does not use the DHT, which sends by whichever the system chooses. */
export function dhtWayOf(
	{ dht }: Pick<JoinTarget, "dht">,
	{ isAllowed, isRelayAllowed, nodes }: DhtPolicy,
	only: Transport["only"],
): DhtWay | undefined {
	if (!dht || !isAllowed || only) return undefined;
	const bootstrap = nodes ?? (dht.nodes.length > 0 ? dht.nodes : publicDhtNodes);
	const relay = isRelayAllowed ? dht.relay : undefined;
	return {
		transport: dhtTransport({ secret: dht.secret, bootstrap, ...(relay ? { relay } : {}) }),
		target: { host: dhtNodesText(bootstrap), port: 0 },
	};
}
