// Where a person is in the timeline on screen, and every way to go elsewhere in it (scroll-position.ts).
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import type { Timeline } from "../../engine/api/api.ts";
import { useLookAway } from "../screen/screen.tsx";
import { createRowCache, type RowCache } from "./row-cache.ts";
import type { RowLook, RowMarks } from "./row-look.ts";
import {
	anchorOf,
	caughtUp,
	firstUnread,
	freshReading,
	indexAtTime,
	indexOfEntry,
	jumped,
	lookedAway,
	type Reading,
	type ReadingView,
	revealed,
	scrolled,
	toEnd,
	unmarked,
	unseenCount,
	wentBack,
} from "./scroll-position.ts";
import { type Slot, visibleSlots } from "./viewport.ts";

/** Holds the visible rows and the ways to move. */
export interface Scrollback {
	readonly list: readonly string[];
	/** Holds the rows on screen with their entries. */
	readonly slots: readonly Slot[];
	readonly isAtEnd: boolean;
	readonly unseen: number;
	/** The index of the first entry that is new to the person. */
	readonly unreadFromIndex: number | undefined;
	/** Scrolls by rows. A negative number goes towards older rows, and ±Infinity to the ends. */
	readonly scroll: (delta: number) => void;
	/** Goes to the newest line; at the newest line it takes the mark of what is new away. */
	readonly toEnd: () => void;
	/**
	 * Goes to an entry, at a third of the screen, and marks it until the next key. It returns false when the entry is not here (any more), and nothing happens.
	 */
	readonly jumpTo: (id: string) => boolean;
	/** Goes to the first entry that is new. It returns false when nothing is. */
	readonly toUnread: () => boolean;
	/** Goes to the first entry of a moment or after it; to the newest when there is none. */
	readonly toTime: (at: number) => void;
	/** Goes to where the last jump began. It returns false when there was none. */
	readonly back: () => boolean;
	/** Scrolls only as far as needed to have an entry on screen. */
	readonly reveal: (id: string) => void;
	/** The person said something: what was new to them is so no longer. */
	readonly caughtUp: () => void;
	/** A key was pressed: whoever jumped has seen where they are. Nothing moves by itself, so no clock takes the mark away. */
	readonly unmark: () => void;
}

/** Holds what outlives a look at another screen: the place in the timeline, and the finished rows. */
export interface Bookmark {
	readonly cache: RowCache;
	readonly reading: Reading;
	/** Changes the place by what is on screen when the change is made. */
	readonly move: (change: (reading: Reading, view: ReadingView) => Reading) => void;
	/** Holds what is on screen; `useScrollback` sets it. */
	readonly view: RefObject<ReadingView | undefined>;
}

/** Provides a bookmark at the newest line. */
export function useBookmark(): Bookmark {
	const [cache] = useState(createRowCache);
	const [reading, setReading] = useState(freshReading);
	const view = useRef<ReadingView | undefined>(undefined);
	const [move] = useState<Bookmark["move"]>(
		() => (change: (now: Reading, then: ReadingView) => Reading) =>
			setReading((now) => (view.current === undefined ? now : change(now, view.current))),
	);
	return { cache, reading, move, view };
}

// Another screen, or another window: what comes meanwhile is new to the person.
function useAway({ move }: Bookmark): void {
	const away = useEffectEvent(() => move(lookedAway));
	useLookAway(away);
	useEffect(() => () => away(), []);
}

function marksOf(marks: RowMarks, { markedId }: Reading, unreadFromIndex: number | undefined): RowMarks {
	return {
		...(markedId === undefined ? {} : { selectedId: markedId }),
		...(unreadFromIndex === undefined ? {} : { unreadFromIndex }),
		...marks,
	};
}

function waysOf({ reading, move }: Bookmark, view: ReadingView) {
	const { timeline } = view;
	const jumpTo = (id: string | undefined): boolean => {
		if (id === undefined || indexOfEntry(timeline, id) === undefined) return false;
		move((now, then) => jumped(now, then, id) ?? now);
		return true;
	};
	const scrollToEnd = () => move(toEnd);
	return {
		scroll: (delta: number) => move((now, then) => scrolled(now, then, delta)),
		toEnd: scrollToEnd,
		jumpTo,
		toUnread: () => jumpTo(timeline.at(firstUnread(reading, timeline) ?? -1)?.id),
		toTime: (at: number) => {
			if (!jumpTo(timeline.at(indexAtTime(timeline, at))?.id)) scrollToEnd();
		},
		back: () => {
			if (reading.back.length === 0) return false;
			move((now, then) => wentBack(now, then) ?? now);
			return true;
		},
		reveal: (id: string) => move((now, then) => revealed(now, then, id)),
		caughtUp: () => move(caughtUp),
		unmark: () => move(unmarked),
	};
}

/** Follows the newest line until the person goes elsewhere; then stays with what they read. `marks` is what else is marked in the rows. */
export function useScrollback(
	bookmark: Bookmark,
	timeline: Timeline,
	look: RowLook,
	height: number,
	marks: RowMarks = {},
): Scrollback {
	const { cache, reading, view: shown } = bookmark;
	const unreadFromIndex = firstUnread(reading, timeline);
	const source = cache.source(timeline, look, marksOf(marks, reading, unreadFromIndex));
	const view: ReadingView = { timeline, source, height };
	useLayoutEffect(() => {
		shown.current = view;
	});
	useAway(bookmark);
	const slots = visibleSlots(source, anchorOf(view, reading.spot), height);
	return {
		list: slots.map(({ text }) => text),
		slots,
		isAtEnd: reading.spot.kind === "end",
		unseen: unseenCount(reading, timeline),
		unreadFromIndex,
		...waysOf(bookmark, view),
	};
}
