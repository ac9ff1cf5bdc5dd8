// The ways of a page to others: WebSockets to a relay, or to the onion it came from.
import { relayRoute } from "../../engine/routes/relay/relay-route.ts";
import type { Transport } from "../../net/link/link.ts";
import { browserSocket } from "./browser-socket.ts";
import { onionRoute } from "./onion-route.ts";

/** Dials no addresses: those of an invite are no way for a page. */
export const noTransport: Transport = {
	name: "tcp",
	dial: async () => ({ kind: "failed", failure: "other", detail: "A page cannot dial plain addresses." }),
	listen: async () => ({ kind: "failed", failure: "other", detail: "A page cannot listen." }),
};

/** Lists the ways. */
export const pageRoutes = [onionRoute(location.hostname), relayRoute({ relays: [], open: browserSocket })];
