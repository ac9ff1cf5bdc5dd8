// While strangers crowd V8 is told to collect old garbage more seldom, and for no longer than that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GarbageInCrowd } from "../../src/crypto/garbage-in-crowd.ts";

test("the heap may grow further while strangers are cut; ten seconds after the last of them it may not, and what came together is given back at rest", () => {
	const told: string[] = [];
	let pass = () => {};
	const crowd = new GarbageInCrowd({
		setFlag: (flag) => void told.push(flag),
		later(over, ms) {
			told.push(`${ms} ms`);
			pass = over;
			return {
				refresh() {
					told.push("anew");
					return this as NodeJS.Timeout;
				},
			};
		},
		garbage: { worked: () => void told.push("worked") },
	});
	const begins = ["heap-growing-percent=100", "10000 ms"];
	crowd.came();
	assert.deepEqual(told, begins);
	crowd.came();
	assert.deepEqual(told, [...begins, "anew"]);
	pass();
	assert.deepEqual(told.slice(3), ["heap-growing-percent=0", "worked"]);
	crowd.came();
	assert.deepEqual(told.slice(5), begins);
});
