// Brings older lines from the disk into the timeline while a person scrolls towards them, so that the end of what is in memory is not the end of what is seen.
import { useEffect, useRef } from "react";
import type { Slot } from "./viewport.ts";

/** Has what the disk keeps of a room beyond its timeline. */
export interface Older {
	readonly hasOlder: boolean;
	/** Brings a page, or all down to the line with the id `to`, or to the time `at` (ms since the epoch). */
	readonly bring: (wish: { readonly to?: string; readonly at?: number }) => Promise<unknown>;
	/** Returns the id of the newest line on the disk that fits and is older than the one with the id `before`. */
	readonly find: (
		query: { readonly words?: string; readonly from?: string },
		before: string | undefined,
	) => Promise<string | undefined>;
}

/** At least this many entries above the screen are always there, as far as the disk has them: more than a page on any terminal. */
const entriesAhead = 60;

/** Asks for a page when the top of the screen comes near the oldest entry that is here; one at a time. */
export function useOlder({ hasOlder, bring }: Older, slots: readonly Slot[]): void {
	const isAsking = useRef(false);
	const topIndex = slots[0]?.index ?? 0;
	useEffect(() => {
		if (!hasOlder || isAsking.current || topIndex > entriesAhead) return;
		isAsking.current = true;
		void bring({}).finally(() => {
			isAsking.current = false;
		});
	});
}
