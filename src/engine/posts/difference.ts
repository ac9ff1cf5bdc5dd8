// Makes what somebody lacks of a feed of which they have an older version, under the one signature of the newer. They put both together, and judge the whole. Pure.
import * as v from "valibot";
import { decodeBody, encodeBody, wholeNumber } from "../wire/codec.ts";
import {
	anyPost,
	bundled,
	everyFeed,
	type Feed,
	mostPosts,
	postHash,
	proofOf,
	type SignedFeed,
	signatureBytes,
} from "./feed.ts";

/** Names the newest post that somebody has of a feed. */
export interface LastPost {
	readonly seq: number;
	readonly hash: Uint8Array;
}

const difference = v.strictObject({
	v: v.literal(1),
	/** The feed but for its posts, in the order of its own fields. */
	feed: v.strictObject({ v: v.picklist([1, 2]), ...everyFeed }),
	/** Counts up to where the posts are left out. */
	after: wholeNumber(1),
	/** Names the oldest post that is still in the feed. */
	first: wholeNumber(1),
	posts: v.pipe(v.array(anyPost), v.maxLength(mostPosts), v.readonly()),
	signature: signatureBytes,
});

/** Returns the newest post of a feed, as others are told of it; `undefined` where there is none. */
export function lastPost({ of, posts }: Feed): LastPost | undefined {
	const last = posts.at(-1);
	return last && { seq: last.seq, hash: postHash(of, last) };
}

/** Tells whether a feed goes on from the post that somebody has as the newest. */
export function hasInChain({ of, posts }: Feed, { seq, hash }: LastPost): boolean {
	const same = posts.find((one) => one.seq === seq);
	if (same) return Buffer.compare(postHash(of, same), hash) === 0;
	const [oldest] = posts;
	return oldest !== undefined && oldest.seq === seq + 1 && Buffer.compare(oldest.prev, hash) === 0;
}

/** Returns what of a feed comes after the post of this number, with the signature of all of it; `undefined` where there is no such feed. */
export function differenceAfter(signed: SignedFeed, after: number): Uint8Array | undefined {
	const { posts, ...head } = signed.feed;
	const [oldest] = posts;
	const proof = proofOf(signed);
	if (!oldest || !proof) return undefined;
	const news = posts.filter(({ seq }) => seq > after);
	return encodeBody({ v: 1, feed: head, after, first: oldest.seq, posts: news, signature: proof.signature });
}

/** Puts together what came with the version that we have, under the certificate that came with that; `undefined` where it does not go on from there. Nothing of it is judged yet. */
export function wholeOf(ours: SignedFeed, bytes: Uint8Array): Uint8Array | undefined {
	const read = decodeBody(difference, bytes);
	const proof = proofOf(ours);
	if (read.kind === "refused" || !proof) return undefined;
	const { feed, after, first, posts, signature } = read.value;
	if (after > (ours.feed.posts.at(-1)?.seq ?? 0)) return undefined;
	const kept = ours.feed.posts.filter(({ seq }) => seq >= first && seq <= after);
	return bundled({ ...feed, posts: [...kept, ...posts] }, signature, proof.certificate);
}
