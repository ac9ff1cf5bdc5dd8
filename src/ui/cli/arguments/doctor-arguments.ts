// Understands `rt doctor …`: which STUN server is meant, or which Tor, if any, or what is wrong with it, in words.

import { isIP } from "node:net";
import type { StunServer } from "../../../engine/api/doctor.ts";
import { commandName } from "../../text/command-name.ts";
import { type Invalid, invalid } from "./invalid.ts";
import { type TorAsked, torChoiceOf } from "./tor-arguments.ts";

/** Reads `words`, which follow "doctor". The messages repeat nothing of what was typed. */
export function parseDoctor(
	words: readonly string[],
	options: ReadonlyMap<string, string>,
):
	| { readonly kind: "doctor"; readonly stun?: StunServer }
	| { readonly kind: "torDoctor"; readonly tor: TorAsked }
	| Invalid {
	if (words.length > 0)
		return invalid(`${commandName} doctor takes nothing but --stun HOST[:PORT], or --tor with the options of Tor.`);
	const [tor, stun] = [torChoiceOf(options), options.get("stun")];
	if (options.has("tor") && stun !== undefined)
		return invalid("--tor and --stun are two questions: ask them one by one.");
	if (options.has("tor")) return { kind: "torDoctor", tor: tor ?? {} };
	if (tor !== undefined) return invalid(`${commandName} doctor asks about Tor by --tor, which is missing.`);
	if (stun === undefined) return { kind: "doctor" };
	const target = readServer(stun);
	return target ? { kind: "doctor", stun: target } : invalid("--stun needs a server: HOST, HOST:PORT, or [IPv6]:PORT.");
}

/** Reads "HOST", "HOST:PORT" or "[IPv6]:PORT"; `undefined` for what is none of them. */
export function readServer(text: string): StunServer | undefined {
	if (isIP(text) !== 0) return { host: text };
	const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?\.?))(?::(\d{1,5}))?$/i.exec(text);
	const [, ipv6, name, digits] = parts ?? [];
	const host = ipv6 ?? name;
	const port = digits === undefined ? undefined : Number(digits);
	if (host === undefined || (ipv6 !== undefined && isIP(ipv6) !== 6)) return undefined;
	if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
	return { host, ...(port === undefined ? {} : { port }) };
}
