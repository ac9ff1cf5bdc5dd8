// Test vectors of posts (docs/protocol.md §20): a feed of two posts, the links to it, how it is asked for and given by one, and what is said of it in a room.
import { toBeSigned } from "../src/crypto/identity/certificate.ts";
import type { Fingerprint } from "../src/crypto/identity/fingerprint.ts";
import { tagKeys } from "../src/crypto/opening/knock.ts";
import { feedInRoom, feedLinkSecret, sealNote } from "../src/crypto/posts/reading-key.ts";
import { emptyFeed, postHash, signedFor, withPost, withProfile } from "../src/engine/posts/feed.ts";
import { encodeFeedLink } from "../src/engine/posts/feed-link.ts";
import { encodeBody } from "../src/engine/wire/codec.ts";
import { contentIdBytes } from "../src/engine/wire/content-kinds.ts";
import { encodeFeedPart, encodeGetFeed } from "../src/engine/wire/feed-frames.ts";
import { encodeFeedNote } from "../src/engine/wire/feed-note.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const noNonce = (size: number): Uint8Array => Buffer.alloc(size, 7);

interface Given {
	readonly key: Uint8Array;
	readonly room: Uint8Array;
}

/** Makes the feed of `of`, who has posted `text` twice, under this reading key. Returns the vectors, byte strings as hex; the nonce of what is sealed is 12 bytes 7. */
export function postVectors(of: Fingerprint, text: string, at: number, { key, room }: Given) {
	const named = withProfile(emptyFeed(of), { name: "Ann", about: "Gardens" });
	const feed = withPost(withPost(named, text, at), text, at + 1000);
	const bytes = encodeBody(feed);
	const inRoom = feedInRoom(key, room);
	const secret = feedLinkSecret(key);
	const keys = tagKeys({ kind: "feed", secret }, of);
	const place = { fingerprint: of, endpoints: [{ address: "203.0.113.7", port: 47_000 }], parts: new Map() };
	const have = encodeFeedNote({ v: 1, what: "have", rev: 0, hash: new Uint8Array() });
	const file = { id: key.subarray(0, contentIdBytes), name: "tulips.jpg", size: 1000, root: room, key };
	const withFile = withPost(feed, "", at + 2000, file);
	return {
		feed: hex(bytes),
		feedWithFile: hex(encodeBody(withFile)),
		postHashes: feed.posts.map((post) => hex(postHash(feed.of, post))),
		toBeSigned: hex(toBeSigned(signedFor, [bytes])),
		link: encodeFeedLink({ of, key, since: at, places: [] }),
		linkWithPlace: encodeFeedLink({ of, key, since: at, places: [place] }),
		linkSecret: hex(secret),
		linkGuestKey: hex(keys.guest.export()),
		linkHostKey: hex(keys.host.export()),
		getFeed: hex(encodeGetFeed({ rev: 0, hash: new Uint8Array() })),
		feedPart: hex(encodeFeedPart({ left: 1, bytes: key })),
		feedSame: hex(encodeFeedPart({ left: 0, bytes: new Uint8Array() })),
		nameInRoom: hex(inRoom.name),
		keyInRoom: hex(inRoom.key),
		noteHave: hex(have),
		notePart: hex(encodeFeedNote({ v: 1, what: "part", rev: 3, left: 0, bytes: key })),
		noteLast: hex(encodeFeedNote({ v: 1, what: "last", seq: 2, hash: key })),
		noteNews: hex(encodeFeedNote({ v: 1, what: "news", rev: 3, bytes: key })),
		noteWant: hex(encodeFeedNote({ v: 1, what: "want", id: file.id, except: [feed.of] })),
		noteLacks: hex(encodeFeedNote({ v: 1, what: "lacks", id: file.id, why: "changed" })),
		sealedHave: hex(sealNote(inRoom, of, have, noNonce)),
	};
}
