// The viewport against a naive reference that lays out everything.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	type Anchor,
	atEnd,
	bottomIndex,
	type RowSource,
	scrollBy,
	topAnchor,
	visibleRows,
} from "../../../src/ui/timeline/viewport.ts";

const sourceOf = (counts: readonly number[]): RowSource => ({
	length: counts.length,
	rowsAt: (index) => Array.from({ length: counts[index]! }, (_, row) => `${index}.${row}`),
});

const allRows = (source: RowSource): readonly string[] =>
	Array.from({ length: source.length }, (_, index) => source.rowsAt(index)).flat();

// The number of rows above the bottom edge.
function offsetOf(source: RowSource, anchor: Anchor): number {
	const all = allRows(source).length;
	if (anchor.kind === "end") return all;
	return allRows({ ...source, length: anchor.index }).length + anchor.row;
}

const counts = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 30 });
const height = fc.integer({ min: 1, max: 12 });
const moves = fc.array(fc.integer({ min: -25, max: 25 }), { maxLength: 12 });

test("After any scrolling the same rows are on screen as in the naive reference.", () => {
	fc.assert(
		fc.property(counts, height, moves, (rowCounts, rows, deltas) => {
			const source = sourceOf(rowCounts);
			const all = allRows(source);
			let anchor = atEnd;
			let bottom = all.length;
			for (const delta of deltas) {
				anchor = scrollBy(source, anchor, delta, rows);
				bottom = Math.min(all.length, Math.max(Math.min(rows, all.length), bottom + delta));
				assert.equal(offsetOf(source, anchor), bottom);
				const expected = all.slice(Math.max(0, bottom - rows), bottom);
				const padded = [...Array.from({ length: rows - expected.length }, () => ""), ...expected];
				assert.deepEqual(visibleRows(source, anchor, rows), padded);
			}
		}),
	);
});

test("A view at the end follows new entries; a view scrolled up does not move.", () => {
	fc.assert(
		fc.property(counts, height, fc.integer({ min: 1, max: 20 }), counts, (rowCounts, rows, up, later) => {
			const before = sourceOf(rowCounts);
			const after = sourceOf([...rowCounts, ...later]);
			const anchor = scrollBy(before, atEnd, -up, rows);
			if (anchor.kind === "end") return;
			assert.deepEqual(visibleRows(after, anchor, rows), visibleRows(before, anchor, rows));
		}),
	);
});

test("The top shows the very first row on the first row of the screen.", () => {
	fc.assert(
		fc.property(counts, height, (rowCounts, rows) => {
			const source = sourceOf(rowCounts);
			const all = allRows(source);
			const shown = visibleRows(source, topAnchor(source, rows), rows);
			if (all.length >= rows) assert.equal(shown[0], "0.0");
			else assert.deepEqual(shown.slice(rows - all.length), all);
		}),
	);
});

test("An anchor survives entries that wrap to fewer rows after a resize.", () => {
	const anchor: Anchor = { kind: "at", index: 1, row: 6 };
	assert.deepEqual(visibleRows(sourceOf([1, 2, 1]), anchor, 3), ["0.0", "1.0", "1.1"]);
	assert.equal(bottomIndex(sourceOf([1, 2, 1]), anchor), 1);
	assert.equal(bottomIndex(sourceOf([]), atEnd), -1);
});

test("Looking at a long timeline asks only for the entries on screen.", () => {
	const asked = new Set<number>();
	const source: RowSource = {
		length: 1_000_000,
		rowsAt(index) {
			asked.add(index);
			return ["row"];
		},
	};
	visibleRows(source, scrollBy(source, atEnd, -5, 30), 30);
	assert.ok(asked.size < 100, `${asked.size} entries asked for`);
});
