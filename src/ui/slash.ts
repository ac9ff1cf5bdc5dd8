// What a typed line means: something to say, a command for the engine, or something this screen does itself. Pure.
import type { Command, Person } from "../engine/api.ts";
import { blockCommandOf, blockUsage, readBlockWish } from "./block-words.ts";
import { nearest } from "./nearest.ts";

/** Things the chat screen does itself. */
export type LocalAction =
	| "help"
	| "who"
	| "admin"
	| "invite"
	| "blocks"
	| "knocks"
	/** Asks for another password of the room. */
	| "password"
	| "leave"
	| "quit";

/** The meaning of a line. `kick` and `verify` still need to find out who is meant (findPerson); `wrong` says kindly what to type instead. */
export type Line =
	| { readonly kind: "command"; readonly command: Command }
	| { readonly kind: "kick" | "verify"; readonly who: string }
	| { readonly kind: "local"; readonly action: LocalAction }
	| { readonly kind: "wrong"; readonly message: string };

/** A slash command as the help lists it. */
interface SlashCommand {
	readonly name: string;
	readonly takes: string;
	readonly does: string;
}

/** All slash commands, in the order the help shows them. */
export const slashCommands: readonly SlashCommand[] = [
	{ name: "help", takes: "", does: "this help" },
	{ name: "who", takes: "", does: "who is here" },
	{ name: "me", takes: "WHAT YOU DO", does: "say it as an action" },
	{ name: "name", takes: "NEW NAME", does: "be called so from the next room on" },
	{ name: "admin", takes: "", does: "people, knocks, blocks and settings of your room (host)" },
	{ name: "invite", takes: "", does: "what to tell friends (host)" },
	{ name: "kick", takes: "NAME", does: "remove someone (host)" },
	{
		name: "block",
		takes: blockUsage,
		does: "keep out an address, a range (81.2.69.0/24), a network owner (AS3320) or a fingerprint (host)",
	},
	{ name: "unblock", takes: "SUBJECT", does: "let it try again (host)" },
	{ name: "blocks", takes: "", does: "who is blocked, since when and why (host)" },
	{ name: "knocks", takes: "", does: "who has knocked (host)" },
	{ name: "pause", takes: "", does: "let nobody new in for now (host)" },
	{ name: "resume", takes: "", does: "let people in again (host)" },
	{ name: "cap", takes: "NUMBER", does: "how many people the room holds, you included (host)" },
	{ name: "password", takes: "", does: "change the room's password; nobody has to leave (host)" },
	{ name: "verify", takes: "NAME", does: "you have compared fingerprints with this person" },
	{ name: "leave", takes: "", does: "leave the room, back to the start" },
	{ name: "quit", takes: "", does: "leave the room and Real Talk" },
];

const locals: readonly string[] = [
	"help",
	"who",
	"admin",
	"invite",
	"blocks",
	"knocks",
	"password",
	"leave",
	"quit",
] satisfies readonly LocalAction[];

const isLocal = (name: string): name is LocalAction => locals.includes(name);

const say = (text: string): Line => ({ kind: "command", command: { kind: "send", text } });
const wrong = (message: string): Line => ({ kind: "wrong", message });

const setting = (change: { readonly isPaused: boolean } | { readonly memberCap: number }): Line => {
	return { kind: "command", command: { kind: "settings", ...change } };
};

function withArgument(name: string, argument: string, ownName: string, now: number): Line {
	switch (name) {
		case "me":
			return say(`* ${ownName} ${argument}`);
		case "name":
			return { kind: "command", command: { kind: "rename", name: argument } };
		case "kick":
		case "verify":
			return { kind: name, who: argument };
		case "block":
			return { kind: "command", command: blockCommandOf(readBlockWish(argument) ?? { address: argument }, now) };
		case "cap":
			return /^\d{1,4}$/.test(argument)
				? setting({ memberCap: Number(argument) })
				: wrong("Please type a number: /cap 20");
		default:
			return { kind: "command", command: { kind: "unblock", address: argument } };
	}
}

function unknownCommand(name: string): Line {
	const near = nearest(
		name,
		slashCommands.map((command) => command.name),
	);
	const hint = near === undefined ? "/help lists them all." : `Did you mean /${near}?`;
	return wrong(`There is no command /${name}. ${hint} To say it as it is, begin with two slashes: //${name}`);
}

/** Reads a line as typed. Two slashes at the start say one. `now`: ms since the epoch. */
export function parseLine(line: string, ownName: string, now: number = Date.now()): Line {
	const text = line.trimEnd();
	if (text.startsWith("//")) return say(text.slice(1));
	const match = /^\/(\S*)\s*([\s\S]*)$/.exec(text);
	if (match === null) return say(text);
	const name = (match[1] ?? "").toLowerCase();
	const argument = (match[2] ?? "").trim();
	const known = slashCommands.find((command) => command.name === name);
	if (known === undefined) return unknownCommand(name.slice(0, 40));
	if (name === "password" && argument !== "") {
		return wrong("Not here, where it can be seen: /password alone asks for the new one.");
	}
	if (name === "pause" || name === "resume") return setting({ isPaused: name === "pause" });
	if (isLocal(name)) return { kind: "local", action: name };
	if (argument === "") return wrong(`Please say more: /${known.name} ${known.takes}`);
	return withArgument(name, argument, ownName, now);
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
