// The DHT as a route: found by the invite's secret, with the routers between opened by hole punching.

import type { Route } from "../route.ts";
import { dhtFace } from "./face.ts";
import { dhtGuest } from "./guest.ts";
import { DhtHost } from "./host.ts";
import { dhtPartKey, readDhtPart } from "./part.ts";
import type { DhtPolicy } from "./policy.ts";

/** Makes the route with what the person allows of the DHT. */
export function dhtRoute(policy: DhtPolicy): Route {
	return {
		...dhtFace(policy),
		leadsToLaterRooms: true,
		host: (options) => new DhtHost({ policy, ...options }),
		inviteKey: dhtPartKey,
		readInvite(part, secret) {
			const read = readDhtPart(part);
			return read && secret && ((onContact) => dhtGuest(secret, read, policy, onContact));
		},
	};
}
