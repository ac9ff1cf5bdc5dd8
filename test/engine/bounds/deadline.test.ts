// A limit of time that can be taken back.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { deadline } from "../../../src/engine/bounds/deadline.ts";

test("a deadline fires when the time is over, and at once, with the same reason, when the signal that it follows does", (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const never = new AbortController().signal;
	const late = deadline(never, 1_000);
	t.mock.timers.tick(999);
	assert.equal(late.signal.aborted, false);
	t.mock.timers.tick(1);
	assert.equal(late.signal.aborted, true);
	const stop = new AbortController();
	const followed = deadline(stop.signal, 1_000);
	stop.abort("blocked");
	assert.equal(followed.signal.reason, "blocked");
	assert.equal(deadline(stop.signal, 1_000).signal.reason, "blocked");
});

test("attack: nothing is left of a thousand strangers who have gone: no timer, and no listener", (t) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const stop = new AbortController();
	const all = Array.from({ length: 1_000 }, () => deadline(stop.signal, 60_000));
	assert.equal(getEventListeners(stop.signal, "abort").length, 1_000);
	for (const one of all) one.done();
	assert.equal(getEventListeners(stop.signal, "abort").length, 0);
	t.mock.timers.tick(60_000);
	stop.abort();
	assert.ok(all.every(({ signal }) => !signal.aborted));
});
