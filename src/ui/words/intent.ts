// Says what the person wants from this run, as far as the command line tells. The views start from it.
import type { Snapshot } from "../../engine/api/api.ts";
import type { HostWish } from "../../engine/api/hosting.ts";
import { torBesides } from "./ways/tor-words.ts";
import { termsWords } from "./ways/way-words.ts";

/** Says what the person wants. They are to be called `name` from now on, and `target` is as the engine's join command takes it. */
export type Intent =
	/** The person chooses; `wish` holds if it is a room of their own. */
	| { readonly kind: "home"; readonly name?: string; readonly wish: HostWish }
	/** With `isDemo` everybody else there is a bot. */
	| { readonly kind: "host"; readonly name?: string; readonly wish: HostWish; readonly isDemo?: true }
	/** Without a target it is still to be chosen. */
	| { readonly kind: "join"; readonly name?: string; readonly target?: string };

/** Is told of a room in which everybody else is a bot. */
export const demoTitle = "Demo: the others are bots";

/** Returns what is to be told before the room is announced by each of the routes that are wished for. */
export function termsOf(
	{ routes = [], isOnlyByRoutes }: HostWish,
	{ routeTerms }: Pick<Snapshot, "routeTerms">,
): readonly string[] {
	return routes.flatMap((route) => {
		const terms = routeTerms[route];
		if (terms === undefined) return [];
		const isBeside = route === "tor" && isOnlyByRoutes !== true;
		return [termsWords(route, terms), ...(isBeside ? [torBesides] : [])];
	});
}
