// Reads somebody's posts by a feed link, in the page: by a relay or the onion it came from, and by nothing else. Nothing of it is kept.
import { keyWords } from "../../crypto/identity/safety-words.ts";
import { noiseChannel } from "../../crypto/opening/noise-channel.ts";
import { feedLinkSecret } from "../../crypto/posts/reading-key.ts";
import type { FeedFetched } from "../../engine/api/posts/posts.ts";
import { dialFeed } from "../../engine/guest/feeds/dialled-feed.ts";
import { type Post, readFeed, shownIn } from "../../engine/posts/feed.ts";
import { type FeedPlace, readFeedLink } from "../../engine/posts/feed-link.ts";
import type { Route, RouteGuest } from "../../engine/routes/route.ts";
import { cleanLine, cleanName, cleanText } from "../../engine/text/clean.ts";
import { noTransport, pageRoutes } from "./page-ways.ts";

/** A PagePost is a post: what it says and the name of what goes with it; neither where only a later version could show it. */
export interface PagePost {
	readonly at: number;
	readonly text?: string;
	readonly file?: string;
}

/** A PageFeed is what a page shows of somebody's posts: all of it clean, and signed by this key. */
export interface PageFeed {
	readonly kind: "feed";
	readonly name: string;
	readonly about: string;
	readonly fingerprint: string;
	/** These are the words by which people know the key. */
	readonly words: readonly string[];
	/** Holds them newest first; `at` is in ms since the epoch. */
	readonly posts: readonly PagePost[];
}

export type PageFeedOutcome = PageFeed | Exclude<FeedFetched, { kind: "came" | "same" | "forked" }>;

/** Tells whether what stands in the address of the page is meant to be a feed link, however damaged. */
export const looksLikeFeedLink = (text: string): boolean => text.startsWith("rt-posts:");

/** Returns what asks for the posts; `undefined` where the link is none, or not whole. */
export function pageFeedOf(text: string): (() => Promise<PageFeedOutcome>) | undefined {
	const link = readFeedLink(text);
	if (!link) return undefined;
	const { of, key, places } = link;
	const secret = feedLinkSecret(key);
	const routesTo = ({ parts }: FeedPlace): readonly RouteGuest[] =>
		pageRoutes.flatMap(({ inviteKey, readInvite }: Route) =>
			parts.has(inviteKey) ? (readInvite(parts.get(inviteKey), secret)?.(() => {}) ?? []) : [],
		);
	return async () => {
		const answer = await dialFeed(
			// The addresses in a link are no way for a page.
			places.map((place) => ({ ...place, endpoints: [] })),
			{
				...{ secret, routesTo, transport: noTransport, openChannel: noiseChannel, now: Date.now },
				have: { rev: 0, hash: new Uint8Array() },
				signal: new AbortController().signal,
			},
		);
		if (answer.kind !== "feed") return answer.kind === "none" ? answer : { kind: "none", why: "broken" };
		const read = await readFeed(answer.bytes, of, Date.now());
		if (read.kind === "refused") return { kind: "refused", why: read.code };
		const { profile, posts } = read.signed.feed;
		return {
			kind: "feed",
			name: cleanName(profile.name) ?? "Somebody",
			about: cleanText(profile.about),
			fingerprint: of,
			words: await keyWords(of),
			posts: posts.toReversed().map(shownOf),
		};
	};
}

function shownOf(post: Post): PagePost {
	const shown = shownIn(post);
	return {
		at: post.at,
		...(shown ? { text: cleanText(shown.text) } : {}),
		...(shown?.file ? { file: cleanLine(shown.file.name) } : {}),
	};
}
