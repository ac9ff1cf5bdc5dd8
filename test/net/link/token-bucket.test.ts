// Tokens that come back at a rate: never more than were given, and a wait after which there is one.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TokenBucket } from "../../../src/net/link/token-bucket.ts";

test("In any schedule no more is let through than the bucket held and what came back meanwhile, and after the wait there is a token.", () => {
	const steps = fc.array(fc.nat(2_000), { minLength: 1, maxLength: 60 });
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), steps, (perSecond, most, pauses) => {
			const bucket = new TokenBucket(perSecond, most, 0);
			let now = 0;
			let admitted = 0;
			for (const pause of pauses) {
				now += pause;
				while (bucket.admits(now)) admitted += 1;
				assert.ok(admitted <= most + (now * perSecond) / 1_000 + 1e-6);
				const waitMs = bucket.waitMs(now);
				assert.ok(waitMs > 0 && Number.isInteger(waitMs));
				// A rounding of floating point may cost one more round, never two.
				now += waitMs;
				if (!bucket.admits(now)) assert.ok(bucket.waitMs(now) <= 1);
				else admitted += 1;
			}
		}),
	);
});

test("Whoever takes more than there is waits for it, and a full bucket says that it is.", () => {
	const bucket = new TokenBucket(100, 300, 0);
	assert.equal(bucket.isFull(0), true);
	assert.equal(bucket.take(300, 0), 0);
	assert.equal(bucket.take(50, 0), 500);
	assert.equal(bucket.admits(500), false);
	assert.equal(bucket.admits(510), true);
	assert.equal(bucket.isFull(10_000), true);
});
