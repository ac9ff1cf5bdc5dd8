// Understands the command lines that lead to a room: rt alone, rt host and rt join.

import { isIP } from "node:net";
import type { HostWish, RouteName } from "../../../engine/api/hosting.ts";
import type { DhtChoice, RelayChoice } from "../../../engine/api/opening.ts";
import { commandName } from "../../text/command-name.ts";
import type { Intent } from "../../words/intent.ts";
import { targetWords } from "../../words/target-words.ts";
import { type ArgumentContext, isDhtForbidden, isLanAllowed, isPortmapAllowed, type Surroundings } from "./context.ts";
import { dhtChoiceOf, dhtProblem } from "./dht-arguments.ts";
import { didYouMean, type Invalid, invalid, quoted } from "./invalid.ts";
import { commands, type OptionName, type Options } from "./options.ts";
import { relayChoiceOf } from "./relay-arguments.ts";
import type { Given } from "./tokens.ts";
import { type TorAsked, torChoiceOf } from "./tor-arguments.ts";
import { type ChosenView, chooseView } from "./view-arguments.ts";

/** Says how a room is to be opened or joined, and in which view. */
export type ParsedRun = Surroundings &
	Omit<ChosenView, "kind"> & {
		readonly kind: "run";
		readonly intent: Intent;
		/** Names the file with the room's password; "-" is the first line of the input. */
		readonly passwordFile?: string;
		/** Lines of a pipe that begin with a slash are commands. */
		readonly takesCommands?: true;
		readonly isPortmapAllowed: boolean;
		/** Rooms on the same network may be looked for and shown, when that is asked for. */
		readonly isLanAllowed: boolean;
		readonly dht?: DhtChoice;
		readonly relay?: RelayChoice;
		readonly tor?: TorAsked;
		/** The proxy to go through, as it was typed; "none": none, whatever config.toml says. */
		readonly proxy?: string | "none";
		/** The one interface, or the one address of this computer, by which anything may come and go. */
		readonly only?: { readonly interface?: string; readonly bind?: string };
	};

/** The commands that lead to a room, in one of the views. */
export type RoomCommand = "home" | "host" | "join";

/** Tells whether a word cannot be an address: alone on a command line it was meant for a command, or for a room that is kept. */
export const isOneName = (word: string): boolean => /^\p{L}[\p{L}\p{N}_-]*$/u.test(word) && word !== "localhost";

// A name in quotes may have blanks in it; none has a colon, and what has a dot is an address.
const isKnownName = (word: string): boolean =>
	isOneName(word) || /^\p{L}[^:.\p{C}]*$/u.test(word) || /^[0-9a-f ]{40,}$/i.test(word);

/** Reads what leads to a room: one's own, somebody else's, or the start screen. */
export function parseRun(
	name: RoomCommand,
	{ options, words }: Given,
	context: ArgumentContext,
	surroundings: Surroundings,
): ParsedRun | Invalid {
	const intent = parseIntent(name, { options, words }, context);
	if (intent.kind === "invalid") return intent;
	const chosen = chooseView(options, context);
	if (chosen.kind === "invalid") return chosen;
	const only = parseOnly(name, options);
	if (only !== undefined && "kind" in only) return only;
	const problem = contradiction(options, chosen, context);
	if (problem !== undefined) return invalid(problem);
	const passwordFile = options.get("password-file");
	const tor = torChoiceOf(options);
	const proxy = options.has("no-proxy") ? "none" : options.get("proxy");
	const dht = dhtChoiceOf(options, isDhtForbidden(context));
	const relay = relayChoiceOf(options);
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

// What is wrong with options that do not go together, or not with the view.
function contradiction(options: Options, { view }: ChosenView, context: ArgumentContext): string | undefined {
	if (options.has("proxy") && options.has("no-proxy")) return "--proxy and --no-proxy exclude each other.";
	if (view === "screen" && options.get("password-file") === "-") {
		return "--password-file - needs --plain or --rpc: on the full screen the input is the keyboard.";
	}
	if (options.has("commands") && view !== "plain") {
		return "--commands is for line mode (--plain): there it lets a pipe's lines be commands.";
	}
	if (options.has("visible") && !isLanAllowed(options, context)) {
		return "--visible shows the room on this network, which --no-lan or RT_NO_LAN forbids.";
	}
	return dhtProblem(options, isDhtForbidden(context));
}

/** A history is kept for at most this many days. */
const longestHistoryDays = 3_650;

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

function parseIntent(command: RoomCommand, { options, words }: Given, context: ArgumentContext): Intent | Invalid {
	const name = options.get("name");
	const named = name === undefined ? {} : { name };
	if (command === "home") return { kind: "home", ...named, wish: routesIn(options) };
	if (command === "host") {
		const wish = parseHostWish({ options, words });
		return "kind" in wish ? wish : { kind: "host", ...named, wish };
	}
	// Nothing: the person chooses from a list.
	if (words.length === 0) return { kind: "join", ...named };
	const target = parseJoinTarget(words, context);
	return typeof target === "string" ? { kind: "join", target, ...named } : target;
}

function parseJoinTarget(words: readonly string[], { parseTarget }: ArgumentContext): string | Invalid {
	const [word = "", ...more] = words;
	const isAlone = more.length === 0;
	// The engine reads invites.
	if (isAlone && /^rt:\/\//i.test(word)) return word;
	const target = parseTarget(words.join(" "));
	if (target.kind === "target") return target.display;
	// The name of a room that is kept or of a buddy, or a buddy's key, which the engine knows.
	if (isAlone && isKnownName(word)) return word;
	return invalid(targetWords(target) + (isAlone ? didYouMean(word, commands) : ""));
}

function parseHostWish({ options, words }: Given): HostWish | Invalid {
	if (words.length > 0)
		return invalid(
			`${commandName} host takes no ${quoted(words[0] ?? "")}. To join a room: ${commandName} ADDRESS PORT.`,
		);
	const port = options.get("port");
	if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
		return invalid(`--port must be a number from 0 (a free one is picked) to 65535, not ${quoted(port)}.`);
	}
	const bind = options.get("bind");
	const keep = options.get("keep");
	const offRecordWith = options.get("off-record");
	const history = options.get("history");
	const historyDays = Number(history);
	if (history !== undefined && keep === undefined)
		return invalid("--history goes with --keep NAME: what is said in a passing room is kept on no disk.");
	if (history !== undefined && !(/^\d{1,4}$/.test(history) && historyDays >= 1 && historyDays <= longestHistoryDays)) {
		return invalid(`--history is a number of days from 1 to ${longestHistoryDays}, not ${quoted(history)}.`);
	}
	return {
		...(port === undefined ? {} : { port: Number(port) }),
		...(bind === undefined ? {} : { bind }),
		...(options.has("visible") ? { visibleOnLan: true } : {}),
		...(keep === undefined ? {} : { keep }),
		...(offRecordWith === undefined ? {} : { offRecordWith }),
		...(history === undefined ? {} : { historyDays }),
		...routesIn(options),
	};
}

/** Reads the one interface or address that may be used. A host's --bind is where it listens, and part of its intent; a guest's is where it dials from. */
function parseOnly(
	command: RoomCommand,
	options: Options,
): { readonly interface?: string; readonly bind?: string } | Invalid | undefined {
	const name = options.get("interface");
	const bind = command === "join" ? options.get("bind") : undefined;
	if (bind !== undefined && isIP(bind) === 0)
		return invalid(`--bind must be an address in numbers, not ${quoted(bind)}.`);
	if (name === undefined && bind === undefined) return undefined;
	return { ...(name === undefined ? {} : { interface: name }), ...(bind === undefined ? {} : { bind }) };
}
