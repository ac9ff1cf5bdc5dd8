// Posts: what people show, read from whoever has it. Carries out what is asked of them, and judges what comes in any of the rooms.
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";
import type { Store } from "../../store/db.ts";
import { unlessDiskFails } from "../../store/failure.ts";
import { type Feeds, feedsIn } from "../../store/feeds.ts";
import type { Sealer } from "../../store/sealer.ts";
import type { Account } from "../account/account.ts";
import type { HomeView } from "../api/api.ts";
import type { Outcome } from "../api/codes.ts";
import { done, refuse } from "../api/outcome.ts";
import type { Person } from "../api/people.ts";
import type { FeedView, PostCommand, PostEvent, PostsView } from "../api/posts/posts.ts";
import type { FileLine } from "../files/room-file.ts";
import type { SharedFiles } from "../files/shared-files.ts";
import type { LetterOf } from "../wire/letter.ts";
import { FeedBook, mostFeeds } from "./feed-book.ts";
import { FeedDoors } from "./feed-doors.ts";
import { FeedJudge } from "./feed-judge.ts";
import { type FeedPlace, mostPlaces, readFeedLink, readPlace } from "./feed-link.ts";
import { type AskForFeed, FetchedFeeds } from "./fetched-feeds.ts";
import { linkOutcome, OwnPostsDesk } from "./own-posts.ts";
import { PostedFiles } from "./posted-files.ts";
import type { PostsDesk, PostsRoom } from "./posts-desk.ts";
import { RoomPosts } from "./room-posts.ts";

/** At most this many feeds of others are given by their link, because each is compared with every knock. */
const mostLent = 8;

export interface PostsOptions {
	readonly store: Store;
	readonly account: Pick<Account, "sealer" | "self" | "trustOf" | "nameOf">;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	readonly clock: Clock;
	readonly files: Pick<SharedFiles, "disk" | "kept">;
	/** Returns where we can be dialled now; absent: nowhere. */
	readonly place?: () => FeedPlace | undefined;
	/** Tells whether a room of ours hides where its people are; absent: none does. */
	readonly isHiding?: () => boolean;
	/** Asks for a feed where its link says; absent: nobody is dialled. */
	readonly ask?: AskForFeed;
	readonly emit: (event: PostEvent) => void;
	readonly changed: () => void;
}

const unknown = refuse({ code: "posts_refused", why: "unknown" });

/** Tells whether a command is about posts. */
export function isPostCommand(command: { readonly kind: string }): command is PostCommand {
	return Object.hasOwn(postCommands, command.kind);
}

const postCommands: Readonly<Record<PostCommand["kind"], true>> = {
	post: true,
	setAbout: true,
	setPostReaders: true,
	setPostReader: true,
	postLink: true,
	followPosts: true,
	fetchPosts: true,
	readPosts: true,
	forgetPosts: true,
};

/** Brings everything of posts together: our own, those of others, links, and what each room says of them. Each engine has one. */
export class Posts {
	/** The feeds that are given to whoever has the link. */
	readonly doors: FeedDoors;
	readonly #options: PostsOptions;
	readonly #fetched: FetchedFeeds;
	readonly #book: FeedBook;
	readonly #files: PostedFiles;
	readonly #own: OwnPostsDesk;
	readonly #judge: FeedJudge;
	readonly #desk: PostsDesk;
	readonly #rooms = new Set<RoomPosts>();
	#opened: { readonly sealer: Sealer; readonly feeds: Feeds } | undefined;

	constructor(options: PostsOptions) {
		this.#options = options;
		const { account, now, clock } = options;
		const self = () => account.self();
		const trustOf = (fingerprint: Fingerprint, name: string) => account.trustOf(fingerprint, name);
		this.#book = new FeedBook({ feeds: () => this.#feeds(), trustOf });
		this.#files = new PostedFiles(options.files);
		const own = {
			place: () => options.place?.(),
			changed: () => this.#ownChanged(),
		};
		this.#own = new OwnPostsDesk({ book: this.#book, files: this.#files, self, trustOf, now, ...own });
		this.doors = new FeedDoors({
			book: this.#book,
			self: () => self()?.signer.fingerprint,
			isHiding: () => options.isHiding?.() ?? false,
		});
		this.#judge = new FeedJudge({
			...{ book: this.#book, clock, now, emit: options.emit, changed: options.changed },
			onNewer: (of) => this.#changed(of),
		});
		this.#fetched = new FetchedFeeds({
			...{ book: this.#book, ask: options.ask, now },
			onTaken: (of, taken, from) => this.#judge.taken(of, taken, from),
		});
		this.#desk = {
			book: this.#book,
			keyFor: (person) => this.#own.keyFor(person),
			hasKey: (person, isSure) => this.#own.hasKey(person, isSure),
			judge: (of, bytes, from, tell) => this.#judge.judge(of, bytes, from, tell),
			self: () => self()?.signer.fingerprint,
			files: this.#files,
			clock,
		};
	}

	/** Takes part in a room until the returned posts are closed. */
	inRoom(room: PostsRoom): RoomPosts {
		const posts: RoomPosts = new RoomPosts(this.#desk, room, () => this.#rooms.delete(posts));
		this.#rooms.add(posts);
		return posts;
	}

	/** Finds what goes with a post that is here; `id` in hex. */
	findFile(id: string): ReturnType<FeedBook["findFile"]> {
		return this.#book.findFile(id);
	}

	/** Is told that what goes with somebody's post came whole, and lies at `path`. */
	fileCame(line: FileLine, path: string): void {
		const head = this.#book.heads().get(line.by);
		if (head) unlessDiskFails(() => this.#files.came(line, head.name, path));
	}

	/** Is called when the program ends. */
	close(): void {
		this.#files.close();
	}

	/** Counts the posts of others that our person has not seen. */
	homeView(): Pick<HomeView, "unreadPosts"> {
		const unread = this.#book.unread();
		return unread > 0 ? { unreadPosts: unread } : {};
	}

	/** Tells what there is; with `of` also the posts of that person. */
	view(of?: string): PostsView {
		const heads = [...this.#book.heads().values()];
		const meant = of === undefined ? undefined : parseFingerprint(of);
		const head = heads.find((one) => one.of === meant);
		const own = this.#own.view();
		const newest = ({ newest }: FeedView): number => newest?.at ?? 0;
		const others = heads.filter((one) => one.role === "reader" && !one.isForgotten);
		const posts = others.flatMap((one) => this.#book.posts(one)).toSorted((a, b) => b.at - a.at);
		const files = posts.flatMap(({ file }) => file ?? []);
		return {
			...(own ? { own } : {}),
			feeds: others.map((one) => this.#book.view(one)).toSorted((a, b) => newest(b) - newest(a)),
			...(head ? { posts: this.#book.posts(head) } : {}),
			...(files.length > 0 ? { files } : {}),
		};
	}

	perform(command: PostCommand): Outcome | Promise<Outcome> {
		if (!this.#options.account.self()) return refuse({ code: "identity_locked" });
		switch (command.kind) {
			case "post":
				return this.#own.post(command);
			case "setAbout":
				return this.#own.setAbout(command);
			case "setPostReaders":
				return this.#own.setReaders(command);
			case "postLink":
				return command.fingerprint === undefined
					? this.#own.link(command.isNew ?? false)
					: this.#lend(command.fingerprint);
			case "followPosts":
				return this.#follow(command.link);
			case "fetchPosts":
				return this.#fetch(parseFingerprint(command.fingerprint));
			default:
				return this.#about(command);
		}
	}

	/** Takes the key to somebody's posts, which they have sealed to us. */
	heardKey(from: Person, { key, since }: LetterOf<"posts">, tell: PostsRoom["tell"]): void {
		const { fingerprint: of, name } = from;
		const taken = unlessDiskFails(() => this.#book.takeKey({ of, key, since }, name));
		if (taken === "full") tell({ code: "postsFull", of: this.#book.author({ of, name }), most: mostFeeds });
		if (taken !== "taken") return;
		this.#keyCame(of);
		this.doors.changed();
	}

	/** Is told that somebody is known better or worse than before. */
	trustChanged(): void {
		this.#own.trustChanged();
	}

	/** Takes what a link says and asks where it leads, which takes as long as the dials do. */
	#follow(typed: string): Outcome | Promise<Outcome> {
		const link = readFeedLink(typed);
		if (!link) return refuse({ code: "posts_refused", why: "badLink" });
		const taken = this.#book.takeLink(link);
		if (taken === "full") return refuse({ code: "posts_refused", why: "full" });
		if (taken === "own") return { kind: "done", author: link.of, fetched: { kind: "none", why: "own" } };
		this.#keyCame(link.of);
		return this.#fetch(link.of);
	}

	async #fetch(of: Fingerprint | undefined): Promise<Outcome> {
		const head = of && this.#book.heads().get(of);
		if (head?.role !== "reader" || head.isForgotten) return unknown;
		return { kind: "done", author: head.of, fetched: await this.#fetched.fetch(head.of) };
	}

	/** Hands on the link to somebody else's posts, with which we are found too: from now on we give them to whoever has it. */
	#lend(typed: string): Outcome {
		const of = parseFingerprint(typed);
		const head = of && this.#book.heads().get(of);
		if (head?.role !== "reader" || head.isForgotten || head.rev === 0) return unknown;
		if (!head.isByLink) return refuse({ code: "posts_refused", why: "notByLink" });
		const isMore =
			[...this.#book.heads().values()].filter((one) => one.role === "reader" && one.isLent).length >= mostLent;
		if (!head.isLent && isMore) return refuse({ code: "posts_refused", why: "manyLent" });
		this.#book.change(head.of, (one) => (one.role === "reader" ? { ...one, isLent: true } : undefined));
		this.doors.changed();
		this.#options.changed();
		const own = this.#options.place?.();
		const told = (head.places ?? []).flatMap((one) => readPlace(one) ?? []);
		const others = told.filter(({ fingerprint }) => fingerprint !== own?.fingerprint);
		const places = own ? [...others.slice(0, mostPlaces - 1), own] : others;
		return linkOutcome({ of: head.of, key: head.key, since: head.since, places });
	}

	/** Carries out what is about one person. */
	#about(command: Extract<PostCommand, { readonly fingerprint: string }>): Outcome {
		const of = parseFingerprint(command.fingerprint);
		if (!of) return refuse({ code: "no_such_member", why: "notAFingerprint" });
		const head = this.#book.heads().get(of);
		if (command.kind === "setPostReader") {
			const name = this.#options.account.nameOf(of);
			if (name === undefined) return refuse({ code: "no_such_member", why: "neverMet" });
			return this.#own.setReader({ fingerprint: of, name }, command.may);
		}
		if (head?.role !== "reader") return head ? done : unknown;
		if (command.kind === "forgetPosts") {
			this.#book.forget(of);
			this.#files.keepOnly(of, []);
			this.doors.changed();
		} else this.#book.change(of, (one) => (one.role === "reader" ? { ...one, seen: one.last } : undefined));
		return done;
	}

	#ownChanged(): void {
		const own = this.#options.account.self()?.signer.fingerprint;
		if (own) this.#changed(own);
		this.doors.changed();
		for (const room of this.#rooms) room.peopleChanged();
	}

	#keyCame(of: Fingerprint): void {
		for (const room of this.#rooms) room.keyCame(of);
		this.#options.changed();
	}

	#changed(of: Fingerprint): void {
		unlessDiskFails(() => this.#files.keepOnly(of, this.#book.fileIds(of)));
		for (const room of this.#rooms) room.changed(of);
		this.#options.changed();
	}

	#feeds(): Feeds | undefined {
		const sealer = this.#options.account.sealer();
		if (!sealer) return undefined;
		if (this.#opened?.sealer !== sealer) this.#opened = { sealer, feeds: feedsIn(this.#options.store, sealer) };
		return this.#opened.feeds;
	}
}
