// What is said of a feed in a room, inside what its reading key seals (docs/protocol.md §20.2).
import * as v from "valibot";
import { bytesOf, type Decoded, decodeBody, encodeBody, wholeNumber } from "./codec.ts";
import { contentIdBytes } from "./content-kinds.ts";
import { hashBytes } from "./entering-frames.ts";

/** A feed travels in parts of this many bytes, the last of which may be shorter: what is said in one line has a limit. */
export const feedPartBytes = 64 * 1024;
export const mostFeedParts = 8;
/** At most this many people can be passed over at once when they give nothing of a file. */
export const mostExcepted = 8;

const note = v.variant("what", [
	/** The sender has this version; 0 where it has none yet. Whoever has another one says so, or gives it. */
	v.strictObject({ v: v.literal(1), what: v.literal("have"), rev: wholeNumber(0), hash: bytesOf(0, hashBytes) }),
	/** Is a part of this version; `left` more follow. */
	v.strictObject({
		v: v.literal(1),
		what: v.literal("part"),
		rev: wholeNumber(1),
		left: wholeNumber(0, mostFeedParts - 1),
		bytes: bytesOf(1, feedPartBytes),
	}),
	/** Is the newest post that the sender has, said beside `have`: whoever has more need not give what comes before. */
	v.strictObject({ v: v.literal(1), what: v.literal("last"), seq: wholeNumber(1), hash: bytesOf(hashBytes) }),
	/** Is what this version has more than an older one, for whoever has that. */
	v.strictObject({ v: v.literal(1), what: v.literal("news"), rev: wholeNumber(1), bytes: bytesOf(1, feedPartBytes) }),
	/** The sender wants what goes with a post, from whoever has it; not from those in `except`, of whom nothing came. */
	v.strictObject({
		v: v.literal(1),
		what: v.literal("want"),
		id: bytesOf(contentIdBytes),
		except: v.pipe(v.array(v.union([bytesOf(20), bytesOf(32)])), v.maxLength(mostExcepted), v.readonly()),
	}),
	/** Comes from the author only: what goes with a post is not there any more, or is no more what was posted. */
	v.strictObject({
		v: v.literal(1),
		what: v.literal("lacks"),
		id: bytesOf(contentIdBytes),
		why: v.picklist(["changed", "unreadable"]),
	}),
]);

/** A FeedNote is what one note says. */
export type FeedNote = Readonly<v.InferOutput<typeof note>>;

/** Encodes a note. */
export const encodeFeedNote = (one: FeedNote): Uint8Array => encodeBody(one);
/** Decodes a note. */
export const decodeFeedNote = (bytes: Uint8Array): Decoded<FeedNote> => decodeBody(note, bytes);
