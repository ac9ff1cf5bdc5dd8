// What is kept of each person's feed beside the feed itself, as bytes: CBOR through a strict schema. The store seals it.
import * as v from "valibot";
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { READING_KEY_BYTES } from "../../crypto/posts/reading-key.ts";
import { bytesOf, decodeBody, encodeBody, textOf, wholeNumber } from "../wire/codec.ts";
import { hashBytes } from "../wire/entering-frames.ts";
import { maxNameBytes } from "../wire/handshake.ts";
import { maxInviteContentBytes } from "../wire/invite.ts";
import { mostPlaces } from "./feed-link.ts";

/** At most this many people are told apart in who may read, which is more than meet in the largest room. */
export const mostReaders = 1000;

const fingerprint = v.custom<Fingerprint>((one) => typeof one === "string" && parseFingerprint(one) === one);
const person = { of: fingerprint, name: textOf(maxNameBytes) };
const people = <Entries extends v.ObjectEntries>(entries: Entries) =>
	v.pipe(v.array(v.strictObject(entries)), v.maxLength(mostReaders), v.readonly());

const common = {
	v: v.literal(1),
	...person,
	/** Opens the feed, and is of that time, in ms since the epoch: a newer one takes its place. */
	key: bytesOf(READING_KEY_BYTES),
	since: wholeNumber(0),
	/** The version that is here; 0 and no hash where there is none. */
	rev: wholeNumber(0),
	hash: bytesOf(0, hashBytes),
};
const reader = v.strictObject({
	...common,
	role: v.literal("reader"),
	/** The last of their posts, and the last one that our person has seen. */
	last: wholeNumber(0),
	seen: wholeNumber(0),
	/** Counts the posts that are here, and says when the newest was made. */
	count: wholeNumber(0),
	at: wholeNumber(0),
	trouble: v.exactOptional(v.picklist(["forked", "rolledBack"])),
	/** The places where it is given to everybody who has the link, as the link said. */
	places: v.exactOptional(v.pipe(v.array(bytesOf(1, maxInviteContentBytes)), v.maxLength(mostPlaces), v.readonly())),
	/** The key is from a feed link, so that it may be handed on. */
	isByLink: v.exactOptional(v.literal(true)),
	/** Our person has handed the link on, and gives the posts to whoever has it. */
	isLent: v.exactOptional(v.literal(true)),
	/** Our person wants none of it. */
	isForgotten: v.exactOptional(v.literal(true)),
});
const own = v.strictObject({
	...common,
	role: v.literal("own"),
	readers: v.picklist(["nobody", "verified", "known", "link"]),
	/** Lists those for whom it was decided otherwise. */
	people: people({ ...person, may: v.boolean() }),
	/** The people who were given the key, and whether their programs have shown that they have it. */
	have: people({ ...person, isSure: v.boolean() }),
	/** The link was asked for, so that anybody may have the key. */
	hasLink: v.boolean(),
});
const head = v.variant("role", [reader, own]);

export type ReaderHead = Omit<v.InferOutput<typeof reader>, "v">;
export type OwnHead = Omit<v.InferOutput<typeof own>, "v">;
export type FeedHead = ReaderHead | OwnHead;

/** Encodes what is kept beside a feed. */
export const encodeHead = (one: FeedHead): Uint8Array => encodeBody({ v: 1, ...one });

/** Decodes it; `undefined` for what this version can't read. */
export function decodeHead(bytes: Uint8Array): FeedHead | undefined {
	const decoded = decodeBody(head, bytes);
	if (decoded.kind === "refused") return undefined;
	const { v: _, ...read } = decoded.value;
	return read;
}
