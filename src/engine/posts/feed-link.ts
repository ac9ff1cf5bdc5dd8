// A feed link: whose posts, the key to them, and where they are given, as text that can be handed on. Without a place the posts come from whoever has them, in a room.
import * as v from "valibot";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { READING_KEY_BYTES } from "../../crypto/posts/reading-key.ts";
import { sha256 } from "../../crypto/sha256.ts";
import { bytesOf, decodeBody, encodeBody, wholeNumber } from "../wire/codec.ts";
import { encodeInviteContent, type Invite, maxInviteContentBytes, readInviteContent } from "../wire/invite.ts";

const scheme = "rt-posts:";
const checksumBytes = 4;
/** A link names this many places at most: the author's, and those of others who give the posts too. Each costs the reader a dial. */
export const mostPlaces = 4;
/** A link of a v6 key has about 140 characters, and 850 more for each place that is as long as it can be. */
const maxLinkLength = 4096;

const common = { of: v.union([bytesOf(20), bytesOf(32)]), key: bytesOf(READING_KEY_BYTES), since: wholeNumber(0) };
const content = v.variant("v", [
	v.strictObject({ v: v.literal(1), ...common }),
	v.strictObject({
		v: v.literal(2),
		...common,
		places: v.pipe(v.array(bytesOf(1, maxInviteContentBytes)), v.minLength(1), v.maxLength(mostPlaces)),
	}),
]);

/** Says who gives the posts, and how they are reached: what an invite says, without a secret and a room. */
export type FeedPlace = Pick<Invite, "fingerprint" | "endpoints" | "parts">;

/** Says whose posts a link leads to, by which secret, and where they are given. */
export interface FeedLink {
	readonly of: Fingerprint;
	readonly key: Uint8Array;
	/** Says since when the key is in use, in milliseconds since the epoch. */
	readonly since: number;
	/** The places where the posts are given to everybody who has the link, the likeliest first. */
	readonly places: readonly FeedPlace[];
}

const checksum = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, checksumBytes);

/** Writes a feed link. */
export function encodeFeedLink({ of, key, since, places }: FeedLink): string {
	const where = places.length === 0 ? { v: 1 } : { v: 2, places: places.map(encodePlace) };
	const bytes = encodeBody({ ...where, of: fingerprintBytes(of), key, since });
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
	if (read.kind === "refused") return undefined;
	const { key, since } = read.value;
	const of = parseFingerprint(Buffer.from(read.value.of).toString("hex"));
	const places = (read.value.v === 1 ? [] : read.value.places).map(readPlace);
	return of && places.every((one) => one !== undefined) ? { of, key, since, places } : undefined;
}

/** Encodes a place as it stands in a link and is kept. It throws where nothing leads there. */
export const encodePlace = ({ fingerprint, endpoints, parts }: FeedPlace): Uint8Array =>
	encodeInviteContent({ fingerprint, endpoints, parts });

/** Reads a place; `undefined` for what is none. It never throws. */
export function readPlace(bytes: Uint8Array): FeedPlace | undefined {
	const read = readInviteContent(bytes);
	if (read.kind === "refused") return undefined;
	const { fingerprint, endpoints, parts, secret, room } = read.invite;
	const leadsSomewhere = endpoints.length > 0 || parts.size > 0;
	return leadsSomewhere && !secret && !room ? { fingerprint, endpoints, parts } : undefined;
}
