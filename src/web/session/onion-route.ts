// The way in of a page that the host's own onion has answered Tor Browser with: a WebSocket to that same onion.

import { refuse } from "../../engine/api/outcome.ts";
import type { Route } from "../../engine/routes/route.ts";
import { readTorPart, torPartKey } from "../../engine/routes/tor/part.ts";
import type { DialOutcome } from "../../net/link/link.ts";
import { RelayError } from "../../net/relay/failure.ts";
import { ONION_ROOM_PATH, onionAddress } from "../../net/tor/onion-key.ts";
import { browserSocket } from "./browser-socket.ts";

/** A circuit that is new takes some seconds, and Tor Browser tries several. */
const dialTimeoutMs = 120_000;

/** Makes the route. `host` is where the page came from: only there nobody learns of the dial but Tor, which any other browser would ask the name service for. */
export function onionRoute(host: string): Route {
	const dial = async (signal: AbortSignal): Promise<DialOutcome> => {
		try {
			const socket = await browserSocket(new URL(`ws://${host}${ONION_ROOM_PATH}`), { signal });
			return { kind: "linked", link: { stream: socket.intoStream(), far: { transport: "tor" } } };
		} catch (error) {
			if (!(error instanceof RelayError)) throw error;
			return { kind: "failed", failure: signal.aborted ? "aborted" : "unreachable", detail: error.message };
		}
	};
	return {
		name: "tor",
		refusal: () => undefined,
		refusalToHost: () => refuse({ code: "tor_off", why: "missing" }),
		terms: () => ({ nodes: "", hasRelay: false }),
		host: () => {
			throw new Error("a page hosts no room");
		},
		inviteKey: torPartKey,
		readInvite(part, secret) {
			const key = readTorPart(part);
			if (!key || !secret || `${onionAddress(key)}.onion` !== host) return undefined;
			return () => ({
				name: "tor",
				transport: "tor",
				via: "Tor",
				timeoutMs: dialTimeoutMs,
				dial: ({ signal, timeoutMs }) => dial(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])),
				close: async () => {},
			});
		},
	};
}
