// What the DHT tells of itself before it is used. It needs nothing of what the route does.
import { dhtNodesText } from "../../../net/dht/nodes.ts";
import { refuse } from "../../api/outcome.ts";
import type { RouteFace } from "../route.ts";
import { type DhtPolicy, hostNodes } from "./policy.ts";

/** Makes the face of the DHT with what the person allows of it. */
export const dhtFace = (policy: DhtPolicy): RouteFace => ({
	name: "dht",
	refusal(only) {
		if (policy.isBehindProxy) return refuse({ code: "dht_off", why: "proxy" });
		if (!policy.isAllowed) return refuse({ code: "dht_off", why: "turnedOff" });
		// It sends by whichever interface the system chooses, so who keeps to one does without.
		return only ? refuse({ code: "dht_off", why: "oneInterface" }) : undefined;
	},
	terms: () => ({ nodes: dhtNodesText(hostNodes(policy)), hasRelay: policy.relay !== undefined }),
});
