// What Tor says of its start and its end, cleaned for views.
import type { TorProgress } from "../../../net/tor/bootstrap.ts";
import type { TorTrouble } from "../../../net/tor/own-tor.ts";
import type { RouteProgress, TorFailure } from "../../api/hosting.ts";
import { cleanLine } from "../../text/clean.ts";

/** Cleans the words in a step of Tor's start. */
export function progressOf({ percent, summary, hindrance }: TorProgress): RouteProgress {
	const cleaned = hindrance?.kind === "warned" ? { ...hindrance, warning: cleanLine(hindrance.warning) } : hindrance;
	return { percent, summary: cleanLine(summary), ...(cleaned ? { hindrance: cleaned } : {}) };
}

/** Cleans the words in what keeps Tor from running. */
export function torTrouble(trouble: TorTrouble): TorFailure {
	return "detail" in trouble ? { ...trouble, detail: cleanLine(trouble.detail) } : trouble;
}
