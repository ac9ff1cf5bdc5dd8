// What the log knows of each caller: counted, told apart by key, and bounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { KnownName } from "../../../src/engine/api/gate.ts";
import { parseBlockSubject } from "../../../src/engine/gate/block-subject.ts";
import { knownName } from "../../../src/engine/gate/knock-rows.ts";
import { KnownCallers } from "../../../src/engine/gate/known-callers.ts";
import { callerAt } from "../../support/net/caller-at.ts";

const nobody = { guesses: 0, asn: undefined, who: undefined };
const personOf = (number: number, trust?: KnownName["trust"]): KnownName =>
	knownName(parseFingerprint(number.toString(16).padStart(40, "0"))!, `Person ${number}`, trust);

function knownOf(callers: KnownCallers, subject: string) {
	const { knocks, guesses, names } = callers.knownOf(parseBlockSubject(subject)!);
	return { knocks, guesses, names: names.map(({ name }) => name) };
}

test("knocks and wrong guesses of a caller add up, and of a range, a network owner or nobody", () => {
	const callers = new KnownCallers();
	callers.add({ ...nobody, caller: callerAt("81.2.69.7"), guesses: 2 });
	callers.add({ ...nobody, caller: callerAt("81.2.69.7"), guesses: 3, asn: 3320 });
	callers.add({ ...nobody, caller: callerAt("81.2.69.8"), guesses: 1, asn: 3320 });
	callers.add({ ...nobody, caller: callerAt("81.2.70.8"), guesses: 1, asn: 3215 });
	assert.deepEqual(knownOf(callers, "81.2.69.7"), { knocks: 2, guesses: 5, names: [] });
	assert.deepEqual(knownOf(callers, "81.2.69.0/24"), { knocks: 3, guesses: 6, names: [] });
	assert.deepEqual(knownOf(callers, "AS3320"), { knocks: 3, guesses: 6, names: [] });
	assert.deepEqual(knownOf(callers, "AS1"), { knocks: 0, guesses: 0, names: [] });
	assert.deepEqual(knownOf(callers, "81.2.69.9"), { knocks: 0, guesses: 0, names: [] });
});

test("a caller whose place is found later counts with that network owner from then on", () => {
	const callers = new KnownCallers();
	const caller = callerAt("81.2.69.7");
	callers.place(caller, 3320);
	assert.equal(knownOf(callers, "AS3320").knocks, 0, "nobody of whom nothing is known");
	callers.add({ ...nobody, caller });
	callers.place(caller, undefined);
	assert.equal(knownOf(callers, "AS3320").knocks, 0);
	callers.place(caller, 3320);
	callers.add({ ...nobody, caller });
	assert.equal(knownOf(callers, "AS3320").knocks, 2);
});

test("only a proven key says who is behind an address; the last one who came stands first, each once", () => {
	const callers = new KnownCallers();
	const caller = callerAt("81.2.69.7");
	callers.add({ ...nobody, caller, who: personOf(1, "known") });
	callers.add({ ...nobody, caller, who: personOf(2, "new") });
	callers.add({ ...nobody, caller, who: personOf(3) });
	callers.add({ ...nobody, caller, who: personOf(1, "known") });
	assert.deepEqual(knownOf(callers, "81.2.69.7").names, ["Person 1", "Person 2"]);
	// What is read from the disk is older than what has just happened.
	callers.addOlder({ ...nobody, caller, who: personOf(4, "known") });
	callers.addOlder({ ...nobody, caller, who: personOf(2, "known") });
	assert.deepEqual(knownOf(callers, "81.2.69.7").names, ["Person 1", "Person 2", "Person 4"]);
	callers.add({ ...nobody, caller: callerAt("81.2.69.8"), who: personOf(5, "known") });
	callers.add({ ...nobody, caller: callerAt("81.2.69.8"), who: personOf(1, "known") });
	assert.deepEqual(knownOf(callers, "81.2.69.0/24").names, ["Person 1", "Person 2", "Person 4", "Person 5"]);
	assert.equal(
		knownOf(callers, personOf(1).fingerprint).knocks,
		8,
		"all knocks of both addresses where that key came in",
	);
	assert.equal(knownOf(callers, personOf(5).fingerprint).knocks, 2);
	assert.equal(knownOf(callers, personOf(3).fingerprint).knocks, 0);
});

test("attack: twenty names are remembered of one caller and shown for one block, however many come", () => {
	const callers = new KnownCallers();
	for (let number = 0; number < 30; number += 1)
		callers.add({ ...nobody, caller: callerAt(`81.2.69.${number % 2}`), who: personOf(number, "new") });
	const { names } = knownOf(callers, "81.2.69.1");
	assert.deepEqual([names.length, names[0], names.at(-1)], [15, "Person 29", "Person 1"]);
	for (let number = 30; number < 60; number += 1)
		callers.add({ ...nobody, caller: callerAt("81.2.69.1"), who: personOf(number, "new") });
	const later = knownOf(callers, "81.2.69.1").names;
	assert.deepEqual([later.length, later[0], later.at(-1)], [20, "Person 59", "Person 40"]);
	assert.equal(knownOf(callers, "81.2.69.0/24").names.length, 20);
});

test("attack: ten thousand callers are remembered, and whoever was heard of longest ago is forgotten", () => {
	const callers = new KnownCallers();
	const add = (number: number) =>
		callers.add({ ...nobody, caller: callerAt(`10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`) });
	for (let number = 0; number < 10_000; number += 1) add(number);
	add(0);
	add(10_000);
	assert.equal(knownOf(callers, "10.0.0.0/8").knocks, 10_001);
	assert.equal(knownOf(callers, "10.0.0.0").knocks, 2);
	assert.equal(knownOf(callers, "10.0.0.1").knocks, 0);
});
