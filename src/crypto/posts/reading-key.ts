// The reading key of a feed: whoever has it can read the feed, from whoever has that. In each room it makes a name and a key of that room's own.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { type Fingerprint, fingerprintBytes } from "../identity/fingerprint.ts";
import { concatBytes, lvCat } from "../length-value.ts";

export const READING_KEY_BYTES = 32;
/** The name under which a feed is spoken of in a room. */
export const FEED_NAME_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Sealing adds this many bytes. */
const SEALING_BYTES = NONCE_BYTES + TAG_BYTES;
const DOMAIN = new TextEncoder().encode("real-talk/2 posts");
const LINK_DOMAIN = new TextEncoder().encode("real-talk/2 posts link");
/** The size in bytes of the secret by which a feed is asked for: that of an invite, since it stands in the place of one. */
const LINK_SECRET_BYTES = 16;
const CIPHER = "aes-256-gcm";

/** Makes a reading key. */
export const newReadingKey = (): Uint8Array => new Uint8Array(randomBytes(READING_KEY_BYTES));

/** Returns the secret by which whoever has the reading key is found, and asked for the feed, without a room. It does not tell the reading key. */
export const feedLinkSecret = (readingKey: Uint8Array): Uint8Array =>
	new Uint8Array(hkdfSync("sha256", readingKey, new Uint8Array(), lvCat(LINK_DOMAIN), LINK_SECRET_BYTES));

/** A FeedInRoom is a feed as it is spoken of in one room. Somebody who does not have the reading key can't tell of which feed, nor whether it is the one of another room. */
export interface FeedInRoom {
	readonly name: Uint8Array;
	readonly key: Uint8Array;
}

/** Returns by which name, and under which key, a feed is spoken of in a room. */
export function feedInRoom(readingKey: Uint8Array, room: Uint8Array): FeedInRoom {
	const info = lvCat(DOMAIN, room);
	const bytes = new Uint8Array(hkdfSync("sha256", readingKey, new Uint8Array(), info, FEED_NAME_BYTES + 32));
	return { name: bytes.subarray(0, FEED_NAME_BYTES), key: bytes.subarray(FEED_NAME_BYTES) };
}

/** Seals what `from` says of a feed in the room. Nobody else can say it as their own. */
export function sealNote(
	{ name, key }: FeedInRoom,
	from: Fingerprint,
	data: Uint8Array,
	random: (sizeBytes: number) => Uint8Array = randomBytes,
): Uint8Array {
	const nonce = random(NONCE_BYTES);
	const sealing = createCipheriv(CIPHER, key, nonce);
	sealing.setAAD(lvCat(name, fingerprintBytes(from)));
	return concatBytes(nonce, sealing.update(data), sealing.final(), sealing.getAuthTag());
}

/** Opens what `from` has said of a feed; `undefined` where they have not said it, or not of this feed in this room. */
export function openNote({ name, key }: FeedInRoom, from: Fingerprint, sealed: Uint8Array): Uint8Array | undefined {
	if (sealed.length < SEALING_BYTES) return undefined;
	try {
		const opening = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
		opening.setAAD(lvCat(name, fingerprintBytes(from)));
		opening.setAuthTag(sealed.subarray(-TAG_BYTES));
		return concatBytes(opening.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), opening.final());
	} catch {
		return undefined;
	}
}
