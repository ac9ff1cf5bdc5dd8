// What to say, and what a person can do, when a room is over or could not be entered: one entry for each of the engine's stable codes.

import type { EndCode } from "../../engine/api/codes.ts";
import type { KeptSummary } from "../../engine/api/room-key.ts";
import { commandName } from "../text/command-name.ts";

interface Ending {
	/** Says what happened, as one sentence. */
	readonly title: string;
	/** Says what the person can do about it; it is "" when there is nothing to do. */
	readonly advice: string;
	/** The heading of the screen that tells it, where "The room is over" would be wrong. */
	readonly heading?: string;
	/** It says that somebody may be up to something bad. */
	readonly isAlarm?: true;
}

const endings: Readonly<Record<EndCode, Ending>> = {
	left: { title: "You have left the room.", advice: "" },
	room_closed: { title: "The host closed the room.", advice: "Ask them to start it again, then join again." },
	kicked: {
		heading: "You were removed",
		title: "The host removed you from the room.",
		advice: "If that was a mistake, ask them.",
	},
	replaced: {
		heading: "You are here twice",
		title: "You came into this room again from another window or computer, so this connection was closed.",
		advice: "Go on there, or join again here.",
	},
	connection_lost: {
		heading: "Connection lost",
		title: "The connection was lost.",
		advice: "Check your network, then join again. What was said meanwhile is not shown.",
	},
	refused: {
		title: "There is no room open at this address.",
		advice:
			"The computer answered, but nothing listens on that port. Check the port, and ask whether the room is open.",
	},
	unreachable: {
		title: "This address could not be reached.",
		advice:
			"Check the address and your network. If your friend is at home and you are not, their router must let you in.",
	},
	timed_out: {
		title: "Nobody answered in time.",
		advice: "Check the address and port. A firewall or router on the way may be silent: ask your friend to look.",
	},
	name_not_found: {
		title: "There is no computer by this name.",
		advice: "Check the spelling, or ask for the address in numbers.",
	},
	wrong_version: {
		title: "The host runs another version of Real Talk, and the two cannot talk to each other.",
		advice: "Both of you should update to the newest one; then try again.",
	},
	wrong_password: {
		title: "That was not the password, and no tries are left.",
		advice:
			"The host has disconnected you and was told. Ask your friend for the password before you try again: after six wrong ones in all you are blocked, and only they can let you back in.",
	},
	blocked: {
		title: "You are blocked at this room, because of too many wrong passwords or by the host's own decision.",
		advice: "Only the host can change that: ask them to unblock you.",
	},
	busy: {
		title: "Too many people are trying to come in at the moment.",
		advice: "Wait half a minute, then try again.",
	},
	paused: { title: "The host lets nobody in just now.", advice: "Ask them, or try again later." },
	password_changed: {
		title: "The host has just changed the password.",
		advice: "Ask them for the new one, then join again.",
	},
	not_real_talk: {
		title: "What answered there is not Real Talk.",
		advice: "Check the address and the port with the host: another program listens on this one.",
	},
	wrong_host: {
		title: "Whoever answered did not prove to be the host of the room that your invite is for.",
		advice:
			"Perhaps the host has opened a new room since, perhaps somebody else has this address now. The password was not asked for and not sent. Ask your friend for a fresh invite.",
	},
	another_room: {
		title: "Whoever answers there now did not prove to be the host of the room you were in.",
		advice:
			"Perhaps the host has started a new room, perhaps somebody else has this address now. Ask your friend; if it is them, join again and type the password.",
	},
	other_kind: {
		title:
			"Whoever answered wanted another kind of room than this one: one of the two is off the record, and the other is not.",
		advice:
			"Nothing was said, and nothing was signed. A room never changes what it is: ask your friend in another way, and have them make a new one.",
		isAlarm: true,
	},
	not_for_you: {
		title: "This room is for two people, and you did not come in as one of them.",
		advice: "If you should be, join by the invite that you were given. Nobody else can come in.",
	},
	own_room: {
		title: "This is your own room: it is open in your other window, with the same key, so you are in it already.",
		advice: "Go on there. To try it out as a guest, use another home folder with “--home”.",
	},
	clocks_differ: {
		title: "The clocks of the two computers differ by more than a day.",
		advice: "Set the one that is wrong, then join again.",
	},
	host_misbehaved: {
		title: "The other end did something it must not, so the connection was closed for your safety.",
		advice: "Ask your friend in another way whether it is really their computer.",
		isAlarm: true,
	},
	background_gone: {
		heading: "Not attached any more",
		title: "Real Talk's background process has ended, and the rooms it had open with it.",
		advice: `Start it again with ${commandName} daemon, then start rt again.`,
	},
	identity_refused: {
		title: "Your own key could not be used, or the host did not accept it, so you could not come in.",
		advice: `Look at your key with “${commandName} key show”. If GnuPG or a card keeps it, make sure that it is plugged in and unlocked, then try again.`,
	},
	internal: {
		title: "Something went wrong inside Real Talk.",
		advice: "Sorry. Start it again; if it happens again, please report it.",
	},
};

/** The host closes a room that stays only to end it. */
const roomEnded: Ending = {
	title: "The host has ended this room for everybody.",
	advice: "It does not open again, and nothing of it is kept here any more.",
};
const pairEnded: Ending = {
	title: "The other one has ended this room of you two.",
	advice: "You are not buddies any more. Whoever wants to be again asks when you next meet in a room: /buddy NAME",
};

/** Whoever came for files has them, and perhaps talked as well: then they may want the room again. */
const filesCame: Ending = {
	heading: "The files are here",
	title: "All the files you took are here, and the host has closed the room.",
	advice: "Nothing is missing. If you want to go on talking, ask them to start it again.",
};

/** An end, as far as its words need it. */
interface End {
	readonly code: EndCode;
	readonly clockGapSeconds?: number;
	readonly roomKind?: KeptSummary["kind"];
	readonly haveFilesCome?: true;
}

const largeUnits = [
	["year", 31_557_600],
	["month", 2_629_800],
	["day", 86_400],
] as const;

/** Rounds to the largest unit that fits: nobody needs the seconds to see which clock is wrong. */
function gapWords(seconds: number): string {
	const [unit, size] = largeUnits.find(([, size]) => seconds >= size) ?? (["day", 86_400] as const);
	const count = Math.max(1, Math.floor(seconds / size));
	return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function clocksDiffer(gapSeconds: number): Ending {
	const side = gapSeconds > 0 ? "behind" : "ahead of";
	return {
		title: `This computer's clock is at least ${gapWords(Math.abs(gapSeconds))} ${side} the host's, so it can't be told whether what the host shows is still good.`,
		advice:
			"One of the two clocks is wrong. Look at the date and time here, ask the host to look at theirs, then join again.",
	};
}

/** Returns the words for an end: what happened, and what to do. */
export function endingOf({ code, clockGapSeconds, roomKind, haveFilesCome }: End): Ending {
	if (clockGapSeconds !== undefined) return clocksDiffer(clockGapSeconds);
	if (code !== "room_closed") return endings[code];
	if (roomKind === undefined) return haveFilesCome ? filesCame : endings[code];
	return roomKind === "standing" ? roomEnded : pairEnded;
}

/** Returns what happened and what to do as one line of text, for line mode, JSON-RPC and the shell. */
export function endMessage(end: End): string {
	const { title, advice } = endingOf(end);
	return `${title} ${advice}`.trimEnd();
}

/** Returns the heading of the screen that tells the end of a room one was in. */
export const endHeading = (end: End): string => endingOf(end).heading ?? "The room is over";
