// How old the keys of those in a room are, and how far back a stolen computer would read, for people who have not heard of such keys. Pure.
import type { Person } from "../../../engine/api/people.ts";
import type { KeptHere } from "../../../engine/api/room-key.ts";
import { clockOf, isSameDay, stampOf } from "../../text/clock.ts";
import { daysWords, historyWords } from "./history-words.ts";

/** Says since when somebody has the keys they have in the room now, `now` being in ms since the epoch; "" of ourselves while we are not in yet. */
export function leafWords({ leafSince, leafAtLeastSince, isSelf }: Person, now: number): string {
	const since = leafSince ?? leafAtLeastSince;
	if (since === undefined) return isSelf ? "" : "room keys from before you came in";
	const time = (isSameDay(since, now) ? clockOf : stampOf)(since);
	return `room keys since ${time}${leafSince === undefined ? " or longer" : ""}`;
}

/** Says what the age of those keys is about. */
const agesWords =
	"Room keys are what a person's program reads the room with. They become new whenever that person comes in, and the host's also whenever somebody leaves. Somebody who secretly copies them out of a running computer reads along until then, so in a long room it helps to make yours new now and then: /renew";

/** Says whether what is recorded today can be read when there are quantum computers: the suite is the same in all rooms. */
const quantumWords =
	"Post-quantum: yes. What is recorded today stays closed to tomorrow's quantum computers too, as far as anybody knows (X-Wing).";

/** Says how far back somebody reads who steals a member's computer; `kept` is by what the room is kept, `undefined` where it passes. */
export function stolenWords(kept: KeptHere | undefined): string {
	if (kept === undefined)
		return "If a computer is stolen: nothing that was said here can be read from it once it is off, because this room is on no disk.";
	const since = `what was said since its owner was last here, at most the last ${daysWords(kept.days)}`;
	const thief = "If a computer is stolen: whoever can also open the keys on it (set a passphrase) reads";
	if (!kept.history) return `${thief} ${since}. What everybody had before that is on no disk.`;
	const { historyDays, ownHistoryDays } = kept;
	const own =
		ownHistoryDays === undefined ? "" : ` (yours: ${ownHistoryDays === 0 ? "nothing" : daysWords(ownHistoryDays)})`;
	return `${thief} the history on it, up to ${daysWords(historyDays)} back${own}, and ${since}.`;
}

/** Says all of it, a line each, after what is kept of what is said. */
export const secrecyLines = (kept: KeptHere | undefined): readonly string[] => [
	historyWords(kept),
	agesWords,
	quantumWords,
	stolenWords(kept),
];
