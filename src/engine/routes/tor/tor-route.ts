// Tor as a route: an onion service that only those who have an invite can find, and nobody's address is known to anybody.
import { Tor, type TorSource } from "../../../net/tor/tor.ts";
import type { Route } from "../route.ts";
import { torFace } from "./face.ts";
import { torGuest } from "./guest.ts";
import { TorHost } from "./host.ts";
import { readTorPart, torPartKey } from "./part.ts";

/** Makes the route. All rooms of this program share one Tor, which runs while a room needs it. `isBehindProxy` says that everything else goes through a proxy; `page` is what rooms answer browsers with, as HTML. */
export function torRoute(source: TorSource, isBehindProxy: boolean, now: () => number, page?: string): Route {
	const tor = new Tor(source);
	return {
		...torFace(source, isBehindProxy, now),
		host: (options) => new TorHost(tor, options, page),
		inviteKey: torPartKey,
		readInvite(part, secret) {
			const key = readTorPart(part);
			return key && secret && ((onContact) => torGuest(tor, key, secret, onContact));
		},
	};
}
