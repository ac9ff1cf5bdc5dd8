// What is said of a feed in a room, inside what its reading key seals (docs/protocol.md §20.2).
import * as v from "valibot";
import { bytesOf, type Decoded, decodeBody, encodeBody, wholeNumber } from "./codec.ts";
import { hashBytes } from "./entering-frames.ts";

/** A feed travels in parts of so many bytes, the last of which may be shorter: what is said in one line has a limit. */
export const feedPartBytes = 64 * 1024;
const mostParts = 8;

const note = v.variant("what", [
	/** The sender has this version; 0 where it has none yet. Whoever has another one says so, or gives it. */
	v.strictObject({ v: v.literal(1), what: v.literal("have"), rev: wholeNumber(0), hash: bytesOf(0, hashBytes) }),
	/** Is a part of this version; `left` more follow. */
	v.strictObject({
		v: v.literal(1),
		what: v.literal("part"),
		rev: wholeNumber(1),
		left: wholeNumber(0, mostParts - 1),
		bytes: bytesOf(1, feedPartBytes),
	}),
]);

/** Is what one note says. */
export type FeedNote = Readonly<v.InferOutput<typeof note>>;

/** Encodes a note. */
export const encodeFeedNote = (one: FeedNote): Uint8Array => encodeBody(one);
/** Decodes a note. */
export const decodeFeedNote = (bytes: Uint8Array): Decoded<FeedNote> => decodeBody(note, bytes);
