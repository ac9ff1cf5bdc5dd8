// Where a person is in the timeline, what they have seen, and where they came from. Places are held by the identity of an entry: entries move. Pure.
import type { Entry, Timeline } from "../../engine/api/api.ts";
import { type Anchor, atEnd, bottomIndex, type RowSource, scrollBy, topAnchor, visibleSlots } from "./viewport.ts";

/**
 * A Spot is a place in the timeline. `end` follows the newest line. `at`: row `row` (from 1) of an entry has `below` rows under it in a list of `height` rows; in
 * another height they are as many in proportion. `isWaiting` says that it was a line of our own that waited for its place.
 */
export type Spot =
	| { readonly kind: "end" }
	| {
			readonly kind: "at";
			readonly id: string;
			readonly isWaiting: boolean;
			readonly row: number;
			readonly below: number;
			readonly height: number;
	  };

/**
 * Says where the person reads. `seenId` is the newest entry that was on screen when they left the end; what came behind `unreadAfterId` is new to them; `back`
 * is where they jumped from.
 */
export interface Reading {
	readonly spot: Spot;
	readonly seenId: string | undefined;
	readonly unreadAfterId: string | undefined;
	readonly back: readonly Spot[];
	/** The entry jumped to last, which is marked until the person goes on. */
	readonly markedId: string | undefined;
}

/** Holds what is read at the moment: finished rows, the entries they are of, and the rows there is room for. */
export interface ReadingView {
	readonly timeline: Timeline;
	readonly source: RowSource;
	readonly height: number;
}

/** Is where somebody reads who follows the newest line and has seen everything. */
export const freshReading: Reading = {
	spot: { kind: "end" },
	seenId: undefined,
	unreadAfterId: undefined,
	back: [],
	markedId: undefined,
};

/** At most this many places to go back to are remembered. */
const maxBack = 20;
/** A jump puts its target at this part of the height, from the top. */
const targetShare = 1 / 3;

/** Returns where an entry is now; `undefined` when it is not here any more. */
export function indexOfEntry(timeline: Timeline, id: string): number | undefined {
	if (timeline.indexOf !== undefined) return timeline.indexOf(id);
	for (let index = timeline.length - 1; index >= 0; index--) if (timeline.at(index)?.id === id) return index;
	return undefined;
}

/**
 * Returns the index of the first entry that came at `at` (ms since the epoch) or later, and the length when none did. It searches by halves: times grow
 * along the timeline, but for the odd step back of the computer's clock, near which the answer is one of the places that fit.
 */
export function indexAtTime(timeline: Timeline, at: number): number {
	let low = 0;
	let high = timeline.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const entry = timeline.at(middle);
		if (entry !== undefined && entry.at < at) low = middle + 1;
		else high = middle;
	}
	return low;
}

const isWaitingLine = (entry: Entry | undefined): boolean =>
	entry?.kind === "line" && (entry.delivery.kind === "sending" || entry.delivery.kind === "failed");

/** Returns index of the newest entry that has its place; own lines that wait stand behind it. -1 when there is none. */
export function lastPlaced(timeline: Timeline): number {
	let index = timeline.length - 1;
	while (index >= 0 && isWaitingLine(timeline.at(index))) index--;
	return index;
}

/** Returns the place as an anchor that exists now. */
export function anchorOf({ timeline, source, height }: ReadingView, spot: Spot): Anchor {
	if (spot.kind === "end") return atEnd;
	const index = indexOfEntry(timeline, spot.id);
	// A waiting line goes from the end, when it is dropped; others go from the start, when they are let go.
	if (index === undefined) return spot.isWaiting ? atEnd : topAnchor(source, height);
	const below = spot.height === height ? spot.below : Math.floor((spot.below * height) / spot.height);
	return scrollBy(source, { kind: "at", index, row: spot.row }, below, height);
}

// `anchor` as a place of the entry it stands at.
function spotOf({ timeline, height }: ReadingView, anchor: Anchor): Spot {
	const entry = anchor.kind === "end" ? undefined : timeline.at(anchor.index);
	if (anchor.kind === "end" || entry === undefined) return { kind: "end" };
	return { kind: "at", id: entry.id, isWaiting: isWaitingLine(entry), row: anchor.row, below: 0, height };
}

function newerSeen(reading: Reading, { timeline }: ReadingView, index: number): string | undefined {
	const before = reading.seenId === undefined ? -1 : (indexOfEntry(timeline, reading.seenId) ?? -1);
	return index > before ? timeline.at(index)?.id : reading.seenId;
}

// Whoever goes away from the end has seen all that is there: what comes from now on is new to them. A mark that stands is what they may be on their way to.
function leaving(reading: Reading, { timeline }: ReadingView): Reading {
	if (reading.spot.kind !== "end") return reading;
	const seenId = timeline.at(lastPlaced(timeline))?.id;
	return {
		...reading,
		seenId,
		unreadAfterId: firstUnread(reading, timeline) === undefined ? seenId : reading.unreadAfterId,
	};
}

function moved(reading: Reading, view: ReadingView, spot: Spot): Reading {
	const left = leaving(reading, view);
	const lowest = bottomIndex(view.source, anchorOf(view, spot));
	const seenId = newerSeen(left, view, Math.min(lowest, lastPlaced(view.timeline)));
	return { ...left, spot, seenId, markedId: undefined };
}

/** Scrolls by rows, negative = towards older ones; ±Infinity = to the ends. */
export function scrolled(reading: Reading, view: ReadingView, delta: number): Reading {
	if (delta === Number.POSITIVE_INFINITY) return toEnd(reading, view);
	const { source, height } = view;
	const anchor =
		delta === Number.NEGATIVE_INFINITY
			? topAnchor(source, height)
			: scrollBy(source, anchorOf(view, reading.spot), delta, height);
	return anchor.kind === "end" && reading.spot.kind === "end" ? reading : moved(reading, view, spotOf(view, anchor));
}

/** Goes down to the newest line, and follows it. For whoever is there already nothing is new any more. */
export function toEnd(reading: Reading, view: ReadingView): Reading {
	return reading.spot.kind === "end" ? caughtUp(unmarked(reading)) : moved(reading, view, { kind: "end" });
}

/** Returns the position with the mark taken from the entry that was jumped to. */
export const unmarked = (reading: Reading): Reading =>
	reading.markedId === undefined ? reading : { ...reading, markedId: undefined };

const isSameSpot = (one: Spot, other: Spot | undefined): boolean =>
	one.kind === "at" && other?.kind === "at"
		? one.id === other.id && one.row === other.row && one.below === other.below
		: one.kind === other?.kind;

/** Makes a place one to go back to. */
export const remembering = (reading: Reading, spot: Spot = reading.spot): Reading =>
	isSameSpot(spot, reading.back.at(-1)) ? reading : { ...reading, back: [...reading.back, spot].slice(-maxBack) };

// The rows that a target has below it when it is at a third of the list.
const roomBelow = (height: number): number => Math.max(0, height - 1 - Math.floor(height * targetShare));

// The row to go to: the first, or what was found if it would stand below the screen then.
function targetRow({ source, height }: ReadingView, index: number): number {
	const row = source.matchRowAt?.(index) ?? 1;
	return row - 1 > roomBelow(height) ? row : 1;
}

// The rows below the target: as many as put it at a third of the list, or fewer near the end.
function rowsBelow({ source, height }: ReadingView, index: number, row: number): number {
	const wanted = roomBelow(height);
	let below = source.rowsAt(index).length - row;
	for (let next = index + 1; next < source.length && below < wanted; next++) below += source.rowsAt(next).length;
	return Math.min(below, wanted);
}

/**
 * Says how to jump. `isHolding` says that it stays there even at the very end, where it would otherwise follow the newest line. `isMoving` says that it goes on from the last
 * jump, which is not worth going back to.
 */
interface JumpWish {
	readonly isHolding?: boolean;
	readonly isMoving?: boolean;
}

/** Puts an entry at a third of the screen and marks it; `undefined` when it is not here any more. */
export function jumped(reading: Reading, view: ReadingView, id: string, wish: JumpWish = {}): Reading | undefined {
	const { timeline, source, height } = view;
	const index = indexOfEntry(timeline, id);
	if (index === undefined) return undefined;
	const isWaiting = isWaitingLine(timeline.at(index));
	const row = targetRow(view, index);
	const spot: Spot = { kind: "at", id, isWaiting, row, below: rowsBelow(view, index, row), height };
	const from = wish.isMoving === true ? reading : remembering(reading);
	const isEnd = wish.isHolding !== true && anchorOf({ timeline, source, height }, spot).kind === "end";
	return { ...moved(from, view, isEnd ? { kind: "end" } : spot), markedId: id };
}

/** Scrolls just as far as it takes to have all of an entry on screen, or its beginning if it is taller. */
export function revealed(reading: Reading, view: ReadingView, id: string): Reading {
	const { timeline, source, height } = view;
	const index = indexOfEntry(timeline, id);
	if (index === undefined) return reading;
	const count = source.rowsAt(index).length;
	const slots = visibleSlots(source, anchorOf(view, reading.spot), height);
	const shown = slots.filter((slot) => slot.index === index);
	const isFirstShown = shown[0]?.row === 1;
	if (isFirstShown && (shown.length === count || slots[0] === shown[0])) return reading;
	const isBelow = index > (slots.at(-1)?.index ?? -1) || isFirstShown;
	const row = isBelow ? Math.min(count, height) : 1;
	const anchor = scrollBy(source, { kind: "at", index, row }, isBelow ? 0 : height - 1, height);
	return moved(reading, view, spotOf(view, anchor));
}

/** Goes back to where the last jump began; `undefined` when there is nowhere to go back to. */
export function wentBack(reading: Reading, view: ReadingView): Reading | undefined {
	const spot = reading.back.at(-1);
	if (spot === undefined) return undefined;
	return moved({ ...reading, back: reading.back.slice(0, -1) }, view, spot);
}

/** Goes to a place kept from before, for example when a search is given up. */
export const returned = (reading: Reading, view: ReadingView, spot: Spot): Reading => moved(reading, view, spot);

/** Returns index of the first entry that is new to the person; `undefined` when nothing is. */
export function firstUnread({ unreadAfterId }: Reading, timeline: Timeline): number | undefined {
	if (unreadAfterId === undefined) return undefined;
	// Let go: all that is left came later.
	const index = (indexOfEntry(timeline, unreadAfterId) ?? -1) + 1;
	return index <= lastPlaced(timeline) ? index : undefined;
}

/** Returns how many entries came that were not on screen yet. */
export function unseenCount({ spot, seenId }: Reading, timeline: Timeline): number {
	if (spot.kind === "end" || seenId === undefined) return 0;
	return Math.max(0, lastPlaced(timeline) - (indexOfEntry(timeline, seenId) ?? -1));
}

/** Is called when the person looks elsewhere, for example at another screen: what comes from now on is new to them. */
export function lookedAway(reading: Reading, { timeline }: Pick<ReadingView, "timeline">): Reading {
	if (reading.spot.kind !== "end") return reading;
	const lastId = timeline.at(lastPlaced(timeline))?.id;
	return { ...reading, seenId: lastId, unreadAfterId: lastId };
}

/** Is called when the person has said something: nothing is new to them any more. */
export const caughtUp = (reading: Reading): Reading =>
	reading.unreadAfterId === undefined ? reading : { ...reading, unreadAfterId: undefined };
