// Where a person is in the timeline, and how many lines came since they scrolled up.
import { type Dispatch, type SetStateAction, useState } from "react";
import type { Timeline } from "../engine/api.ts";
import { createRowCache, type RowCache, type RowLook } from "./rows.ts";
import { type Anchor, atEnd, bottomIndex, scrollBy, topAnchor, visibleRows } from "./viewport.ts";

// `seen`: how many entries have been on screen.
interface Place {
	readonly anchor: Anchor;
	readonly seen: number;
}

/** The visible rows and the ways to move. */
export interface Scrollback {
	readonly list: readonly string[];
	readonly isAtEnd: boolean;
	readonly unseen: number;
	/** Negative = towards older rows; ±Infinity = to the ends. */
	readonly scroll: (delta: number) => void;
	readonly toEnd: () => void;
}

/** What outlives a look at another screen: the place in the timeline, and the finished rows. */
export interface Bookmark {
	readonly cache: RowCache;
	readonly place: Place;
	readonly setPlace: Dispatch<SetStateAction<Place>>;
}

/** A bookmark at the newest line. */
export function useBookmark(): Bookmark {
	const [cache] = useState(createRowCache);
	const [place, setPlace] = useState<Place>({ anchor: atEnd, seen: 0 });
	return { cache, place, setPlace };
}

/** Follows the newest line until the person scrolls up; then stays with what they read. */
export function useScrollback(bookmark: Bookmark, timeline: Timeline, look: RowLook, height: number): Scrollback {
	const { cache, place, setPlace } = bookmark;
	const source = cache.source(timeline, look);
	const isAtEnd = place.anchor.kind === "end";
	const seen = isAtEnd ? source.length : Math.min(place.seen, source.length);
	const scroll = (delta: number) =>
		setPlace((now) => {
			const before = now.anchor.kind === "end" ? source.length : now.seen;
			const anchor =
				delta === Number.NEGATIVE_INFINITY
					? topAnchor(source, height)
					: delta === Number.POSITIVE_INFINITY
						? atEnd
						: scrollBy(source, now.anchor, delta, height);
			return { anchor, seen: Math.max(before, bottomIndex(source, anchor) + 1) };
		});
	return {
		list: visibleRows(source, place.anchor, height),
		isAtEnd,
		unseen: source.length - seen,
		scroll,
		toEnd: () => setPlace({ anchor: atEnd, seen: source.length }),
	};
}
