// Understands `rt relay …`. Whether the address and the token are good is the engine's to say.

import { domainToASCII } from "node:url";
import type { RelayChoice } from "../../../engine/api/opening.ts";
import type { RelayWish } from "../../../engine/api/own-servers.ts";
import { commandName } from "../../text/command-name.ts";
import { type Invalid, invalid } from "./invalid.ts";

/** The relay's own options, for the table in options.ts. */
export const relayOptionRules = {
	relay: { type: "string", goesWith: ["home", "host", "send"] },
	"relay-token-file": { type: "string", goesWith: ["home", "host", "send"] },
	"public-name": { type: "string", goesWith: ["relay"] },
	"behind-proxy": { type: "boolean", goesWith: ["relay"] },
	"token-file": { type: "string", goesWith: ["relay"] },
	nats: { type: "string", goesWith: ["relay"] },
	"own-name": { type: "string", goesWith: ["relay"] },
	"metrics-port": { type: "string", goesWith: ["relay"] },
	page: { type: "boolean", goesWith: ["home", "host", "relay"] },
} as const;

type Options = ReadonlyMap<string, string>;

/** Returns which relays a host wishes for; `undefined` when none. */
export function relayChoiceOf(options: Options): RelayChoice | undefined {
	const relays = options.get("relay");
	const tokenFile = options.get("relay-token-file");
	if (relays === undefined) return undefined;
	return { relays, ...(tokenFile === undefined ? {} : { tokenFile }) };
}

/** Holds a wish to run a relay; `hasPage` says that browsers get the page for guests there. */
export interface ParsedRelay {
	readonly kind: "relay";
	readonly wish: RelayWish;
	readonly isJson: boolean;
	readonly hasPage: boolean;
}

/** Reads `words`, which follow "relay". The messages repeat nothing of what was typed. */
export function parseRelay(words: readonly string[], options: Options): ParsedRelay | Invalid {
	if (words.length > 0) {
		return invalid(
			`${commandName} relay takes nothing but --port N, --bind ADDRESS, --public-name NAME, --behind-proxy, --token-file FILE, --nats URL, --own-name NAME, --metrics-port N, --page and --json.`,
		);
	}
	for (const name of ["port", "metrics-port"]) {
		const typed = options.get(name);
		if (typed !== undefined && !(/^\d{1,5}$/.test(typed) && Number(typed) <= 65_535)) {
			return invalid(`--${name} must be a number from 0 (a free one is picked) to 65535.`);
		}
	}
	const typedNames = options.get("public-name");
	const names = typedNames?.split(",").map(readName);
	if (names?.includes(undefined)) {
		return invalid(
			"--public-name needs the name that people dial, such as relay.example.org or relay.example.org:8443.",
		);
	}
	const nats = options.get("nats");
	if (nats !== undefined && !nats.split(",").every(isNatsUrl)) {
		return invalid(
			"--nats needs nats://HOST:PORT or tls://HOST:PORT, without a user: everybody on this computer can read arguments.",
		);
	}
	const typedOwn = options.get("own-name");
	const ownName = typedOwn === undefined ? undefined : readName(typedOwn);
	if (typedOwn !== undefined && ownName === undefined)
		return invalid("--own-name needs the name at which this relay alone is dialled.");
	if ((nats === undefined) !== (ownName === undefined))
		return invalid("--nats and --own-name go together: the other relays send hosts to this one by its own name.");
	if (nats !== undefined && names === undefined)
		return invalid("--nats needs --public-name, the name that all relays have in common.");
	const port = options.get("port");
	const metricsPort = options.get("metrics-port");
	const bind = options.get("bind");
	const tokenFile = options.get("token-file");
	return {
		kind: "relay",
		isJson: options.has("json"),
		hasPage: options.has("page"),
		wish: {
			...(port === undefined ? {} : { port: Number(port) }),
			...(bind === undefined ? {} : { bind }),
			...(names === undefined ? {} : { names: names.filter((name) => name !== undefined) }),
			...(options.has("behind-proxy") ? { isBehindProxy: true } : {}),
			...(tokenFile === undefined ? {} : { tokenFile }),
			...(nats === undefined ? {} : { nats }),
			...(ownName === undefined ? {} : { ownName }),
			...(metricsPort === undefined ? {} : { metricsPort: Number(metricsPort) }),
		},
	};
}

function isNatsUrl(typed: string): boolean {
	const url = URL.canParse(typed) ? new URL(typed) : undefined;
	const isPlain = url !== undefined && url.username === "" && url.password === "" && url.hostname !== "";
	return isPlain && /^(?:nats|tls):$/.test(url.protocol) && /^\/?$/.test(url.pathname) && url.search + url.hash === "";
}

/** Returns the name as browsers and programs send it in the header Host; `undefined` for what is none. */
function readName(typed: string): string | undefined {
	const [, name = "", port] = /^\s*([^:/\s]+)(?::(\d{1,5}))?\s*$/.exec(typed) ?? [];
	const ascii = domainToASCII(name);
	if (ascii === "") return undefined;
	return port === undefined ? ascii : `${ascii}:${Number(port)}`;
}
