// Which rows of a long timeline are on screen. Anchored to an entry, never to a global row number, so the cost follows the screen and not the length.

/** Finished screen rows by entry; every entry has at least one row. Asking again must be cheap (see rows.ts). */
export interface RowSource {
	readonly length: number;
	rowsAt(index: number): readonly string[];
	/** Returns the first row of an entry, from 1, with what is searched for. */
	matchRowAt?(index: number): number | undefined;
}

/** An Anchor is the bottom edge. `end` sticks to the newest row; with `at` the first `row` rows of entry `index` (from 1) lie above it. */
export type Anchor = { readonly kind: "end" } | { readonly kind: "at"; readonly index: number; readonly row: number };

/** A view starts here, at the newest row. */
export const atEnd: Anchor = { kind: "end" };

interface Edge {
	readonly index: number;
	readonly row: number;
}

// The anchor as a place that exists: entries may wrap to fewer rows after a resize.
function edgeOf(source: RowSource, anchor: Anchor): Edge {
	const last = source.length - 1;
	if (anchor.kind === "end" || anchor.index > last) {
		return { index: last, row: last < 0 ? 0 : source.rowsAt(last).length };
	}
	const count = source.rowsAt(anchor.index).length;
	return { index: anchor.index, row: Math.max(1, Math.min(anchor.row, count)) };
}

/** Returns index of the lowest entry on screen; -1 when there is none. */
export const bottomIndex = (source: RowSource, anchor: Anchor): number => edgeOf(source, anchor).index;

/** One row on screen, and whose it is. `row` counts from 1 within the entry. */
export interface Slot {
	readonly text: string;
	readonly index: number;
	readonly row: number;
}

const emptySlot: Slot = { text: "", index: -1, row: 0 };

/** Returns exactly `height` rows with their entries, oldest first; rows that do not exist yet are empty, have index -1 and stand at the top. */
export function visibleSlots(source: RowSource, anchor: Anchor, height: number): readonly Slot[] {
	const found: Slot[] = [];
	let { index, row } = edgeOf(source, anchor);
	while (found.length < height && index >= 0) {
		const rows = source.rowsAt(index);
		for (let at = Math.min(row, rows.length); at >= 1 && found.length < height; at--) {
			found.push({ text: rows[at - 1] ?? "", index, row: at });
		}
		index--;
		row = Number.POSITIVE_INFINITY;
	}
	while (found.length < height) found.push(emptySlot);
	return found.reverse();
}

/** Returns the texts of the visible rows. */
export const visibleRows = (source: RowSource, anchor: Anchor, height: number): readonly string[] =>
	visibleSlots(source, anchor, height).map(({ text }) => text);

/** Returns the oldest view that still fills the screen, with entry 0 on the first row, or `end` when everything fits. */
export function topAnchor(source: RowSource, height: number): Anchor {
	let left = Math.max(1, height);
	for (let index = 0; index < source.length; index++) {
		const count = source.rowsAt(index).length;
		if (count >= left) return settle(source, { index, row: left });
		left -= count;
	}
	return atEnd;
}

// The very last row is "end", so that a view scrolled down to it follows new entries again.
function settle(source: RowSource, edge: Edge): Anchor {
	const isLast = edge.index >= source.length - 1;
	if (isLast && edge.row >= source.rowsAt(source.length - 1).length) return atEnd;
	return { kind: "at", index: edge.index, row: edge.row };
}

const isAbove = (edge: Edge, other: Edge): boolean =>
	edge.index < other.index || (edge.index === other.index && edge.row < other.row);

/** Moves the view by `delta` rows, negative = towards older ones. Stops at both ends. */
export function scrollBy(source: RowSource, anchor: Anchor, delta: number, height: number): Anchor {
	const top = topAnchor(source, height);
	if (top.kind === "end") return atEnd;
	let { index, row } = edgeOf(source, anchor);
	row += delta;
	while (row < 1 && index > 0) {
		index--;
		row += source.rowsAt(index).length;
	}
	while (index < source.length - 1 && row > source.rowsAt(index).length) {
		row -= source.rowsAt(index).length;
		index++;
	}
	const edge = { index, row };
	return isAbove(edge, top) ? top : settle(source, edge);
}
