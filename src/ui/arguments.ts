// Understands the command line: a pure function from argv to what shall be done. Says what is wrong in words, and what was probably meant.
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { type BlockWish, readBlockWish } from "./block-words.ts";
import { parseDoctor, type StunTarget } from "./doctor-arguments.ts";
import { type GeoIpAction, parseGeoIp } from "./geoip-arguments.ts";
import type { Intent } from "./intent.ts";
import { nearest } from "./nearest.ts";
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
	"rpc",
	"plain",
	"exit-codes",
	"security",
	"settings",
	"files",
] as const;
export type HelpTopic = (typeof helpTopics)[number];

/** A sub-command of `rt key`. */
export type KeyAction =
	| { readonly kind: "show" }
	| { readonly kind: "export"; readonly isPrivate: boolean }
	/** `file` "-" is the standard input. */
	| { readonly kind: "import"; readonly file: string; readonly isConfirmed: boolean }
	| { readonly kind: "useGpg"; readonly fingerprint: string; readonly isConfirmed: boolean }
	| { readonly kind: "passphrase" };

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
				/** The one interface, or the one address of this computer, by which anything may come and go. */
				readonly only?: { readonly interface?: string; readonly bind?: string };
			})
	| (Surroundings & { readonly kind: "key"; readonly action: KeyAction })
	| (Surroundings & { readonly kind: "blocks"; readonly unblock?: string; readonly add?: BlockWish })
	| (Surroundings & {
			readonly kind: "lan";
			readonly only?: { readonly interface?: string };
			readonly isLanAllowed: boolean;
	  })
	| (Surroundings & { readonly kind: "geoip"; readonly action: GeoIpAction })
	| (Surroundings & { readonly kind: "doctor"; readonly stun?: StunTarget; readonly isPortmapAllowed: boolean })
	| (Omit<ChosenView, "kind"> & { readonly kind: "demo"; readonly name?: string })
	| { readonly kind: "help"; readonly topic?: HelpTopic }
	| { readonly kind: "version" }
	| { readonly kind: "invalid"; readonly message: string };

export interface ArgumentContext {
	readonly stdoutIsTty: boolean;
	readonly stdinIsTty: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
}

type CommandName = "home" | "host" | "join" | "lan" | "key" | "blocks" | "geoip" | "doctor" | "demo";
type Invalid = Extract<ParsedArguments, { kind: "invalid" }>;

interface OptionRule {
	readonly type: "string" | "boolean";
	readonly short?: string;
	readonly goesWith: readonly CommandName[];
}

const rooms = ["home", "host", "join"] as const;
const withData = [...rooms, "lan", "key", "blocks", "geoip", "doctor"] as const;
const everywhere = [...withData, "demo"] as const;
const optionRules = {
	port: { type: "string", goesWith: ["host"] },
	bind: { type: "string", goesWith: ["host", "join"] },
	interface: { type: "string", goesWith: [...rooms, "lan"] },
	visible: { type: "boolean", goesWith: ["host"] },
	"no-lan": { type: "boolean", goesWith: rooms },
	"no-portmap": { type: "boolean", goesWith: ["host", "doctor"] },
	stun: { type: "string", goesWith: ["doctor"] },
	"password-file": { type: "string", goesWith: ["host", "join"] },
	name: { type: "string", goesWith: [...rooms, "demo"] },
	rpc: { type: "boolean", goesWith: ["host", "join"] },
	plain: { type: "boolean", goesWith: [...rooms, "demo"] },
	"full-screen": { type: "boolean", goesWith: [...rooms, "demo"] },
	home: { type: "string", goesWith: withData },
	private: { type: "boolean", goesWith: ["key"] },
	yes: { type: "boolean", short: "y", goesWith: ["key", "geoip"] },
	"maxmind-key-file": { type: "string", goesWith: ["geoip"] },
	help: { type: "boolean", short: "h", goesWith: everywhere },
	version: { type: "boolean", short: "V", goesWith: everywhere },
} as const satisfies Readonly<Record<string, OptionRule>>;

type OptionName = keyof typeof optionRules;
type Options = ReadonlyMap<OptionName, string>;

const actions = ["host", "join", "lan", "key", "blocks", "geoip", "doctor", "demo"] as const;
const commands = [...actions, "help"] as const;

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
	if (name === "key") return withSurroundings(parseKey(rest, options), surroundings);
	if (name === "blocks") return withSurroundings(parseBlocks(rest), surroundings);
	if (name === "geoip") {
		const keyFile = options.get("maxmind-key-file");
		const action = parseGeoIp(rest, { isConfirmed: options.has("yes"), ...(keyFile === undefined ? {} : { keyFile }) });
		return action.kind === "invalid" ? action : { kind: "geoip", action, ...surroundings };
	}
	const { RT_NO_PORTMAP, RT_NO_LAN } = context.env;
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
	return {
		...chosen,
		kind: "run",
		intent,
		isPortmapAllowed,
		isLanAllowed,
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
	if (command === "home") return { kind: "home", ...named };
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

function parseKey(words: readonly string[], options: Options): KeyAction | Invalid {
	const [action = "show", ...rest] = words;
	const isConfirmed = options.has("yes");
	const usage = "Known are: rt key show, export [--private], import FILE, use-gpg FINGERPRINT, passphrase.";
	if (options.has("private") && action !== "export") return invalid("--private goes with rt key export.");
	if (action === "use-gpg") {
		const fingerprint = rest.join("").toUpperCase();
		// RFC 9580 §5.5.4: 40 digits for a v4 key, 64 for a v6 key.
		if (!/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(fingerprint)) {
			return invalid("rt key use-gpg needs the whole fingerprint (40 hex digits); gpg --list-secret-keys shows it.");
		}
		return { kind: "useGpg", fingerprint, isConfirmed };
	}
	if (action === "import") {
		const [file] = rest;
		if (file === undefined || rest.length > 1) return invalid("rt key import needs one file (- is the input).");
		return { kind: "import", file, isConfirmed };
	}
	if (rest.length > 0) return invalid(`rt key ${quoted(action)} takes no ${quoted(rest[0] ?? "")}. ${usage}`);
	if (action === "show" || action === "passphrase") return { kind: action };
	if (action === "export") return { kind: "export", isPrivate: options.has("private") };
	const known = ["show", "export", "import", "use-gpg", "passphrase"];
	return invalid(`There is no rt key ${quoted(action)}.${didYouMean(action, known)} ${usage}`);
}

function parseBlocks(words: readonly string[]): { readonly unblock?: string; readonly add?: BlockWish } | Invalid {
	const [action, ...rest] = words;
	if (action === undefined || (action === "list" && rest.length === 0)) return {};
	// A fingerprint may be written in groups.
	const text = rest.join(" ");
	const add = action === "add" ? readBlockWish(text) : undefined;
	if (add !== undefined) return { add };
	if ((action === "remove" || action === "unblock") && text !== "") return { unblock: text };
	return invalid(
		"Known are: rt blocks list, add SUBJECT [for 2h|3d] [NOTE], remove SUBJECT (rt blocks unblock ADDRESS is the same).",
	);
}

function parseDemo(words: readonly string[], options: Options, context: ArgumentContext): ParsedArguments {
	const [word] = words;
	if (word !== undefined) return invalid(`rt demo takes no ${quoted(word)}.`);
	const name = options.get("name");
	const chosen = chooseView(options, context);
	if (chosen.kind === "invalid") return chosen;
	return { ...chosen, kind: "demo", ...(name === undefined ? {} : { name }) };
}

function withSurroundings(
	parsed: KeyAction | { readonly unblock?: string; readonly add?: BlockWish } | Invalid,
	around: Surroundings,
): ParsedArguments {
	if (!("kind" in parsed)) return { kind: "blocks", ...parsed, ...around };
	return parsed.kind === "invalid" ? parsed : { kind: "key", action: parsed, ...around };
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

function didYouMean(word: string, known: readonly string[]): string {
	const guess = nearest(word, known);
	return guess === undefined ? "" : ` Did you mean ${guess}?`;
}

/** Fit to print: whatever was typed cannot steer the terminal or flood it. */
function quoted(text: string): string {
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	return `"${shown.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")}"`;
}

function invalid(message: string): Invalid {
	return { kind: "invalid", message };
}
