// Blocks beyond one address at the gate: ranges, keys and network owners, and blocks that come from another process.
import assert from "node:assert/strict";
import { test } from "node:test";
import { callerAt } from "../../../support/net/caller-at.ts";
import { storeIn, temporaryHome } from "../../../support/temporary-home.ts";
import { gate, visitOf } from "../open-gate.ts";

const wrong = () => false;

test("a range keeps out every address in it, in either spelling, and nobody else", () => {
	const { gatekeeper } = gate();
	gatekeeper.blockOther("cidr", "81.2.69.0/24");
	gatekeeper.blockOther("cidr", "2001:db8::/32");
	for (const address of ["81.2.69.1", "::ffff:81.2.69.255", "2001:db8:ffff::1"]) {
		assert.deepEqual(gatekeeper.knock(callerAt(address)), { kind: "turnedAway", why: "blocked" }, address);
	}
	for (const address of ["81.2.70.1", "2001:db9::1", "this computer"]) {
		assert.equal(gatekeeper.knock(callerAt(address)).kind, "admitted", address);
	}
});

test("a range blocks those who are on their way in, mid-guess too, and costs them no strike", () => {
	const { gatekeeper } = gate();
	const [inside, outside] = [visitOf(gatekeeper, "81.2.69.1"), visitOf(gatekeeper, "81.2.70.1")];
	inside.guess(wrong);
	gatekeeper.blockOther("cidr", "81.2.69.0/24");
	assert.equal(inside.signal.reason, "blocked");
	assert.deepEqual(
		inside.guess(() => assert.fail("checked")),
		{ kind: "turnedAway", why: "blocked" },
	);
	assert.deepEqual(inside.tally(), { guesses: 1, end: "blocked" });
	assert.equal(outside.signal.aborted, false);
	assert.equal(gatekeeper.unblockOther("cidr", "81.2.69.0/24"), true);
	assert.equal(gatekeeper.unblockOther("cidr", "81.2.69.0/24"), false);
	assert.deepEqual(visitOf(gatekeeper, "81.2.69.1").guess(wrong), { kind: "wrong", left: 2 });
	assert.equal(gatekeeper.strikesOf(callerAt("81.2.69.1")), 2);
});

test("attack: unblocking an address does not open the range that holds it", () => {
	const { gatekeeper } = gate();
	gatekeeper.blockOther("cidr", "81.2.69.0/24");
	gatekeeper.block(callerAt("81.2.69.1"));
	assert.equal(gatekeeper.unblock(callerAt("81.2.69.1")), true);
	assert.equal(gatekeeper.knock(callerAt("81.2.69.1")).kind, "turnedAway");
});

test("blocks of every kind run out by themselves and outlive a restart until then", (t) => {
	const home = temporaryHome(t);
	const first = gate({ store: storeIn(t, home) });
	first.gatekeeper.blockOther("cidr", "81.2.69.0/24", { until: 5_000, note: "loud" });
	first.gatekeeper.blockOther("asn", "AS3320", { until: 5_000 });
	first.gatekeeper.blockOther("fingerprint", "A".repeat(40));
	first.store.close();
	const { gatekeeper, time } = gate({ store: storeIn(t, home) });
	assert.equal(gatekeeper.knock(callerAt("81.2.69.1")).kind, "turnedAway");
	assert.deepEqual(gatekeeper.subjects("asn"), ["AS3320"]);
	assert.equal(gatekeeper.isBlocked("fingerprint", "A".repeat(40)), true);
	assert.equal(gatekeeper.list().length, 3);
	time.now = 5_000;
	assert.equal(gatekeeper.knock(callerAt("81.2.69.1")).kind, "admitted");
	assert.deepEqual(gatekeeper.subjects("asn"), []);
	assert.equal(gatekeeper.isBlocked("fingerprint", "A".repeat(40)), true);
});

test("a block from another process dismisses who is on the way in as soon as it is looked for", (t) => {
	const home = temporaryHome(t);
	const [mine, theirs] = [gate({ store: storeIn(t, home) }), gate({ store: storeIn(t, home) })];
	const visits = ["81.2.69.1", "81.2.69.2", "81.2.70.1"].map((address) => visitOf(mine.gatekeeper, address));
	theirs.gatekeeper.block(callerAt("81.2.69.1"));
	theirs.gatekeeper.blockOther("cidr", "81.2.69.2/31");
	mine.gatekeeper.recheck();
	assert.deepEqual(
		visits.map(({ signal }) => signal.reason as unknown),
		["blocked", "blocked", undefined],
	);
});

test("how a visit ended is known afterwards", () => {
	const { gatekeeper } = gate();
	const tallyAfter = (guesses: number, address: string) => {
		const visit = visitOf(gatekeeper, address);
		for (let i = 0; i < guesses; i++) visit.guess(wrong);
		visit.end();
		return visit.tally();
	};
	assert.deepEqual(tallyAfter(0, "81.2.69.1"), { guesses: 0, end: undefined });
	assert.deepEqual(tallyAfter(2, "81.2.69.1"), { guesses: 2, end: undefined });
	assert.deepEqual(tallyAfter(3, "81.2.69.2"), { guesses: 3, end: "usedUp" });
	assert.deepEqual(tallyAfter(3, "81.2.69.2"), { guesses: 3, end: "gotBlocked" });
	const waiting = visitOf(gatekeeper, "81.2.69.3");
	gatekeeper.dismissAll("passwordChanged");
	assert.deepEqual(waiting.tally(), { guesses: 0, end: "passwordChanged" });
});

test("attack: when blocks can't be read, a blocked key does not get in and nobody is admitted", () => {
	const { gatekeeper, store, alerts } = gate();
	gatekeeper.blockOther("fingerprint", "A".repeat(40));
	store.database.exec("ALTER TABLE blocks RENAME TO lost");
	assert.equal(gatekeeper.isBlocked("fingerprint", "B".repeat(40)), true);
	assert.deepEqual(gatekeeper.knock(callerAt("81.2.69.1")), { kind: "turnedAway", why: "busy" });
	assert.equal(gatekeeper.blockOther("asn", "AS1"), false);
	assert.equal(alerts[0]?.kind, "storageFailed");
});

test("attack: whoever another process has blocked meanwhile guesses nothing more, before anybody has looked for new blocks", (t) => {
	const home = temporaryHome(t);
	const [mine, theirs] = [gate({ store: storeIn(t, home) }), gate({ store: storeIn(t, home) })];
	const visit = visitOf(mine.gatekeeper, "81.2.69.1");
	theirs.gatekeeper.block(callerAt("81.2.69.1"));
	assert.deepEqual(
		visit.guess(() => assert.fail("checked")),
		{ kind: "turnedAway", why: "blocked" },
	);
	assert.equal(mine.gatekeeper.strikesOf(callerAt("81.2.69.1")), 0);
});

test("blocked callers are told from others by address, by range and by key, and everybody counts as blocked when that can't be read", () => {
	const { gatekeeper, store } = gate();
	const [inRange, byHand, nobody] = ["81.2.69.1", "81.2.70.1", "81.2.71.1"].map(callerAt);
	assert.ok(inRange && byHand && nobody);
	gatekeeper.blockOther("cidr", "81.2.69.0/24");
	gatekeeper.block(byHand);
	gatekeeper.blockOther("fingerprint", "A".repeat(40));
	assert.deepEqual(
		[inRange, byHand, nobody].map((one) => gatekeeper.isCallerBlocked(one)),
		[true, true, false],
	);
	assert.equal(gatekeeper.isBlocked("fingerprint", "B".repeat(40)), false);
	assert.equal(gatekeeper.isBlocked("asn", "A".repeat(40)), false);
	store.database.exec("ALTER TABLE blocks RENAME TO lost");
	assert.equal(gatekeeper.isCallerBlocked(nobody), true);
	assert.deepEqual([gatekeeper.subjects("cidr"), gatekeeper.list()], [[], []]);
});

test("an unblock says whether there was anything to lift: a block or strikes", () => {
	const { gatekeeper } = gate();
	const caller = callerAt("81.2.69.1");
	assert.equal(gatekeeper.unblock(caller), false);
	visitOf(gatekeeper, "81.2.69.1").guess(wrong);
	assert.equal(gatekeeper.unblock(caller), true);
	assert.equal(gatekeeper.strikesOf(caller), 0);
	gatekeeper.block(caller);
	assert.equal(gatekeeper.unblock(caller), true);
	assert.equal(gatekeeper.unblock(caller), false);
});

test("each blocked caller who knocks is told once a minute, and the busy are told as one", () => {
	const { gatekeeper, alerts, time } = gate({ limits: { pendingPerCaller: 1 } });
	const knock = (...addresses: string[]) => {
		for (const address of addresses) gatekeeper.knock(callerAt(address));
	};
	gatekeeper.blockOther("cidr", "81.2.69.0/24");
	const told = () =>
		alerts
			.splice(0)
			.map((alert) => (alert.kind === "turnedAway" ? `${alert.why} ${alert.caller.address}` : alert.kind));
	knock("81.2.69.1", "81.2.69.2", "81.2.69.1", "81.2.69.2");
	assert.deepEqual(told(), ["blocked 81.2.69.1", "blocked 81.2.69.2"]);
	knock("81.2.70.1", "81.2.70.1", "81.2.71.1", "81.2.71.1");
	assert.deepEqual(told(), ["busy 81.2.70.1"]);
	time.monotonic = 60_000;
	knock("81.2.69.1", "81.2.71.1");
	assert.deepEqual(told(), ["blocked 81.2.69.1", "busy 81.2.71.1"]);
});
