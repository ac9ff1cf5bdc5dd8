// Understands the command line: a pure function from argv to what shall be done. Says what is wrong in words, and what was probably meant.
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { didYouMean, type Invalid, invalid, quoted } from "./argument-words.ts";
import { type DhtChoice, type DhtNodeWish, dhtChoiceOf, dhtProblem, parseDhtNode } from "./dht-arguments.ts";
import { parseDoctor, type StunTarget } from "./doctor-arguments.ts";
import { type GeoIpAction, parseGeoIp } from "./geoip-arguments.ts";
import type { Intent } from "./intent.ts";
import { type BlocksAction, type KeyAction, parseBlocks, parseKey } from "./key-arguments.ts";
import { actions, type CommandName, commands, type OptionName, type Options, optionRules } from "./option-rules.ts";
import { readTarget } from "./target.ts";
import { type ChosenView, chooseView } from "./view-arguments.ts";

/** Topics of `rt help TOPIC`. */
export const helpTopics = [
	"host",
	"join",
	"key",
	"blocks",
	"geoip",
	"doctor",
	"dht",
	"rpc",
	"plain",
	"exit-codes",
	"security",
	"settings",
	"files",
] as const;
export type HelpTopic = (typeof helpTopics)[number];

/** Where the program may look and listen. `home` absent = the system's usual folders. */
interface Surroundings {
	readonly home?: string;
}

/** What to do. `invalid.message` is fit to print; the exit code is then EXIT_USAGE. */
export type ParsedArguments =
	| (Surroundings &
			Omit<ChosenView, "kind"> & {
				readonly kind: "run";
				readonly intent: Intent;
				readonly passwordFile?: string;
				readonly isPortmapAllowed: boolean;
				/** Rooms on the same network may be looked for and shown, when that is asked for. */
				readonly isLanAllowed: boolean;
				readonly dht?: DhtChoice;
				/** The one interface, or the one address of this computer, by which anything may come and go. */
				readonly only?: { readonly interface?: string; readonly bind?: string };
			})
	| (Surroundings & { readonly kind: "key"; readonly action: KeyAction })
	| (Surroundings & BlocksAction & { readonly kind: "blocks" })
	| (Surroundings & {
			readonly kind: "lan";
			readonly only?: { readonly interface?: string };
			readonly isLanAllowed: boolean;
	  })
	| (Surroundings & { readonly kind: "dhtNode"; readonly wish: DhtNodeWish })
	| (Surroundings & { readonly kind: "geoip"; readonly action: GeoIpAction })
	| (Surroundings & { readonly kind: "doctor"; readonly stun?: StunTarget; readonly isPortmapAllowed: boolean })
	| (Omit<ChosenView, "kind"> & { readonly kind: "demo"; readonly name?: string })
	| { readonly kind: "help"; readonly topic?: HelpTopic }
	| { readonly kind: "version" }
	| Invalid;

export interface ArgumentContext {
	readonly stdoutIsTty: boolean;
	readonly stdinIsTty: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
}

const passwordRefusal =
	"--password is not taken: everyone on this computer can read a program's arguments, and the shell remembers them. " +
	"Leave it out and rt asks for the password, or put it in a file only you can read and say --password-file FILE " +
	"(--password-file - takes the first line of the input).";

/** `argv` without the program itself (process.argv.slice(2)). Never throws. */
export function parseArguments(argv: readonly string[], context: ArgumentContext): ParsedArguments {
	const given = readTokens(argv);
	if ("kind" in given) return given;
	const { options, words } = given;
	if (options.has("version")) return { kind: "version" };
	const [first, ...rest] = words;
	if (first === "help" || options.has("help")) return helpFor(first === "help" ? rest[0] : asTopic(first));
	const command = actions.find((action) => action === first);
	const name: CommandName = command ?? (first === undefined ? "home" : "join");
	const misplaced = misplacedOption(options, name);
	if (misplaced !== undefined) return misplaced;
	const { RT_HOME } = context.env;
	const home = options.get("home") ?? (RT_HOME || undefined);
	const surroundings: Surroundings = home === undefined ? {} : { home };
	if (name === "key") {
		const action = parseKey(rest, options);
		return action.kind === "invalid" ? action : { kind: "key", action, ...surroundings };
	}
	if (name === "blocks") {
		const action = parseBlocks(rest);
		return "kind" in action ? action : { kind: "blocks", ...action, ...surroundings };
	}
	if (name === "geoip") {
		const keyFile = options.get("maxmind-key-file");
		const action = parseGeoIp(rest, { isConfirmed: options.has("yes"), ...(keyFile === undefined ? {} : { keyFile }) });
		return action.kind === "invalid" ? action : { kind: "geoip", action, ...surroundings };
	}
	const { RT_NO_PORTMAP, RT_NO_LAN, RT_NO_DHT } = context.env;
	const isLanAllowed = !options.has("no-lan") && !RT_NO_LAN;
	if (name === "lan") {
		const parsed = parseLan(rest, options.get("interface"));
		return parsed.kind === "invalid" ? parsed : { ...parsed, isLanAllowed, ...surroundings };
	}
	const isPortmapAllowed = !options.has("no-portmap") && !RT_NO_PORTMAP;
	if (name === "doctor") {
		const parsed = parseDoctor(rest, options.get("stun"));
		return parsed.kind === "invalid" ? parsed : { ...parsed, isPortmapAllowed, ...surroundings };
	}
	if (name === "dht-node") {
		const parsed = parseDhtNode(rest, options);
		return parsed.kind === "invalid" ? parsed : { kind: "dhtNode", wish: parsed.wish, ...surroundings };
	}
	if (name === "demo") return parseDemo(rest, options, context);
	const intent = parseIntent(name, command === undefined ? words : rest, options);
	if (intent.kind === "invalid") return intent;
	const chosen = chooseView(options, context);
	if (chosen.kind === "invalid") return chosen;
	const only = parseOnly(name, options);
	if (only !== undefined && "kind" in only) return only;
	const passwordFile = options.get("password-file");
	if (chosen.view === "screen" && passwordFile === "-") {
		return invalid("--password-file - needs --plain or --rpc: on the full screen the input is the keyboard.");
	}
	if (options.has("visible") && !isLanAllowed) {
		return invalid("--visible shows the room on this network, which --no-lan or RT_NO_LAN forbids.");
	}
	const isDhtForbidden = Boolean(RT_NO_DHT);
	const problem = dhtProblem(options, isDhtForbidden);
	const dht = dhtChoiceOf(options, isDhtForbidden);
	if (problem !== undefined) return invalid(problem);
	return {
		...chosen,
		kind: "run",
		intent,
		isPortmapAllowed,
		isLanAllowed,
		...(dht === undefined ? {} : { dht }),
		...(only === undefined ? {} : { only }),
		...(passwordFile === undefined ? {} : { passwordFile }),
		...surroundings,
	};
}

interface Given {
	readonly options: Options;
	readonly words: readonly string[];
}

function readTokens(argv: readonly string[]): Given | Invalid {
	const known = { ...optionRules, password: { type: "string" } } as const;
	const { tokens } = parseArgs({
		args: [...argv],
		options: known,
		strict: false,
		allowPositionals: true,
		tokens: true,
	});
	const options = new Map<OptionName, string>();
	const words: string[] = [];
	for (const token of tokens) {
		if (token.kind === "positional") words.push(token.value);
		if (token.kind !== "option") continue;
		if (token.name === "password") return invalid(passwordRefusal);
		if (!isOptionName(token.name)) return unknownOption(token.rawName);
		const problem = valueProblem(token.name, token.rawName, token.value, token.inlineValue === true);
		if (problem !== undefined) return invalid(problem);
		options.set(token.name, token.value ?? "");
	}
	return { options, words };
}

function isOptionName(name: string): name is OptionName {
	return Object.hasOwn(optionRules, name);
}

function valueProblem(
	name: OptionName,
	rawName: string,
	value: string | undefined,
	isInline: boolean,
): string | undefined {
	if (optionRules[name].type === "boolean") return value === undefined ? undefined : `${rawName} takes no value.`;
	// "--name --plain" is a forgotten value, not a person called "--plain"; "-" alone stands for the standard input.
	const looksLikeOption = !isInline && value !== undefined && value.length > 1 && value.startsWith("-");
	return value === undefined || value === "" || looksLikeOption ? `${rawName} needs a value.` : undefined;
}

function unknownOption(rawName: string): Invalid {
	const known = [...Object.keys(optionRules).map((name) => `--${name}`), "-y", "-h", "-V"];
	return invalid(`There is no option ${quoted(rawName)}.${didYouMean(rawName, known)}`);
}

function misplacedOption(options: Options, command: CommandName): Invalid | undefined {
	for (const name of options.keys()) {
		const goesWith: readonly CommandName[] = optionRules[name].goesWith;
		if (goesWith.includes(command)) continue;
		const places = goesWith.filter((place) => place !== "home").map((place) => `rt ${place}`);
		return invalid(
			`--${name} goes with ${places.join(" and ")}, not with rt${command === "home" ? " alone" : ` ${command}`}.`,
		);
	}
	return undefined;
}

function parseIntent(command: "home" | "host" | "join", words: readonly string[], options: Options): Intent | Invalid {
	const name = options.get("name");
	const named = name === undefined ? {} : { name };
	if (command === "home") return { kind: "home", ...named, ...(options.has("dht") ? { dht: true } : {}) };
	if (command === "join") {
		// Nothing: the person chooses from a list.
		if (words.length === 0) return { kind: "join", ...named };
		const target = readTarget(words);
		if (target.kind === "target") return { kind: "join", target: target.target, ...named };
		const [word = ""] = words;
		return invalid(target.message + (words.length === 1 ? didYouMean(word, commands) : ""));
	}
	if (words.length > 0) return invalid(`rt host takes no ${quoted(words[0] ?? "")}. To join a room: rt ADDRESS PORT.`);
	const port = options.get("port");
	if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
		return invalid(`--port must be a number from 0 (a free one is picked) to 65535, not ${quoted(port)}.`);
	}
	const bind = options.get("bind");
	return {
		kind: "host",
		...named,
		...(port === undefined ? {} : { port: Number(port) }),
		...(bind === undefined ? {} : { bind }),
		...(options.has("visible") ? { visibleOnLan: true } : {}),
		...(options.has("dht") ? { dht: true } : {}),
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

/** A host's --bind is where it listens, and part of its intent; a guest's is where it dials from. */
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
