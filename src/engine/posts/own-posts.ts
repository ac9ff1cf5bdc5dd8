// Our own posts: makes and signs them, and decides who may read them. Whoever may no longer needs another key than they have.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { SigningFailed } from "../../crypto/identity/identity.ts";
import { newReadingKey } from "../../crypto/posts/reading-key.ts";
import type { Self } from "../account/self.ts";
import type { Outcome } from "../api/codes.ts";
import { done, refuse } from "../api/outcome.ts";
import type { Person, Trust } from "../api/people.ts";
import type { OwnPosts, PostCommand } from "../api/posts/posts.ts";
import { Turns } from "../bounds/turns.ts";
import { cleanText, isSeen } from "../text/clean.ts";
import type { LetterOf } from "../wire/letter.ts";
import { emptyFeed, type Feed, maxAboutBytes, maxPostBytes, signFeed, withPost, withProfile } from "./feed.ts";
import type { FeedBook } from "./feed-book.ts";
import { encodeFeedLink, type FeedLink, type FeedPlace } from "./feed-link.ts";
import type { PostedFiles } from "./posted-files.ts";
import { mostReaders, type OwnHead } from "./records.ts";

/** Somebody whose key we may not have seen yet. */
type Someone = Pick<Person, "fingerprint" | "name" | "trust">;

export interface OwnPostsOptions {
	readonly book: FeedBook;
	readonly files: PostedFiles;
	readonly self: () => Self | undefined;
	readonly trustOf: (fingerprint: Fingerprint, name: string) => Trust;
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	/** Returns where we can be dialled now; `undefined` where nowhere. */
	readonly place: () => FeedPlace | undefined;
	/** Is called when our posts, or those who may read them, have changed. */
	readonly changed: () => void;
}

const locked = refuse({ code: "identity_locked" });

/** Writes and signs our own posts, and decides who may read them. Each engine has one. */
export class OwnPostsDesk {
	readonly #options: OwnPostsOptions;
	/** Lets one change wait for the one before: signing may take as long as a person looks for their card. */
	readonly #turns = new Turns();

	constructor(options: OwnPostsOptions) {
		this.#options = options;
	}

	head(): OwnHead | undefined {
		const self = this.#options.self();
		const head = self && this.#options.book.heads().get(self.signer.fingerprint);
		return head?.role === "own" ? head : undefined;
	}

	view(): OwnPosts | undefined {
		const head = this.head();
		if (!head) return undefined;
		const { readers, people, have, hasLink } = head;
		const named = ({ of, name }: { readonly of: Fingerprint; readonly name: string }) => ({ fingerprint: of, name });
		return {
			readers,
			people: people.map((one) => ({ ...named(one), may: one.may })),
			have: have.filter(({ isSure }) => isSure).map(named),
			hasLink,
			feed: this.#options.book.view(head),
		};
	}

	post({ text: typed, file, understood }: Extract<PostCommand, { kind: "post" }>): Outcome | Promise<Outcome> {
		const text = cleanText(typed).trim();
		if (file === undefined && !isSeen(text)) return refuse({ code: "bad_text", why: "empty" });
		if (Buffer.byteLength(text) > maxPostBytes) return refuse({ code: "text_too_long", what: "post" });
		if (file !== undefined) return this.#refusal(understood) ?? this.#postFile(text, file, understood);
		return this.#sign(understood, (feed) => withPost(feed, text, this.#options.now()));
	}

	setAbout({ text: typed, understood }: Extract<PostCommand, { kind: "setAbout" }>): Outcome | Promise<Outcome> {
		const about = cleanText(typed).trim();
		if (Buffer.byteLength(about) > maxAboutBytes) return refuse({ code: "text_too_long", what: "about" });
		return this.#sign(understood, (feed) => withProfile(feed, { ...feed.profile, about }));
	}

	setReaders({ who }: Extract<PostCommand, { kind: "setPostReaders" }>): Outcome {
		return this.#decide((head) => ({ ...head, readers: who }));
	}

	setReader(person: Omit<Someone, "trust">, may: "yes" | "no" | "usual"): Outcome {
		const { fingerprint: of, name } = person;
		return this.#decide((head) => {
			const others = head.people.filter((one) => one.of !== of);
			const decided = may === "usual" ? [] : [{ of, name, may: may === "yes" }];
			return { ...head, people: [...decided, ...others].slice(0, mostReaders) };
		});
	}

	/** Returns the link, which from now on may be anybody's. `isNew`: the one there was is good no more. */
	link(isNew: boolean): Outcome {
		const self = this.#options.self();
		const head = this.head();
		if (!self) return locked;
		if (head?.readers !== "link" || head.rev === 0) return refuse({ code: "posts_refused", why: "noLink" });
		if (!head.hasLink || isNew) {
			const decided = this.#decide((now) => ({ ...now, hasLink: true }), isNew);
			if (decided.kind === "refused") return decided;
		}
		const { key, since } = this.head() ?? head;
		const place = this.#options.place();
		return linkOutcome({ of: self.signer.fingerprint, key, since, places: place ? [place] : [] });
	}

	/** Is told that somebody is known better or worse than before: who may not read any more can't from now on. */
	trustChanged(): void {
		if (this.head()) this.#decide((head) => head);
	}

	keyFor(person: Someone): LetterOf<"posts"> | undefined {
		const head = this.head();
		if (!head || head.rev === 0 || !mayRead(head, person)) return undefined;
		if (head.have.some(({ of, isSure }) => isSure && of === person.fingerprint)) return undefined;
		return { what: "posts", key: head.key, since: head.since };
	}

	/** Remembers that somebody was given the key, or has shown that they have it. */
	hasKey({ fingerprint: of, name }: Someone, isSure: boolean): void {
		const self = this.#options.self();
		const before = this.head()?.have.find((one) => one.of === of);
		if (!self || before?.isSure || (before && !isSure)) return;
		this.#options.book.change(self.signer.fingerprint, (head) => {
			if (head.role !== "own") return undefined;
			const others = head.have.filter((one) => one.of !== of);
			return { ...head, have: [{ of, name, isSure }, ...others].slice(0, mostReaders) };
		});
	}

	/** Posts what is at a path. Where it lies is on disk before anybody can ask for it. */
	async #postFile(text: string, path: string, understood: boolean | undefined): Promise<Outcome> {
		const { files, self, now } = this.#options;
		const read = await files.read(path);
		if (read.kind === "refused") return read.outcome;
		const own = self();
		if (!own) return locked;
		const by = own.signer.fingerprint;
		files.keep(by, own.name, read.file, read.kept);
		const outcome = await this.#sign(understood, (feed) => withPost(feed, text, now(), read.file));
		// Whatever else was changed meanwhile has not known of it.
		if (outcome.kind === "done") files.keep(by, own.name, read.file, read.kept);
		else files.forget(by, read.file.id);
		return outcome;
	}

	#refusal(understood: boolean | undefined): Outcome | undefined {
		if (!this.#options.self()) return locked;
		const isTold = (this.head()?.rev ?? 0) > 0 || understood === true;
		return isTold ? undefined : refuse({ code: "posts_refused", why: "notTold" });
	}

	#sign(understood: boolean | undefined, change: (feed: Feed) => Feed): Outcome | Promise<Outcome> {
		const self = this.#options.self();
		if (!self) return locked;
		return this.#refusal(understood) ?? this.#turns.run(() => this.#signNow(self, change));
	}

	async #signNow(self: Self, change: (feed: Feed) => Feed): Promise<Outcome> {
		const { book } = this.#options;
		const of = self.signer.fingerprint;
		const former = this.head();
		const feed = former ? book.signed(of)?.feed : undefined;
		// What is lost can't be gone on from: others would take the next version for a fork.
		if (former && former.rev > 0 && !feed) return refuse({ code: "internal", why: "storage", detail: "own feed" });
		const changed = change(feed ?? emptyFeed(of));
		const named = { ...changed, profile: { ...changed.profile, name: self.name } };
		const signed = await signFeed(self.signer, named).catch((error: unknown) => {
			if (error instanceof SigningFailed) return error;
			throw error;
		});
		if (signed instanceof SigningFailed) return refuse({ code: "posts_refused", why: "cannotSign" });
		// Who may read was perhaps changed meanwhile.
		const head = { ...(this.head() ?? this.#newHead(self)), name: self.name, rev: named.rev, hash: signed.hash };
		if (!book.setOwn(head, former, signed.bytes)) return refuse({ code: "posts_refused", why: "elsewhere" });
		this.#options.changed();
		return done;
	}

	/** Changes who may read. Where somebody who has the key may not any more, or the link is to be another one, there is another key. */
	#decide(change: (head: OwnHead) => OwnHead, hasNewLink = false): Outcome {
		const self = this.#options.self();
		if (!self) return locked;
		const { book } = this.#options;
		const former = this.head();
		const decided = change(former ?? this.#newHead(self));
		const { trustOf } = this.#options;
		const isOut = ({ of, name }: OwnHead["have"][number]): boolean =>
			!mayKeep(decided, { fingerprint: of, name, trust: trustOf(of, name) });
		const isNarrower = (decided.hasLink && decided.readers !== "link") || decided.have.some(isOut);
		const since = Math.max(this.#options.now(), decided.since + 1);
		const isAnother = isNarrower || hasNewLink;
		const key = isAnother ? { key: newReadingKey(), since, have: [], hasLink: hasNewLink } : {};
		if (!book.setOwn({ ...decided, ...key }, former)) return refuse({ code: "posts_refused", why: "elsewhere" });
		this.#options.changed();
		return done;
	}

	#newHead({ signer, name }: Self): OwnHead {
		return {
			role: "own",
			of: signer.fingerprint,
			name,
			key: newReadingKey(),
			since: this.#options.now(),
			rev: 0,
			hash: new Uint8Array(),
			readers: "nobody",
			people: [],
			have: [],
			hasLink: false,
		};
	}
}

/** Answers with a feed link. */
export const linkOutcome = (link: FeedLink): Outcome => ({
	kind: "done",
	link: encodeFeedLink(link),
	...(link.places.length === 0 ? { isWithoutPlace: true } : {}),
});

/** Tells whether somebody is given the key. Nobody is, unless the person chose so. Somebody who has the link already has it, and is not given it. */
function mayRead({ readers, people }: OwnHead, { fingerprint, trust }: Someone): boolean {
	const decided = people.find(({ of }) => of === fingerprint);
	if (decided) return decided.may;
	if (readers === "nobody") return false;
	return trust === "verified" || (trust === "known" && readers !== "verified");
}

/** Tells whether somebody who has the key may go on with it: it may be from the link, which is anybody's. */
function mayKeep(head: OwnHead, person: Someone): boolean {
	const decided = head.people.find(({ of }) => of === person.fingerprint);
	return decided?.may ?? (head.hasLink || mayRead(head, person));
}
