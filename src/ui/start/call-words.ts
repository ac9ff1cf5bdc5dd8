// Which events call a person to the screen, by which setting, and in which words. What was said and what a file is called never stand in them. Pure.
import type { Event } from "../../engine/api/events.ts";
import type { Settings } from "../settings/settings.ts";
import { alertWords } from "../words/alert-words.ts";

type CallCause = Exclude<keyof Settings["calls"], "title" | "names">;

interface Call {
	readonly cause: CallCause;
	readonly words: string;
}

/** Returns a cause, and what a notification says of it; `names` says whether it may name people. */
export function callOf(event: Event, names: boolean): Call | undefined {
	if (event.kind === "joined" && !event.self)
		return { cause: "joins", words: names ? `"${event.member.name}" joined` : "Somebody joined" };
	if (event.kind === "posts")
		return { cause: "posts", words: `${names ? `"${event.of.name}"` : "Somebody"} has posted something` };
	if ((event.kind !== "message" && event.kind !== "fileOffered") || event.own) return undefined;
	const who = names ? `"${event.from.name}"` : "Somebody";
	if (event.kind === "fileOffered")
		return { cause: "files", words: `${who} offers ${event.files === undefined ? "a file" : "a folder"}` };
	return event.mentionsMe === true
		? { cause: "mentions", words: `${who} says your name` }
		: { cause: "messages", words: `${who} said something` };
}

/** Returns what a host is told of the own room: who joins, guesses wrong or is blocked, and what has gone wrong. With `names` it says who and from where. */
export function alertCallOf(event: Event, names: boolean): Call | undefined {
	const words = alertWords(event);
	if (words === undefined) return undefined;
	return { cause: "alerts", words: names ? words : (namelessAlerts[event.kind] ?? "") };
}

const namelessAlerts: Readonly<Partial<Record<Event["kind"], string>>> = {
	joined: "Somebody joined your room",
	strike: "A wrong password was tried in your room",
	blocked: "Somebody is blocked from your room now",
	notice: "Your room has something to tell you",
};

/** At most this many calls are counted. */
const mostCounted = 99;

/** Returns the title of the window: how many lines came while nobody looked, and whether one of them says the person's name. */
export function titleWords(unread: number, isMentioned: boolean): string {
	if (unread === 0) return "Real Talk";
	const count = unread > mostCounted ? `${mostCounted}+` : `${unread}`;
	return isMentioned ? `(${count} @) Real Talk` : `(${count}) Real Talk`;
}
