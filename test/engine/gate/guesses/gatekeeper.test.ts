// The gatekeeper beyond the rule: spellings of addresses, two processes, blocks by hand, and a database that fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Visit } from "../../../../src/engine/gate/guesses/visit.ts";
import { callerAt } from "../../../support/net/caller-at.ts";
import { storeIn, temporaryHome } from "../../../support/temporary-home.ts";
import { gate, visitOf } from "../open-gate.ts";

const friend = "198.51.100.7";
const wrong = () => false;

test("three wrong guesses end the first connection, three more block, and the host is told each time", () => {
	const { gatekeeper, alerts } = gate();
	const lefts = [1, 2].flatMap(() => {
		const visit = visitOf(gatekeeper, "203.0.113.9");
		const outcomes = [visit.guess(wrong), visit.guess(wrong), visit.guess(wrong)];
		visit.end();
		return outcomes;
	});
	assert.deepEqual(
		lefts.map((outcome) => (outcome.kind === "wrong" ? outcome.left : outcome)),
		[2, 1, 0, 2, 1, 0],
	);
	assert.deepEqual(gatekeeper.knock(callerAt("203.0.113.9")), { kind: "turnedAway", why: "blocked" });
	const from = { caller: callerAt("203.0.113.9") };
	assert.deepEqual(alerts, [
		...[1, 2, 3, 4, 5, 6].map((attempts) => ({ kind: "strike", ...from, attempts, disconnected: attempts % 3 === 0 })),
		{ kind: "blocked", ...from, reason: "strikes" },
		{ kind: "turnedAway", ...from, why: "blocked" },
	]);
	assert.equal(visitOf(gatekeeper, friend).guess(() => true).kind, "right");
});

test("attack: two hundred connections at once from one address get six guesses in total, never a seventh", () => {
	for (const pendingPerCaller of [8, 200]) {
		const { gatekeeper } = gate({ limits: { pendingPerCaller, pendingInAll: 200 } });
		let checks = 0;
		const knocks = Array.from({ length: 200 }, () => gatekeeper.knock(callerAt("203.0.113.9")));
		for (let round = 0; round < 3; round++) {
			for (const knock of knocks) if (knock.kind === "admitted") knock.visit.guess(() => ++checks < 0);
		}
		assert.equal(checks, 6);
	}
});

test("attack: all addresses of one IPv6 network and both spellings of an IPv4 address are one caller", () => {
	for (const [first, second] of [
		["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"],
		["203.0.113.9", "::ffff:203.0.113.9"],
	] as const) {
		const { gatekeeper } = gate();
		for (const address of [first, second]) {
			const visit = visitOf(gatekeeper, address);
			for (let i = 0; i < 3; i++) visit.guess(wrong);
		}
		assert.equal(gatekeeper.knock(callerAt(first)).kind, "turnedAway");
	}
});

test("attack: two processes that host on one home give an address six guesses between them", (t) => {
	const home = temporaryHome(t);
	const gates = [gate({ store: storeIn(t, home) }), gate({ store: storeIn(t, home) })];
	let checks = 0;
	for (let round = 0; round < 3; round++) {
		for (const { gatekeeper } of gates) {
			const knock = gatekeeper.knock(callerAt("203.0.113.9"));
			for (let i = 0; i < 3 && knock.kind === "admitted"; i++) knock.visit.guess(() => ++checks < 0);
		}
	}
	assert.equal(checks, 6);
	assert.equal(gates[1]!.gatekeeper.unblock(callerAt("203.0.113.9")), true);
	assert.equal(gates[0]!.gatekeeper.knock(callerAt("203.0.113.9")).kind, "admitted");
});

test("a connection abandoned before its guess is checked counts nothing, and after it counts that guess", () => {
	const { gatekeeper, alerts } = gate();
	visitOf(gatekeeper, "203.0.113.9").end();
	assert.equal(alerts.length, 0);
	const visit = visitOf(gatekeeper, "203.0.113.9");
	visit.guess(wrong);
	visit.end();
	visit.end();
	assert.deepEqual(
		visit.guess(() => assert.fail("no guess after the end")),
		{ kind: "wrong", left: 0 },
	);
	assert.equal(alerts.length, 1);
	// Five are left over two connections.
	const next = visitOf(gatekeeper, "203.0.113.9");
	for (let i = 0; i < 3; i++) next.guess(wrong);
	assert.deepEqual(visitOf(gatekeeper, "203.0.113.9").guess(wrong), { kind: "wrong", left: 1 });
});

test("a right password clears the strikes, and can't be tried again on the same connection", () => {
	const { gatekeeper, alerts } = gate();
	const first = visitOf(gatekeeper, friend);
	for (let i = 0; i < 3; i++) first.guess(wrong);
	const second = visitOf(gatekeeper, friend);
	second.guess(wrong);
	assert.equal(second.guess(() => true).kind, "right");
	assert.deepEqual(
		second.guess(() => true),
		{ kind: "wrong", left: 0 },
	);
	visitOf(gatekeeper, friend).guess(wrong);
	assert.deepEqual(alerts.at(-1), {
		kind: "strike",
		caller: callerAt(friend),
		attempts: 1,
		disconnected: false,
	});
});

test("the sixth strike dismisses the caller's other connections at once, and nobody else's", () => {
	const { gatekeeper } = gate();
	const [one, two, three, other] = ["203.0.113.9", "203.0.113.9", "203.0.113.9", friend].map((address) =>
		visitOf(gatekeeper, address),
	) as [Visit, Visit, Visit, Visit];
	for (let i = 0; i < 3; i++) one.guess(wrong);
	for (let i = 0; i < 3; i++) two.guess(wrong);
	assert.equal(three.signal.reason, "blocked");
	assert.deepEqual(
		three.guess(() => true),
		{ kind: "turnedAway", why: "blocked" },
	);
	// It has just been told that it was wrong; the server closes it after saying so.
	assert.equal(two.signal.aborted, false);
	assert.equal(other.signal.aborted, false);
});

test("a block by hand closes connections on their way in, is listed with its details, and outlives a restart", (t) => {
	const home = temporaryHome(t);
	const first = gate({ store: storeIn(t, home) });
	const visit = visitOf(first.gatekeeper, "2001:db8:1:2::9");
	const outcome = first.gatekeeper.block(callerAt("2001:DB8:1:2::1"), { note: "spam" });
	assert.deepEqual(outcome, { kind: "blocked" });
	assert.equal(visit.signal.reason, "blocked");
	first.store.close();
	const { gatekeeper } = gate({ store: storeIn(t, home) });
	assert.equal(gatekeeper.knock(callerAt("2001:db8:1:2::3")).kind, "turnedAway");
	assert.deepEqual(gatekeeper.list(), [
		{
			kind: "address",
			subject: "2001:db8:1:2::/64",
			address: "2001:db8:1:2::1",
			reason: "byHand",
			since: 1000,
			until: undefined,
			note: "spam",
		},
	]);
	assert.equal(gatekeeper.unblock(callerAt(gatekeeper.list()[0]!.subject)), true);
	assert.equal(gatekeeper.knock(callerAt("2001:db8:1:2::3")).kind, "admitted");
});

test("a block with an end lets in again after it, with no strikes left", () => {
	const { gatekeeper, time, alerts } = gate();
	const before = visitOf(gatekeeper, "203.0.113.9");
	for (let i = 0; i < 3; i++) before.guess(wrong);
	gatekeeper.block(callerAt("203.0.113.9"), { until: 5000 });
	assert.equal(gatekeeper.knock(callerAt("203.0.113.9")).kind, "turnedAway");
	time.now = 5000;
	assert.deepEqual(gatekeeper.list(), []);
	assert.deepEqual(visitOf(gatekeeper, "203.0.113.9").guess(wrong), { kind: "wrong", left: 2 });
	const last = alerts.at(-1);
	assert.equal(last?.kind === "strike" && last.attempts, 1);
});

test("this computer itself can't be blocked by hand, but strikes block it like any other", () => {
	const { gatekeeper } = gate();
	for (const address of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "::/64", "this computer"]) {
		const outcome = gatekeeper.block(callerAt(address));
		assert.equal(outcome.kind === "refused" && outcome.why, "loopback", address);
	}
	for (let i = 0; i < 2; i++) {
		const visit = visitOf(gatekeeper, "127.0.0.1");
		for (let guesses = 0; guesses < 3; guesses++) visit.guess(wrong);
	}
	assert.equal(gatekeeper.knock(callerAt("127.0.0.1")).kind, "turnedAway");
	assert.equal(gatekeeper.unblock(callerAt("127.0.0.1")), true);
	assert.equal(gatekeeper.unblock(callerAt("127.0.0.1")), false);
});

test("attack: while guesses can't be recorded nobody learns whether theirs was right, and the host is told", () => {
	const { gatekeeper, alerts, store } = gate();
	const [bad, good] = [visitOf(gatekeeper, "203.0.113.9"), visitOf(gatekeeper, friend)];
	visitOf(gatekeeper, friend).guess(wrong);
	alerts.length = 0;
	store.database.pragma("query_only = ON");
	assert.deepEqual(bad.guess(wrong), { kind: "turnedAway", why: "busy" });
	assert.deepEqual(
		good.guess(() => true),
		{ kind: "turnedAway", why: "busy" },
	);
	assert.equal(bad.signal.aborted, true);
	assert.deepEqual(
		bad.guess(() => assert.fail("checked")),
		{ kind: "turnedAway", why: "busy" },
	);
	assert.deepEqual(
		alerts.map(({ kind }) => kind),
		["storageFailed"],
	);
	const outcome = gatekeeper.block(callerAt("203.0.113.9"));
	assert.equal(outcome.kind === "refused" && outcome.why, "storageFailed");
	assert.equal(gatekeeper.unblock(callerAt(friend)), false);
	store.database.pragma("query_only = OFF");
	assert.equal(visitOf(gatekeeper, friend).guess(() => true).kind, "right");
});

test("a check that throws is a bug that shows, and leaves the database usable", () => {
	const { gatekeeper } = gate();
	const visit = visitOf(gatekeeper, friend);
	assert.throws(
		() =>
			visit.guess(() => {
				throw new Error("a bug");
			}),
		/a bug/,
	);
	assert.deepEqual(visit.guess(wrong), { kind: "wrong", left: 2 });
});
