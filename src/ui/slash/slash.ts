// Reads what a typed line means: something to say, a command for the engine, or something the view does itself. Pure.
import { command, type Meaning, wrong } from "../actions/action.ts";
import { isLocalAction, type LocalAction } from "../actions/actions.ts";
import { isAloneEnough, type SlashCommand, slashCommands, typedWords } from "../actions/slash-commands.ts";
import { nearest } from "../text/nearest.ts";

/** Says what a typed line means. The view itself does what is `local`. */
export type Line = Meaning | { readonly kind: "local"; readonly action: LocalAction };

const say = (text: string): Line => command({ kind: "send", text });

function unknownCommand(name: string): Line {
	const near = nearest(
		name,
		slashCommands.map((one) => one.name),
	);
	const hint = near === undefined ? "/help lists them all." : `Did you mean /${near}?`;
	return wrong(`There is no command /${name}. ${hint} To say it as it is, begin with two slashes: //${name}`);
}

function commandMeaning(known: SlashCommand, typed: string, now: number): Line {
	const { action, read, readMore, refusal } = known;
	if (typed === "" && !isAloneEnough(known)) return wrong(`Please say more: ${typedWords(known)}`);
	if (typed !== "" && refusal !== undefined) return wrong(refusal);
	if (typed !== "" && readMore !== undefined) return readMore(typed, now);
	if (read !== "view") return read(typed, now);
	if (!isLocalAction(action)) throw new Error(`/${known.name} has no handler`);
	return { kind: "local", action };
}

/** Reads a line as it was typed. Two slashes at its start say one. `now` is in ms since the epoch. */
export function parseLine(line: string, now: number = Date.now()): Line {
	const text = line.trimEnd();
	if (text.startsWith("//")) return say(text.slice(1));
	const match = /^\/(\S*)\s*([\s\S]*)$/.exec(text);
	if (match === null) return say(text);
	const name = (match[1] ?? "").toLowerCase();
	const known = slashCommands.find((one) => one.name === name);
	return known === undefined ? unknownCommand(name.slice(0, 40)) : commandMeaning(known, (match[2] ?? "").trim(), now);
}

/** Tells whether a line, as far as it is typed, is something to say to the others and no other command. */
export function saysSomething(line: string): boolean {
	const meaning = parseLine(line);
	return meaning.kind === "reply" || (meaning.kind === "command" && meaning.command.kind === "send");
}
