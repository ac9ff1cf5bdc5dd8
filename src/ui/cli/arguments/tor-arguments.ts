// Understands the options of Tor. What is in them is checked by the engine, which says what is wrong.
import type { TorChoice } from "../../../engine/api/opening.ts";

type Options = ReadonlyMap<string, string>;

/** The options of Tor, for the table in options.ts. */
export const torOptionRules = {
	tor: { type: "boolean", goesWith: ["home", "host", "send", "doctor"] },
	torrc: { type: "string", goesWith: ["home", "host", "send", "join", "doctor"] },
	"tor-control": { type: "string", goesWith: ["home", "host", "send", "join", "doctor"] },
	"tor-socks": { type: "string", goesWith: ["home", "host", "send", "join", "doctor"] },
} as const;

/** Says which Tor is wanted, where Tor is used. `hasPage`: the onions of rooms here answer browsers with the page for guests, which is read later. */
export type TorAsked = Omit<TorChoice, "page"> & { readonly hasPage?: true };

/** Returns which Tor is wanted; `undefined` when nothing was said. */
export function torChoiceOf(options: Options): TorAsked | undefined {
	const [torrc, control, socks] = [options.get("torrc"), options.get("tor-control"), options.get("tor-socks")];
	const hasPage = options.has("page");
	if (torrc === undefined && control === undefined && socks === undefined && !hasPage) return undefined;
	return {
		...(hasPage ? { hasPage } : {}),
		...(torrc === undefined ? {} : { torrc }),
		...(control === undefined ? {} : { control }),
		...(socks === undefined ? {} : { socks }),
	};
}
