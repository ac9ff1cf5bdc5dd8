// Makes the rows that are no lines: who came and went, what the program has to say, a new day, and where the unread begins.
import type { Entry } from "../../engine/api/api.ts";
import type { LeaveReason } from "../../engine/api/codes.ts";
import type { Trust } from "../../engine/api/people.ts";
import type { Style } from "../look/palettes.ts";
import { knownWords, roleWords } from "../look/person-words.ts";
import { dayWriter } from "../text/clock.ts";
import { fit } from "../text/width.ts";
import { noticeWords } from "../words/notices.ts";
import { marginWidth, type RowLook, stamped } from "./row-look.ts";

const writtenDay = dayWriter({ weekday: "long", day: "numeric", month: "long", year: "numeric" });

const ruled = (words: string, { theme, width }: RowLook, style: Style): string =>
	" ".repeat(marginWidth) + theme.paint(style, fit(`── ${words} ──`, width - marginWidth));

/** Stands above the first entry of a day. */
export const dayRow = (at: number, look: RowLook): string => ruled(writtenDay(at), look, "faint");

/** Stands above the first entry that came while the person was not looking. */
export const unreadRow = (look: RowLook): string => ruled("new since you looked", look, "accent");

const leaveWords: Record<LeaveReason, string> = {
	left: "left",
	connectionLost: "is gone: the connection was lost",
	kicked: "was removed by the host",
	replaced: "came in again from elsewhere",
};

// Somebody who is here for the first time is good news, most days: the words say it, and only another key than before is an alarm.
const joinSigns: Record<Trust, readonly [sign: string, style: Style]> = {
	verified: ["→", "faint"],
	known: ["→", "faint"],
	new: ["→", "accent"],
	changed: ["!!", "alarm"],
};

/** Returns the rows of somebody who came or went. */
export function passageRows(entry: Extract<Entry, { kind: "joined" | "left" }>, look: RowLook): readonly string[] {
	const { person } = entry;
	const isJoin = entry.kind === "joined";
	const [sign, style] = isJoin ? joinSigns[person.isSelf ? "known" : person.trust] : (["←", "faint"] as const);
	const words = isJoin ? "joined" : leaveWords[entry.reason];
	const role = roleWords(person);
	const isTold = !person.isSelf && (isJoin || person.trust === "changed");
	const trust = isTold ? ` · ${knownWords(person)}` : "";
	// The key itself is looked at where it is compared; here it would only be noise, unless it is not the one it should be.
	const key = isTold && person.trust === "changed" ? ` · ${person.shortFingerprint}` : "";
	const place = isJoin && person.location !== undefined ? ` · from ${person.location.label}` : "";
	const text = `${sign} "${person.name}"${role === "" ? "" : ` ${role}`} ${words}${key}${trust}${place}`;
	return stamped(entry.at, text, look, (row) => look.theme.paint(style, row));
}

/** Returns the rows of where the person's own time in the room begins. */
export function youJoinedRows(entry: Extract<Entry, { kind: "youJoined" }>, look: RowLook): readonly string[] {
	const words = entry.isHost ? "you opened the room" : "you joined here; what was said before is not shown";
	return stamped(entry.at, `── ${words} ──`, look, (row) => look.theme.paint("accent", row));
}

const tones = { info: ["·", "accent"], warning: ["!", "warning"], alarm: ["!!", "alarm"] } as const;

/** Returns the rows of what the program has to say. */
export function noticeRows(entry: Extract<Entry, { kind: "notice" }>, look: RowLook): readonly string[] {
	const [sign, style] = tones[entry.tone];
	return stamped(entry.at, `${sign} ${noticeWords(entry.notice)}`, look, (row) => look.theme.paint(style, row));
}
