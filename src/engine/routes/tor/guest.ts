// The guest's side of Tor: how long a dial may take, and how far Tor has come meanwhile.
import type { OnContact } from "../../../net/link/contact.ts";
import { OnionGuest } from "../../../net/tor/onion-guest.ts";
import type { Tor } from "../../../net/tor/tor.ts";
import type { RouteGuest } from "../route.ts";
import { progressOf } from "./tor-news.ts";

/** Tor's first start takes a minute on a slow line; a dial after that takes up to 45 s. */
const dialTimeoutMs = 180_000;

/** Prepares the dial to the onion service with this public key. `secret` is that of the invite. */
export function torGuest(tor: Tor, publicKey: Uint8Array, secret: Uint8Array, onContact?: OnContact): RouteGuest {
	const onion = new OnionGuest({ tor, publicKey, secret });
	return {
		name: "tor",
		transport: onion.name,
		via: "Tor",
		timeoutMs: dialTimeoutMs,
		watch: (hear) => tor.watch((progress) => hear(progressOf(progress))),
		dial(options) {
			onContact?.({ kind: "network", name: "Tor" });
			return onion.dial(options);
		},
		close: () => onion.close(),
	};
}
