// What calls the person to the screen while they look elsewhere, and how: the table [calls] of config.toml.
import * as v from "valibot";

/** Lists what can call. */
export const callCauses = ["mentions", "messages", "files", "joins", "posts", "alerts"] as const;
export type CallCause = (typeof callCauses)[number];

/** Lists how it calls. */
export const callWays = ["off", "bell", "desktop", "both"] as const;
export type CallWay = (typeof callWays)[number];

/**
 * Says how each cause calls. `title`: the terminal's title counts what is unread. `names`: notifications say who it was; no setting puts anything said there.
 */
export type CallSettings = Readonly<Record<CallCause, CallWay>> & { readonly title: boolean; readonly names: boolean };

/** These hold for everybody who has set nothing. */
export const standardCalls: CallSettings = {
	mentions: "both",
	messages: "off",
	files: "bell",
	joins: "off",
	posts: "off",
	alerts: "bell",
	title: true,
	names: false,
};

/** The table as it stands in the file; every setting may be left out. */
export const callsShape = v.strictObject({
	mentions: v.optional(v.picklist(callWays)),
	messages: v.optional(v.picklist(callWays)),
	files: v.optional(v.picklist(callWays)),
	joins: v.optional(v.picklist(callWays)),
	posts: v.optional(v.picklist(callWays)),
	alerts: v.optional(v.picklist(callWays)),
	title: v.optional(v.boolean()),
	names: v.optional(v.boolean()),
});

const wayWords: Readonly<Record<CallWay, string>> = {
	off: "do not call you",
	bell: "ring the bell",
	desktop: "show a desktop notification",
	both: "ring the bell and show a desktop notification",
};

const causeWords: Readonly<Record<CallCause, string>> = {
	mentions: "Messages with your name",
	messages: "Other messages",
	files: "Files that are offered to you",
	joins: "People who join somebody else's room",
	posts: "New posts of others",
	alerts: "In a room of your own, joins, wrong passwords and blocks",
};

/** Says how one cause calls, as a sentence. */
export const callWords = (cause: CallCause, way: CallWay): string => `${causeWords[cause]} ${wayWords[way]}.`;

/** Says how long a change holds. */
export const keepCallsWords = "A change holds until you leave; [calls] in config.toml keeps it.";

/** A CallRow is one of the settings with what it means now. */
export interface CallRow {
	readonly name: keyof CallSettings;
	readonly value: string;
	readonly words: string;
}

/** Lists all of the settings, for the screen that changes them and for the help. */
export function callRows(calls: CallSettings): readonly CallRow[] {
	const switches = { title: titleWords, names: nameWords } as const;
	return [
		...callCauses.map((name) => ({ name, value: calls[name], words: callWords(name, calls[name]) })),
		...(["title", "names"] as const).map((name) => ({
			name,
			value: calls[name] ? "yes" : "no",
			words: switches[name][calls[name] ? "on" : "off"],
		})),
	];
}

const titleWords = { on: "The terminal's title counts unread lines.", off: "The title stays as it is." } as const;
const nameWords = { on: "Notifications say who it was.", off: "Notifications name nobody." } as const;

/** Returns the settings with one of them changed to its next value, or the one before. */
export function changedCalls(calls: CallSettings, name: keyof CallSettings, step: 1 | -1): CallSettings {
	if (name === "title" || name === "names") return { ...calls, [name]: !calls[name] };
	const place = callWays.indexOf(calls[name]) + step + callWays.length;
	return { ...calls, [name]: callWays[place % callWays.length] ?? "off" };
}
