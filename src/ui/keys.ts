// The one table of key bindings: the help screen lists it, the status bars show the short ones.

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
	| "help"
	| "ended";

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
	{ keys: "Tab ↑ ↓", does: "move between the fields and the recent rooms", bar: "next field", places: ["join"] },
	{ keys: "Ctrl-R", does: "show or hide what you type", bar: "show it", places: ["password", "unlock"] },
	{ keys: "↑ ↓", does: "choose a line", bar: "choose", places: ["people"] },
	{ keys: "k", does: "remove the person (host)", bar: "remove", places: ["people"] },
	{ keys: "b", does: "block the person's address (host)", bar: "block", places: ["people"] },
	{ keys: "u", does: "unblock the address (host)", bar: "unblock", places: ["people"] },
	{ keys: "F1", does: "this help", bar: "help", places: ["home", "join", "chat", "password", "unlock", "firstName"] },
	{ keys: "Ctrl-C", does: "clear what you wrote; twice: leave the room", bar: "leave", places: ["chat"] },
	{ keys: "F2", does: "what to tell friends who want to join (host)", bar: "invite", places: ["chat"] },
	{ keys: "PgUp PgDn", does: "scroll; the mouse wheel does too", bar: "scroll", places: ["chat", "host", "help"] },
	{ keys: "F2", does: "close it", places: ["host"] },
	{ keys: "Esc", does: "back", bar: "back", places: ["join", "password", "people", "help"] },
	{ keys: "Esc", does: "down to the newest line", places: ["chat"] },
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
];

/** One thing in a status bar. */
export interface BarItem {
	readonly keys: string;
	readonly words: string;
}

/** The status bar of a place, most useful first. `without`: keys that do nothing just now. */
export function barOf(place: Place, without: readonly string[] = []): readonly BarItem[] {
	return keyBindings.flatMap(({ keys, bar, places }) =>
		bar !== undefined && places.includes(place) && !without.includes(keys) ? [{ keys, words: bar }] : [],
	);
}

/** What the help lists for a place. */
export const bindingsOf = (place: Place): readonly KeyBinding[] =>
	keyBindings.filter(({ places }) => places.includes(place));
