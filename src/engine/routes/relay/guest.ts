// The guest's side of a relay: the relays that the invite names are dialled one after the other, until one has the host.
import type { OnContact } from "../../../net/link/contact.ts";
import type { DialOptions, DialOutcome } from "../../../net/link/link.ts";
import { relayTransport } from "../../../net/relay/relay-transport.ts";
import { relayUrlsText } from "../../../net/relay/relay-url.ts";
import type { OpenRelaySocket } from "../../../net/relay/socket.ts";
import type { RouteGuest } from "../route.ts";
import type { RelayPart } from "./part.ts";

/** All relays together may take this long. */
const dialTimeoutMs = 30_000;

/** Prepares the dial. `open` is how the relays are dialled. */
export function relayGuest(
	secret: Uint8Array,
	{ relays, hostKey }: RelayPart,
	open: OpenRelaySocket,
	onContact: OnContact,
): RouteGuest {
	const rooms = relays.map((relay) => relayTransport({ relay, secret, hostKey, open, onContact }));
	return {
		name: "relay",
		transport: "relay",
		via: relayUrlsText(relays),
		timeoutMs: dialTimeoutMs,
		async dial({ signal, timeoutMs, ...options }: DialOptions): Promise<DialOutcome> {
			const each = { ...options, signal, timeoutMs: timeoutMs / rooms.length };
			let outcome: DialOutcome | undefined;
			for (const room of rooms) {
				outcome = await room.dial(each);
				if (outcome.kind === "linked" || outcome.failure === "aborted") break;
			}
			return outcome ?? { kind: "failed", failure: "other", detail: "The invite names no relay." };
		},
		async close() {
			await Promise.all(rooms.map((room) => room.close()));
		},
	};
}
