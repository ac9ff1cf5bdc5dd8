// Looking for what was said, on disk: newest first by the index of words or line by line, in slices that leave time for everything else.

import { folded } from "../../store/history/full-text.ts";
import type { HistoryRow, HistoryRows } from "../../store/history/history-rows.ts";
import type { HistoryQuery } from "../api/content.ts";

/** The index of words knows no shorter ones. */
const shortestIndexed = 3;
/** This many lines are looked at before everything else has its turn again. */
const sliceLines = 1_000;
/** This many lines are taken into the index at once, which takes about 5 ms. */
const indexedAtOnce = 200;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Tells whether a line is what is looked for. */
export type Fits = (line: { readonly text: string; readonly name: string; readonly at: number }) => boolean;

/** Returns what tells the lines that a query looks for. What is gone fits nothing but a query for everything. */
export function fitsOf({ words = "", from = "", since, until }: Omit<HistoryQuery, "limit">): Fits {
	const [wanted, name] = [folded(words), folded(from)];
	return (line) =>
		(since === undefined || line.at >= since) &&
		(until === undefined || line.at < until) &&
		(name === "" || folded(line.name).startsWith(name)) &&
		(wanted === "" || (line.text !== "" && folded(line.text).includes(wanted)));
}

/** Returns the newest `limit` rows before `id` that fit, newest first. */
export async function newestRows(
	rows: HistoryRows,
	query: Pick<HistoryQuery, "room" | "words">,
	fits: Fits,
	id: number,
	limit: number,
): Promise<readonly HistoryRow[]> {
	const words = folded(query.words ?? "");
	if ([...words].length < shortestIndexed)
		return walked((before) => rows.scan(query.room, before, sliceLines), fits, id, limit);
	while (rows.isIndexBehind() && rows.index(indexedAtOnce)) await turn();
	const found = await walked((before) => rows.search(query.room, words, before, sliceLines), fits, id, limit);
	const passing = rows.disappearing(query.room, id).filter(fits);
	return [...found, ...passing].toSorted((one, other) => other.id - one.id).slice(0, limit);
}

/** Walks through pages of rows, each beginning where the one before ended, until `limit` rows fit or there are no more. */
async function walked(
	page: (from: number) => readonly HistoryRow[],
	fits: Fits,
	start: number,
	limit: number,
): Promise<readonly HistoryRow[]> {
	const found: HistoryRow[] = [];
	for (let from = start; found.length < limit; ) {
		const looked = page(from);
		for (const row of looked) if (found.length < limit && fits(row)) found.push(row);
		const last = looked.at(-1);
		if (looked.length < sliceLines || last === undefined) break;
		from = last.id;
		await turn();
	}
	return found;
}

/** Returns the oldest `limit` rows of a room after `id` that fit, oldest first. */
export const oldestRows = (
	rows: HistoryRows,
	room: string,
	fits: Fits,
	id: number,
	limit: number,
): Promise<readonly HistoryRow[]> => walked((after) => rows.after(room, after, sliceLines), fits, id, limit);
