// What the log says of a knock: the gate's word goes before the host's, and the host's before a guess.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { VisitTally } from "../../../src/engine/gate/guesses/visit.ts";
import { gone, sentAway } from "../../../src/engine/host/greeting.ts";
import { endOf, refusalOutcomes } from "../../../src/engine/host/knock-outcomes.ts";
import type { Refusal } from "../../../src/engine/wire/handshake.ts";

const away = gone("the guest went away");
const knew = { ...away, knewPassword: true } as const;

test("the log says how the gate ended a knock, whatever the guest was told", () => {
	const ends: readonly (readonly [VisitTally["end"], string])[] = [
		["usedUp", "disconnected"],
		["gotBlocked", "blocked"],
		["blocked", "turnedAway"],
		["busy", "busy"],
		["passwordChanged", "passwordChanged"],
	];
	for (const [end, outcome] of ends) assert.equal(endOf({ guesses: 3, end }, sentAway("paused")), outcome);
});

test("a guest whom the host has sent away is in the log for that, and not for the guesses before", () => {
	const outcomes: Readonly<Record<Refusal, string>> = {
		blocked: "turnedAway",
		busy: "busy",
		paused: "paused",
		full: "full",
		tooSlow: "gaveUp",
		passwordChanged: "passwordChanged",
		ownKey: "failed",
		kicked: "failed",
		notForYou: "failed",
	};
	assert.deepEqual(refusalOutcomes, outcomes);
	for (const [why, outcome] of Object.entries(outcomes))
		assert.equal(endOf({ guesses: 1, end: undefined }, { ...sentAway(why as Refusal), knewPassword: true }), outcome);
});

test("a guest who knew the password and is gone has failed, one who guessed wrong was wrong, and one who did neither gave up", () => {
	assert.equal(endOf({ guesses: 2, end: undefined }, knew), "failed");
	assert.equal(endOf({ guesses: 1, end: undefined }, away), "wrong");
	assert.equal(endOf({ guesses: 0, end: undefined }, away), "gaveUp");
});
