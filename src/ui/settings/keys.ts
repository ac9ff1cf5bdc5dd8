// Lists the keys of every screen for its help and its status bar. Keys of the chat that a person can bind otherwise come from the keymap.
import { doesWords, isOpenTo } from "../actions/actions.ts";
import { type Keymap, standardKeymap } from "./keymap.ts";

/** The screens that have keys of their own, and so a help and a status bar of their own. */
export type ScreenName =
	| "home"
	| "firstName"
	| "unlock"
	| "join"
	| "password"
	| "host"
	| "chat"
	| "people"
	| "told"
	| "calls"
	| "files"
	| "posts"
	| "reading"
	| "adminPeople"
	| "adminKnocks"
	| "adminBlocked"
	| "adminSettings"
	| "help"
	| "ended";

const admin: readonly ScreenName[] = ["adminPeople", "adminKnocks", "adminBlocked", "adminSettings"];
const adminLists: readonly ScreenName[] = ["adminPeople", "adminKnocks", "adminBlocked"];

/** Keys that do something on `screens`. `does` tells the help what it is; `bar` is a word or two for the status bar, which leaves out what has none. */
export interface KeyBinding {
	readonly keys: string;
	readonly does: string;
	readonly bar?: string;
	readonly screens: readonly ScreenName[];
}

/** All keys that nobody can bind otherwise, in the order in which status bars and help show them: the most useful first. */
const keyBindings: readonly KeyBinding[] = [
	{ keys: "Enter", does: "start the room with the password shown", bar: "start the room", screens: ["home"] },
	{ keys: "Enter", does: "go on", bar: "go on", screens: ["firstName", "unlock"] },
	{ keys: "Enter", does: "join", bar: "join", screens: ["join"] },
	{ keys: "Enter", does: "try the password", bar: "try it", screens: ["password"] },
	{ keys: "Enter", does: "go to the chat", bar: "go to the chat", screens: ["host"] },
	{ keys: "Enter", does: "send what you wrote", bar: "send", screens: ["chat"] },
	{ keys: "Tab", does: "join someone else's room", bar: "join a room", screens: ["home"] },
	{ keys: "Ctrl-N", does: "offer another password", bar: "another", screens: ["home"] },
	{ keys: "Ctrl-Y", does: "yes to whoever wants to be your buddy", screens: ["home"] },
	{ keys: "Ctrl-X", does: "no to whoever wants to be your buddy", screens: ["home"] },
	{ keys: "Ctrl-O", does: "what looks like a friend's room is my password all the same", screens: ["home"] },
	{
		keys: "Ctrl-T",
		does: "how friends find the room: directly, from anywhere (DHT), or through Tor alone",
		screens: ["home"],
	},
	{ keys: "Tab ↑ ↓", does: "move between the fields and the rooms", bar: "next field", screens: ["join"] },
	{ keys: "Ctrl-R", does: "show or hide what you type", bar: "show it", screens: ["password", "unlock"] },
	{ keys: "k", does: "remove the person from the room", bar: "remove", screens: ["adminPeople"] },
	{
		keys: "b",
		does: "block them: address, key or network owner",
		bar: "block",
		screens: ["adminPeople", "adminKnocks"],
	},
	{
		keys: "v",
		does: "make sure that it is them: six words, or a secret",
		bar: "verify",
		screens: ["adminPeople", "people"],
	},
	{ keys: "f", does: "show or hide everybody's key: six words and the fingerprint", bar: "keys", screens: ["people"] },
	{ keys: "↑ ↓", does: "choose a person", screens: ["people"] },
	{ keys: "a", does: "take the file", bar: "take it", screens: ["files"] },
	{ keys: "x", does: "do not take it; stop it for good; take an own one back", bar: "no / stop", screens: ["files"] },
	{ keys: "p", does: "let it wait, or go on", bar: "wait / go on", screens: ["files"] },
	{ keys: "o", does: "have the system open it", bar: "open", screens: ["files"] },
	{ keys: "↑ ↓", does: "choose a file", screens: ["files"] },
	{ keys: "Enter", does: "read the posts", bar: "read", screens: ["posts"] },
	{ keys: "↑ ↓", does: "choose whose posts", bar: "choose", screens: ["posts"] },
	{ keys: "f", does: "ask for newer ones where their link leads", bar: "fetch", screens: ["posts"] },
	{ keys: "a", does: "take the file that is marked", bar: "take it", screens: ["reading"] },
	{ keys: "Tab", does: "mark the next file", bar: "next file", screens: ["reading"] },
	{ keys: "u", does: "let them try again", bar: "unblock", screens: ["adminBlocked"] },
	{ keys: "a", does: "block an address, a range, a network owner or a key", bar: "add", screens: ["adminBlocked"] },
	{ keys: "f", does: "show every attempt, or only wrong, joined, blocked", bar: "filter", screens: ["adminKnocks"] },
	{ keys: "← →", does: "change what is chosen", bar: "change", screens: ["adminSettings", "calls"] },
	{ keys: "Enter", does: "all that is known", bar: "more", screens: adminLists },
	{ keys: "Enter", does: "change it, or type a value", screens: ["adminSettings"] },
	{ keys: "Esc", does: "back to the chat", bar: "back", screens: admin },
	{ keys: "Tab", does: "the next list", bar: "next list", screens: admin },
	{ keys: "1 2 3 4", does: "the list with that number", screens: admin },
	{ keys: "↑ ↓", does: "choose a line; PgUp and PgDn by ten", screens: admin },
	{ keys: "z", does: "undo the last unblocking, for a few seconds", screens: admin },
	{ keys: "F2", does: "what to tell friends", screens: admin },
	{
		keys: "F1",
		does: "this help",
		bar: "help",
		screens: ["home", "join", "password", "unlock", "firstName", ...admin],
	},
	{ keys: "Ctrl-C", does: "clear what you wrote; twice: leave the room", bar: "leave", screens: ["chat"] },
	{
		keys: "Esc",
		does: "back",
		bar: "back",
		screens: ["join", "password", "people", "told", "calls", "files", "posts", "reading", "help"],
	},
	{ keys: "a", does: "about Real Talk, and whose data it uses", bar: "about", screens: ["help"] },
	{
		keys: "PgUp PgDn",
		does: "scroll; the mouse wheel does too",
		bar: "scroll",
		screens: ["host", "help", "people", "told", "reading"],
	},
	{ keys: "F2", does: "close it", screens: ["host"] },
	{ keys: "f", does: "let friends find you where no port is open, or not", bar: "find me", screens: ["host"] },
	{ keys: "t", does: "let friends come through Tor as well, or not", screens: ["host"] },
	{ keys: "r", does: "let friends come through your relay as well, or not", screens: ["host"] },
	{ keys: "?", does: "show or hide what was tried to open a way in", screens: ["host"] },
	{
		keys: "m",
		does: "copy a message for a friend, to paste into any messenger",
		bar: "copy a message",
		screens: ["host"],
	},
	{ keys: "1 … 9", does: "copy the line with that number", bar: "copy a line", screens: ["host"] },
	{ keys: "i", does: "copy the invite", bar: "copy the invite", screens: ["host"] },
	{ keys: "q", does: "show the invite as a QR code, or the lines again", bar: "QR code", screens: ["host"] },
	{ keys: "Esc", does: "down to the newest line", screens: ["chat"] },
	{ keys: "Tab", does: "complete a name, a command, an emoji (:thu) or a path; again: the next", screens: ["chat"] },
	{ keys: "Esc", does: "leave", bar: "leave", screens: ["home", "firstName", "unlock"] },
	{ keys: "Shift-Enter Ctrl-J", does: "begin a new line in your message", screens: ["chat"] },
	{ keys: "↑ ↓", does: "what you sent before", screens: ["chat"] },
	{ keys: "Shift-drag", does: "select text with the mouse, to copy it", screens: ["chat"] },
	{ keys: "Ctrl-Z", does: "pause (fg brings it back)", screens: ["chat", "home", "join"] },
];

/** The keys of every text field, for the help. */
export const editingKeys: readonly KeyBinding[] = [
	{ keys: "← → Home End", does: "move; with Ctrl or Alt: by words", screens: [] },
	{ keys: "Ctrl-A Ctrl-E", does: "to the start, to the end of the line", screens: [] },
	{ keys: "Ctrl-W", does: "erase the word before the cursor", screens: [] },
	{ keys: "Ctrl-U Ctrl-K", does: "erase to the start, to the end of the line", screens: [] },
	{ keys: "Ctrl-Y", does: "bring back what was erased", screens: [] },
	{ keys: "Ctrl-T Alt-T", does: "swap two letters, two words", screens: [] },
	{ keys: "Alt-C Alt-L", does: "a word with a capital, in small letters; Alt-Shift-U: in capitals", screens: [] },
];

/** The keys that only the message box has, for the help. */
export const messageKeys: readonly KeyBinding[] = [
	{ keys: "Ctrl-_ or Alt-U", does: "undo; Alt-R: again what was undone", screens: [] },
	{ keys: "Alt-Y", does: "behind Ctrl-Y: what was erased before that", screens: [] },
	{ keys: "Alt-< Alt->", does: "to the start, to the end of the message", screens: [] },
	{ keys: "Ctrl-X Ctrl-E", does: "write in your own editor, as Alt-E", screens: [] },
	{ keys: ":smile:", does: "becomes 😄; undo brings the name back", screens: [] },
];

/** One piece of a status bar: the keys, and what they do in a word or two. */
export interface BarItem {
	readonly keys: string;
	readonly words: string;
}

/** Says whose keys of the chat are listed: those of a host or of a guest. `hasPanel` says whether the host's panel can be opened. */
export interface Viewer {
	readonly isHost: boolean;
	readonly hasPanel: boolean;
}

// Lists the keys of the chat that a person may have bound otherwise: all of them, or those that `viewer` can use.
const boundKeys = ({ bindings, wordsOf }: Keymap, viewer: Viewer | undefined): readonly KeyBinding[] =>
	bindings.flatMap((binding) => {
		const keys = wordsOf(binding.action);
		if (keys === "" || (viewer !== undefined && !isOpenTo(binding, viewer.isHost))) return [];
		const bar = viewer?.hasPanel === true ? (binding.barWithPanel ?? binding.bar) : binding.bar;
		return [{ keys, does: doesWords(binding), screens: ["chat"], ...(bar === undefined ? {} : { bar }) }];
	});

/** Returns what the help lists for a screen. In the chat sending comes first, then what the keymap has; with `viewer` only what they can do. */
export function bindingsOf(
	screen: ScreenName,
	keymap: Keymap = standardKeymap,
	viewer?: Viewer,
): readonly KeyBinding[] {
	const own = keyBindings.filter(({ screens }) => screens.includes(screen));
	return screen === "chat" ? [...own.slice(0, 1), ...boundKeys(keymap, viewer), ...own.slice(1)] : own;
}

/** Returns the status bar of a screen, most useful first. `without` has keys that do nothing just now. `viewer` is as in `bindingsOf`. */
export function barOf(
	screen: ScreenName,
	without: readonly string[] = [],
	keymap: Keymap = standardKeymap,
	viewer?: Viewer,
): readonly BarItem[] {
	return bindingsOf(screen, keymap, viewer).flatMap(({ keys, bar }) =>
		bar !== undefined && !without.includes(keys) ? [{ keys, words: bar }] : [],
	);
}
