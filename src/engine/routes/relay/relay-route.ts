// Relays as a route: host and guest both dial one, which joins their connections and passes on what it cannot read.

import type { Route } from "../route.ts";
import { relayFace } from "./face.ts";
import { relayGuest } from "./guest.ts";
import { RelayHost } from "./host.ts";
import { readRelayPart, relayPartKey } from "./part.ts";
import type { RelayPolicy } from "./policy.ts";

/** Makes the route with the relays that the host wishes for. */
export function relayRoute(policy: RelayPolicy): Route {
	return {
		...relayFace(policy),
		host: (options) => new RelayHost({ policy, ...options }),
		inviteKey: relayPartKey,
		readInvite(part, secret) {
			const read = readRelayPart(part);
			return read && secret && ((onContact) => relayGuest(secret, read, policy.open, onContact));
		},
	};
}
