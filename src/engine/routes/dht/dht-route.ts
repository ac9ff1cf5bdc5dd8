// The DHT as a route: found by the invite's secret, with the routers between opened by hole punching.
import { dhtNodesText } from "../../../net/dht/nodes.ts";
import { refuse } from "../../api/outcome.ts";
import type { Route } from "../route.ts";
import { dhtGuest } from "./guest.ts";
import { DhtHost } from "./host.ts";
import { dhtPartKey, readDhtPart } from "./part.ts";
import { type DhtPolicy, hostNodes } from "./policy.ts";

/** Makes the route with what the person allows of the DHT. */
export function dhtRoute(policy: DhtPolicy): Route {
	return {
		name: "dht",
		leadsToLaterRooms: true,
		refusal(only) {
			if (policy.isBehindProxy) return refuse({ code: "dht_off", why: "proxy" });
			if (!policy.isAllowed) return refuse({ code: "dht_off", why: "turnedOff" });
			// It sends by whichever interface the system chooses, so who keeps to one does without.
			return only ? refuse({ code: "dht_off", why: "oneInterface" }) : undefined;
		},
		terms: () => ({ nodes: dhtNodesText(hostNodes(policy)), hasRelay: policy.relay !== undefined }),
		host: (options) => new DhtHost({ policy, ...options }),
		inviteKey: dhtPartKey,
		readInvite(part, secret) {
			const read = readDhtPart(part);
			return read && secret && ((onContact) => dhtGuest(secret, read, policy, onContact));
		},
	};
}
