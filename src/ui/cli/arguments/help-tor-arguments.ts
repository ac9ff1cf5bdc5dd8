// Understands `rt help-tor …`.

import type { HelpTorWish } from "../../../engine/api/own-servers.ts";
import { commandName } from "../../text/command-name.ts";
import { readServer } from "./doctor-arguments.ts";
import { type Invalid, invalid } from "./invalid.ts";

/** The helper's own options, for the table in options.ts. */
export const helpTorOptionRules = {
	capacity: { type: "string", goesWith: ["help-tor"] },
	broker: { type: "string", goesWith: ["help-tor"] },
} as const;

type Options = ReadonlyMap<string, string>;

const mostPeople = 1_000;
/** STUN's own port (RFC 8489 §18.6). */
const stunPort = 3478;

/** Reads `words`, which follow "help-tor". The messages repeat nothing of what was typed. */
export function parseHelpTor(
	words: readonly string[],
	options: Options,
): { readonly kind: "helpTor"; readonly wish: HelpTorWish; readonly isConfirmed: boolean } | Invalid {
	if (words.length > 0) {
		return invalid(
			`${commandName} help-tor takes nothing but --capacity N, --broker URL, --stun HOST[:PORT] and --yes.`,
		);
	}
	const typed = options.get("capacity");
	const isCount = typed === undefined || (/^\d{1,4}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= mostPeople);
	if (!isCount) return invalid(`--capacity must be a number of people from 1 to ${mostPeople}.`);
	const broker = options.get("broker");
	if (broker !== undefined && !/^https?:$/.test(urlOf(broker)?.protocol ?? "")) {
		return invalid("--broker needs an address that begins with https:// or http://.");
	}
	const stun = options.get("stun");
	const server = stun === undefined ? undefined : readServer(stun);
	if (stun !== undefined && server === undefined) {
		return invalid("--stun needs a server: HOST, HOST:PORT, or [IPv6]:PORT.");
	}
	const host = server?.host.includes(":") ? `[${server.host}]` : server?.host;
	return {
		kind: "helpTor",
		isConfirmed: options.has("yes"),
		wish: {
			...(typed === undefined ? {} : { capacity: Number(typed) }),
			...(broker === undefined ? {} : { broker }),
			...(host === undefined ? {} : { stun: `${host}:${server?.port ?? stunPort}` }),
		},
	};
}

function urlOf(typed: string): URL | undefined {
	return URL.canParse(typed) ? new URL(typed) : undefined;
}
