// Tor as a route: an onion service that only those who have an invite can find, and nobody's address is known to anybody.
import { findProgram } from "../../../net/tor/find-program.ts";
import { Tor, type TorSource } from "../../../net/tor/tor.ts";
import { refuse } from "../../api/outcome.ts";
import type { Route } from "../route.ts";
import { torGuest } from "./guest.ts";
import { TorHost } from "./host.ts";
import { readTorPart, torPartKey } from "./part.ts";

/** The program is looked for again after this, because somebody may have installed it meanwhile. */
const lookAgainAfterMs = 5_000;

/** Makes the route. All rooms of this program share one Tor, which runs while a room needs it. `isBehindProxy` says that everything else goes through a proxy; `page` is what rooms answer browsers with, as HTML. */
export function torRoute(source: TorSource, isBehindProxy: boolean, now: () => number, page?: string): Route {
	const tor = new Tor(source);
	const isThere = source.kind === "own" ? rarely(() => findProgram("tor") !== undefined, now) : () => true;
	return {
		name: "tor",
		refusal(only) {
			if (isBehindProxy) return refuse({ code: "tor_off", why: "proxy" });
			// Tor dials by whichever interface the system chooses, so who keeps to one does without.
			if (only) return refuse({ code: "tor_off", why: "oneInterface" });
			return isThere() ? undefined : refuse({ code: "tor_off", why: "missing" });
		},
		terms: () => ({ nodes: "", hasRelay: false }),
		host: (options) => new TorHost(tor, options, page),
		inviteKey: torPartKey,
		readInvite(part, secret) {
			const key = readTorPart(part);
			return key && secret && ((onContact) => torGuest(tor, key, secret, onContact));
		},
	};
}

/** Asks at most every few seconds. */
function rarely(ask: () => boolean, now: () => number): () => boolean {
	let known: { readonly answer: boolean; readonly at: number } | undefined;
	return () => {
		if (known === undefined || now() - known.at > lookAgainAfterMs) known = { answer: ask(), at: now() };
		return known.answer;
	};
}
