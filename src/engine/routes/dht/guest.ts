// The guest's side of the DHT: by which nodes it is entered, and how long a dial may take.
import { dhtTransport } from "../../../net/dht/dht.ts";
import { dhtNodesText, publicDhtNodes } from "../../../net/dht/nodes.ts";
import type { OnContact } from "../../../net/link/contact.ts";
import type { RouteGuest } from "../route.ts";
import type { DhtPart } from "./part.ts";
import type { DhtPolicy } from "./policy.ts";

/** Two routers may take 20 s to be opened, and a relay is tried after that. */
const dialTimeoutMs = 30_000;

/** Prepares the dial to the room that the invite's part leads to. The person's own choice of nodes goes before the invite's. */
export function dhtGuest(
	secret: Uint8Array,
	{ nodes: named, relay }: DhtPart,
	policy: DhtPolicy,
	onContact: OnContact,
): RouteGuest {
	const bootstrap = policy.nodes ?? (named.length > 0 ? named : publicDhtNodes);
	const room = dhtTransport({ secret, bootstrap, onContact, ...(policy.isRelayAllowed && relay ? { relay } : {}) });
	return {
		name: "dht",
		transport: room.name,
		via: dhtNodesText(bootstrap),
		timeoutMs: dialTimeoutMs,
		dial: (options) => room.dial(options),
		close: () => room.close(),
	};
}
