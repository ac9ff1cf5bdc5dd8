// When something is said of a feed: the author first, the others later and only if nobody did, and nothing after the stay is over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { paceOf } from "../../../src/engine/posts/feed-pace.ts";
import { manualClock } from "../../support/manual-clock.ts";

const ann = parseFingerprint("A".repeat(40)) as Fingerprint;

function paced(random = 0) {
	const clock = manualClock();
	const pace = paceOf(clock, () => random);
	const said: number[] = [];
	return { clock, pace, said, work: () => void said.push(clock.now()) };
}

test("The author tells of a feed after a moment, and others wait for the author, longer where many would speak at once", () => {
	for (const [isAuthor, random, dueMs] of [
		[true, 0.9, 50],
		[false, 0, 200],
		[false, 0.5, 600],
	] as const) {
		const { clock, pace, said, work } = paced(random);
		pace.plan(ann, "give", 1, isAuthor, work);
		clock.advance(dueMs - 1);
		assert.deepEqual(said, []);
		clock.advance(1);
		assert.deepEqual(said, [dueMs]);
	}
});

test("A version of a feed that somebody else has just told is not told again, and a newer one is", () => {
	const { clock, pace, said, work } = paced();
	pace.plan(ann, "give", 1, false, work);
	clock.advance(100);
	pace.happened(ann, "give", 1);
	clock.advance(60_000);
	assert.deepEqual(said, []);
	pace.plan(ann, "give", 1, false, work);
	pace.plan(ann, "give", 2, false, work);
	clock.advance(60_000);
	assert.deepEqual(said, [60_300], "once, for the newer version");
});

test("No feed is told of any more when the stay is over", () => {
	const { clock, pace, said, work } = paced();
	pace.plan(ann, "say", 1, true, work);
	pace.close();
	clock.advance(60_000);
	assert.deepEqual(said, []);
});
