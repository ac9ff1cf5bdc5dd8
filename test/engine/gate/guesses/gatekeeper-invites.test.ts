// The gate where there is no address: a personal invite is counted as an address is, and a shared one cools down.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "../../../../src/net/address/caller.ts";
import { gate } from "../open-gate.ts";

const wrong = () => false;
const right = () => true;
const shared = Caller.byInvite("00112233445566ff");
const personal = Caller.byInvite("aabbccddeeff0011", "Bob");

function guess(gatekeeper: ReturnType<typeof gate>["gatekeeper"], caller: Caller, check: () => boolean) {
	const knock = gatekeeper.knock(caller);
	if (knock.kind !== "admitted") return knock.kind === "noRoom" ? knock.kind : knock.why;
	const outcome = knock.visit.guess(check);
	knock.visit.end();
	return outcome.kind === "wrong" ? outcome.left : outcome.kind === "turnedAway" ? outcome.why : outcome.kind;
}

test("a personal invite is blocked by the sixth wrong guess, and no other invite with it", () => {
	const { gatekeeper } = gate();
	for (let count = 0; count < 6; count += 1) guess(gatekeeper, personal, wrong);
	assert.equal(guess(gatekeeper, personal, right), "blocked");
	assert.equal(guess(gatekeeper, shared, right), "right");
	assert.ok(gatekeeper.unblock(personal));
	assert.equal(guess(gatekeeper, personal, right), "right");
});

test("a shared invite lets nobody guess for a minute after three wrong guesses, then for two, and for an hour at most", () => {
	const { gatekeeper, time } = gate();
	const minutes = [1, 2, 4, 8, 16, 32, 60, 60];
	for (const wait of minutes) {
		for (let count = 0; count < 3; count += 1) assert.notEqual(guess(gatekeeper, shared, wrong), "busy");
		assert.equal(guess(gatekeeper, shared, right), "busy", `${wait} min`);
		time.now += wait * 60_000 - 1;
		assert.equal(guess(gatekeeper, shared, right), "busy");
		time.now += 1;
		assert.equal(guess(gatekeeper, shared, right), "right", "and a right password clears nothing");
	}
	assert.equal(gatekeeper.strikesOf(shared), 3 * minutes.length);
});

test("attack: two hundred connections at once by a shared invite get three guesses before it cools down", () => {
	const { gatekeeper } = gate({ limits: { pendingPerCaller: 200, pendingInAll: 200 } });
	let checks = 0;
	const knocks = Array.from({ length: 200 }, () => gatekeeper.knock(shared));
	for (let round = 0; round < 3; round += 1) {
		for (const knock of knocks) if (knock.kind === "admitted") knock.visit.guess(() => ++checks < 0);
	}
	assert.equal(checks, 3);
});

test("the hundredth wrong guess closes a shared invite, and the host can open it again", () => {
	const { gatekeeper, alerts, time } = gate();
	for (let count = 0; count < 100; count += 1) {
		if (count % 3 === 0) time.now += 60 * 60_000;
		guess(gatekeeper, shared, wrong);
	}
	assert.equal(guess(gatekeeper, shared, right), "blocked");
	assert.ok(alerts.some((alert) => alert.kind === "blocked" && alert.caller === shared));
	assert.ok(gatekeeper.unblock(shared));
	assert.equal(guess(gatekeeper, shared, right), "right");
});

test("a clock that is set back does not close a shared invite until it has caught up", () => {
	const { gatekeeper, time } = gate();
	time.now = 10_000_000;
	for (let count = 0; count < 3; count += 1) guess(gatekeeper, shared, wrong);
	time.now -= 9_000_000;
	assert.equal(guess(gatekeeper, shared, right), "right");
	for (let count = 0; count < 3; count += 1) guess(gatekeeper, shared, wrong);
	assert.equal(guess(gatekeeper, shared, right), "busy");
});

test("the name of the person for whom an invite was made is not written to the disk", () => {
	const { gatekeeper } = gate();
	for (let count = 0; count < 6; count += 1) guess(gatekeeper, personal, wrong);
	assert.doesNotMatch(JSON.stringify(gatekeeper.list()), /Bob/);
});
