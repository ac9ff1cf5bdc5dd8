// Runs the search as a pure machine: a field, the match on screen, and where the person came from. use-search.ts decides how long each slice may take.
import type { Timeline } from "../../engine/api/api.ts";
import { emptyField, type FieldState, fieldOf } from "../screen/field-state.ts";
import { indexOfEntry, lastPlaced, type Spot } from "../timeline/scroll-position.ts";
import { freshProgress, isMatch, nextMatch, type Progress, type Query, queryOf, searchOn } from "../timeline/search.ts";

/** The state of an open search. `currentId` is the id of the match on screen; Escape leads back to `origin`. */
export interface SearchBox {
	readonly field: FieldState;
	readonly query: Query | undefined;
	readonly progress: Progress;
	readonly currentId: string | undefined;
	readonly origin: Spot;
}

/** Opens a search with `text` in its field. */
export function openSearch(origin: Spot, text = ""): SearchBox {
	const field = text === "" ? emptyField : fieldOf(text);
	return { field, query: queryOf(text), progress: freshProgress, currentId: undefined, origin };
}

const isSameQuery = (one: Query | undefined, other: Query | undefined): boolean =>
	one?.words === other?.words && one?.from === other?.from;

/** Begins the search anew after the field has changed, at the match on screen if that is still one. */
export function typedSearch(box: SearchBox, field: FieldState, timeline: Timeline): SearchBox {
	const query = queryOf(field.edit.text);
	if (isSameQuery(query, box.query)) return { ...box, field };
	const index = box.currentId === undefined ? undefined : indexOfEntry(timeline, box.currentId);
	const current = index === undefined ? undefined : timeline.at(index);
	const isStillMatch = query !== undefined && current !== undefined && isMatch(current, query);
	return { ...box, field, query, progress: freshProgress, currentId: isStillMatch ? box.currentId : undefined };
}

/** Tells whether there are entries that were not looked at yet. */
export function hasMore({ query, progress }: SearchBox, timeline: Timeline): boolean {
	if (query === undefined) return false;
	// Older lines may have come from the disk since.
	const hasOlder = progress.oldestId !== undefined && (indexOfEntry(timeline, progress.oldestId) ?? 0) > 0;
	return !progress.isDone || hasOlder || timeline.at(lastPlaced(timeline))?.id !== progress.newestId;
}

/** Looks through the next entries for as long as `hasTime` says so. The newest match is the first one on screen. */
export function advanced(box: SearchBox, timeline: Timeline, hasTime: () => boolean): SearchBox {
	if (box.query === undefined) return box;
	const progress = searchOn(box.progress, timeline, box.query, hasTime);
	return { ...box, progress, currentId: box.currentId ?? progress.found[0] };
}

/** Goes to the next match: the step 1 leads to an older one, -1 to a newer one. */
export function stepped(box: SearchBox, timeline: Timeline, step: 1 | -1): SearchBox {
	if (box.query === undefined) return box;
	return { ...box, currentId: nextMatch(box.progress, timeline, box.query, box.currentId, step) };
}

/** Says how far the search is: "3 of 27", "3 of 27 …" while it goes on, or "nothing found". */
export function searchWords({ query, progress, currentId }: SearchBox): string {
	if (query === undefined) return "";
	const { found, isDone } = progress;
	if (found.length === 0) return isDone ? "nothing found" : "searching …";
	const place = currentId === undefined ? 0 : found.indexOf(currentId) + 1;
	const count = found.length.toLocaleString("en");
	return `${place === 0 ? "…" : place.toLocaleString("en")} of ${count}${isDone ? "" : " …"}`;
}
