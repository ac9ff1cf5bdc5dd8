// The actions of talking: what is said, what is done with messages, and the ways to find them.
import { momentOf } from "../text/moment.ts";
import { type Action, command, type Reader } from "./action.ts";

const withMessages = "That is for the full screen. Here everything that was said is above.";

/** Reads what was typed behind /search. */
const search: Reader = (typed) => {
	const all = /^--all(?:\s+(.*))?$/.exec(typed);
	return all === null ? { kind: "search", text: typed } : { kind: "search", text: all[1] ?? "", isEverywhere: true };
};

/** Actions of talking, in the order of the help. */
export const talkActions = {
	select: { does: "choose a message: to answer, change, react, copy", keys: ["alt+up", "ctrl+g"] },
	me: {
		does: "say it as an action",
		slash: { takes: "WHAT YOU DO", read: (text) => command({ kind: "send", text, isAction: true }) },
	},
	shrug: {
		does: "say it with a shrug behind it: ¯\\_(ツ)_/¯",
		slash: { takes: "[TEXT]", read: (text) => command({ kind: "send", text: `${text} ¯\\_(ツ)_/¯`.trimStart() }) },
	},
	reply: {
		does: "answer the last message of others, or of this person",
		slash: { takes: "[NAME] [TEXT]", read: (text) => ({ kind: "reply", text }) },
		chosen: { keys: ["r"], words: "reply" },
	},
	edit: {
		does: "change your last message; alone: puts it into the message box",
		slash: { takes: "[TEXT]", read: (text) => ({ kind: "edit", text }) },
		chosen: { keys: ["e"], words: "edit" },
		method: "edit",
	},
	delete: {
		does: "take your last message back",
		slash: { takes: "", read: () => ({ kind: "delete" }) },
		chosen: { keys: ["d"], words: "delete" },
		method: "delete",
	},
	react: {
		does: "react to the last message of others; again removes it",
		slash: { takes: "EMOJI or :name:", read: (emoji) => ({ kind: "react", emoji }) },
		chosen: { keys: ["+"], words: "react" },
		method: "react",
	},
	retry: {
		does: "send again what could not be sent",
		slash: { takes: "", read: () => ({ kind: "retry" }) },
		chosen: { keys: ["t"], words: "send again" },
		method: "retry",
	},
	copy: {
		does: "copy the last message of others",
		slash: { takes: "", read: "view" },
		chosen: { keys: ["c"], words: "copy" },
	},
	open: {
		does: "show the whole of a long message, or fold it again",
		chosen: { keys: ["o"], words: "whole / folded" },
	},
	answered: {
		does: "go to the message that this one answers",
		chosen: { keys: ["enter", "q"], words: "what it answers" },
	},
	search: {
		does: "search what was said",
		keys: ["ctrl+r", "ctrl+s"],
		slash: { takes: "[--all] [TEXT]", does: "search what was said; --all: in all your rooms", read: search },
	},
	"search-all": { does: "search what was said in all your rooms", keys: ["alt+s"] },
	unread: {
		does: "go to the first line you have not seen",
		keys: ["alt+n"],
		slash: { takes: "", read: "view" },
		screenOnly: withMessages,
	},
	date: {
		does: "go to a day or a time",
		keys: ["alt+g"],
		slash: {
			takes: "DAY",
			does: "go to a day or a time: 2026-11-20, yesterday, 14:00",
			read(typed, now) {
				const moment = momentOf(typed, now);
				return moment.kind === "wrong" ? moment : { kind: "date", at: moment.at };
			},
		},
		screenOnly: withMessages,
	},
	"jump-back": { does: "back to where you were before a jump", keys: ["alt+j"] },
	editor: {
		does: "write in your own editor ($VISUAL or $EDITOR)",
		keys: ["alt+e"],
		slash: { takes: "", does: "write in your own editor", read: "view" },
		screenOnly: withMessages,
	},
} as const satisfies Readonly<Record<string, Action>>;
