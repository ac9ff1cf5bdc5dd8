// The one table of key bindings: the help screen lists it, the status bars show the short ones. Those of the chat that can be changed are in keymap.ts.
import { doesWords, isOpenTo } from "../actions/actions.ts";
import { type Keymap, standardKeymap } from "./keymap.ts";

/** Where a binding holds. */
export type Place =
	| "home"
	| "firstName"
	| "unlock"
	| "join"
	| "password"
	| "host"
	| "chat"
	| "people"
	| "adminPeople"
	| "adminKnocks"
	| "adminBlocked"
	| "adminSettings"
	| "help"
	| "ended";

const admin: readonly Place[] = ["adminPeople", "adminKnocks", "adminBlocked", "adminSettings"];
const adminLists: readonly Place[] = ["adminPeople", "adminKnocks", "adminBlocked"];

/** `bar`: a word or two for the status bar of `places`, most useful first; `does`: the whole sentence for the help. */
export interface KeyBinding {
	readonly keys: string;
	readonly does: string;
	readonly bar?: string;
	readonly places: readonly Place[];
}

/** All bindings, in the order the bars and the help show them. */
const keyBindings: readonly KeyBinding[] = [
	{ keys: "Enter", does: "start the room with the password shown", bar: "start the room", places: ["home"] },
	{ keys: "Enter", does: "go on", bar: "go on", places: ["firstName", "unlock"] },
	{ keys: "Enter", does: "join", bar: "join", places: ["join"] },
	{ keys: "Enter", does: "try the password", bar: "try it", places: ["password"] },
	{ keys: "Enter", does: "go to the chat", bar: "go to the chat", places: ["host"] },
	{ keys: "Enter", does: "send what you wrote", bar: "send", places: ["chat"] },
	{ keys: "Tab", does: "join someone else's room", bar: "join a room", places: ["home"] },
	{ keys: "Ctrl-N", does: "offer another password", bar: "another", places: ["home"] },
	{ keys: "Ctrl-T", does: "find the room through the DHT too, or not", places: ["home"] },
	{ keys: "Tab ↑ ↓", does: "move between the fields and the rooms", bar: "next field", places: ["join"] },
	{ keys: "Ctrl-R", does: "show or hide what you type", bar: "show it", places: ["password", "unlock"] },
	{ keys: "k", does: "remove the person from the room", bar: "remove", places: ["adminPeople"] },
	{
		keys: "b",
		does: "block them: address, key or network owner",
		bar: "block",
		places: ["adminPeople", "adminKnocks"],
	},
	{
		keys: "v",
		does: "make sure that it is them: six words, or a secret",
		bar: "verify",
		places: ["adminPeople", "people"],
	},
	{ keys: "↑ ↓", does: "choose a person", places: ["people"] },
	{ keys: "u", does: "let them try again", bar: "unblock", places: ["adminBlocked"] },
	{ keys: "a", does: "block an address, a range, a network owner or a key", bar: "add", places: ["adminBlocked"] },
	{ keys: "f", does: "show all knocks, or only wrong, joined, blocked", bar: "filter", places: ["adminKnocks"] },
	{ keys: "← →", does: "change what is chosen", bar: "change", places: ["adminSettings"] },
	{ keys: "Enter", does: "all that is known", bar: "more", places: adminLists },
	{ keys: "Enter", does: "change it, or type a value", places: ["adminSettings"] },
	{ keys: "Esc", does: "back to the chat", bar: "back", places: admin },
	{ keys: "Tab", does: "the next list", bar: "next list", places: admin },
	{ keys: "1 2 3 4", does: "the list with that number", places: admin },
	{ keys: "↑ ↓", does: "choose a line; PgUp and PgDn by ten", places: admin },
	{ keys: "z", does: "take back the last unblocking, for a few seconds", places: admin },
	{ keys: "F2", does: "what to tell friends", places: admin },
	{
		keys: "F1",
		does: "this help",
		bar: "help",
		places: ["home", "join", "password", "unlock", "firstName", ...admin],
	},
	{ keys: "Ctrl-C", does: "clear what you wrote; twice: leave the room", bar: "leave", places: ["chat"] },
	{ keys: "Esc", does: "back", bar: "back", places: ["join", "password", "people", "help"] },
	{ keys: "a", does: "about Real Talk, and whose data it uses", bar: "about", places: ["help"] },
	{
		keys: "PgUp PgDn",
		does: "scroll; the mouse wheel does too",
		bar: "scroll",
		places: ["host", "help", "people"],
	},
	{ keys: "F2", does: "close it", places: ["host"] },
	{ keys: "1 … 9", does: "copy the line with that number", bar: "copy a line", places: ["host"] },
	{ keys: "i", does: "copy the invite", bar: "copy the invite", places: ["host"] },
	{ keys: "q", does: "show the invite as a QR code, or the lines again", bar: "QR code", places: ["host"] },
	{ keys: "Esc", does: "down to the newest line", places: ["chat"] },
	{ keys: "Tab", does: "complete a name, a command, an emoji (:thu) or a path; again: the next", places: ["chat"] },
	{ keys: "Esc", does: "leave", bar: "leave", places: ["home", "firstName", "unlock"] },
	{ keys: "Ctrl-J Alt-Enter", does: "begin a new line in your message", places: ["chat"] },
	{ keys: "↑ ↓", does: "what you sent before", places: ["chat"] },
	{ keys: "Shift-drag", does: "select text with the mouse, to copy it", places: ["chat"] },
	{ keys: "Ctrl-Z", does: "pause (fg brings it back)", places: ["chat", "home", "join"] },
];

/** Keys of the text fields, for the help. */
export const editingKeys: readonly KeyBinding[] = [
	{ keys: "← → Home End", does: "move; with Ctrl or Alt: by words", places: [] },
	{ keys: "Ctrl-A Ctrl-E", does: "to the start, to the end of the line", places: [] },
	{ keys: "Ctrl-W", does: "erase the word before the cursor", places: [] },
	{ keys: "Ctrl-U Ctrl-K", does: "erase to the start, to the end of the line", places: [] },
	{ keys: "Ctrl-Y", does: "bring back what was erased", places: [] },
	{ keys: "Ctrl-T Alt-T", does: "swap two letters, two words", places: [] },
	{ keys: "Alt-C Alt-L", does: "a word with a capital, in small letters; Alt-Shift-U: in capitals", places: [] },
];

/** Keys only the message box has, for the help. */
export const messageKeys: readonly KeyBinding[] = [
	{ keys: "Ctrl-_ or Alt-U", does: "undo; Alt-R: again what was undone", places: [] },
	{ keys: "Alt-Y", does: "behind Ctrl-Y: what was erased before that", places: [] },
	{ keys: "Alt-< Alt->", does: "to the start, to the end of the message", places: [] },
	{ keys: "Ctrl-X Ctrl-E", does: "write in your own editor, as Alt-E", places: [] },
	{ keys: ":smile:", does: "becomes 😄; undo brings the name back", places: [] },
];

/** One thing in a status bar. */
export interface BarItem {
	readonly keys: string;
	readonly words: string;
}

/** Who looks at the keys of the chat: a host or a guest, and whether the host's panel is at hand. */
export interface Viewer {
	readonly isHost: boolean;
	readonly hasPanel: boolean;
}

// The keys of the chat that a person may have bound otherwise: all of them, or those that `viewer` can use.
const boundKeys = ({ bindings, wordsOf }: Keymap, viewer: Viewer | undefined): readonly KeyBinding[] =>
	bindings.flatMap((binding) => {
		const keys = wordsOf(binding.action);
		if (keys === "" || (viewer !== undefined && !isOpenTo(binding, viewer.isHost))) return [];
		const bar = viewer?.hasPanel === true ? (binding.barWithPanel ?? binding.bar) : binding.bar;
		return [{ keys, does: doesWords(binding), places: ["chat"], ...(bar === undefined ? {} : { bar }) }];
	});

/** Returns what the help lists for a screen. In the chat sending comes first, then what the keymap has; with `viewer` only what they can do. */
export function bindingsOf(place: Place, keymap: Keymap = standardKeymap, viewer?: Viewer): readonly KeyBinding[] {
	const own = keyBindings.filter(({ places }) => places.includes(place));
	return place === "chat" ? [...own.slice(0, 1), ...boundKeys(keymap, viewer), ...own.slice(1)] : own;
}

/** Returns the status bar of a screen, most useful first. `without`: keys that do nothing just now. `viewer` is as in `bindingsOf`. */
export function barOf(
	place: Place,
	without: readonly string[] = [],
	keymap: Keymap = standardKeymap,
	viewer?: Viewer,
): readonly BarItem[] {
	return bindingsOf(place, keymap, viewer).flatMap(({ keys, bar }) =>
		bar !== undefined && !without.includes(keys) ? [{ keys, words: bar }] : [],
	);
}
