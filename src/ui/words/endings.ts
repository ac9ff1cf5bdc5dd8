// What to say, and what to do, when a room is over or could not be entered: by the engine's stable codes.
import type { EndCode } from "../../engine/api/api.ts";

/** `title`: what happened; `advice`: what a person can do about it; `isAlarm`: someone may be up to something; `isAll`: the engine's words say nothing more. */
interface Ending {
	readonly title: string;
	readonly advice: string;
	readonly isAlarm?: boolean;
	readonly isAll?: boolean;
}

const endings: Record<EndCode, Ending> = {
	left: { title: "You left the room.", advice: "You can join again whenever it is open.", isAll: true },
	room_closed: {
		title: "The host closed the room.",
		advice: "Ask them to start it again, then join again.",
		isAll: true,
	},
	kicked: { title: "The host removed you from the room.", advice: "If that was a mistake, ask them.", isAll: true },
	replaced: { title: "You came in again from another window.", advice: "Go on there, or join again here." },
	connection_lost: {
		title: "The connection was lost.",
		advice: "Check your network, then join again. What was said meanwhile is not shown.",
		isAll: true,
	},
	refused: {
		title: "There is no room open at this address.",
		advice:
			"The computer answered, but nothing listens on that port. Check the port, and ask whether the room is open.",
		isAll: true,
	},
	unreachable: {
		title: "This address could not be reached.",
		advice:
			"Check the address and your network. If your friend is at home and you are not, their router must let you in.",
	},
	timed_out: {
		title: "Nobody answered.",
		advice: "Check the address and port. A firewall or router on the way may be silent: ask your friend to look.",
		isAll: true,
	},
	name_not_found: {
		title: "There is no computer by this name.",
		advice: "Check the spelling, or ask for the number.",
		isAll: true,
	},
	wrong_version: {
		title: "Your Real Talk and theirs are too different in age.",
		advice: "The older of the two needs an update; then try again.",
	},
	wrong_password: {
		title: "That was not the password, and no tries are left.",
		advice:
			"Ask your friend for it before you try again: three more wrong ones and you are blocked until they unblock you.",
	},
	blocked: {
		title: "Your address is blocked at this room.",
		advice: "Only the host can change that: ask them to unblock you.",
		isAll: true,
	},
	busy: { title: "The room is busy with others at the door.", advice: "Wait half a minute, then try again." },
	paused: { title: "The host lets nobody in just now.", advice: "Ask them, or try again later.", isAll: true },
	password_changed: {
		title: "The host has just changed the password.",
		advice: "Ask them for the new one, then join again.",
		isAll: true,
	},
	not_real_talk: {
		title: "What answered there is not Real Talk.",
		advice: "Check the port: another program listens on this one.",
		isAll: true,
	},
	wrong_host: {
		title: "That is not the host who invited you.",
		advice: "The password was not asked for and not sent. Ask your friend for a fresh invite.",
	},
	host_misbehaved: {
		title: "The other end did something it must not, so we hung up.",
		advice: "Ask your friend over another way whether it is really their computer.",
		isAlarm: true,
	},
	identity_refused: {
		title: "The other end's identity could not be proved, so we hung up.",
		advice: "Ask your friend over another way whether it is really their computer.",
		isAlarm: true,
	},
	cannot_listen: {
		title: "The room could not be opened.",
		advice: "The port may be taken, or not allowed. Try again, without choosing a port.",
	},
	internal: { title: "Something went wrong inside Real Talk.", advice: "Sorry. Please try again.", isAll: true },
};

/** Words for an end code. */
export const endingOf = (code: EndCode): Ending => endings[code];

/** What the engine says of an end beyond the title and the advice; "" when that is nothing. */
export const moreOfEnd = ({ code, message }: { readonly code: EndCode; readonly message: string }): string =>
	endings[code].isAll === true || message === endings[code].title ? "" : message;
