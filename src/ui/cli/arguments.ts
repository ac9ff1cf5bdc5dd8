// Understands the command line: a pure function from argv to what shall be done. Says what is wrong in words, and what was probably meant.
import { isIP } from "node:net";
import type { HostWish, RouteName } from "../../engine/api/hosting.ts";
import type { RelayWish } from "../../engine/api/own-servers.ts";
import type { TargetTrouble } from "../../engine/api/refusals.ts";
import type { Intent } from "../words/intent.ts";
import { targetWords } from "../words/target-words.ts";
import { type GeoIpAction, parseGeoIp } from "./geoip-arguments.ts";
import { homeIn, profileProblem } from "./home-arguments.ts";
import {
	type BlocksAction,
	type DaemonAction,
	type KeyAction,
	parseBlocks,
	parseDaemon,
	parseKey,
} from "./key-arguments.ts";
import { actions, type CommandName, commands, type OptionName, type Options } from "./options.ts";
import { didYouMean, type Given, type Invalid, invalid, misplacedOption, quoted, readTokens } from "./tokens.ts";
import { type DhtChoice, type DhtNodeWish, dhtChoiceOf, dhtProblem, parseDhtNode } from "./tools/dht-arguments.ts";
import { parseDoctor, type StunTarget } from "./tools/doctor-arguments.ts";
import { parseRelay, type RelayChoice, relayChoiceOf } from "./tools/relay-arguments.ts";
import { type ChosenView, chooseView } from "./view-arguments.ts";

/** The topics of `rt help TOPIC`. */
export const helpTopics = [
	"host",
	"join",
	"key",
	"blocks",
	"geoip",
	"doctor",
	"dht",
	"tor",
	"daemon",
	"relay",
	"rpc",
	"plain",
	"exit-codes",
	"security",
	"settings",
	"files",
] as const;
export type HelpTopic = (typeof helpTopics)[number];

/** Says where the program may look and listen. When `home` is absent it uses the system's usual folders. */
interface Surroundings {
	readonly home?: string;
	/** The profile, whose home lies below that one: an identity of its own, with everything that goes with it. */
	readonly profile?: string;
}

/** Says what is to be done. `invalid.message` is fit to print; the exit code is then EXIT_USAGE. */
export type ParsedArguments =
	| (Surroundings &
			Omit<ChosenView, "kind"> & {
				readonly kind: "run";
				readonly intent: Intent;
				readonly passwordFile?: string;
				/** Lines of a pipe that begin with a slash are commands. */
				readonly takesCommands?: true;
				readonly isPortmapAllowed: boolean;
				/** Rooms on the same network may be looked for and shown, when that is asked for. */
				readonly isLanAllowed: boolean;
				readonly dht?: DhtChoice;
				readonly relay?: RelayChoice;
				readonly tor?: TorChoice;
				/** The proxy to go through, as it was typed; "none": none, whatever config.toml says. */
				readonly proxy?: string | "none";
				/** The one interface, or the one address of this computer, by which anything may come and go. */
				readonly only?: { readonly interface?: string; readonly bind?: string };
			})
	| (Surroundings & { readonly kind: "key"; readonly action: KeyAction })
	| (Surroundings & BlocksAction & { readonly kind: "blocks" })
	| (Surroundings & { readonly kind: "told" })
	| (Surroundings & {
			readonly kind: "lan";
			readonly only?: { readonly interface?: string };
			readonly isLanAllowed: boolean;
	  })
	| (Surroundings & {
			readonly kind: "daemon";
			readonly action: DaemonAction;
			/** The name others see; an identity is made when there is none. */
			readonly name?: string;
			readonly isPortmapAllowed: boolean;
			readonly isLanAllowed: boolean;
			readonly dht?: DhtChoice;
			readonly only?: { readonly interface?: string };
	  })
	| (Surroundings & { readonly kind: "unlock" | "profiles" })
	| (Surroundings & { readonly kind: "dhtNode"; readonly wish: DhtNodeWish })
	| { readonly kind: "relay"; readonly wish: RelayWish; readonly isJson: boolean }
	| (Surroundings & { readonly kind: "geoip"; readonly action: GeoIpAction })
	| (Surroundings & { readonly kind: "doctor"; readonly stun?: StunTarget; readonly isPortmapAllowed: boolean })
	| (Omit<ChosenView, "kind"> & { readonly kind: "demo"; readonly name?: string })
	| { readonly kind: "licences" }
	| { readonly kind: "help"; readonly topic?: HelpTopic }
	| { readonly kind: "version" }
	| Invalid;

export interface ArgumentContext {
	readonly stdoutIsTty: boolean;
	readonly stdinIsTty: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The reader of addresses and ports, which is the engine's. */
	readonly parseTarget: (
		typed: string,
	) => { readonly kind: "target"; readonly display: string } | ({ readonly kind: "refused" } & TargetTrouble);
}

/** Reads the command line. `argv` is without the program itself (process.argv.slice(2)). It never throws. */
export function parseArguments(argv: readonly string[], context: ArgumentContext): ParsedArguments {
	const given = readTokens(argv);
	if ("kind" in given) return given;
	const { options, words } = given;
	if (options.has("version")) return { kind: "version" };
	const [first, ...rest] = words;
	if (first === "help" || options.has("help")) return helpFor(first === "help" ? rest[0] : asTopic(first));
	const command = actions.find((action) => action === first);
	const name: CommandName = command ?? (first === undefined ? "home" : "join");
	if (command === undefined && words.length === 1 && isOneName(words[0] ?? "")) return unknownCommand(words[0] ?? "");
	const misplaced = misplacedOption(options, name);
	if (misplaced !== undefined) return misplaced;
	// The demo has a home of its own that goes with it.
	const place = name === "demo" ? {} : homeIn(options, context.env);
	if ("kind" in place) return place;
	const profile = options.get("profile");
	const problem = profileProblem(profile);
	if (problem !== undefined) return problem;
	const surroundings: Surroundings = { ...place, ...(profile === undefined ? {} : { profile }) };
	if (name === "home" || name === "host" || name === "join") {
		return parseRun(name, { options, words: command === undefined ? words : rest }, context, surroundings);
	}
	return parseTool(name, { options, words: rest }, context, surroundings);
}

// A word alone that no address looks like was meant for a command.
const isOneName = (word: string): boolean => /^\p{L}[\p{L}\p{N}_-]*$/u.test(word) && word !== "localhost";

const unknownCommand = (word: string): Invalid =>
	invalid(
		`There is no command ${quoted(word)}.${didYouMean(word, commands)} rt help lists them. To join a room: rt ADDRESS PORT.`,
	);

/** The commands that lead to a room, in one of the views. */
type RoomCommand = "home" | "host" | "join";

const isLanAllowed = (options: Options, { env: { RT_NO_LAN } }: ArgumentContext): boolean =>
	!options.has("no-lan") && !RT_NO_LAN;

const isPortmapAllowed = (options: Options, { env: { RT_NO_PORTMAP } }: ArgumentContext): boolean =>
	!options.has("no-portmap") && !RT_NO_PORTMAP;

// Everything but rooms.
function parseTool(
	name: Exclude<CommandName, RoomCommand>,
	{ options, words }: Given,
	context: ArgumentContext,
	surroundings: Surroundings,
): ParsedArguments {
	switch (name) {
		case "key": {
			const action = parseKey(words, options);
			return action.kind === "invalid" ? action : { kind: "key", action, ...surroundings };
		}
		case "blocks": {
			const action = parseBlocks(words);
			return "kind" in action ? action : { kind: "blocks", ...action, ...surroundings };
		}
		case "told":
			if (words[0] !== undefined) return invalid(`rt told takes no ${quoted(words[0])}.`);
			return { kind: "told", ...surroundings };
		case "geoip": {
			const keyFile = options.get("maxmind-key-file");
			const given = { isConfirmed: options.has("yes"), ...(keyFile === undefined ? {} : { keyFile }) };
			const action = parseGeoIp(words, given);
			return action.kind === "invalid" ? action : { kind: "geoip", action, ...surroundings };
		}
		case "lan": {
			const parsed = parseLan(words, options.get("interface"));
			if (parsed.kind === "invalid") return parsed;
			return { ...parsed, isLanAllowed: isLanAllowed(options, context), ...surroundings };
		}
		case "doctor": {
			const parsed = parseDoctor(words, options.get("stun"));
			if (parsed.kind === "invalid") return parsed;
			return { ...parsed, isPortmapAllowed: isPortmapAllowed(options, context), ...surroundings };
		}
		case "dht-node": {
			const parsed = parseDhtNode(words, options);
			return parsed.kind === "invalid" ? parsed : { kind: "dhtNode", wish: parsed.wish, ...surroundings };
		}
		case "licences":
			if (words.length > 0) return invalid("rt licences takes nothing after it.");
			return { kind: "licences" };
		case "daemon":
			return parseDaemonRun({ options, words }, context, surroundings);
		case "unlock":
		case "profiles": {
			const [word] = words;
			if (word !== undefined) return invalid(`rt ${name} takes no ${quoted(word)}.`);
			return { kind: name, ...surroundings };
		}
		case "relay":
			return parseRelay(words, options);
		case "demo":
			return parseDemo(words, options, context);
	}
}

// Rooms: of one's own, of others, or the start screen.
function parseRun(
	name: RoomCommand,
	{ options, words }: Given,
	context: ArgumentContext,
	surroundings: Surroundings,
): ParsedArguments {
	const intent = parseIntent(name, { options, words }, context);
	if (intent.kind === "invalid") return intent;
	const chosen = chooseView(options, context);
	if (chosen.kind === "invalid") return chosen;
	const only = parseOnly(name, options);
	if (only !== undefined && "kind" in only) return only;
	const passwordFile = options.get("password-file");
	const tor = torChoiceOf(options);
	const proxy = options.has("no-proxy") ? "none" : options.get("proxy");
	if (options.has("proxy") && options.has("no-proxy")) return invalid("--proxy and --no-proxy exclude each other.");
	if (chosen.view === "screen" && passwordFile === "-") {
		return invalid("--password-file - needs --plain or --rpc: on the full screen the input is the keyboard.");
	}
	if (options.has("commands") && chosen.view !== "plain") {
		return invalid("--commands is for line mode (--plain): there it lets a pipe's lines be commands.");
	}
	if (options.has("visible") && !isLanAllowed(options, context)) {
		return invalid("--visible shows the room on this network, which --no-lan or RT_NO_LAN forbids.");
	}
	const { RT_NO_DHT } = context.env;
	const isDhtForbidden = Boolean(RT_NO_DHT);
	const problem = dhtProblem(options, isDhtForbidden);
	const dht = dhtChoiceOf(options, isDhtForbidden);
	const relay = relayChoiceOf(options);
	if (problem !== undefined) return invalid(problem);
	return {
		...chosen,
		kind: "run",
		intent,
		isPortmapAllowed: isPortmapAllowed(options, context),
		isLanAllowed: isLanAllowed(options, context),
		...(dht === undefined ? {} : { dht }),
		...(relay === undefined ? {} : { relay }),
		...(only === undefined ? {} : { only }),
		...(passwordFile === undefined ? {} : { passwordFile }),
		...(options.has("commands") ? { takesCommands: true as const } : {}),
		...(tor === undefined ? {} : { tor }),
		...(proxy === undefined ? {} : { proxy }),
		...surroundings,
	};
}

/** Says which Tor is wanted, where Tor is used: the engine reads it. */
interface TorChoice {
	readonly torrc?: string;
	readonly control?: string;
	readonly socks?: string;
}

function torChoiceOf(options: Options): TorChoice | undefined {
	const [torrc, control, socks] = [options.get("torrc"), options.get("tor-control"), options.get("tor-socks")];
	if (torrc === undefined && control === undefined && socks === undefined) return undefined;
	return {
		...(torrc === undefined ? {} : { torrc }),
		...(control === undefined ? {} : { control }),
		...(socks === undefined ? {} : { socks }),
	};
}

/** The option by which a host asks for each route. */
const routeOptions: Readonly<Record<RouteName, OptionName>> = { dht: "dht", relay: "relay", tor: "tor" };

/** Whoever asks for one of these beside Tor wants the room to be reached in other ways too. */
const besideTor = ["port", "bind", "visible", "dht", "relay", "interface"] as const;

function routesIn(options: Options): Pick<HostWish, "routes" | "isOnlyByRoutes"> {
	const names = Object.keys(routeOptions) as readonly RouteName[];
	const routes = names.filter((name) => options.has(routeOptions[name]));
	if (routes.length === 0) return {};
	const isOnlyByRoutes = options.has("tor") && !besideTor.some((name) => options.has(name));
	return { routes, ...(isOnlyByRoutes ? { isOnlyByRoutes } : {}) };
}

function parseIntent(
	command: RoomCommand,
	{ options, words }: Given,
	{ parseTarget }: ArgumentContext,
): Intent | Invalid {
	const name = options.get("name");
	const named = name === undefined ? {} : { name };
	const routes = routesIn(options);
	if (command === "home") return { kind: "home", ...named, wish: routes };
	if (command === "join") {
		// Nothing: the person chooses from a list.
		if (words.length === 0) return { kind: "join", ...named };
		const [word = ""] = words;
		// The engine reads invites.
		if (words.length === 1 && /^rt:\/\//i.test(word)) return { kind: "join", target: word, ...named };
		const target = parseTarget(words.join(" "));
		if (target.kind === "target") return { kind: "join", target: target.display, ...named };
		// The name of a room that is kept, which the engine knows.
		if (words.length === 1 && isOneName(word)) return { kind: "join", target: word, ...named };
		return invalid(targetWords(target) + (words.length === 1 ? didYouMean(word, commands) : ""));
	}
	if (words.length > 0) return invalid(`rt host takes no ${quoted(words[0] ?? "")}. To join a room: rt ADDRESS PORT.`);
	const port = options.get("port");
	if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
		return invalid(`--port must be a number from 0 (a free one is picked) to 65535, not ${quoted(port)}.`);
	}
	const bind = options.get("bind");
	const keep = options.get("keep");
	const wish = {
		...(port === undefined ? {} : { port: Number(port) }),
		...(bind === undefined ? {} : { bind }),
		...(options.has("visible") ? { visibleOnLan: true } : {}),
		...(keep === undefined ? {} : { keep }),
		...routes,
	};
	return { kind: "host", ...named, wish };
}

function parseDaemonRun(
	{ options, words }: Given,
	context: ArgumentContext,
	surroundings: Surroundings,
): ParsedArguments {
	const action = parseDaemon(words, options);
	if (action.kind === "invalid") return action;
	const { RT_NO_DHT } = context.env;
	const dht = dhtChoiceOf(options, Boolean(RT_NO_DHT));
	const name = options.get("interface");
	const named = options.get("name");
	return {
		kind: "daemon",
		action,
		isPortmapAllowed: isPortmapAllowed(options, context),
		isLanAllowed: isLanAllowed(options, context),
		...(dht === undefined ? {} : { dht }),
		...(name === undefined ? {} : { only: { interface: name } }),
		...(named === undefined ? {} : { name: named }),
		...surroundings,
	};
}

function parseLan(
	words: readonly string[],
	name: string | undefined,
): { readonly kind: "lan"; readonly only?: { readonly interface: string } } | Invalid {
	const [word] = words;
	if (word !== undefined) return invalid(`rt lan takes no ${quoted(word)}. To join a room: rt join.`);
	return { kind: "lan", ...(name === undefined ? {} : { only: { interface: name } }) };
}

/** Reads the one interface or address that may be used. A host's --bind is where it listens, and part of its intent; a guest's is where it dials from. */
function parseOnly(
	command: CommandName,
	options: Options,
): { readonly interface?: string; readonly bind?: string } | Invalid | undefined {
	const name = options.get("interface");
	const bind = command === "join" ? options.get("bind") : undefined;
	if (bind !== undefined && isIP(bind) === 0)
		return invalid(`--bind must be an address in numbers, not ${quoted(bind)}.`);
	if (name === undefined && bind === undefined) return undefined;
	return { ...(name === undefined ? {} : { interface: name }), ...(bind === undefined ? {} : { bind }) };
}

function parseDemo(words: readonly string[], options: Options, context: ArgumentContext): ParsedArguments {
	const [word] = words;
	if (word !== undefined) return invalid(`rt demo takes no ${quoted(word)}.`);
	const name = options.get("name");
	const chosen = chooseView(options, context);
	if (chosen.kind === "invalid") return chosen;
	return { ...chosen, kind: "demo", ...(name === undefined ? {} : { name }) };
}

function helpFor(word: string | undefined): ParsedArguments {
	if (word === undefined) return { kind: "help" };
	const topic = asTopic(word);
	if (topic !== undefined) return { kind: "help", topic };
	return invalid(
		`There is no help on ${quoted(word)}.${didYouMean(word, helpTopics)} Topics: ${helpTopics.join(", ")}.`,
	);
}

function asTopic(word: string | undefined): HelpTopic | undefined {
	return helpTopics.find((topic) => topic === word);
}
