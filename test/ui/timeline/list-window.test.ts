// The part of a long list that is on screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { listWindow } from "../../../src/ui/timeline/list-window.ts";

test("The chosen line is always in sight, whole where it fits, among its neighbours in their order.", () => {
	const lines = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 60 });
	fc.assert(
		fc.property(lines, fc.nat(), fc.integer({ min: 1, max: 30 }), (counts, at, height) => {
			const chosen = at % counts.length;
			const all = counts.flatMap((count, line) => Array.from({ length: count }, (_, row) => `${line}.${row}`));
			const rowsAt = (line: number) => Array.from({ length: counts[line]! }, (_, row) => `${line}.${row}`);
			const { rows, hasAbove, hasBelow } = listWindow({ length: counts.length, rowsAt }, chosen, height);
			assert.equal(rows.length, height);
			const shown = rows.filter((row) => row !== "");
			const from = all.indexOf(shown[0]!);
			assert.deepEqual(shown, all.slice(from, from + shown.length));
			assert.equal(shown.length, Math.min(height, all.length));
			for (const row of rowsAt(chosen).slice(0, height)) assert.ok(shown.includes(row), `${row} in ${shown}`);
			assert.equal(hasAbove, from > 0);
			assert.equal(hasBelow, from + shown.length < all.length);
		}),
	);
});

test("A list of a million lines is asked for no more rows than the screen needs.", () => {
	let asked = 0;
	const rowsAt = (line: number) => {
		asked += 1;
		return [`line ${line}`];
	};
	const { rows } = listWindow({ length: 1_000_000, rowsAt }, 500_000, 20);
	assert.ok(rows.includes("line 500000"));
	assert.ok(asked <= 50);
});
