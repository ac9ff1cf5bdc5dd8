// Which ways lead to a room of two that a guest opens, so that it shows no more of them than the way by which they came. Pure.
import type { TransportName } from "../../net/link/link.ts";
import type { PairWays } from "./stay.ts";

/** Names the transports that do not show our address to whoever is at the other end. */
const hiding: ReadonlySet<TransportName> = new Set(["tor", "relay", "proxy"]);

/** Tells whether the way by which somebody was reached hides our address from them. */
export const isHiding = (by: TransportName | undefined): boolean => by !== undefined && hiding.has(by);

/** Returns the ways that show no more of us than the way by which we are here. `undefined`: there is none. */
export function pairWays(by: TransportName | undefined): PairWays | undefined {
	switch (by) {
		case "tor":
		case "relay":
			return { routes: [by], isOnlyByRoutes: true };
		case "proxy":
			return undefined;
		default:
			return { routes: by === "dht" ? ["dht"] : [] };
	}
}
