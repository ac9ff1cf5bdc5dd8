// What somebody lacks of a feed: put together with what they have it is the whole, to the byte; whatever else comes of it is nothing that its author has signed.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { differenceAfter, hasInChain, lastPost, wholeOf } from "../../../src/engine/posts/difference.ts";
import {
	emptyFeed,
	type Feed,
	mostPosts,
	readFeed,
	type SignedFeed,
	signFeed,
	withPost,
	withProfile,
} from "../../../src/engine/posts/feed.ts";

const now = 1_790_000_000_000;
const ann = (await createLocalIdentity({ name: "Ann" })).signer;
const eve = (await createLocalIdentity({ name: "Eve" })).signer;

const feedOf = (count: number, word = "post"): Feed =>
	Array.from({ length: count }, (_, index) => index).reduce(
		(feed, index) => withPost(feed, `${word} ${index}`, now + index),
		withProfile(emptyFeed(ann.fingerprint), { name: "Ann", about: "Gardens" }),
	);
const sign = (feed: Feed): Promise<SignedFeed> => signFeed(ann, feed);
const longest = await sign(feedOf(mostPosts + 30));

test("Whoever has any earlier part of the chain makes the whole of it, to the byte, and of what is as large as it can be a small part travels", async () => {
	for (const had of [1, 31, 32, 99, 100, 129, 130]) {
		const ours = await sign(feedOf(had));
		const last = lastPost(ours.feed) ?? assert.fail();
		// With only newer posts nobody can tell.
		assert.equal(hasInChain(longest.feed, last), had >= 30, `${had}`);
		const bytes = differenceAfter(longest, last.seq) ?? assert.fail();
		if (had < 30) continue;
		assert.deepEqual(wholeOf(ours, bytes), longest.bytes);
		if (had >= 129) assert.ok(bytes.length < longest.bytes.length / 10, `${bytes.length} of ${longest.bytes.length}`);
	}
	const forTwo = differenceAfter(longest, 110) ?? assert.fail();
	assert.deepEqual(
		wholeOf(await sign(feedOf(120)), forTwo),
		longest.bytes,
		"also what is given for somebody who has less",
	);
	const other = await sign(withProfile(feedOf(3), { name: "Ann", about: "Birds" }));
	const news = differenceAfter(other, 3) ?? assert.fail();
	assert.deepEqual(wholeOf(await sign(feedOf(3)), news), other.bytes, "also without any new post");
});

test("A feed that goes on otherwise has not the post in its chain by which somebody names what they have", async () => {
	const forked = await sign(feedOf(40, "other"));
	const last = lastPost(feedOf(35)) ?? assert.fail();
	assert.equal(hasInChain(forked.feed, last), false);
	assert.equal(hasInChain(forked.feed, { seq: 50, hash: last.hash }), false);
	assert.equal(hasInChain(emptyFeed(ann.fingerprint), last), false);
});

test("attack: a difference that lies anywhere makes no feed that its author has signed", async () => {
	const ours = await sign(feedOf(35));
	const news = differenceAfter(await sign(feedOf(40)), 35) ?? assert.fail();
	const isTaken = async (bytes: Uint8Array): Promise<boolean> => {
		const whole = wholeOf(ours, bytes);
		return whole !== undefined && (await readFeed(whole, ann.fingerprint, now + 10_000)).kind === "feed";
	};
	assert.equal(await isTaken(news), true);
	await fc.assert(
		fc.asyncProperty(fc.nat(news.length - 200), fc.integer({ min: 1, max: 255 }), async (at, by) => {
			const changed = Uint8Array.from(news);
			changed[at]! ^= by;
			assert.equal(await isTaken(changed), false);
			assert.equal(await isTaken(news.subarray(0, at)), false);
		}),
		{ numRuns: 40 },
	);
	const forged = await signFeed(eve, { ...feedOf(40), posts: feedOf(40).posts });
	assert.equal(await isTaken(differenceAfter(forged, 35) ?? assert.fail()), false);
	const fork = await sign(feedOf(40, "other"));
	assert.equal(await isTaken(differenceAfter(fork, 35) ?? assert.fail()), false, "not behind another chain");
	assert.equal(
		wholeOf(ours, differenceAfter(await sign(feedOf(40)), 38) ?? assert.fail()),
		undefined,
		"nothing is left out",
	);
});
