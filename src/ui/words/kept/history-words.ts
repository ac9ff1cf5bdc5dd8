// What is kept on disk of what is said: the room's policy, what of it this computer follows, and what is wrong with the file. Pure.

import type { Refusal } from "../../../engine/api/refusals.ts";
import type { KeptHere } from "../../../engine/api/room-key.ts";
import { commandName } from "../../text/command-name.ts";

type Trouble = Extract<Refusal, { code: "history_unusable" }>["trouble"];

/** A history is kept for this many days where its host has chosen no other number. */
const usualDays = 90;

/** Says a number of days. */
export const daysWords = (days: number = usualDays): string =>
	days === 1 ? "1 day" : `${days.toLocaleString("en")} days`;

const troubles: Readonly<Record<Trouble["why"], string>> = {
	unreadable: `is damaged, or belongs to another vault.key. Restore it from a backup, or forget it: ${commandName} history purge`,
	newer: "was written by a newer version of Real Talk. Update Real Talk.",
	busy: "is in use by another program that does not let go of it.",
	cannotLock: "is on a disk that can't lock files.",
	notPermitted: "can't be written. Check who owns it and its directory.",
	diskFull: "can't be written: the disk is full. Free some space, and it goes on by itself.",
	other: "can't be used. Check the disk it is on.",
};

/** Says what is wrong with the file of what was said. */
export const historyTroubleWords = ({ path, why, detail }: Trouble): string =>
	`${path} ${troubles[why]}${detail === "" || why === "unreadable" ? "" : ` (${detail})`}`;

/** Says what the host has decided. */
export const historyPolicyWords = ({ days, isOn }: { readonly days: number; readonly isOn: boolean }): string =>
	isOn
		? `From now on everybody's program keeps what is said for ${daysWords(days === 0 ? undefined : days)} on its own disk, encrypted. /history mine off keeps nothing on yours. Nobody can be stopped from keeping more.`
		: "What is said is kept on no disk any more, and what was kept is forgotten. Copies that people made elsewhere stay.";

/** Says what of the room's policy this computer follows, in one short phrase for a heading: "history 90 days"; "" where nothing is kept. */
export function historyNote(kept: KeptHere | undefined): string {
	if (!kept?.history) return "";
	const { historyDays = usualDays, ownHistoryDays } = kept;
	return `history ${daysWords(historyDays)}${ownHistoryDays !== undefined && ownHistoryDays < historyDays ? " (less here)" : ""}`;
}

/** Says what is kept of the room, for whoever asks. */
export function historyWords(kept: KeptHere | undefined): string {
	if (kept === undefined) return "This room is not kept: Real Talk writes nothing of what is said to any disk.";
	if (!kept.history)
		return "What is said in this room is kept on no disk once everybody has it. The host can change that: /history on 90";
	const { historyDays = usualDays, ownHistoryDays } = kept;
	const all = `Everybody's program keeps what is said here for ${daysWords(historyDays)} on its own disk, encrypted.`;
	if (ownHistoryDays === 0)
		return `${all} This computer keeps nothing. /history mine on keeps as much as the others do.`;
	if (ownHistoryDays !== undefined && ownHistoryDays < historyDays)
		return `${all} This computer keeps it for ${daysWords(ownHistoryDays)}. /history mine on keeps as much as the others do.`;
	return `${all} /history mine 7 keeps less here, /history mine off nothing.`;
}
