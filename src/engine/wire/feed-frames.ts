// The two frames by which posts are asked for and given over a Link that was dialled by a feed link (docs/protocol.md §20.4).
import * as v from "valibot";
import { bytesOf, type Decoded, decodeBody, encodeBody, wholeNumber } from "./codec.ts";
import { hashBytes } from "./entering-frames.ts";
import { feedPartBytes, mostFeedParts } from "./feed-note.ts";

const getFeed = v.strictObject({ v: v.literal(1), rev: wholeNumber(0), hash: bytesOf(0, hashBytes) });
const feedPart = v.strictObject({
	v: v.literal(1),
	/** Counts the parts that follow. */
	left: wholeNumber(0, mostFeedParts - 1),
	/** Is empty where the reader has what there is. */
	bytes: bytesOf(0, feedPartBytes),
});

/** Says which version the reader has; 0 and no hash where there is none. */
export interface HaveFeed {
	readonly rev: number;
	readonly hash: Uint8Array;
}
export type FeedPart = Omit<v.InferOutput<typeof feedPart>, "v">;

/** The longest body of a `feed`: a part, and what CBOR puts around it. */
export const maxFeedPartBody = feedPartBytes + 64;

/** Encodes the body of a `getFeed`. */
export const encodeGetFeed = ({ rev, hash }: HaveFeed): Uint8Array => encodeBody({ v: 1, rev, hash });
/** Decodes the body of a `getFeed`. */
export const decodeGetFeed = (body: Uint8Array): Decoded<HaveFeed> => decodeBody(getFeed, body);
/** Encodes the body of a `feed`. */
export const encodeFeedPart = ({ left, bytes }: FeedPart): Uint8Array => encodeBody({ v: 1, left, bytes });
/** Decodes the body of a `feed`. */
export const decodeFeedPart = (body: Uint8Array): Decoded<FeedPart> => decodeBody(feedPart, body);

/** Cuts a feed into the parts in which it travels; one that is empty says that there is nothing newer. */
export function partsOfFeed(bytes: Uint8Array): readonly FeedPart[] {
	const count = Math.max(1, Math.ceil(bytes.length / feedPartBytes));
	return Array.from({ length: count }, (_, index) => ({
		left: count - 1 - index,
		bytes: bytes.slice(index * feedPartBytes, (index + 1) * feedPartBytes),
	}));
}
