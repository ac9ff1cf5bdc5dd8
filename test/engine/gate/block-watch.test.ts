// Blocks that another process has put into the same database are seen within a second, and so is one that has run out.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BlockWatch } from "../../../src/engine/gate/block-watch.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { callerAt } from "../../support/net/caller-at.ts";
import { storeIn, temporaryHome } from "../../support/temporary-home.ts";
import { gate, visitOf } from "./open-gate.ts";

/** A gate that is watched, and another one of another process on the same database. */
function watched(t: TestContext) {
	const home = temporaryHome(t);
	const mine = gate({ store: storeIn(t, home) });
	const theirs = gate({ store: storeIn(t, home) });
	const clock = manualClock();
	const changes: (readonly string[])[] = [];
	const watch = new BlockWatch({
		store: mine.store,
		gatekeeper: mine.gatekeeper,
		clock,
		now: () => mine.time.now,
		onChange: (added) => changes.push(added),
	});
	return { mine, theirs, watch, changes, second: () => clock.advance(1_000) };
}

test("a block by another process dismisses whom it hits and is told once, and its end too", (t) => {
	const { mine, theirs, watch, changes, second } = watched(t);
	mine.gatekeeper.blockOther("asn", "AS1");
	watch.start();
	second();
	assert.deepEqual(changes, [], "what was there before is no news");
	const visit = visitOf(mine.gatekeeper, "81.2.69.1");
	theirs.gatekeeper.blockOther("cidr", "81.2.69.0/24");
	second();
	assert.deepEqual(changes.splice(0), [["81.2.69.0/24"]]);
	assert.equal(visit.signal.reason, "blocked");
	second();
	assert.deepEqual(changes, []);
	theirs.gatekeeper.unblockOther("cidr", "81.2.69.0/24");
	second();
	assert.deepEqual(changes.splice(0), [[]]);
	// The same block once more, at another time, is news again.
	theirs.time.now += 5;
	theirs.gatekeeper.blockOther("cidr", "81.2.69.0/24");
	second();
	assert.deepEqual(changes, [["81.2.69.0/24"]]);
});

test("a block for wrong guesses in another process is a change, and no block by hand", (t) => {
	const { theirs, watch, changes, second } = watched(t);
	watch.start();
	for (let round = 0; round < 2; round += 1) {
		const visit = visitOf(theirs.gatekeeper, "81.2.69.1");
		for (let guess = 0; guess < 3; guess += 1) visit.guess(() => false);
	}
	second();
	assert.deepEqual(changes, [[]]);
});

test("blocks that run out are a change at the second in which the first of them does", (t) => {
	const { mine, watch, changes, second } = watched(t);
	mine.gatekeeper.blockOther("asn", "AS1", { until: 9_000 });
	mine.gatekeeper.blockOther("asn", "AS2", { until: 5_000 });
	watch.start();
	mine.time.now = 4_999;
	second();
	assert.deepEqual(changes, []);
	mine.time.now = 5_000;
	second();
	second();
	assert.deepEqual(changes, [[]]);
	mine.time.now = 9_000;
	second();
	assert.deepEqual(changes, [[], []]);
});

test("a block by this program itself is no change, and after the end nothing is looked at", (t) => {
	const { mine, theirs, watch, changes, second } = watched(t);
	watch.start();
	watch.start();
	mine.gatekeeper.block(callerAt("81.2.69.1"));
	watch.known();
	theirs.gatekeeper.blockOther("asn", "AS1");
	second();
	assert.deepEqual(changes.splice(0), [["AS1"]]);
	watch.stop();
	theirs.gatekeeper.blockOther("asn", "AS2");
	second();
	assert.deepEqual(changes, []);
});

test("a disk that fails for a moment is looked at again in the next", (t) => {
	const { mine, theirs, watch, changes, second } = watched(t);
	watch.start();
	const failure = Object.assign(new Error("disk I/O error"), { name: "SqliteError" });
	const failing = t.mock.method(mine.store, "versionByOthers", () => {
		throw failure;
	});
	theirs.gatekeeper.blockOther("asn", "AS1");
	second();
	assert.deepEqual(changes, []);
	failing.mock.restore();
	second();
	assert.deepEqual(changes, [["AS1"]]);
	t.mock.method(mine.store, "versionByOthers", () => {
		throw new Error("a bug");
	});
	assert.throws(() => second(), /a bug/);
});
