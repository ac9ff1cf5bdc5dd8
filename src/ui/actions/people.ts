// The actions around the people in the room: who they are, whether it is really them, and what one is called oneself.
import { type Action, command, type Reader, wrong } from "./action.ts";

const inviteFor: Reader = (typed) => {
	const label = /^for\s+(.+)$/i.exec(typed)?.[1];
	return label === undefined
		? wrong("Please type /invite for NAME, or /invite alone.")
		: command({ kind: "invite", label });
};

const readBuddy: Reader = (typed) => {
	const words = typed.split(/\s+/).filter((word) => word !== "");
	const who = words.filter((word) => word !== "--off-record").join(" ");
	return { kind: "buddy", who, ...(words.includes("--off-record") ? { offRecord: true } : {}) };
};

/** A history is kept for this many days where its host says no other number. */
const usualHistoryDays = 90;

/** Reads what was typed behind /history. */
const readHistory: Reader = (typed) => {
	const [first = "", second = "", ...more] = typed.toLowerCase().split(/\s+/);
	const isMine = first === "mine" || first === "here";
	const [word, number] = isMine ? [second, ""] : [first, second];
	const days = Number(number === "" && word !== "on" ? word : number === "" ? usualHistoryDays : number);
	const isDays = Number.isSafeInteger(days) && days > 0 && more.length === 0;
	if (word === "purge" && !isMine && number === "") return command({ kind: "purgeHistory" });
	if (word === "off" && number === "") return command({ kind: isMine ? "setOwnHistory" : "setHistory", days: "off" });
	if (isMine && word === "on") return command({ kind: "setOwnHistory", days: "room" });
	if (isDays && (isMine || word === "on" || number === ""))
		return command({ kind: isMine ? "setOwnHistory" : "setHistory", days });
	return wrong(
		"Please type /history on 90 or /history off, for yourself /history mine 7, /history mine off or /history mine on, or /history purge.",
	);
};

/** Actions around people, in the order of the help. */
export const peopleActions = {
	people: {
		does: "who is here; a host also sees who tried to come in",
		keys: ["f3"],
		bar: "people",
		barWithPanel: "admin",
		slash: { name: "who", takes: "", does: "who is here", read: "view" },
		method: "members",
	},
	invite: {
		does: "what to tell friends who want to join",
		who: "host",
		keys: ["f2"],
		bar: "invite",
		slash: {
			takes: "[for NAME]",
			does: "what to tell friends, or an invite for one of them alone",
			read: "view",
			readMore: inviteFor,
		},
	},
	verify: {
		does: "make sure that somebody is who they say, or answer who asks you",
		keys: ["f4"],
		slash: {
			takes: "NAME",
			does: "make sure that this person is who they say",
			read: (who) => ({ kind: "verifyWith", who }),
		},
		chosen: { keys: ["v"], words: "who is it?" },
		method: "verifyWords",
	},
	secret: {
		does: "make sure by a secret that only you two know",
		slash: { takes: "NAME", read: (who) => ({ kind: "secretWith", who }) },
		method: "verifyAsk",
	},
	answer: {
		does: "answer whoever wants to make sure that it is you",
		slash: { takes: "", read: "view" },
		method: "verifyAnswer",
	},
	verified: {
		does: "you have compared safety words or fingerprints with this person",
		slash: { takes: "NAME", read: (who) => ({ kind: "verified", who }) },
		method: "verify",
	},
	renew: {
		does: "make your keys in this room new now: who copied them out of your computer reads no further",
		slash: { takes: "", does: "make your keys in this room new now", read: () => command({ kind: "renew" }) },
		method: "renew",
	},
	rooms: {
		does: "your rooms and buddies, with what is unread",
		slash: { takes: "", read: "view" },
		method: "rooms",
	},
	buddy: {
		does: "ask somebody to be your buddy, or accept: a room of you two that stays, without a password",
		slash: { takes: "[NAME] [--off-record]", read: readBuddy },
		method: "buddy",
	},
	unbuddy: {
		does: "end it with a buddy, for both of you; or decline, or take back what you have asked",
		slash: { takes: "[NAME]", read: (who) => ({ kind: "unbuddy", who }) },
		method: "unbuddy",
	},
	later: {
		does: "answer later whether you want to be somebody's buddy",
		slash: { takes: "[NAME]", read: (who) => ({ kind: "later", who }) },
		method: "answerBuddy",
	},
	told: {
		does: "what others have learned so far: outside the room, in it, and what is on the disk",
		slash: { takes: "", does: "what others have learned so far", read: "view" },
		method: "told",
	},
	history: {
		does: "what of the conversation is kept on disk, and for how long",
		slash: {
			takes: "[on DAYS|off|mine DAYS|purge]",
			does: "what of the conversation is kept on disk; on and off: for everybody (host); mine 7: less here",
			read: "view",
			readMore: readHistory,
		},
		method: "setHistory",
	},
	name: {
		does: "be called so from the next room on",
		slash: { takes: "NEW NAME", read: (name) => command({ kind: "rename", name }) },
	},
} as const satisfies Readonly<Record<string, Action>>;
