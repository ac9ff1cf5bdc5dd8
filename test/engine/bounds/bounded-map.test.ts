// The bounded map holds the newest entries and no more, whatever is done to it.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BoundedMap } from "../../../src/engine/bounds/bounded-map.ts";

test("a bounded map holds the entries that were set last, in the order in which they were set", () => {
	const key = fc.integer({ min: 0, max: 6 });
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.tuple(key, fc.integer())), (capacity, sets) => {
			const bounded = new BoundedMap<number, number>(capacity);
			for (const [name, value] of sets) bounded.set(name, value);
			const newestFirst = sets
				.toReversed()
				.filter(([name], at, all) => all.findIndex(([other]) => other === name) === at);
			assert.deepEqual([...bounded], newestFirst.slice(0, capacity).toReversed());
		}),
	);
});
