// Why a room ended, in words: what happened and what the person can do now.

import type { DialFailure } from "../../net/link/link.ts";
import type { EndCode } from "../api/api.ts";
import type { GuestEnd } from "../guest/handshake-guest.ts";
import type { CloseReason } from "../wire/entering-frames.ts";

const closeEnds: Readonly<Record<CloseReason, EndCode>> = {
	left: "left",
	roomClosed: "room_closed",
	kicked: "kicked",
	replaced: "replaced",
	refused: "host_misbehaved",
	tooSlow: "connection_lost",
};

/** What the host's goodbye means for us. */
export function endOfClose(reason: CloseReason): GuestEnd {
	return { kind: "ended", code: closeEnds[reason], detail: `the host closed the connection (${reason})` };
}

const dialEnds: Readonly<Record<DialFailure, EndCode>> = {
	refused: "refused",
	unreachable: "unreachable",
	timedOut: "timed_out",
	nameNotFound: "name_not_found",
	aborted: "left",
	other: "unreachable",
};

/** What a failed dial is called as an end. */
export function endOfDial(failure: DialFailure, detail: string): GuestEnd {
	return { kind: "ended", code: dialEnds[failure], detail };
}

/** What to tell a person. `detail` of the machinery is left out: it goes to logs and to `rt … --rpc` errors. */
export const endMessages: Readonly<Record<EndCode, string>> = {
	left: "You have left the room.",
	room_closed: "The host has closed the room.",
	kicked: "The host has removed you from the room.",
	replaced: "You came into this room from somewhere else with the same key, so this connection was closed.",
	connection_lost: "The connection to the host was lost. Check your network, then join again.",
	refused: "Nobody answers at that address and port. Check both with the host: the port changes each time they start.",
	unreachable:
		"That address cannot be reached from here. Check the address, and that both of you are on the same network or the host's router lets you in.",
	timed_out: "The host did not answer in time. They may be offline, or a firewall or router stands in between.",
	name_not_found: "No computer of that name was found. Check the spelling, or ask the host for the address in numbers.",
	wrong_version: "The host runs another version of Real Talk. Both of you should update to the newest one.",
	wrong_password: "Three wrong passwords: the host has disconnected you and was told. You can try again once more.",
	blocked:
		"The host has blocked this address, because of too many wrong passwords or by hand. Only the host can let you back in.",
	busy: "Too many people are knocking at the moment, or the room is full. Try again in a minute.",
	paused: "The host lets nobody in at the moment. Ask them, or try again later.",
	password_changed: "The host has just changed the password. Ask them for the new one, then join again.",
	not_real_talk: "Something answers there, but it is not Real Talk. Check the address and the port with the host.",
	wrong_host:
		"Somebody answers there, but not with the key that the invite names, so the password was not asked for. Ask the host for a fresh invite.",
	host_misbehaved:
		"The host's program did something that Real Talk does not allow, so the connection was closed for your safety. Tell the host.",
	identity_refused: "Your OpenPGP key was refused or could not be used. 'rt key show' tells about it.",
	cannot_listen: "The room could not be opened on this computer.",
	internal: "Something went wrong inside Real Talk. Start it again; if it stays, please report it.",
};
