// Which EndCode a closed connection or a failed dial becomes. The words for each code are in ui/words/endings.ts.
import type { DialFailure } from "../../net/link/link.ts";
import type { EndCode } from "../api/codes.ts";
import type { CloseReason } from "../wire/entering-frames.ts";

const closeEnds: Readonly<Record<CloseReason, EndCode>> = {
	left: "left",
	roomClosed: "room_closed",
	kicked: "kicked",
	replaced: "replaced",
	refused: "host_misbehaved",
	tooSlow: "connection_lost",
	hostAway: "connection_lost",
};

/** Turns the reason that the host gave for closing the connection into our end of the room. */
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

/** Turns a failed dial into our end of the room. `detail` is for logs. */
export function endOfDial(failure: DialFailure, detail: string): GuestEnd {
	return { kind: "ended", code: dialEnds[failure], detail };
}

/** Says why a guest is out of the room, or never came in: the code for people and clients, and a detail for logs. */
export interface GuestEnd {
	readonly kind: "ended";
	readonly code: EndCode;
	readonly detail: string;
	/** Says, with "clocks_differ", how many seconds the host's clock is ahead of ours, at least; it is negative where that clock is behind. */
	readonly clockGapSeconds?: number;
}
