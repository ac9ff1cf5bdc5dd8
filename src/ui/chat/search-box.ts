// The search as a person uses it: a field, the match they are at, where they came from. Pure; the slices are timed by use-search.ts.
import type { Timeline } from "../../engine/api/api.ts";
import { emptyField, type FieldState, fieldOf } from "../screen/field-state.ts";
import { indexOfEntry, lastPlaced, type Spot } from "../timeline/scroll-position.ts";
import { freshProgress, isMatch, nextMatch, type Progress, type Query, queryOf, searchOn } from "../timeline/search.ts";

/** `currentId`: of the match on screen. `origin`: where Escape leads back to. */
export interface SearchBox {
	readonly field: FieldState;
	readonly query: Query | undefined;
	readonly progress: Progress;
	readonly currentId: string | undefined;
	readonly origin: Spot;
}

/** An open search, with `text` in the field already. */
export function openSearch(origin: Spot, text = ""): SearchBox {
	const field = text === "" ? emptyField : fieldOf(text);
	return { field, query: queryOf(text), progress: freshProgress, currentId: undefined, origin };
}

const isSameQuery = (one: Query | undefined, other: Query | undefined): boolean =>
	one?.words === other?.words && one?.from === other?.from;

/** The field has changed: a new search begins, at the match on screen if that is still one. */
export function typedSearch(box: SearchBox, field: FieldState, timeline: Timeline): SearchBox {
	const query = queryOf(field.edit.text);
	if (isSameQuery(query, box.query)) return { ...box, field };
	const index = box.currentId === undefined ? undefined : indexOfEntry(timeline, box.currentId);
	const current = index === undefined ? undefined : timeline.at(index);
	const isStillMatch = query !== undefined && current !== undefined && isMatch(current, query);
	return { ...box, field, query, progress: freshProgress, currentId: isStillMatch ? box.currentId : undefined };
}

/** Whether there are entries that were not looked at. */
export function hasMore({ query, progress }: SearchBox, timeline: Timeline): boolean {
	if (query === undefined) return false;
	return !progress.isDone || timeline.at(lastPlaced(timeline))?.id !== progress.newestId;
}

/** Looks through the next entries while `hasTime`; the newest match is the first one shown. */
export function advanced(box: SearchBox, timeline: Timeline, hasTime: () => boolean): SearchBox {
	if (box.query === undefined) return box;
	const progress = searchOn(box.progress, timeline, box.query, hasTime);
	return { ...box, progress, currentId: box.currentId ?? progress.found[0] };
}

/** The next match, 1 = older, -1 = newer. */
export function stepped(box: SearchBox, timeline: Timeline, step: 1 | -1): SearchBox {
	if (box.query === undefined) return box;
	return { ...box, currentId: nextMatch(box.progress, timeline, box.query, box.currentId, step) };
}

/** "3 of 27", "3 of 27 …" while it goes on, "nothing found". */
export function searchWords({ query, progress, currentId }: SearchBox): string {
	if (query === undefined) return "";
	const { found, isDone } = progress;
	if (found.length === 0) return isDone ? "nothing found" : "searching …";
	const place = currentId === undefined ? 0 : found.indexOf(currentId) + 1;
	const count = found.length.toLocaleString("en");
	return `${place === 0 ? "…" : place.toLocaleString("en")} of ${count}${isDone ? "" : " …"}`;
}
