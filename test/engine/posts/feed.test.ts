// What comes as somebody's feed: taken when it is what they have signed, and refused with a code for each thing that can be wrong with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as v from "valibot";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import type { FeedRefusal } from "../../../src/engine/api/posts/posts.ts";
import { compareFeeds } from "../../../src/engine/posts/compare.ts";
import {
	emptyFeed,
	type Feed,
	maxFeedBytes,
	mostPosts,
	type Post,
	type PostFile,
	postHash,
	readFeed,
	reread,
	shownIn,
	signFeed,
	withPost,
	withProfile,
} from "../../../src/engine/posts/feed.ts";
import { decodeBody, encodeBody } from "../../../src/engine/wire/codec.ts";

const now = 1_790_000_000_000;
const ann = (await createLocalIdentity({ name: "Ann" })).signer;
const eve = (await createLocalIdentity({ name: "Eve" })).signer;

const feedOf = (who: Signer, texts: readonly string[]): Feed =>
	texts.reduce((feed, text, index) => withPost(feed, text, now + index), emptyFeed(who.fingerprint));
const codeOf = async (bytes: Uint8Array, of = ann.fingerprint): Promise<FeedRefusal | "taken"> => {
	const read = await readFeed(bytes, of, now + 1000);
	return read.kind === "refused" ? read.code : "taken";
};
const signedCode = async (feed: Feed): Promise<FeedRefusal | "taken"> => codeOf((await signFeed(ann, feed)).bytes);
const parts = v.object({
	v: v.literal(1),
	feed: v.instance(Uint8Array),
	signature: v.instance(Uint8Array),
	certificate: v.instance(Uint8Array),
});
const partsOf = (bytes: Uint8Array) => {
	const read = decodeBody(parts, bytes);
	assert.equal(read.kind, "value");
	return read.kind === "value" ? read.value : assert.fail();
};

test("A person's posts are read as they wrote them, by everybody who gets them and from their own disk", async () => {
	const texts = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), { maxLength: 6 });
	const written = texts.map((some) => some.map((text) => text.replace(/\p{Cc}/gu, "x")));
	await fc.assert(
		fc.asyncProperty(written, async (some) => {
			const feed = withProfile(feedOf(ann, some), { name: "Ann", about: "Gardens\nand birds" });
			const { bytes, hash } = await signFeed(ann, feed);
			const read = await readFeed(bytes, ann.fingerprint, now + 1000);
			assert.equal(read.kind, "feed");
			if (read.kind !== "feed") return;
			assert.deepEqual(read.signed.feed, feed);
			assert.deepEqual(read.signed.hash, hash);
			assert.deepEqual(reread(bytes)?.feed, feed);
		}),
		{ numRuns: 20 },
	);
});

test("A feed that was changed or cut off anywhere is refused, whatever the change", async () => {
	const { bytes } = await signFeed(ann, feedOf(ann, ["one", "two"]));
	// The certificate says more than is used of it, and the signature has a part that nobody has signed: what matters is that the posts stay what they were.
	const feed = partsOf(bytes).feed;
	const start = Buffer.from(bytes).indexOf(feed);
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: start, max: start + feed.length - 1 }),
			fc.integer({ min: 1, max: 255 }),
			async (at, by) => {
				const changed = Uint8Array.from(bytes);
				changed[at]! ^= by;
				assert.notEqual(await codeOf(changed), "taken");
				assert.equal(await codeOf(bytes.subarray(0, at)), "malformed");
			},
		),
		{ numRuns: 60 },
	);
});

test("Anything at all is answered with a code, never with a throw", async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
			assert.equal(await codeOf(bytes), "malformed");
		}),
	);
});

test("As many posts as there may be, each as long as it may be, with the longest profile, make a feed that is taken", async () => {
	const texts = Array.from({ length: mostPosts + 3 }, () => "é".repeat(2048));
	const feed = withProfile(feedOf(ann, texts), { name: "n".repeat(128), about: "a".repeat(500) });
	assert.equal(feed.posts.length, mostPosts);
	assert.equal(feed.posts[0]?.seq, 4);
	assert.equal(await signedCode(feed), "taken");
});

test("A feed of 10 MB is refused before anything of it is read, and one of 1,000 posts before its signature is", async () => {
	assert.equal(await codeOf(new Uint8Array(10_000_000)), "tooLarge");
	assert.equal(await codeOf(new Uint8Array(maxFeedBytes + 1)), "tooLarge");
	const many: Post[] = [];
	for (let index = 0; index < 1000; index += 1) {
		const { posts } = withPost({ ...emptyFeed(ann.fingerprint), posts: many.slice(-1) }, `post ${index}`, now);
		many.push(posts.at(-1)!);
	}
	assert.equal(await signedCode({ ...emptyFeed(ann.fingerprint), rev: 1, posts: many }), "tooMany");
});

test("A post or profile that is longer than it may be is refused", async () => {
	assert.equal(await signedCode(feedOf(ann, ["é".repeat(2049)])), "malformed");
	assert.equal(await signedCode(feedOf(ann, [""])), "malformed");
	const feed = feedOf(ann, ["one"]);
	assert.equal(await signedCode(withProfile(feed, { name: "Ann", about: "a".repeat(501) })), "malformed");
	assert.equal(await signedCode(withProfile(feed, { name: "n".repeat(129), about: "" })), "malformed");
});

test("Control characters are refused in each field that a person reads, and line breaks where there can be none", async () => {
	const feed = feedOf(ann, ["one\ntwo"]);
	assert.equal(await signedCode(feed), "taken");
	for (const control of ["\u0000", "\u0007", "\u001b[2J", "\r", "\t", "\u007f", "\u009b"]) {
		assert.equal(await signedCode(feedOf(ann, ["fine", `one${control}`])), "controls");
		assert.equal(await signedCode(withProfile(feed, { name: `A${control}`, about: "" })), "controls");
		assert.equal(await signedCode(withProfile(feed, { name: "Ann", about: control })), "controls");
	}
	assert.equal(await signedCode(withProfile(feed, { name: "A\nB", about: "" })), "controls");
});

test("A feed that is newer than now is refused, and one from a clock a few minutes ahead is not", async () => {
	const late = (at: number): Feed => withPost(emptyFeed(ann.fingerprint), "later", at);
	assert.equal(await signedCode(late(now + 9 * 60_000)), "taken");
	assert.equal(await signedCode(late(now + 11 * 60_000)), "fromTheFuture");
});

test("Posts that don't follow on each other are refused: one left out, two changed places, a time that runs back, another beginning", async () => {
	const feed = feedOf(ann, ["one", "two", "three"]);
	const [one, two, three] = feed.posts as [Post, Post, Post];
	const withPosts = (...posts: readonly Post[]): Feed => ({ ...feed, posts });
	assert.equal(await signedCode(withPosts(two, three)), "taken", "what is too old goes from the front");
	assert.equal(await signedCode(withPosts(one, three)), "brokenChain");
	assert.equal(await signedCode(withPosts(one, { ...three, seq: 2 })), "brokenChain");
	assert.equal(await signedCode(withPosts(two, one)), "brokenChain");
	assert.equal(await signedCode(withPosts({ ...one, prev: two.prev })), "brokenChain");
	const back = { ...two, at: one.at - 1 };
	assert.equal(await signedCode(withPosts(one, back)), "brokenChain");
	assert.equal(await signedCode(withPosts({ ...one, text: "1" }, two)), "brokenChain");
});

test("Nobody's key but the person's own makes a feed of theirs", async () => {
	const feed = feedOf(ann, ["one"]);
	const real = partsOf((await signFeed(ann, feed)).bytes);
	const forged = partsOf((await signFeed(eve, feed)).bytes);
	// Eve signs what says that it is Ann's, with her own certificate, and with Ann's beside it.
	assert.equal(await codeOf(encodeBody(forged)), "wrongKey");
	assert.equal(await codeOf(encodeBody({ ...forged, certificate: real.certificate })), "badSignature");
	// What says that it is Ann's is not Eve's either, though Eve has signed it.
	assert.equal(await codeOf(encodeBody(forged), eve.fingerprint), "wrongKey");
	// A feed of Eve's own is not Ann's.
	assert.equal(await codeOf((await signFeed(eve, feedOf(eve, ["one"]))).bytes), "wrongKey");
	// What Ann has signed for another purpose is no feed.
	const elsewhere = await ann.sign("letter", real.feed);
	assert.equal(await codeOf(encodeBody({ ...real, signature: elsewhere })), "badSignature");
	const otherText = encodeBody(feedOf(ann, ["other"]));
	assert.equal(await codeOf(encodeBody({ ...real, feed: otherText })), "badSignature");
});

test("Two versions of a feed are newer, older, forked, or too far apart to tell", async () => {
	const sign = (feed: Feed) => signFeed(ann, feed);
	const first = feedOf(ann, ["one", "two"]);
	const [a, b] = await Promise.all([sign(first), sign(withPost(first, "three", now + 9))]);
	assert.equal(compareFeeds(a, a), "same");
	assert.equal(compareFeeds(a, b), "newer");
	assert.equal(compareFeeds(b, a), "older");
	const profile = await sign(withProfile(first, { name: "Ann", about: "new" }));
	assert.equal(compareFeeds(a, profile), "newer");
	assert.equal(compareFeeds(b, profile), "forked", "two that are both the third version");
	const other = await sign(withPost(withPost(first, "another three", now + 9), "four", now + 10));
	assert.equal(compareFeeds(b, other), "forked");
	assert.equal(compareFeeds(other, b), "forked");
	const taken = await sign({ ...first, rev: 9, posts: first.posts.slice(0, 1) });
	assert.equal(compareFeeds(a, taken), "forked", "a post was taken back");
	const far = Array.from({ length: 150 }, (_, index) => `${index}`).reduce(
		(feed, text) => withPost(feed, text, now + 9),
		first,
	);
	assert.equal(compareFeeds(a, await sign(far)), "gap");
	assert.equal(compareFeeds(await sign(far), a), "older");
	const next = feedOf(ann, ["1", "2"]);
	const later = await sign({ ...next, rev: 8, posts: withPost(next, "3", now + 9).posts.slice(2) });
	assert.equal(compareFeeds(a, later), "forked", "what it goes on from is not what we have");
	assert.notDeepEqual(postHash(first.of, first.posts[0]!), postHash(next.of, next.posts[0]!));
});

const someFile = (name = "tulips.jpg"): PostFile => ({
	id: new Uint8Array(16).fill(1),
	name,
	size: 1000,
	root: new Uint8Array(32).fill(2),
	key: new Uint8Array(32).fill(3),
});
const withFile = (name?: string): Feed => withPost(feedOf(ann, ["one"]), "two", now, someFile(name));

test("A post that offers a file makes a feed of the second version, and one without any stays as older programs read it", async () => {
	assert.equal(feedOf(ann, ["one"]).v, 1);
	const feed = withFile();
	assert.equal(feed.v, 2);
	assert.deepEqual(
		feed.posts.map((post) => post.v),
		[1, 2],
	);
	const read = await readFeed((await signFeed(ann, feed)).bytes, ann.fingerprint, now + 1000);
	assert.ok(read.kind === "feed");
	assert.deepEqual(read.signed.feed, feed);
	assert.deepEqual(shownIn(read.signed.feed.posts[1]!), { ...feed.posts[1] });
	assert.equal(await signedCode(withPost(feed, "", now, someFile())), "taken", "a file needs no text");
	assert.equal(await signedCode({ ...feed, v: 1 }), "malformed", "nothing of the second version stands in the first");
	const later = Array.from({ length: mostPosts }, (_, index) => index).reduce(
		(all) => withPost(all, "text", now),
		feed,
	);
	assert.equal(later.v, 1, "when the last file has gone out of it");
});

test("A file in a post is refused with the whole feed where its fields can't be, or its name has control characters", async () => {
	const bad = (change: object): Feed => {
		const feed = withFile();
		const [first, second] = feed.posts;
		return { ...feed, posts: [first!, { ...second!, file: { ...someFile(), ...change } }] };
	};
	assert.equal(await signedCode(bad({})), "taken");
	assert.equal(await signedCode(bad({ id: new Uint8Array(15) })), "malformed");
	assert.equal(await signedCode(bad({ root: new Uint8Array(31) })), "malformed");
	assert.equal(await signedCode(bad({ key: new Uint8Array(33) })), "malformed");
	assert.equal(await signedCode(bad({ size: -1 })), "malformed");
	assert.equal(await signedCode(bad({ size: 2 ** 42 + 1 })), "malformed");
	assert.equal(await signedCode(bad({ name: "n".repeat(256) })), "malformed");
	assert.equal(await signedCode(bad({ path: "/etc/passwd" })), "malformed");
	for (const name of ["\u001b[2J.txt", "a\nb", "\u0000"]) assert.equal(await signedCode(withFile(name)), "controls");
});

test("As many files as there may be, each with the longest name and text, make a feed that is taken", async () => {
	const posts = Array.from({ length: mostPosts }, (_, index) => index);
	const feed = posts.reduce(
		(all) => withPost(all, "é".repeat(2048), now, someFile("n".repeat(255))),
		emptyFeed(ann.fingerprint),
	);
	assert.equal(await signedCode(withProfile(feed, { name: "n".repeat(128), about: "a".repeat(500) })), "taken");
});

test("A post of a version that comes later stays in its place and in the chain, and is never taken for one that can be shown", async () => {
	const feed = withFile();
	const last = feed.posts.at(-1)!;
	const newer = {
		v: 3,
		seq: 3,
		prev: postHash(feed.of, last),
		at: now,
		text: 7,
		poll: { question: "why?", ends: [1, 2] },
	};
	const signed = await signFeed(ann, { ...feed, rev: 3, posts: [...feed.posts, newer] });
	const read = await readFeed(signed.bytes, ann.fingerprint, now + 1000);
	assert.ok(read.kind === "feed");
	assert.equal(shownIn(read.signed.feed.posts[2]!), undefined);
	const next = withPost(read.signed.feed, "four", now);
	assert.equal(await signedCode(next), "taken", "what we do not know is hashed as it was written");
	assert.equal(
		await signedCode({ ...feed, posts: [...feed.posts, { ...newer, prev: new Uint8Array(32) }] }),
		"brokenChain",
	);
	assert.equal(await signedCode({ ...feed, posts: [...feed.posts, { ...newer, v: 2 }] }), "malformed");
});

test("A feed of a version that comes later is refused as that, whichever part of it is newer, and not as damaged", async () => {
	const bytes = encodeBody({ v: 3, anything: [1, "two"] });
	assert.equal(await codeOf(bytes), "newer");
	const inner = encodeBody({ v: 1, feed: bytes, signature: new Uint8Array(1), certificate: new Uint8Array(1) });
	assert.equal(await codeOf(inner), "newer");
	assert.equal(await codeOf(encodeBody({ v: 2, anything: 1 })), "malformed");
});
