import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Person } from "../../../src/engine/api/people.ts";
import { colouredNames, type NameColours } from "../../../src/ui/look/name-colours.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

type Key = Person["fingerprint"];
const key = (index: number): Key => personNamed(`p${index}`).fingerprint;
const none: NameColours = new Map();

test("Two people who would have the same colour get different ones, and keep them whoever comes and goes.", () => {
	const wish = () => 3;
	const first = colouredNames(none, [key(0)], 4, wish);
	const both = colouredNames(first, [key(0), key(1)], 4, wish);
	assert.deepEqual([both.get(key(0)), both.get(key(1))], [3, 0]);
	const later = colouredNames(both, [key(1), key(2)], 4, wish);
	assert.equal(later.get(key(1)), 0);
	assert.equal(later.get(key(0)), 3, "a line of somebody who has left keeps its colour");
	assert.equal(colouredNames(later, [key(2)], 4, wish), later, "nothing is drawn anew for nothing");
});

test("As many people as there are colours never share one, in whatever order people come and go.", () => {
	const crowd = fc.array(fc.uniqueArray(fc.nat(9), { maxLength: 5 }), { maxLength: 12 });
	fc.assert(
		fc.property(crowd, fc.func(fc.nat(4)), (rooms, wishOf) => {
			let colours = none;
			for (const room of rooms) {
				const people = room.map(key);
				const before = colours;
				colours = colouredNames(before, people, 5, wishOf);
				const given = people.map((one) => colours.get(one));
				assert.equal(new Set(given).size, people.length);
				assert.ok(!given.includes(undefined) && colours.size <= 5);
			}
		}),
	);
});

test("When there are more people than colours, those who have one keep it.", () => {
	const all = [0, 1, 2, 3].map(key);
	const two = colouredNames(none, all.slice(0, 2), 2, () => 0);
	assert.equal(
		colouredNames(two, all, 2, () => 0),
		two,
	);
});
