// Understands the options of the DHT, and `rt dht-node …`. The texts in them are checked by the engine, which says what is wrong.

import type { DhtChoice } from "../../../engine/api/opening.ts";
import type { DhtNodeWish } from "../../../engine/api/own-servers.ts";
import { commandName } from "../../text/command-name.ts";
import { type Invalid, invalid } from "./invalid.ts";

/** The DHT's options, for the table in options.ts. */
export const dhtOptionRules = {
	dht: { type: "boolean", goesWith: ["home", "host", "send"] },
	"no-dht": { type: "boolean", goesWith: ["home", "join", "daemon"] },
	"dht-bootstrap": { type: "string", goesWith: ["home", "host", "send", "join", "dht-node", "daemon"] },
	"dht-relay": { type: "string", goesWith: ["home", "host", "send", "daemon"] },
	"allow-relay": { type: "boolean", goesWith: ["home", "join", "daemon"] },
	"with-relay": { type: "boolean", goesWith: ["dht-node"] },
} as const;

type Options = ReadonlyMap<string, string>;

/** Returns what was chosen of the DHT; `undefined` when nothing was. `isForbidden` says that RT_NO_DHT is set. */
export function dhtChoiceOf(options: Options, isForbidden: boolean): DhtChoice | undefined {
	const bootstrap = options.get("dht-bootstrap");
	const relay = options.get("dht-relay");
	const choice: DhtChoice = {
		...(bootstrap === undefined ? {} : { bootstrap }),
		...(relay === undefined ? {} : { relay }),
		...(options.has("allow-relay") ? { isRelayAllowed: true } : {}),
		...(options.has("no-dht") || isForbidden ? { isAllowed: false } : {}),
	};
	return Object.keys(choice).length === 0 ? undefined : choice;
}

/** Returns what is wrong with options that only mean something together; `undefined` when nothing is. */
export function dhtProblem(options: Options, isForbidden: boolean): string | undefined {
	if (options.has("dht") && (options.has("no-dht") || isForbidden)) {
		return "--dht finds the room through the DHT, which --no-dht or RT_NO_DHT forbids.";
	}
	if (options.has("dht") && options.has("interface")) {
		return "--dht cannot be kept to one interface: leave --interface out.";
	}
	return undefined;
}

/** Reads `words`, which follow "dht-node". The messages repeat nothing of what was typed. */
export function parseDhtNode(
	words: readonly string[],
	options: Options,
): { readonly kind: "node"; readonly wish: DhtNodeWish } | Invalid {
	const usage = `${commandName} dht-node takes nothing but --port N, --bind ADDRESS, --with-relay and --dht-bootstrap HOST:PORT.`;
	if (words.length > 0) return invalid(usage);
	const port = options.get("port");
	if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_000)) {
		return invalid("--port must be a number from 1 to 65000: friends have to know it.");
	}
	const bind = options.get("bind");
	const bootstrap = options.get("dht-bootstrap");
	return {
		kind: "node",
		wish: {
			...(port === undefined ? {} : { port: Number(port) }),
			...(bind === undefined ? {} : { bind }),
			...(bootstrap === undefined ? {} : { bootstrap }),
			...(options.has("with-relay") ? { hasRelay: true } : {}),
		},
	};
}
