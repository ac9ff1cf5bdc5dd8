// What line mode prints for everything that happens: one line each, in words, without colours or cursor movement. Pure.
import type { LeaveReason } from "../../engine/api/codes.ts";
import type { ContentEvent, VerificationView } from "../../engine/api/content.ts";
import type { Event } from "../../engine/api/events.ts";
import type { FileEvent } from "../../engine/api/files/files.ts";
import type { Location, Person } from "../../engine/api/people.ts";
import { actionOf, isOpenTo } from "../actions/actions.ts";
import { slashCommands, typedWords } from "../actions/slash-commands.ts";
import { fileEventWords } from "../words/files/file-words.ts";
import { blockedWords, unblockWords } from "../words/gate-words.ts";
import { leafWords } from "../words/kept/secrecy-words.ts";
import { noticeWords } from "../words/notices.ts";
import { attemptWords } from "../words/room-words.ts";
import { buddyEventWords } from "../words/rooms/buddy-words.ts";
import { trustWords } from "../words/rooms/trust-words.ts";
import { torProgressWords } from "../words/ways/tor-words.ts";
import { actionLine, programLine, saidLine } from "./line-shapes.ts";

const leaveWords: Readonly<Record<LeaveReason, string>> = {
	left: "left",
	connectionLost: "lost the connection",
	kicked: "was removed by the host",
	replaced: "joined again from elsewhere",
};

const toneWords = { info: "Note", warning: "Warning", alarm: "ALARM" } as const;

/**
 * Returns the line for an event, or `undefined` for those the session asks or tells about by itself. `now` (ms since the epoch) stands in where an event has
 * no time. `people` are those in the room: an answer says to whom it is one.
 */
export function lineOf(event: Event, now: number, people: readonly Person[] = []): string | undefined {
	switch (event.kind) {
		case "message":
		case "messageEdited":
		case "messageDeleted":
		case "reaction":
		case "typing":
		case "delivery":
		case "disappearing":
		case "verification":
			return talkLine(event, now, people);
		case "fileOffered":
		case "fileProgress":
		case "fileDone":
		case "fileTaken":
		case "fileFailed": {
			const words = fileEventWords(event);
			return words === undefined ? undefined : programLine(now, words);
		}
		default: {
			const words = wordsOf(event);
			return words === undefined ? undefined : programLine(now, words);
		}
	}
}

function wordsOf(event: Exclude<Event, ContentEvent | FileEvent>): string | undefined {
	switch (event.kind) {
		case "joined":
			return event.self ? `You joined as "${event.member.name}"` : joinedWords(event.member);
		case "left":
			return `"${event.member.name}" ${leaveWords[event.reason]}`;
		case "strike":
			// A burst comes as one notice that counts.
			return event.folded ? undefined : `${placeOf(event)} ${strikeWords(event.attempts, event.disconnected)}`;
		case "blocked":
			if (event.folded) return undefined;
			return `${blockedWords(event)} is blocked now. To let them try again, type ${unblockWords(event)}`;
		case "notice":
			return `${toneWords[event.tone]}: ${noticeWords(event.notice)}`;
		case "error":
			return `Error: ${event.detail}`;
		case "reconnecting":
			return "The connection broke; reconnecting. What you type is sent when you are back.";
		case "reconnected":
			return "Back in the room.";
		case "roomKept":
			return noticeWords({ code: "roomKept", ...event });
		case "caughtUp":
			return noticeWords({ code: "caughtUp", ...event });
		case "buddyProposed":
		case "buddyAnswered":
		case "buddyEnded":
			return buddyEventWords(event);
		case "attempt":
			return attemptWords(event);
		case "tor":
			return torProgressWords(event);
		case "keyChanged":
			return `Until you have verified "${event.member.name}", KEY CHANGED stands at all they say.`;
		case "knock":
		case "lanRooms":
		case "listening":
		case "reachability":
		case "passwordRequired":
		// Posts are read when somebody looks, and call nobody.
		case "posts":
		case "closed":
			return undefined;
	}
}

/** Returns everyone in the room, a line each. `now` is in milliseconds since the epoch. */
export function whoLines(people: readonly Person[], now: number): readonly string[] {
	return people.map((person) => {
		const roles = [person.isSelf ? "you" : "", person.isHost ? "host" : ""].filter((role) => role !== "");
		const trust = person.isSelf ? [] : [knownWords(person)];
		const keys = leafWords(person, now);
		const facts = [...roles, ...trust, `key ${person.shortFingerprint}`, ...(keys === "" ? [] : [keys])];
		return `"${person.name}" (${facts.join(", ")})${from(person)}`;
	});
}

/** Returns what a host, or else a guest, can type in line mode, a line each. What is for the full screen only is left out. */
export function helpLines(isHost: boolean): readonly string[] {
	const usable = slashCommands.filter(
		(command) => isOpenTo(command, isHost) && actionOf(command.action).screenOnly === undefined,
	);
	return [
		"Type a line and press Enter to say it.",
		...usable.map((command) => `${typedWords(command)} – ${command.does}`),
		"To say something that begins with a slash, type two of them.",
	];
}

function knownWords({ trust, knownAs }: Person): string {
	return knownAs === undefined ? trustWords[trust] : `${trustWords[trust]}, called "${knownAs}" before`;
}

function joinedWords(person: Person): string {
	return `"${person.name}" joined (${knownWords(person)}, key ${person.shortFingerprint})${from(person)}`;
}

function from(person: Person): string {
	if (person.address === undefined) return "";
	return ` from ${person.address}${person.location === undefined ? "" : `, ${person.location.label}`}`;
}

function placeOf({ address, location }: { readonly address: string; readonly location: Location }): string {
	return `${address} (${location.label})`;
}

function strikeWords(attempts: number, isDisconnected: boolean): string {
	const guesses = `entered ${attempts} wrong ${attempts === 1 ? "password" : "passwords"}`;
	return isDisconnected ? `${guesses} and was disconnected` : guesses;
}

const verificationWords: Record<VerificationView["state"], (name: string) => string | undefined> = {
	asking: (name) => `"${name}" is asked for the secret. Their answer is told here.`,
	asked: (name) =>
		`"${name}" wants to make sure it is you, by a secret that only you two know. /answer asks you for it.`,
	checking: () => undefined,
	matched: (name) => `"${name}" typed the same secret: they are verified now.`,
	mismatched: (name) =>
		`ALARM: "${name}" did not type the same secret. One of you mistyped it, or somebody is in between: ask in another way.`,
	declined: (name) => `"${name}" did not answer; nothing was found out.`,
	timedOut: (name) => `The check with "${name}" took too long; nothing was found out.`,
	left: (name) => `"${name}" left before the check was over; nothing was found out.`,
};

function talkWords(event: ContentEvent): string | undefined {
	switch (event.kind) {
		case "messageDeleted":
			return event.reason === "deleted" ? `"${event.from.name}" deleted a message` : undefined;
		case "reaction":
			return reactionWords(event);
		case "verification": {
			const words = verificationWords[event.state](event.member.name);
			return words === undefined || event.state !== "asked" || !event.question
				? words
				: `${words} They wrote: ${event.question}`;
		}
		default:
			return undefined;
	}
}

function reactionWords({ by, from, emoji, isOn }: Extract<ContentEvent, { kind: "reaction" }>): string {
	const who = by.isSelf ? "You" : `"${by.name}"`;
	const whose = from.isSelf ? "a message of yours" : `a message of "${from.name}"`;
	return isOn ? `${who} reacted to ${whose} with ${emoji}` : `${who} took back ${emoji} on ${whose}`;
}

/** Says to whom a message is an answer, and that it names the listener: on the screen both stand out, and here nothing does. */
function messageNote(
	{ replyTo, mentionsMe }: Extract<ContentEvent, { kind: "message" }>,
	people: readonly Person[],
): string {
	const asked = people.find(({ fingerprint }) => fingerprint === replyTo?.fingerprint);
	const answered = asked && `answering ${asked.isSelf ? "you" : `"${asked.name}"`}`;
	return [answered, mentionsMe ? "your name is in it" : undefined].filter((one) => one !== undefined).join(", ");
}

/** Returns the line of an event, or `undefined` for what a reader of lines is better off without. `now` (ms since the epoch) stands in where an event has no time. */
function talkLine(event: ContentEvent, now: number, people: readonly Person[]): string | undefined {
	if (event.kind === "message") {
		const { at, from, text } = event;
		return event.isAction ? actionLine(at, from, text) : saidLine(at, from, text, messageNote(event, people));
	}
	if (event.kind === "messageEdited") return saidLine(now, event.from, event.text, "edited");
	const words = talkWords(event);
	return words === undefined ? undefined : programLine(now, words);
}
