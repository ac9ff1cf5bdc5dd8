// What `rt help-tor` says: whom it contacts and what they learn, before it begins; how much it carries, while it runs. Pure.

import type { TorHelperCount, TorHelperFacts } from "../../../engine/api/own-servers.ts";
import { commandName } from "../../text/command-name.ts";

/** Says how the program comes onto a computer that has none. */
export const snowflakeMissing =
	"The program snowflake-proxy is not on this computer. Install it: sudo apt install snowflake-proxy (Debian, Ubuntu).";

/** This is said where nobody can be asked. */
export const helpTorNeedsYes = `${commandName} help-tor asks before it begins. Without a terminal, say --yes.`;

/** Returns what is said before anybody is contacted. */
export function helpTorTerms({ capacity, broker, stun }: TorHelperFacts): readonly string[] {
	const people = capacity === 1 ? "one person" : `${capacity} people`;
	return [
		`This helps people reach Tor whose network blocks it: up to ${people} at a time, through a Snowflake proxy.`,
		"",
		`It contacts ${broker} (sends people here), ${stun} (says which address this computer has), and Tor's bridge.`,
		"They and the people who are helped learn this computer's address. What passes is encrypted; nothing of rt is in it.",
		"Your provider sees traffic with strangers. Do not run it on an address that has a Tor relay or bridge.",
		"",
	];
}

/** Asks at a terminal. */
export const helpTorQuestion = "Press Enter to begin, any other key to leave it.";
/** This is said at a terminal while it runs. */
export const helpTorKey = "It runs until you press q.";
/** This is said elsewhere while it runs. */
export const helpTorRuns = "It runs until it is told to stop (SIGTERM).";
/** This is said when nobody was helped because the person did not want to. */
export const helpTorNotBegun = "Nothing was begun, and nobody was contacted.";

/** Says how much was passed on so far. */
export function helpTorCount({ connections, bytesDown, bytesUp }: TorHelperCount): string {
	if (connections === 0) return "Nobody's connection has come to its end yet.";
	const times = connections === 1 ? "1 connection" : `${connections} connections`;
	return `Helped so far: ${times}, ${megabytes(bytesDown + bytesUp)} passed on.`;
}

/** Says that the helper has ended by itself. `last` is what it said. */
export function helpTorEnded(last: string): string {
	return `snowflake-proxy has ended by itself${last === "" ? "." : `: ${last}`}`;
}

const megabytes = (bytes: number): string =>
	bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
