// Finds what was said, in slices that leave time for keys, while lines come and go. Pure.
import type { Entry, Timeline } from "../../engine/api/api.ts";
import { folded, rangesOf } from "../text/case-folding.ts";
import { noticeWords } from "../words/notices.ts";
import { indexOfEntry, lastPlaced } from "./scroll-position.ts";

/** Says what is looked for. `words` are folded, and `from` is the folded beginning of the name of whoever said it. */
export interface Query {
	readonly words: string;
	readonly from: string | undefined;
}

/** Limits a search, in UTF-16 units: nobody looks for more. */
const maxQueryLength = 300;

/** Reads a typed search: `from:ann words` or `from:"ann b" words`. `undefined` when nothing is looked for. */
export function queryOf(typed: string): Query | undefined {
	const text = typed.slice(0, maxQueryLength);
	const match = /(?:^|\s)from:(?:"([^"]*)"?|(\S*))/i.exec(text);
	const from = match === null ? undefined : folded((match[1] ?? match[2] ?? "").trim());
	const rest = match === null ? text : text.slice(0, match.index) + text.slice(match.index + match[0].length);
	const words = folded(rest.trim());
	if (words === "" && (from === undefined || from === "")) return undefined;
	return { words, from: from === "" ? undefined : from };
}

/** Returns what the engine is asked to find the same on disk. */
export const askedOf = ({ words, from }: Query): { readonly words?: string; readonly from?: string } => ({
	...(words === "" ? {} : { words }),
	...(from === undefined ? {} : { from }),
});

const hasWords = (text: string, words: string): boolean => words === "" || rangesOf(text, words, 1).length > 0;

/** Tells whether an entry is what is looked for: lines by their text, joins and leaves by the name, notices by theirs. */
export function isMatch(entry: Entry, { words, from }: Query): boolean {
	switch (entry.kind) {
		case "line":
			if (entry.gone !== undefined) return false;
			if (from !== undefined && !folded(entry.from.name).startsWith(from)) return false;
			return hasWords(entry.text, words);
		case "joined":
		case "left":
			return from === undefined && hasWords(entry.person.name, words);
		case "notice":
			return from === undefined && hasWords(noticeWords(entry.notice), words);
		case "youJoined":
			return false;
	}
}

/** Says how far a search has come: all between two entries was looked at. `found` has those that match, newest first. */
export interface Progress {
	readonly found: readonly string[];
	/** Is `undefined` before the first entry was looked at. */
	readonly newestId: string | undefined;
	readonly oldestId: string | undefined;
	/** The oldest of all was reached. */
	readonly isDone: boolean;
}

/** Nothing was looked at yet. */
export const freshProgress: Progress = { found: [], newestId: undefined, oldestId: undefined, isDone: false };

/** The clock is asked once in this many entries. */
const entriesBetweenLooks = 16;

/** Calls `look` with the indexes from `from` on while there is time; at least once in `entriesBetweenLooks`. Returns where it would go on. */
function walk(from: number, to: number, hasTime: () => boolean, look: (index: number) => void): number {
	const step = from <= to ? 1 : -1;
	let index = from;
	for (let count = 1; index !== to; index += step, count++) {
		if (count % entriesBetweenLooks === 0 && !hasTime()) return index;
		look(index);
	}
	return index;
}

/**
 * Goes on with a search while `hasTime`: first through what came since, then towards the oldest. Lines that wait for their place are looked at when they
 * have it. Entries may come and be let go between two calls.
 */
export function searchOn(progress: Progress, timeline: Timeline, query: Query, hasTime: () => boolean): Progress {
	const last = lastPlaced(timeline);
	if (last < 0) return { ...progress, isDone: true };
	const newer: string[] = [];
	const older: string[] = [];
	const into = (ids: string[]) => (index: number) => {
		const entry = timeline.at(index);
		if (entry !== undefined && isMatch(entry, query)) ids.push(entry.id);
	};
	const isFirst = progress.newestId === undefined;
	const knownNewest = progress.newestId === undefined ? last : (indexOfEntry(timeline, progress.newestId) ?? -1);
	const newerEnd = walk(knownNewest + 1, last + 1, hasTime, into(newer)) - 1;
	// What was looked at last has been let go, and so has all before it.
	const oldest = isFirst ? last + 1 : (indexOfEntry(timeline, progress.oldestId ?? "") ?? 0);
	const olderEnd = newerEnd < last ? oldest : walk(oldest - 1, -1, hasTime, into(older)) + 1;
	return {
		found: newer.length + older.length === 0 ? progress.found : [...newer.reverse(), ...progress.found, ...older],
		newestId: timeline.at(newerEnd)?.id,
		oldestId: timeline.at(olderEnd)?.id ?? progress.oldestId,
		isDone: olderEnd === 0 && newerEnd === last,
	};
}

/** Returns the match next to `currentId`, 1 = older, -1 = newer, left where there is none. Matches that are gone are passed over. */
export function nextMatch(
	{ found }: Progress,
	timeline: Timeline,
	query: Query,
	currentId: string | undefined,
	step: 1 | -1,
): string | undefined {
	const current = currentId === undefined ? -1 : found.indexOf(currentId);
	for (let place = current + step; place >= 0 && place < found.length; place += step) {
		const id = found[place] ?? "";
		const index = indexOfEntry(timeline, id);
		const entry = index === undefined ? undefined : timeline.at(index);
		if (entry !== undefined && isMatch(entry, query)) return id;
	}
	return currentId;
}
