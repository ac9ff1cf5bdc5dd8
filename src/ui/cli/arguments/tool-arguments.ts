// Understands every command that is not about a room: which is meant, and what is wrong with its words.

import type { StunServer } from "../../../engine/api/doctor.ts";
import type { DhtNodeWish, HelpTorWish } from "../../../engine/api/own-servers.ts";
import { commandName } from "../../text/command-name.ts";
import { type BuddiesWork, type PostsWork, parseBuddies, parsePosts } from "./buddies-arguments.ts";
import { type ArgumentContext, isLanAllowed, isPortmapAllowed, type Surroundings } from "./context.ts";
import { type ParsedDaemon, parseDaemonRun } from "./daemon-arguments.ts";
import { parseDhtNode } from "./dht-arguments.ts";
import { parseDoctor } from "./doctor-arguments.ts";
import { type ForgeWork, parseForge } from "./forge-arguments.ts";
import { type GeoIpAction, parseGeoIp } from "./geoip-arguments.ts";
import { parseHelpTor } from "./help-tor-arguments.ts";
import { type ParsedHistory, parseHistory, parseLog } from "./history-arguments.ts";
import { type Invalid, invalid, quoted } from "./invalid.ts";
import { type BlocksAction, type KeyAction, parseBlocks, parseKey } from "./key-arguments.ts";
import type { CommandName, Options } from "./options.ts";
import { type ParsedRelay, parseRelay } from "./relay-arguments.ts";
import { type ParsedRun, parseRun, type RoomCommand } from "./run-arguments.ts";
import type { Given } from "./tokens.ts";
import type { TorAsked } from "./tor-arguments.ts";
import { type ChosenView, chooseView } from "./view-arguments.ts";

/** Says which command is meant that is not about a room, and with what. */
export type ParsedTool =
	| (Surroundings & { readonly kind: "key"; readonly action: KeyAction })
	| (Surroundings & BlocksAction & { readonly kind: "blocks" })
	| (Surroundings & { readonly kind: "told" })
	| (Surroundings & PostsWork & { readonly kind: "posts" })
	| (Surroundings & BuddiesWork & { readonly kind: "buddies" })
	| ParsedHistory
	| (Surroundings & { readonly kind: "forge"; readonly work: ForgeWork })
	| ParsedSend
	| (Surroundings & { readonly kind: "unlock" | "profiles" })
	| (Surroundings & {
			readonly kind: "lan";
			readonly only?: { readonly interface?: string };
			readonly isLanAllowed: boolean;
	  })
	| ParsedDaemon
	| (Surroundings & { readonly kind: "dhtNode"; readonly wish: DhtNodeWish })
	| ParsedRelay
	| { readonly kind: "page"; readonly file?: string }
	| { readonly kind: "helpTor"; readonly wish: HelpTorWish; readonly isConfirmed: boolean }
	| (Surroundings & { readonly kind: "geoip"; readonly action: GeoIpAction })
	| (Surroundings & { readonly kind: "doctor"; readonly stun?: StunServer; readonly isPortmapAllowed: boolean })
	| (Surroundings & { readonly kind: "torDoctor"; readonly tor: TorAsked })
	| (Omit<ChosenView, "kind"> & { readonly kind: "demo"; readonly name?: string })
	| { readonly kind: "licences" };

/** Says what to send, and how the room for it is opened. */
export type ParsedSend = Omit<ParsedRun, "kind"> & { readonly kind: "send"; readonly paths: readonly string[] };

type ToolName = Exclude<CommandName, RoomCommand>;
type Reader = (given: Given, context: ArgumentContext, surroundings: Surroundings) => ParsedTool | Invalid;

/** Reads the words and options of the command `name`. */
export const parseTool = (name: ToolName, ...given: Parameters<Reader>): ParsedTool | Invalid =>
	readers[name](...given);

const readers: Readonly<Record<ToolName, Reader>> = {
	key({ words, options }, _, surroundings) {
		const action = parseKey(words, options);
		return action.kind === "invalid" ? action : { kind: "key", action, ...surroundings };
	},
	blocks({ words }, _, surroundings) {
		const action = parseBlocks(words);
		return "kind" in action ? action : { kind: "blocks", ...action, ...surroundings };
	},
	geoip({ words, options }, _, surroundings) {
		const keyFile = options.get("maxmind-key-file");
		const given = { isConfirmed: options.has("yes"), ...(keyFile === undefined ? {} : { keyFile }) };
		const action = parseGeoIp(words, given);
		return action.kind === "invalid" ? action : { kind: "geoip", action, ...surroundings };
	},
	lan({ words, options }, context, surroundings) {
		const parsed = parseLan(words, options.get("interface"));
		if (parsed.kind === "invalid") return parsed;
		return { ...parsed, isLanAllowed: isLanAllowed(options, context), ...surroundings };
	},
	doctor({ words, options }, context, surroundings) {
		const parsed = parseDoctor(words, options);
		if (parsed.kind === "invalid") return parsed;
		if (parsed.kind === "torDoctor") return { ...parsed, ...surroundings };
		return { ...parsed, isPortmapAllowed: isPortmapAllowed(options, context), ...surroundings };
	},
	"dht-node"({ words, options }, _, surroundings) {
		const parsed = parseDhtNode(words, options);
		return parsed.kind === "invalid" ? parsed : { kind: "dhtNode", wish: parsed.wish, ...surroundings };
	},
	licences({ words }) {
		if (words.length > 0) return invalid(`${commandName} licences takes nothing after it.`);
		return { kind: "licences" };
	},
	told: ({ words }, _, surroundings) => alone("told", words) ?? { kind: "told", ...surroundings },
	posts(given, _, surroundings) {
		const work = parsePosts(given);
		return "kind" in work ? work : { kind: "posts", ...work, ...surroundings };
	},
	buddies(given, _, surroundings) {
		const parsed = parseBuddies(given);
		return "kind" in parsed ? parsed : { kind: "buddies", ...parsed, ...surroundings };
	},
	log: ({ words, options }, _, surroundings) => parseLog(words, options, surroundings),
	history: ({ words, options }, _, surroundings) => parseHistory(words, options, surroundings),
	forge(given, _, surroundings) {
		const work = parseForge(given);
		return "kind" in work ? work : { kind: "forge", work, ...surroundings };
	},
	unlock: ({ words }, _, surroundings) => alone("unlock", words) ?? { kind: "unlock", ...surroundings },
	profiles: ({ words }, _, surroundings) => alone("profiles", words) ?? { kind: "profiles", ...surroundings },
	send({ words, options }, context, surroundings) {
		if (words.length === 0) return invalid(`${commandName} send needs what to send: ${commandName} send PATH…`);
		const run = parseRun("host", { options, words: [] }, context, surroundings);
		return run.kind === "invalid" ? run : { ...run, kind: "send", paths: words };
	},
	daemon: parseDaemonRun,
	relay: ({ words, options }) => parseRelay(words, options),
	page({ words, options }) {
		const file = options.get("save");
		return alone("page", words) ?? { kind: "page", ...(file === undefined ? {} : { file }) };
	},
	"help-tor": ({ words, options }) => parseHelpTor(words, options),
	demo: ({ words, options }, context) => parseDemo(words, options, context),
};

const alone = (name: ToolName, [word]: readonly string[]): Invalid | undefined =>
	word === undefined ? undefined : invalid(`${commandName} ${name} takes no ${quoted(word)}.`);

function parseLan(
	words: readonly string[],
	name: string | undefined,
): { readonly kind: "lan"; readonly only?: { readonly interface: string } } | Invalid {
	const [word] = words;
	if (word !== undefined)
		return invalid(`${commandName} lan takes no ${quoted(word)}. To join a room: ${commandName} join.`);
	return { kind: "lan", ...(name === undefined ? {} : { only: { interface: name } }) };
}

function parseDemo(words: readonly string[], options: Options, context: ArgumentContext): ParsedTool | Invalid {
	const name = options.get("name");
	const chosen = alone("demo", words) ?? chooseView(options, context);
	if (chosen.kind === "invalid") return chosen;
	return { ...chosen, kind: "demo", ...(name === undefined ? {} : { name }) };
}
