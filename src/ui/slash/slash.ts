// Reads what a typed line means: something to say, a command for the engine, or something the view does itself. Pure.
import type { Command } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import { command, type Meaning, wrong } from "../actions/action.ts";
import { isLocalAction, type LocalAction } from "../actions/actions.ts";
import { isAloneEnough, type SlashCommand, slashCommands, typedWords } from "../actions/slash-commands.ts";
import { nearest } from "../text/nearest.ts";

/** What a typed line means. The view itself does what is `local`. */
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
	const { action, read, refusal } = known;
	if (typed === "" && !isAloneEnough(known)) return wrong(`Please say more: ${typedWords(known)}`);
	if (typed !== "" && refusal !== undefined) return wrong(refusal);
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

/** Who is meant by a name, the start of a name, or a short fingerprint. */
export function findPerson(
	people: readonly Person[],
	who: string,
): { readonly kind: "person"; readonly person: Person } | { readonly kind: "wrong"; readonly message: string } {
	const wanted = who.toLowerCase();
	const digits = who.replaceAll(" ", "").toUpperCase();
	const others = people.filter((person) => !person.isSelf);
	const rules: readonly ((person: Person) => boolean)[] = [
		(person) => digits.length >= 4 && person.fingerprint === digits,
		(person) => digits.length >= 4 && person.shortFingerprint.replaceAll(" ", "").endsWith(digits),
		(person) => person.name.toLowerCase() === wanted,
		(person) => person.name.toLowerCase().startsWith(wanted),
	];
	for (const rule of rules) {
		const found = others.filter(rule);
		const [only] = found;
		if (found.length === 1 && only !== undefined) return { kind: "person", person: only };
		if (found.length > 1) {
			const list = found.map(({ name, shortFingerprint }) => `${name} ${shortFingerprint}`).join(", ");
			return { kind: "wrong", message: `More than one fits: ${list}. Say which by the fingerprint.` };
		}
	}
	return { kind: "wrong", message: `Nobody here is called ${who}. /who lists everyone.` };
}

/** Tells whether a line, as far as it is typed, is something to say to the others and no other command. */
export function saysSomething(line: string): boolean {
	const meaning = parseLine(line);
	return meaning.kind === "reply" || (meaning.kind === "command" && meaning.command.kind === "send");
}

/** "/block Bob" means the Bob who is here: out, and his key stays out. Any other command as it is. */
export function withBlockedKey(command: Command, people: readonly Person[]): Command {
	if (command.kind !== "block") return command;
	const wanted = command.address.toLowerCase();
	const [only, ...more] = people.filter(({ name, isSelf }) => !isSelf && name.toLowerCase() === wanted);
	return only === undefined || more.length > 0 ? command : { ...command, address: only.fingerprint, isRemoving: true };
}
