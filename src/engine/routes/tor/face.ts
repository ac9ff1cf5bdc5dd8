// What Tor tells of itself before it is used. It needs nothing of what the route does.
import { findProgram } from "../../../net/tor/find-program.ts";
import type { TorSource } from "../../../net/tor/tor.ts";
import { refuse } from "../../api/outcome.ts";
import type { RouteFace } from "../route.ts";

/** The program is looked for again after this, because somebody may have installed it meanwhile. */
const lookAgainAfterMs = 5_000;

/** Makes the face of Tor. `isBehindProxy` says that everything else goes through a proxy; `now` returns ms. */
export function torFace(source: TorSource, isBehindProxy: boolean, now: () => number): RouteFace {
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
