// What the relays tell of themselves before they are used. It needs nothing of what the route does.
import { relayUrlsText } from "../../../net/relay/relay-url.ts";
import { refuse } from "../../api/outcome.ts";
import type { RouteFace } from "../route.ts";
import type { RelayPolicy } from "./policy.ts";

/** Makes the face of the relays that the host wishes for. */
export const relayFace = ({ relays }: Pick<RelayPolicy, "relays">): RouteFace => ({
	name: "relay",
	refusal: () => undefined,
	refusalToHost: () => (relays.length === 0 ? refuse({ code: "relay_off", why: "none" }) : undefined),
	terms: () => ({ nodes: relayUrlsText(relays), hasRelay: true }),
});
