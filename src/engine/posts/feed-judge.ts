// Judges what comes of somebody's feed, whoever gives it: whether it is theirs, newer, an older one, or one that excludes what we have; and tells what a person should know.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";
import { unlessDiskFails } from "../../store/failure.ts";
import type { Person } from "../api/people.ts";
import type { PostEvent } from "../api/posts/posts.ts";
import { readFeed } from "./feed.ts";
import type { FeedBook, Taken } from "./feed-book.ts";
import type { PostsRoom } from "./posts-desk.ts";

/** Two versions may cross on their way through two rooms: within this time an older one from its author is none that they went back to. */
const crossingMs = 60_000;

export interface FeedJudgeOptions {
	readonly book: FeedBook;
	readonly clock: Clock;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	readonly emit: (event: PostEvent) => void;
	readonly changed: () => void;
	/** Is called when a newer version of somebody's feed was taken. */
	readonly onNewer: (of: Fingerprint) => void;
}

/** Remembers, while the program runs, when each feed came last. */
export class FeedJudge {
	readonly #options: FeedJudgeOptions;
	/** Says when a version of somebody's feed came, by the clock that only goes forward. */
	readonly #cameAt = new Map<Fingerprint, number>();

	constructor(options: FeedJudgeOptions) {
		this.#options = options;
	}

	/** Takes what somebody in a room gives of a feed. Returns whether it was good: newer than what we have, or the same. */
	async judge(of: Fingerprint, bytes: Uint8Array, by: Person, tell: PostsRoom["tell"]): Promise<boolean> {
		const { book, now } = this.#options;
		const head = book.heads().get(of);
		if (!head) return false;
		const author = book.author(head);
		const read = await readFeed(bytes, of, now());
		if (read.kind === "refused") {
			tell({ code: "postsRefused", of: author, by, why: read.code });
			return false;
		}
		const taken = unlessDiskFails(() => book.take(read.signed));
		if (taken) this.#tellOf(of, taken, by, tell);
		return taken !== undefined && taken.kind !== "older" && taken.kind !== "forked";
	}

	#tellOf(of: Fingerprint, taken: Taken, by: Person, tell: PostsRoom["tell"]): void {
		const isNews = this.taken(of, taken, by.fingerprint);
		const head = this.#options.book.heads().get(of);
		if (!head || !isNews) return;
		const author = this.#options.book.author(head);
		if (taken.kind === "forked") tell({ code: "postsForked", of: author, by });
		else if (taken.kind === "older") tell({ code: "postsRolledBack", of: author, by });
		else if (head.role === "own") tell({ code: "postsRestored", count: taken.count });
	}

	/** Remembers what became of a version that somebody gave, and tells of new posts. Returns whether our person should hear of it. */
	taken(of: Fingerprint, { kind, count }: Taken, from: Fingerprint): boolean {
		const { book, clock, emit, changed, onNewer } = this.#options;
		const head = book.heads().get(of);
		if (!head || kind === "same") return false;
		if (kind === "older" || kind === "forked") {
			const cameAt = this.#cameAt.get(of) ?? Number.NEGATIVE_INFINITY;
			if (kind === "older" && (from !== of || clock.now() - cameAt < crossingMs)) return false;
			const trouble = kind === "forked" ? "forked" : "rolledBack";
			book.change(of, (one) => (one.role === "reader" ? { ...one, trouble } : undefined));
			changed();
			return true;
		}
		this.#cameAt.set(of, clock.now());
		onNewer(of);
		if (head.role !== "own" && count > 0) {
			const unread = Math.min(head.count, head.last - head.seen);
			emit({ kind: "posts", of: book.author(head), count, unread });
		}
		return true;
	}
}
