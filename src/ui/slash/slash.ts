// What a typed line means: something to say, a command for the engine, or something this screen does itself. Pure.
import type { Command } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import { readThemeWish } from "../look/theme.ts";
import { type Settings, type ThemeWish, themeWishes } from "../settings/settings.ts";
import { nearest } from "../text/nearest.ts";
import { momentOf } from "../timeline/date-words.ts";
import { blockCommandOf, readBlockWish } from "../words/block-words.ts";
import { isAloneEnough, slashCommands, typedWords } from "./commands.ts";

/** Things the chat screen does itself. */
export type LocalAction =
	| "help"
	/** The help, at the keys. */
	| "keys"
	| "who"
	| "admin"
	| "invite"
	| "blocks"
	| "knocks"
	/** Asks for another password of the room. */
	| "password"
	/** To the first line that was not seen. */
	| "unread"
	/** Writes in the person's own editor. */
	| "editor"
	/** The last message of others goes to the clipboard. */
	| "copy"
	/** Types the secret that somebody asks for. */
	| "answer"
	| "leave"
	| "quit";

/** What is done to a message that the line does not name; slash-targets.ts finds out which. `text` and `emoji` as typed, "" when left out. */
export type MessageLine =
	| { readonly kind: "reply" | "edit"; readonly text: string }
	| { readonly kind: "react"; readonly emoji: string }
	| { readonly kind: "delete" | "retry" };

/**
 * The meaning of a line. `kick`, `verified`, `verifyWith` and `secretWith` still need to find out who is meant (findPerson). `verified`: the person says
 * that they compared; `verifyWith`: they want to; `secretWith`: by a secret. `wrong` says kindly what to type instead.
 */
export type Line =
	| { readonly kind: "command"; readonly command: Command }
	| { readonly kind: "kick" | "verified" | "verifyWith" | "secretWith"; readonly who: string }
	| { readonly kind: "local"; readonly action: LocalAction }
	| MessageLine
	/** "" opens the search with nothing looked for. */
	| { readonly kind: "search"; readonly text: string }
	/** ms since the epoch. */
	| { readonly kind: "date"; readonly at: number }
	| { readonly kind: "switch"; readonly what: "bell" | "motion" | "mouse"; readonly isOn: boolean }
	| { readonly kind: "theme"; readonly wish: ThemeWish }
	| { readonly kind: "editing"; readonly wish: Settings["editing"] }
	| { readonly kind: "wrong"; readonly message: string };

const locals: readonly string[] = [
	"help",
	"keys",
	"who",
	"admin",
	"invite",
	"blocks",
	"knocks",
	"password",
	"unread",
	"editor",
	"copy",
	"answer",
	"leave",
	"quit",
] satisfies readonly LocalAction[];

const isLocal = (name: string): name is LocalAction => locals.includes(name);

const command = (one: Command): Line => ({ kind: "command", command: one });
const say = (text: string): Line => command({ kind: "send", text });
const wrong = (message: string): Line => ({ kind: "wrong", message });

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function disappear(argument: string): Line {
	if (argument.toLowerCase() === "off") return command({ kind: "setDisappearing", seconds: "off" });
	const [, count, unit = ""] = /^(\d{1,7})\s*([smhdw])[a-z]*$/i.exec(argument) ?? [];
	const seconds = Number(count) * (unitSeconds[unit.toLowerCase()] ?? 0);
	if (count !== undefined && seconds > 0) return command({ kind: "setDisappearing", seconds });
	return wrong("Please say after how long: /disappear 30s, 5m, 1h, 7d or 4w; /disappear off lets messages stay.");
}

function switched(name: string, argument: string, meaning: (isOn: boolean) => Line): Line {
	const wish = argument.toLowerCase();
	return wish === "on" || wish === "off" ? meaning(wish === "on") : wrong(`Please type /${name} on or /${name} off.`);
}

function themed(argument: string): Line {
	const wish = readThemeWish(argument);
	return wish === undefined
		? wrong(`Please type one of these behind /theme: ${themeWishes.join(", ")}.`)
		: { kind: "theme", wish };
}

function dated(argument: string, now: number): Line {
	const moment = momentOf(argument, now);
	return moment.kind === "wrong" ? moment : { kind: "date", at: moment.at };
}

function capped(argument: string): Line {
	if (!/^\d{1,4}$/.test(argument)) return wrong("Please type a number: /cap 20");
	return command({ kind: "settings", memberCap: Number(argument) });
}

// Those that need no argument, or can do without.
function withoutNeed(name: string, argument: string): Line | undefined {
	switch (name) {
		case "pause":
		case "resume":
			return command({ kind: "settings", isPaused: name === "pause" });
		case "reply":
		case "edit":
			return { kind: name, text: argument };
		case "delete":
		case "retry":
			return { kind: name };
		case "search":
			return { kind: "search", text: argument };
		case "password":
			if (argument === "") break;
			return wrong("Not here, where it can be seen: /password alone asks for the new one.");
	}
	return isLocal(name) ? { kind: "local", action: name } : undefined;
}

function withArgument(name: string, argument: string, now: number): Line {
	switch (name) {
		case "me":
			return command({ kind: "send", text: argument, isAction: true });
		case "name":
			return command({ kind: "rename", name: argument });
		case "react":
			return { kind: "react", emoji: argument };
		case "kick":
		case "verified":
			return { kind: name, who: argument };
		case "verify":
			return { kind: "verifyWith", who: argument };
		case "secret":
			return { kind: "secretWith", who: argument };
		case "disappear":
			return disappear(argument);
		case "typing":
			return switched(name, argument, (isOn) => command({ kind: "setTellTyping", isOn }));
		case "visible":
			return switched(name, argument, (isOn) => command({ kind: "settings", visibleOnLan: isOn }));
		case "bell":
		case "motion":
		case "mouse":
			return switched(name, argument, (isOn) => ({ kind: "switch", what: name, isOn }));
		case "theme":
			return themed(argument);
		case "vi":
			return switched(name, argument, (isOn) => ({ kind: "editing", wish: isOn ? "vi" : "emacs" }));
		case "date":
			return dated(argument, now);
		case "block":
			return command(blockCommandOf(readBlockWish(argument) ?? { address: argument }, now));
		case "cap":
			return capped(argument);
		case "unblock":
			return command({ kind: "unblock", address: argument });
		default:
			throw new Error(`/${name} stands in the table and means nothing`);
	}
}

function unknownCommand(name: string): Line {
	const near = nearest(
		name,
		slashCommands.map((one) => one.name),
	);
	const hint = near === undefined ? "/help lists them all." : `Did you mean /${near}?`;
	return wrong(`There is no command /${name}. ${hint} To say it as it is, begin with two slashes: //${name}`);
}

/** Reads a line as typed. Two slashes at the start say one. `now`: ms since the epoch. */
export function parseLine(line: string, now: number = Date.now()): Line {
	const text = line.trimEnd();
	if (text.startsWith("//")) return say(text.slice(1));
	const match = /^\/(\S*)\s*([\s\S]*)$/.exec(text);
	if (match === null) return say(text);
	const name = (match[1] ?? "").toLowerCase();
	const argument = (match[2] ?? "").trim();
	const known = slashCommands.find((one) => one.name === name);
	if (known === undefined) return unknownCommand(name.slice(0, 40));
	if (argument === "" && !isAloneEnough(known)) return wrong(`Please say more: ${typedWords(known)}`);
	return withoutNeed(name, argument) ?? withArgument(name, argument, now);
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

/** Whether a line is something to say, so that the person wants to see it at the end. */
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
