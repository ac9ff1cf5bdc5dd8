// What calls the person to the screen while they look elsewhere, and how: the table [calls] of config.toml.
import * as v from "valibot";

/** Lists what can call. */
export const callCauses = ["mentions", "messages", "joins"] as const;
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
	joins: "off",
	title: true,
	names: false,
};

/** The table as it stands in the file; every setting may be left out. */
export const callsShape = v.strictObject({
	mentions: v.optional(v.picklist(callWays)),
	messages: v.optional(v.picklist(callWays)),
	joins: v.optional(v.picklist(callWays)),
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
	joins: "People who join",
};

/** Says how one cause calls, as a sentence. */
export const callWords = (cause: CallCause, way: CallWay): string => `${causeWords[cause]} ${wayWords[way]}.`;

/** Says all of the settings in one line. */
export const callsLine = ({ mentions, messages, joins, title, names }: CallSettings): string =>
	`What calls you: mentions ${mentions}, messages ${messages}, joins ${joins}; the title counts: ${title ? "yes" : "no"}; names are told: ${names ? "yes" : "no"}. /calls messages bell changes one until you leave; [calls] in config.toml keeps it.`;

/** Returns the way that a bell and a desktop notification, each on or off, come to. */
export const callWayOf = (hasBell: boolean, isOnDesktop: boolean): CallWay => {
	if (hasBell) return isOnDesktop ? "both" : "bell";
	return isOnDesktop ? "desktop" : "off";
};

/** Lists all of the settings with what they mean now, for the help. */
export function callRows(calls: CallSettings): readonly (readonly [setting: string, words: string])[] {
	const causes = callCauses.map((cause) => [`${cause} = ${calls[cause]}`, callWords(cause, calls[cause])] as const);
	return [
		...causes,
		[`title = ${calls.title}`, calls.title ? "The terminal's title counts unread lines." : "The title stays as it is."],
		[`names = ${calls.names}`, calls.names ? "Notifications say who it was." : "Notifications name nobody."],
	];
}
