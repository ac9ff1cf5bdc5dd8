// A feed link: whose posts, and the key to them, as text that can be handed on. It leads to no address: the posts come from whoever has them, in a room.
import * as v from "valibot";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { READING_KEY_BYTES } from "../../crypto/posts/reading-key.ts";
import { sha256 } from "../../crypto/sha256.ts";
import { bytesOf, decodeBody, encodeBody, wholeNumber } from "../wire/codec.ts";

const scheme = "rt-posts:";
const checksumBytes = 4;
/** A link of a v6 key has about 140 characters. */
const maxLinkLength = 400;

const content = v.strictObject({
	v: v.literal(1),
	of: v.union([bytesOf(20), bytesOf(32)]),
	key: bytesOf(READING_KEY_BYTES),
	since: wholeNumber(0),
});

/** Is what a feed link says. */
export interface FeedLink {
	readonly of: Fingerprint;
	readonly key: Uint8Array;
	/** The time of the key, in milliseconds since the epoch. */
	readonly since: number;
}

const checksum = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, checksumBytes);

/** Writes a feed link. */
export function encodeFeedLink({ of, key, since }: FeedLink): string {
	const bytes = encodeBody({ v: 1, of: fingerprintBytes(of), key, since });
	return scheme + Buffer.concat([bytes, checksum(bytes)]).toString("base64url");
}

/** Reads a feed link as somebody typed it; `undefined` when it is none, or not whole. */
export function readFeedLink(typed: string): FeedLink | undefined {
	const text = typed.trim();
	if (!text.startsWith(scheme) || text.length > maxLinkLength) return undefined;
	const bytes = new Uint8Array(Buffer.from(text.slice(scheme.length), "base64url"));
	const body = bytes.subarray(0, -checksumBytes);
	if (Buffer.compare(checksum(body), bytes.subarray(-checksumBytes)) !== 0) return undefined;
	const read = decodeBody(content, body);
	const of = read.kind === "value" ? parseFingerprint(Buffer.from(read.value.of).toString("hex")) : undefined;
	return read.kind === "value" && of ? { of, key: read.value.key, since: read.value.since } : undefined;
}
