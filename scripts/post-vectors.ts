// Test vectors of posts (docs/protocol.md §20): a feed of two posts.
import { toBeSigned } from "../src/crypto/identity/certificate.ts";
import type { Fingerprint } from "../src/crypto/identity/fingerprint.ts";
import { emptyFeed, postHash, signedFor, withPost, withProfile } from "../src/engine/posts/feed.ts";
import { encodeBody } from "../src/engine/wire/codec.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Makes the feed of `of`, who has posted `text` twice. Returns the vectors, byte strings as hex. */
export function postVectors(of: Fingerprint, text: string, at: number) {
	const named = withProfile(emptyFeed(of), { name: "Ann", about: "Gardens" });
	const feed = withPost(withPost(named, text, at), text, at + 1000);
	const bytes = encodeBody(feed);
	return {
		feed: hex(bytes),
		postHashes: feed.posts.map((post) => hex(postHash(feed.of, post))),
		toBeSigned: hex(toBeSigned(signedFor, [bytes])),
	};
}
