// How two versions of one person's feed go together: which is newer, and whether both can be true. Pure.
import { type Feed, postHash, type SignedFeed } from "./feed.ts";

/**
 * Says what a version that came is to the one we have. `newer`: it goes on from ours · `gap`: it is newer, and there were so many posts meanwhile that
 * nobody can tell whether it goes on from ours · `same` · `older` · `forked`: the person has signed two that exclude each other.
 */
export type Comparison = "newer" | "gap" | "same" | "older" | "forked";

/** Compares a version that came with the one we have; both are signed by the same person. */
export function compareFeeds(ours: SignedFeed, came: SignedFeed): Comparison {
	const isSame = Buffer.compare(ours.hash, came.hash) === 0;
	if (isSame) return "same";
	if (came.feed.rev === ours.feed.rev) return "forked";
	const [former, later] = came.feed.rev > ours.feed.rev ? [ours.feed, came.feed] : [came.feed, ours.feed];
	const going = goesOn(former, later);
	if (going === "no") return "forked";
	if (later !== came.feed) return "older";
	return going === "yes" ? "newer" : "gap";
}

/** Tells whether the later version goes on from the former. Each post names the one before by its hash, so that two that agree in one agree in all before it. */
function goesOn(former: Feed, later: Feed): "yes" | "no" | "unknown" {
	const last = former.posts.at(-1);
	if (!last) return "yes";
	const hash = postHash(former.of, last);
	const isAs = (other: Uint8Array) => (Buffer.compare(hash, other) === 0 ? "yes" : "no");
	const same = later.posts.find(({ seq }) => seq === last.seq);
	if (same) return isAs(postHash(later.of, same));
	const next = later.posts.find(({ seq }) => seq === last.seq + 1);
	if (next) return isAs(next.prev);
	// Posts are never taken back: a later version without the last one has taken it back.
	return (later.posts.at(-1)?.seq ?? 0) < last.seq ? "no" : "unknown";
}
