// Which character looks like which other, by a table that is read only as far as a text needs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { prototypeOf } from "../../../src/engine/text/confusables.ts";
import { confusablesTable } from "../../../src/engine/text/confusables-table.ts";

/** Reads the whole table at once, in another way than the program does. */
function wholeTable(): ReadonlyMap<number, string> {
	const read = new Map<number, string>();
	let source = 0;
	for (const [, step, prototype] of confusablesTable.join("").matchAll(/([0-9a-z]*),([0-9a-z ]+);/g)) {
		source += Number.parseInt(step || "1", 36);
		const signs = prototype?.split(" ").map((digits) => String.fromCodePoint(Number.parseInt(digits, 36))) ?? [];
		read.set(source, signs.join("").normalize("NFD"));
	}
	return read;
}

test("A name in ASCII reads little of the table: all of it would be 10 to 25 ms of each first entry into a room.", (t) => {
	const read = t.mock.method(String, "fromCodePoint");
	assert.equal(prototypeOf("Ann"), "Ann");
	assert.ok(read.mock.callCount() < 100, `${read.mock.callCount()} entries`);
});

test("A character has the prototype that stands in the table, whichever was asked for before it.", () => {
	const table = wholeTable();
	assert.ok(table.size > 6000);
	const sources = [...table.keys()].filter((source) => {
		const character = String.fromCodePoint(source);
		return character.normalize("NFD") === character;
	});
	const middle = sources.length >> 1;
	// The middle one is read first, then what stands before it, then what stands behind it, up to the last.
	for (const source of [...sources.slice(0, middle + 1).reverse(), ...sources.slice(middle + 1)])
		assert.equal(prototypeOf(String.fromCodePoint(source)), table.get(source), source.toString(16));
});

test("Characters that are not in the table, in front of it and behind its end, stay as they are.", () => {
	assert.equal(prototypeOf("a \u{10ffff}\u{20000}"), "a \u{10ffff}\u{20000}");
});
