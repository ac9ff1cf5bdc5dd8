// Understands the command line: a pure function from argv to what shall be done. Says what is wrong in words, and what was probably meant.
import { commandName } from "../../text/command-name.ts";
import type { ArgumentContext, Surroundings } from "./context.ts";
import { homeIn, profileProblem } from "./home-arguments.ts";
import { didYouMean, type Invalid, invalid, quoted } from "./invalid.ts";
import { actions, type CommandName, commands } from "./options.ts";
import { isOneName, type ParsedRun, parseRun } from "./run-arguments.ts";
import { misplacedOption, readTokens } from "./tokens.ts";
import { type ParsedTool, parseTool } from "./tool-arguments.ts";

/** The topics of `rt help TOPIC`. */
export const helpTopics = [
	"host",
	"join",
	"send",
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

/** Says what is to be done. `invalid.message` is fit to print; the exit code is then EXIT_USAGE. */
export type ParsedArguments =
	| ParsedRun
	| ParsedTool
	| { readonly kind: "help"; readonly topic?: HelpTopic }
	| { readonly kind: "version" }
	| Invalid;

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

const unknownCommand = (word: string): Invalid =>
	invalid(
		`There is no command ${quoted(word)}.${didYouMean(word, commands)} ${commandName} help lists them. To join a room: ${commandName} ADDRESS PORT.`,
	);

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
