// Posts that are fetched by dialling: where each feed is given, what is asked for, and what became of what came.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { feedLinkSecret } from "../../crypto/posts/reading-key.ts";
import { unlessDiskFails } from "../../store/failure.ts";
import type { FeedFetched } from "../api/posts/posts.ts";
import type { HaveFeed } from "../wire/feed-frames.ts";
import { readFeed } from "./feed.ts";
import type { FeedBook, Taken } from "./feed-book.ts";
import { type FeedPlace, readPlace } from "./feed-link.ts";

/** Says what came of asking for a feed. `from` gave it. */
export type FeedAnswer =
	| { readonly kind: "feed"; readonly from: Fingerprint; readonly bytes: Uint8Array }
	| { readonly kind: "same"; readonly from: Fingerprint }
	| { readonly kind: "none"; readonly why: Extract<FeedFetched, { kind: "none" }>["why"] };

/** Dials the places and asks there for a feed by the secret of its link. */
export type AskForFeed = (
	places: readonly FeedPlace[],
	wish: { readonly secret: Uint8Array; readonly have: HaveFeed },
) => Promise<FeedAnswer>;

export interface FetchedFeedsOptions {
	readonly book: FeedBook;
	/** Asks; it is absent where nobody can be dialled. */
	readonly ask?: AskForFeed | undefined;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	/** Is called when a version was taken in, or has shown that something is wrong. */
	readonly onTaken: (of: Fingerprint, taken: Taken, from: Fingerprint) => void;
}

/** Fetches the posts of others by their links. Each engine has one. */
export class FetchedFeeds {
	readonly #options: FetchedFeedsOptions;
	readonly #running = new Map<Fingerprint, Promise<FeedFetched>>();

	constructor(options: FetchedFeedsOptions) {
		this.#options = options;
	}

	/** Asks where the link to this feed said, and takes in what comes; asked twice at a time, it dials once. */
	fetch(of: Fingerprint): Promise<FeedFetched> {
		const running = this.#running.get(of);
		if (running) return running;
		const fetching = this.#fetch(of).finally(() => this.#running.delete(of));
		this.#running.set(of, fetching);
		return fetching;
	}

	async #fetch(of: Fingerprint): Promise<FeedFetched> {
		const { book, ask, now, onTaken } = this.#options;
		const head = book.heads().get(of);
		const places = head?.role === "reader" ? (head.places ?? []).flatMap((one) => readPlace(one) ?? []) : [];
		if (!head || !ask || places.length === 0) return { kind: "none", why: "noWay" };
		const { rev, hash } = head;
		const answer = await ask(places, { secret: feedLinkSecret(head.key), have: { rev, hash } });
		if (answer.kind !== "feed") return answer.kind === "same" ? { kind: "same" } : answer;
		const read = await readFeed(answer.bytes, of, now());
		if (read.kind === "refused") return { kind: "refused", why: read.code };
		const taken = unlessDiskFails(() => book.take(read.signed));
		if (!taken) return { kind: "none", why: "notKept" };
		onTaken(of, taken, answer.from);
		if (taken.kind === "forked") return { kind: "forked" };
		return taken.kind === "newer" || taken.kind === "gap" ? { kind: "came", count: taken.count } : { kind: "same" };
	}
}
