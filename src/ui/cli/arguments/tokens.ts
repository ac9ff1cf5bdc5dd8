// Takes a command line apart into options and words, by the table in options.ts. Pure.

import { parseArgs } from "node:util";
import { commandName } from "../../text/command-name.ts";
import { didYouMean, type Invalid, invalid, quoted } from "./invalid.ts";
import { type CommandName, type OptionName, type Options, optionRules } from "./options.ts";

const passwordRefusal =
	"--password is not taken: everyone on this computer can read a program's arguments, and the shell remembers them. " +
	"Leave it out and rt asks for the password, or put it in a file only you can read and say --password-file FILE " +
	"(--password-file - takes the first line of the input).";

/** A Given is what was typed, taken apart into options and other words. */
export interface Given {
	readonly options: Options;
	readonly words: readonly string[];
}

/** Takes the words apart; says what is wrong with an option or its value. */
export function readTokens(argv: readonly string[]): Given | Invalid {
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

/** Returns what is wrong with the first option that does not go with the command. */
export function misplacedOption(options: Options, command: CommandName): Invalid | undefined {
	for (const name of options.keys()) {
		const goesWith: readonly CommandName[] = optionRules[name].goesWith;
		if (goesWith.includes(command)) continue;
		const places = goesWith.filter((place) => place !== "home").map((place) => `${commandName} ${place}`);
		return invalid(
			`--${name} goes with ${new Intl.ListFormat("en").format(places)}, not with ${commandName}${command === "home" ? " alone" : ` ${command}`}.`,
		);
	}
	return undefined;
}
