// Which relays a host wishes for, read from the command line.
import type { Transport } from "../../../net/link/link.ts";
import { dialsRelays } from "../../../net/relay/dial-socket.ts";
import { MAX_RELAYS, readRelayUrls } from "../../../net/relay/relay-url.ts";
import type { OpenRelaySocket } from "../../../net/relay/socket.ts";
import type { OpenTrouble, RelayChoice } from "../../api/opening.ts";
import { readRelayToken } from "./token.ts";

export interface RelayPolicy {
	/** Lists the relays of this host; it is empty where they wish for none. */
	readonly relays: readonly URL[];
	readonly token?: string;
	/** Dials the relays: by the one interface, or through the proxy, where the person wants that. */
	readonly open: OpenRelaySocket;
}

export type RelayPolicyOutcome =
	| { readonly kind: "policy"; readonly policy: RelayPolicy }
	| { readonly kind: "refused"; readonly trouble: Extract<OpenTrouble, { about: "relays" | "relayToken" }> };

/** Reads the choices of the command line, or says which makes no sense. It never throws. */
export async function readRelayChoice(
	{ relays = "", tokenFile }: RelayChoice,
	transport: Transport,
): Promise<RelayPolicyOutcome> {
	const urls = readRelayUrls(relays);
	if (urls === undefined) return { kind: "refused", trouble: { about: "relays", most: MAX_RELAYS } };
	const token = tokenFile === undefined ? undefined : await readRelayToken(tokenFile);
	if (token?.kind === "refused") return { kind: "refused", trouble: { about: "relayToken", trouble: token.trouble } };
	return {
		kind: "policy",
		policy: { relays: urls, open: dialsRelays(transport), ...(token ? { token: token.text } : {}) },
	};
}
