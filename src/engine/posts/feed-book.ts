// The feeds of a home: our own and those of others, as the store keeps them sealed; what of each is here, and what becomes of a version that comes.
import { type Fingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Feeds } from "../../store/feeds.ts";
import { readFileName } from "../../store/files/file-names.ts";
import type { FeedView, PostAuthor, PostFileView, PostView } from "../api/posts/posts.ts";
import type { FileLine } from "../files/room-file.ts";
import { cleanLine, cleanName, cleanText } from "../text/clean.ts";
import { type Comparison, compareFeeds } from "./compare.ts";
import { type Feed, maxPostBytes, type Post, type PostFile, reread, type SignedFeed, shownIn } from "./feed.ts";
import { encodePlace, type FeedLink } from "./feed-link.ts";
import { lineOf } from "./posted-files.ts";
import { decodeHead, encodeHead, type FeedHead, type OwnHead, type ReaderHead } from "./records.ts";

/** At most this many feeds of others are kept: about 30 MB where each is as large as it can be. */
export const mostFeeds = 64;

/** The longest name of a file that is shown, in UTF-16 units. */
const longestName = 255;

export interface FeedBookOptions {
	/** Returns where feeds are kept; `undefined` while the identity is locked. */
	readonly feeds: () => Feeds | undefined;
	/** Says how well a key with a name is known. */
	readonly trustOf: (fingerprint: Fingerprint, name: string) => PostAuthor["trust"];
}

/** Says what became of a version that came, and of how many posts that is the first we hear. */
export interface Taken {
	readonly kind: Comparison;
	readonly count: number;
}

/** Reads and writes the feeds that are kept. Each engine has one; another program on the same home may change what is kept at any time. */
export class FeedBook {
	readonly #options: FeedBookOptions;
	#heads: ReadonlyMap<Fingerprint, FeedHead> = new Map();
	#read: { readonly feeds: Feeds; readonly version: number } | undefined;

	constructor(options: FeedBookOptions) {
		this.#options = options;
	}

	/** Returns what there is of each person's feed. */
	heads(): ReadonlyMap<Fingerprint, FeedHead> {
		const feeds = this.#options.feeds();
		if (!feeds) return new Map();
		const version = feeds.version();
		if (this.#read?.feeds === feeds && this.#read.version === version) return this.#heads;
		const heads = feeds.heads().flatMap((bytes) => decodeHead(bytes) ?? []);
		this.#heads = new Map(heads.map((head) => [head.of, head]));
		this.#read = { feeds, version };
		return this.#heads;
	}

	/** Returns the feed of a person with what proves it; `undefined` where there is none. */
	signed(of: Fingerprint): SignedFeed | undefined {
		const bytes = this.#options.feeds()?.feed(of);
		return bytes && reread(bytes);
	}

	/** Sets what is kept of our own feed, if it is still the version that `former` says; `false`: another program was faster. */
	setOwn(head: OwnHead, former: OwnHead | undefined, feed?: Uint8Array): boolean {
		return this.#together((feeds) => {
			const now = headIn(feeds, head.of);
			if ((now?.rev ?? 0) !== (former?.rev ?? 0)) return false;
			this.#set(feeds, head, feed);
			return true;
		});
	}

	/** Changes what is kept beside somebody's feed; it does nothing where there is nothing. */
	change(of: Fingerprint, change: (head: FeedHead) => FeedHead | undefined): void {
		this.#together((feeds) => {
			const head = headIn(feeds, of);
			const changed = head && change(head);
			if (changed) this.#set(feeds, changed);
		});
	}

	/** Takes the key to somebody's feed, which they have given us. `full`: there are as many feeds as may be · `known`: we have that key, a newer one, or want none. */
	takeKey({ of, key, since }: Omit<FeedLink, "places">, name: string): "taken" | "known" | "full" {
		const head = this.heads().get(of);
		if (head?.role === "own" || (head && (head.isForgotten || since <= head.since))) return "known";
		if (!head && this.#isFull()) return "full";
		// A key from a letter is for us alone: we hand on no link to what it opens.
		const { isByLink: _, isLent: __, ...kept } = head ?? { ...emptyReader, of };
		this.#together((feeds) => this.#set(feeds, { ...kept, key, since, name: head?.name || name }));
		return "taken";
	}

	/** Takes what a feed link says, because our person wants to read those posts. `own`: they are ours · `full`: as for `takeKey` · `known`: we have that key, or a newer one. */
	takeLink({ of, key, since, places: told }: FeedLink): "taken" | "known" | "own" | "full" {
		const head = this.heads().get(of);
		if (head?.role === "own") return "own";
		if (!head && this.#isFull()) return "full";
		const { isForgotten, ...kept } = head ?? { ...emptyReader, of };
		const isNews = head === undefined || isForgotten === true || since > head.since;
		const isSame = Buffer.compare(key, kept.key) === 0;
		const places = told.length > 0 && (isNews || isSame || !kept.places) ? { places: told.map(encodePlace) } : {};
		const read = isNews ? ({ key, since, isByLink: true } as const) : isSame ? ({ isByLink: true } as const) : {};
		this.#together((feeds) => this.#set(feeds, { ...kept, ...places, ...read }));
		return isNews ? "taken" : "known";
	}

	/** Forgets what somebody has posted, and remembers to take no more of it. */
	forget(of: Fingerprint): void {
		this.#together((feeds) => {
			const head = this.heads().get(of);
			if (head?.role !== "reader") return;
			feeds.dropFeed(of);
			const { name, key, since } = head;
			this.#set(feeds, { ...emptyReader, of, name, key, since, isForgotten: true });
		});
	}

	/** Takes in a version of somebody's feed that was judged to be theirs. What is older, or excludes what we have, changes nothing. */
	take(came: SignedFeed): Taken {
		return this.#together((feeds) => {
			const head = this.heads().get(came.of);
			const ours = this.signed(came.of);
			if (!head || (head.role === "reader" && head.isForgotten)) return { kind: "same", count: 0 };
			const kind = ours ? compareFeeds(ours, came) : "newer";
			if (kind === "newer" || kind === "gap") this.#set(feeds, afterVersion(head, came), came.bytes);
			const last = ours?.feed.posts.at(-1)?.seq ?? 0;
			return { kind, count: came.feed.posts.filter(({ seq }) => seq > last).length };
		});
	}

	/** Counts the posts of others that our person has not seen. */
	unread(): number {
		return [...this.heads().values()].reduce((count, head) => count + unreadOf(head), 0);
	}

	author({ of, name }: Pick<FeedHead, "of" | "name">): PostAuthor {
		const trust = this.#options.trustOf(of, name);
		return { fingerprint: of, shortFingerprint: shortFingerprint(of), name: name || shortFingerprint(of), trust };
	}

	view(head: FeedHead): FeedView {
		const feed = this.signed(head.of)?.feed;
		const posts = postsIn(feed, head);
		const [newest] = posts;
		const about = cleanText(feed?.profile.about ?? "");
		return {
			...this.author(head),
			about,
			posts: posts.length,
			unread: unreadOf(head),
			...(newest ? { newest } : {}),
			...(head.role === "reader" ? linkView(head) : {}),
		};
	}

	/** Returns what goes with a post of somebody whose feed is here; `id` in hex. */
	fileLine(of: Fingerprint, id: string): FileLine | undefined {
		const wanted = Buffer.from(id, "hex");
		const files = this.#filesOf(of);
		const found = files.find((file) => Buffer.compare(file.id, wanted) === 0);
		return found && lineOf(of, found);
	}

	/** Returns the ids of all that goes with somebody's posts. */
	fileIds(of: Fingerprint): readonly Uint8Array[] {
		return this.#filesOf(of).map(({ id }) => id);
	}

	#filesOf(of: Fingerprint): readonly PostFile[] {
		return (this.signed(of)?.feed.posts ?? []).flatMap((post) => shownIn(post)?.file ?? []);
	}

	/** Finds what goes with a post, and whose that is; `id` in hex. What its author offers twice under one id can't be told apart, and the first counts. */
	findFile(id: string): { readonly author: PostAuthor; readonly line: FileLine } | undefined {
		for (const head of this.heads().values()) {
			const line = head.role === "reader" && head.isForgotten ? undefined : this.fileLine(head.of, id);
			if (line) return { author: this.author(head), line };
		}
		return undefined;
	}

	/** Returns the posts of one feed, newest first. */
	posts(head: FeedHead): readonly PostView[] {
		return postsIn(this.signed(head.of)?.feed, head);
	}

	#isFull(): boolean {
		return [...this.heads().values()].filter(({ role }) => role === "reader").length >= mostFeeds;
	}

	#together<T>(work: (feeds: Feeds) => T): T {
		const feeds = this.#options.feeds();
		if (!feeds) throw new Error("the identity is locked");
		return feeds.together(() => work(feeds));
	}

	#set(feeds: Feeds, head: FeedHead, feed?: Uint8Array): void {
		feeds.set(head.of, encodeHead(head), feed);
		this.#read = undefined;
	}
}

const emptyReader: Omit<ReaderHead, "of" | "key"> & { readonly key: Uint8Array } = {
	role: "reader",
	name: "",
	key: new Uint8Array(),
	since: 0,
	rev: 0,
	hash: new Uint8Array(),
	last: 0,
	seen: 0,
	count: 0,
	at: 0,
};

/** Returns what is kept beside somebody's feed, as it is at this moment. */
function headIn(feeds: Feeds, of: Fingerprint): FeedHead | undefined {
	const bytes = feeds.head(of);
	return bytes && decodeHead(bytes);
}

function postsIn(feed: Feed | undefined, head: FeedHead): readonly PostView[] {
	const seen = head.role === "reader" ? head.seen : Number.POSITIVE_INFINITY;
	const viewOf = (post: Post): PostView => {
		const { seq, at } = post;
		const shown = shownIn(post);
		const isUnread = seq > seen;
		if (shown === undefined) return { seq, at, text: "", isNewer: true, isUnread };
		const file = shown.file && { file: fileView(shown.file) };
		return { seq, at, text: cleanText(shown.text, 4 * maxPostBytes), ...file, isUnread };
	};
	return (feed?.posts ?? []).toReversed().map(viewOf);
}

function fileView({ id, name, size, folder }: PostFile): PostFileView {
	return {
		id: Buffer.from(id).toString("hex"),
		name: cleanLine(name, longestName),
		sizeBytes: size,
		...(folder && { files: folder.files }),
		...(readFileName(name).kind === "refused" ? { isBadName: true } : {}),
	};
}

/** Counts what was not seen of the posts that are here. */
const unreadOf = (head: FeedHead): number =>
	head.role === "reader" ? Math.min(head.count, Math.max(0, head.last - head.seen)) : 0;

function linkView({ trouble, places, isLent }: ReaderHead): Pick<FeedView, "trouble" | "canFetch" | "isLent"> {
	return {
		...(trouble ? { trouble } : {}),
		...(places && places.length > 0 ? { canFetch: true } : {}),
		...(isLent ? { isLent } : {}),
	};
}

function afterVersion(head: FeedHead, { feed, hash }: SignedFeed): FeedHead {
	const name = cleanName(feed.profile.name) ?? head.name;
	const version = { ...head, name, rev: feed.rev, hash };
	if (version.role === "own") return version;
	const last = feed.posts.at(-1);
	return { ...version, last: last?.seq ?? 0, at: last?.at ?? 0, count: feed.posts.length };
}
