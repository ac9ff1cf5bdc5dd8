// The gatekeeper and crowds: places on the way in, who makes room, turns, and how often the host hears of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Visit } from "../../../../src/engine/gate/guesses/visit.ts";
import { callerAt } from "../../../support/net/caller-at.ts";
import { gate, visitOf } from "../open-gate.ts";

const friend = "198.51.100.7";
const wrong = () => false;

test("a caller has 24 places on the way in; ending or proving the password frees one", () => {
	const { gatekeeper, alerts } = gate();
	const visits = Array.from({ length: 24 }, () => visitOf(gatekeeper, friend));
	assert.deepEqual(gatekeeper.knock(callerAt(friend)), { kind: "turnedAway", why: "busy" });
	assert.deepEqual(alerts, [{ kind: "turnedAway", caller: callerAt(friend), why: "busy" }]);
	visits[0]!.end();
	visitOf(gatekeeper, friend);
	assert.equal(gatekeeper.knock(callerAt(friend)).kind, "turnedAway");
	assert.equal(visits[1]!.guess(() => true).kind, "right");
	assert.equal(gatekeeper.knock(callerAt(friend)).kind, "admitted");
	assert.equal(visits[1]!.signal.aborted, false);
});

test("attack: a flood from a few addresses crowds out itself, and not a friend who came before or comes after", () => {
	const { gatekeeper } = gate();
	const early = visitOf(gatekeeper, friend);
	const flood: Visit[] = [];
	for (let i = 0; i < 2000; i++) {
		const knock = gatekeeper.knock(callerAt(`203.0.113.${i % 20}`));
		if (knock.kind === "admitted") flood.push(knock.visit);
	}
	const late = visitOf(gatekeeper, "198.51.100.8");
	assert.equal(flood.filter(({ signal }) => !signal.aborted).length, 62);
	for (let i = 0; i < 2000; i++) gatekeeper.knock(callerAt(`203.0.113.${i % 20}`));
	assert.equal(early.guess(() => true).kind, "right");
	assert.equal(late.guess(() => true).kind, "right");
});

test("attack: a flood from thousands of addresses of one owner crowds out itself, and not a friend who thinks about the password", () => {
	for (const address of [
		(i: number) => `2001:db8:7:${(i % 65_536).toString(16)}::1`,
		(i: number) => `203.0.113.${i % 256}`,
	]) {
		const { gatekeeper } = gate();
		const visit = visitOf(gatekeeper, friend);
		const other = visitOf(gatekeeper, "2001:db8:8:1::1");
		for (let i = 0; i < 3_000; i++) gatekeeper.knock(callerAt(address(i)));
		assert.equal(visit.guess(() => true).kind, "right");
		assert.equal(other.guess(() => true).kind, "right");
	}
});

test("attack: when all came alone, whoever comes a second time crowds out their own first, not the one who waits longest", () => {
	const { gatekeeper } = gate({ limits: { pendingInAll: 3 } });
	const visits = [friend, "203.0.113.9", "203.0.113.10", "203.0.113.9"].map((address) => visitOf(gatekeeper, address));
	assert.deepEqual(
		visits.map(({ signal }) => signal.aborted),
		[false, true, false, false],
	);
});

test("attack: whoever of a crowd comes faster than it may crowd itself out is cut, and who has a place keeps it until their turn", () => {
	const { gatekeeper, time } = gate({ limits: { pendingInAll: 3, crowdedOut: { perSecond: 1, burst: 2 } } });
	const knock = (address: string) => gatekeeper.knock(callerAt(address)).kind;
	const places = ["203.0.113.1", "203.0.113.2", "203.0.113.3"].map((address) => visitOf(gatekeeper, address));
	const kinds = Array.from({ length: 500 }, (_, index) => knock(`203.0.113.${4 + (index % 250)}`));
	assert.deepEqual(kinds.slice(0, 3), ["admitted", "admitted", "noRoom"]);
	assert.equal(kinds.filter((kind) => kind === "admitted").length, 2);
	assert.deepEqual(
		places.map(({ signal }) => signal.aborted),
		[true, true, false],
	);
	// Whoever is not of the crowd has a place at once, and everybody else after a while.
	assert.equal(knock(friend), "admitted");
	assert.equal(places[2]!.signal.aborted, true);
	assert.equal(knock("203.0.113.9"), "noRoom");
	time.monotonic += 1_000;
	assert.equal(knock("203.0.113.9"), "admitted");
});

test("attack: the gate says without a trace, before a socket is made, which strangers are to be cut, and names nobody else", () => {
	const limits = { pendingInAll: 3, pendingPerCaller: 2, crowdedOut: { perSecond: 1, burst: 1 } };
	const { gatekeeper, alerts, time } = gate({ limits });
	const hasRoom = (address: string) => gatekeeper.hasRoomFor(callerAt(address));
	assert.equal(hasRoom("203.0.113.1"), true, "there is room");
	for (const last of [1, 2, 2, 3]) visitOf(gatekeeper, `203.0.113.${last}`);
	gatekeeper.block(callerAt("203.0.113.9"));
	alerts.length = 0;
	for (let count = 0; count < 3; count += 1) assert.equal(hasRoom("203.0.113.4"), false);
	assert.equal(gatekeeper.knock(callerAt("203.0.113.4")).kind, "noRoom");
	assert.equal(hasRoom(friend), true, "who is not of the crowd takes a place from it");
	assert.equal(hasRoom("203.0.113.9"), true, "who is blocked is told so");
	assert.equal(alerts.length, 0);
	time.monotonic += 1_000;
	for (let count = 0; count < 3; count += 1) assert.equal(hasRoom("203.0.113.4"), true, "asking takes nothing away");
	assert.equal(gatekeeper.knock(callerAt("203.0.113.4")).kind, "admitted");
	assert.equal(hasRoom("203.0.113.4"), false);
});

test("attack: where all came alone, a flood from as many networks leaves whoever has a place there", () => {
	const { gatekeeper } = gate({ limits: { crowdedOut: { perSecond: 1, burst: 8 } } });
	const early = Array.from({ length: 64 }, (_, index) => visitOf(gatekeeper, `2001:db8:${index + 1}:1::1`));
	for (let index = 0; index < 3_000; index += 1) {
		gatekeeper.knock(callerAt(`2001:db9:${(index % 65_536).toString(16)}:1::1`));
	}
	assert.equal(early.filter(({ signal }) => !signal.aborted).length, 56);
});

test("whoever made room is turned away as busy without a check, and without a strike", () => {
	const { gatekeeper, alerts } = gate({ limits: { pendingInAll: 2 } });
	const visits = [visitOf(gatekeeper, "203.0.113.9"), visitOf(gatekeeper, "203.0.113.9"), visitOf(gatekeeper, friend)];
	assert.deepEqual(
		visits.map(({ signal }) => signal.reason as unknown),
		["busy", undefined, undefined],
	);
	assert.deepEqual(
		visits[0]!.guess(() => assert.fail("checked")),
		{ kind: "turnedAway", why: "busy" },
	);
	assert.equal(alerts.length, 0);
});

test("a visit that ends, is dismissed or is used up while waiting for its turn does not get one", async () => {
	const { gatekeeper } = gate({ limits: { checks: { perSecond: 1, burst: 1 } } });
	const [first, ended, blocked, usedUp] = [friend, "192.0.2.1", "192.0.2.2", "192.0.2.3"].map((address) =>
		visitOf(gatekeeper, address),
	) as [Visit, Visit, Visit, Visit];
	assert.equal(await first.mayCompute(), true);
	const turns = [ended, blocked, usedUp].map((visit) => visit.mayCompute());
	ended.end();
	gatekeeper.block(callerAt("192.0.2.2"));
	for (let i = 0; i < 3; i++) usedUp.guess(wrong);
	assert.deepEqual(await Promise.all(turns), [false, false, false]);
	assert.equal(await usedUp.mayCompute(), false);
	// Its server may still be busy with it: only dismissal fires the signal, not the end of the visit.
	assert.equal(ended.signal.aborted, false);
});

test("attack: a flood of connections from blocked addresses is no flood of alerts", () => {
	const { gatekeeper, alerts, time } = gate();
	gatekeeper.block(callerAt("203.0.113.9"));
	alerts.length = 0;
	for (let i = 0; i < 1000; i++) gatekeeper.knock(callerAt("203.0.113.9"));
	assert.equal(alerts.length, 1);
	time.monotonic += 60_000;
	gatekeeper.knock(callerAt("203.0.113.9"));
	assert.equal(alerts.length, 2);
});

test("attack: a crowd of strangers whom nothing tells apart crowds out its own oldest, and nobody who has an address", () => {
	const { gatekeeper } = gate({ limits: { pendingUnnamed: 3, pendingInAll: 4 } });
	const named = visitOf(gatekeeper, friend);
	const unnamed = Array.from({ length: 5 }, () => gatekeeper.knockUnnamed());
	assert.deepEqual(
		unnamed.map(({ signal }) => signal.reason as unknown),
		["busy", "busy", undefined, undefined, undefined],
	);
	assert.equal(named.signal.aborted, false);
});

test("attack: one caller's knocks are looked at one after another at the rate, and hold up nobody else's", async () => {
	const { gatekeeper } = gate({ limits: { knocks: { perSecond: 1, burst: 2 } } });
	const crowd = Array.from({ length: 4 }, () => visitOf(gatekeeper, "203.0.113.9"));
	const looked: number[] = [];
	const turns = crowd.map((visit, index) => visit.mayKnock().then((may) => may && looked.push(index)));
	assert.equal(await visitOf(gatekeeper, friend).mayKnock(), true);
	assert.deepEqual(looked, [0, 1]);
	// Time stands still: who waits gets no turn, and none is left over when they are gone.
	for (const visit of crowd) visit.end();
	assert.deepEqual(await Promise.all(turns), [1, 2, false, false]);
});

test("attack: strangers who come at once get four channels at once, so that the lines of those who are in go in between", async () => {
	const { gatekeeper } = gate();
	const opened: number[] = [];
	const crowd = Array.from({ length: 12 }, (_, index) => visitOf(gatekeeper, `203.0.${index}.9`));
	const turns = crowd.map((visit, index) => visit.mayOpen().then((may) => may && opened.push(index)));
	await Promise.all(turns.slice(0, 4));
	// Time stands still.
	assert.deepEqual(opened, [0, 1, 2, 3]);
	for (const visit of crowd) visit.end();
	await Promise.all(turns);
	assert.equal(opened.length, 4);
});

test("attack: whoever makes room before their turn for a channel gets none", async () => {
	const { gatekeeper } = gate({ limits: { channels: { perSecond: 1, burst: 2 }, pendingInAll: 3 } });
	const crowd = [visitOf(gatekeeper, "203.0.113.9"), visitOf(gatekeeper, "203.0.113.9")];
	assert.deepEqual(await Promise.all(crowd.map((visit) => visit.mayOpen())), [true, true]);
	const late = visitOf(gatekeeper, "203.0.113.9");
	const waiting = late.mayOpen();
	// The crowd makes room for one more of its own, three times: whoever waited for a turn is gone.
	for (let count = 0; count < 3; count += 1) visitOf(gatekeeper, "203.0.113.9");
	assert.equal(await waiting, false);
	assert.equal(await gatekeeper.mayTell(callerAt(friend), AbortSignal.abort()), false);
});

test("closing dismisses everyone on their way in", () => {
	const { gatekeeper } = gate();
	const visit = visitOf(gatekeeper, friend);
	gatekeeper.dismissAll("busy");
	assert.equal(visit.signal.reason, "busy");
});
