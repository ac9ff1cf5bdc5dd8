// Every command that can be typed with a slash: the one table of the help, the completion, the palette and line mode.
import { themeWishes } from "../settings/settings.ts";
import { blockUsage } from "../words/block-words.ts";

/** A slash command as the help lists it. */
interface SlashCommand {
	readonly name: string;
	/** What stands behind it; in brackets what can be left out. "" when nothing does. */
	readonly takes: string;
	readonly does: string;
	readonly isForHost?: true;
}

const talk: readonly SlashCommand[] = [
	{ name: "me", takes: "WHAT YOU DO", does: "say it as an action" },
	{ name: "reply", takes: "[NAME] [TEXT]", does: "answer the last message of others, or of this person" },
	{ name: "edit", takes: "[TEXT]", does: "change your last message; alone: puts it into the message box" },
	{ name: "delete", takes: "", does: "take your last message back" },
	{ name: "react", takes: "EMOJI or :name:", does: "react to the last message of others; again takes it back" },
	{ name: "retry", takes: "", does: "send again what could not be sent" },
	{ name: "copy", takes: "", does: "copy the last message of others" },
	{ name: "search", takes: "[TEXT]", does: "search what was said" },
	{ name: "date", takes: "DAY", does: "go to a day or a time: 2026-11-20, yesterday, 14:00" },
	{ name: "unread", takes: "", does: "go to the first line you have not seen" },
	{ name: "editor", takes: "", does: "write in your own editor" },
];

const room: readonly SlashCommand[] = [
	{ name: "who", takes: "", does: "who is here" },
	{ name: "verify", takes: "NAME", does: "make sure that this person is who they say" },
	{ name: "secret", takes: "NAME", does: "make sure by a secret that only you two know" },
	{ name: "answer", takes: "", does: "answer whoever wants to make sure that it is you" },
	{ name: "verified", takes: "NAME", does: "you have compared safety words or fingerprints with this person" },
	{ name: "name", takes: "NEW NAME", does: "be called so from the next room on" },
	{ name: "typing", takes: "on|off", does: "whether others see that you type" },
	{ name: "bell", takes: "on|off", does: "whether the terminal rings" },
	{ name: "mouse", takes: "on|off", does: "whether the mouse scrolls and clicks here; off: it selects text" },
	{ name: "vi", takes: "on|off", does: "vi's keys in the message box, until you leave" },
	{ name: "theme", takes: "NAME", does: `colours until you leave: ${themeWishes.join(", ")}` },
	{ name: "motion", takes: "on|off", does: "whether anything on the screen moves by itself" },
];

const host: readonly SlashCommand[] = [
	{ name: "admin", takes: "", does: "people, knocks, blocks and settings of your room" },
	{ name: "invite", takes: "", does: "what to tell friends" },
	{ name: "kick", takes: "NAME", does: "remove someone" },
	{
		name: "block",
		takes: blockUsage,
		does: "keep out an address, a range (81.2.69.0/24), a network owner (AS3320), a fingerprint or who is here by NAME",
	},
	{ name: "unblock", takes: "SUBJECT", does: "let it try again" },
	{ name: "blocks", takes: "", does: "who is blocked, since when and why" },
	{ name: "knocks", takes: "", does: "who has knocked" },
	{ name: "pause", takes: "", does: "let nobody new in for now" },
	{ name: "resume", takes: "", does: "let people in again" },
	{ name: "cap", takes: "NUMBER", does: "how many people the room holds, you included" },
	{ name: "visible", takes: "on or off", does: "show the room to everyone on this network, or not" },
	{ name: "password", takes: "", does: "change the room's password; nobody has to leave" },
	{ name: "disappear", takes: "TIME or off", does: "let messages disappear after a time: 30s, 5m, 1h, 7d" },
];

/** All slash commands, in the order the help shows them. */
export const slashCommands: readonly SlashCommand[] = [
	{ name: "help", takes: "", does: "this help" },
	{ name: "keys", takes: "", does: "what the keys do" },
	...talk,
	...room,
	...host.map((command) => ({ ...command, isForHost: true }) as const),
	{ name: "leave", takes: "", does: "leave the room, back to the start" },
	{ name: "quit", takes: "", does: "leave the room and Real Talk" },
];

/** The command as it is typed, e.g. "/kick NAME". */
export const typedWords = ({ name, takes }: SlashCommand): string => (takes === "" ? `/${name}` : `/${name} ${takes}`);

/** It can be typed alone. */
export const isAloneEnough = ({ takes }: SlashCommand): boolean => takes === "" || takes.startsWith("[");
