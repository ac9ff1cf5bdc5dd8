// By what a room is kept, as its host says it: made fit to be shown, and what of it is news. Pure.
import type { Notice } from "../api/notices.ts";
import type { KeptView } from "../api/room-key.ts";
import { cleanLine } from "../text/clean.ts";

/** Returns the terms with nothing in them that a screen would obey. */
export function cleanKept({ name, days, megabytes, history, historyDays }: KeptView): KeptView {
	const span = history && historyDays !== undefined ? { historyDays } : {};
	return { name: cleanLine(name), days, megabytes, history, ...span };
}

/** Returns what is told of new terms: all of them, or only for how long everybody keeps what is said where nothing else is new. */
export function keptNotice(kept: KeptView, before: KeptView | undefined, isOfTwo: boolean): Notice {
	const { name, days, megabytes, history, historyDays = 0 } = kept;
	if (name === before?.name && days === before.days && megabytes === before.megabytes)
		return { code: "historyPolicy", days: historyDays, isOn: history };
	return isOfTwo ? { code: "pairKept", days, megabytes } : { code: "roomKept", ...kept };
}
