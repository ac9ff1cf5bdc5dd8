// Posts in one room, during one stay: says which feeds are here, asks for newer ones, gives what others lack, and takes what they give. Somebody who lacks the key to a feed hears nothing of it.
import { randomBytes } from "node:crypto";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { concatBytes } from "../../crypto/length-value.ts";
import { type FeedInRoom, feedInRoom, openNote, sealNote } from "../../crypto/posts/reading-key.ts";
import { TokenBucket } from "../../net/link/token-bucket.ts";
import type { Person } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { Turns } from "../bounds/turns.ts";
import { type BodyOf, mostFeedNotes } from "../wire/content-kinds.ts";
import { decodeFeedNote, encodeFeedNote, type FeedNote, feedPartBytes } from "../wire/feed-note.ts";
import { Askers } from "./askers.ts";
import { differenceAfter, lastPost, wholeOf } from "./difference.ts";
import { maxFeedBytes } from "./feed.ts";
import { type FeedPace, paceOf } from "./feed-pace.ts";
import type { PostsDesk, PostsRoom } from "./posts-desk.ts";
import { RoomPostFiles } from "./room-post-files.ts";

/** Judging a feed checks signatures. Nobody can make us do that more often than this many times at once, and every ten seconds after that. */
const judgedAtOnce = 8;
const judgedPerSecond = 0.1;
/** At most this many notes about feeds wait until we are in; the oldest is dropped. */
const mostWaiting = 32;
/** Remembers of this many people how many feeds they have given. */
const rememberedGivers = 256;
/** Feeds that come in parts at the same time; the one begun longest ago is let go. */
const mostComing = 8;

interface Coming {
	readonly rev: number;
	readonly left: number;
	readonly parts: readonly Uint8Array[];
}

/** Says and hears in one room what there is of posts. The stay in it owns it. */
export class RoomPosts {
	readonly #desk: PostsDesk;
	readonly #room: PostsRoom;
	readonly #pace: FeedPace;
	readonly #judging = new Turns();
	readonly #givers = new BoundedMap<Fingerprint, TokenBucket>(rememberedGivers);
	readonly #coming = new BoundedMap<string, Coming>(mostComing);
	readonly #askers = new Askers();
	/** Names the feeds of which what was said to be new did not go on from what we have. */
	readonly #needsWhole = new Set<Fingerprint>();
	/** Remembers who was sent which key during this stay. */
	readonly #sent = new BoundedMap<Fingerprint, number>(rememberedGivers);
	/** Is what goes with posts. */
	readonly files: RoomPostFiles;
	#roomId: Uint8Array | undefined;
	/** Holds what came before it was known which room it is. */
	#waiting: readonly (readonly [Person, BodyOf<"quiet-posts">, boolean])[] = [];
	#keys = new Map<Fingerprint, { readonly key: Uint8Array; readonly inRoom: FeedInRoom }>();

	readonly #closed: () => void;

	/** `closed` is told when it is over. */
	constructor(desk: PostsDesk, room: PostsRoom, closed: () => void) {
		this.#closed = closed;
		this.#desk = desk;
		this.#room = room;
		this.#pace = paceOf(desk.clock);
		this.files = new RoomPostFiles(desk, room, (of, note) => this.#sayOf(of, note));
	}

	/** Is called when we are in, for the first time or anew: what is here is said in a moment, and whoever is to have our key is given it. */
	entered(roomId: Uint8Array): void {
		this.#roomId = roomId;
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const one of waiting) this.heard(...one);
		const self = this.#desk.self();
		if (!self) return;
		this.#pace.plan(self, "all", 0, true, () => {
			this.#sayWhatIsHere([...this.#desk.book.heads().keys()]);
			this.peopleChanged();
		});
	}

	/** Is told that somebody came, or may read our posts now. */
	peopleChanged(): void {
		if (!this.#roomId) return;
		for (const person of this.#room.people()) {
			if (person.isSelf || person.isAway) continue;
			const letter = this.#desk.keyFor(person);
			if (!letter || this.#sent.get(person.fingerprint) === letter.since) continue;
			this.#sent.set(person.fingerprint, letter.since);
			this.#desk.hasKey(person, false);
			void this.#room.sendKey(person.fingerprint, letter);
		}
	}

	/** Is told that another version of somebody's feed is here. The author says so at once; whoever passes it on waits, in case somebody else does. */
	changed(of: Fingerprint): void {
		if (!this.#roomId) return;
		if (of === this.#desk.self()) this.#sayWhatIsHere([of]);
		else if (!this.#isHere(of)) this.#plan(of, "say");
	}

	/** Is told that we can read somebody's feed from now on. What was said of it before could not be understood, so we say what we have of it. */
	keyCame(of: Fingerprint): void {
		if (this.#roomId) this.#plan(of, "say");
	}

	/** Takes in what somebody says of feeds. `isMissed`: it was said while our program was not there, and what it asks for has been answered, or was in vain. */
	heard(from: Person, { notes }: BodyOf<"quiet-posts">, isMissed: boolean): void {
		if (from.isSelf) return;
		if (!this.#roomId) {
			this.#waiting = [...this.#waiting, [from, { kind: "quiet-posts", notes }, isMissed] as const].slice(-mostWaiting);
			return;
		}
		const names = this.#names();
		for (const { feed, sealed } of notes) {
			const of = names.get(Buffer.from(feed).toString("hex"));
			const inRoom = of && this.#inRoom(of);
			const opened = inRoom && openNote(inRoom, from.fingerprint, sealed);
			const note = opened && decodeFeedNote(opened);
			if (!of || note?.kind !== "value") continue;
			if (of === this.#desk.self()) this.#desk.hasKey(from, true);
			if (note.value.what === "part") this.#heardPart(of, from, note.value);
			else if (note.value.what === "news") this.#heardNews(of, from, note.value);
			else if (isMissed) continue;
			else if (note.value.what === "last") this.#askers.has(of, from.fingerprint, note.value);
			else if (note.value.what === "have") this.#heardHave(of, from, note.value);
			else this.files.heard(of, from, note.value);
		}
	}

	close(): void {
		this.files.close();
		this.#pace.close();
		this.#closed();
	}

	#heardHave(of: Fingerprint, from: Person, { rev, hash }: Extract<FeedNote, { what: "have" }>): void {
		const head = this.#desk.book.heads().get(of);
		if (!head) return;
		if (rev === head.rev && Buffer.compare(hash, head.hash) === 0) return;
		if (rev > head.rev) this.#plan(of, "say");
		// The author gives their own, as long as they are here and don't lack it themselves.
		else if (head.rev > 0 && (of === this.#desk.self() || of === from.fingerprint || !this.#isHere(of))) {
			this.#askers.asks(of, from.fingerprint);
			this.#plan(of, "give");
		}
	}

	#heardPart(of: Fingerprint, from: Person, { rev, left, bytes }: Extract<FeedNote, { what: "part" }>): void {
		// What the author gives is looked at also where it is older: they may have taken something back.
		if (rev < this.#revOf(of) && from.fingerprint !== of) return;
		const key = `${from.fingerprint} ${of}`;
		const before = this.#coming.get(key);
		const goesOn = before?.rev === rev && before.left === left + 1;
		const parts = goesOn ? [...before.parts, bytes] : [bytes];
		this.#coming.delete(key);
		if (left > 0) {
			this.#coming.set(key, { rev, left, parts });
			return;
		}
		const whole = concatBytes(...parts);
		if (whole.length > maxFeedBytes || !this.#mayJudge(from)) return;
		void this.#judging.run(async () => {
			if (await this.#desk.judge(of, whole, from, this.#room.tell)) this.#given(of, rev);
		});
	}

	/** Takes in newer posts. Those that do not follow on what we have, or are not signed so, are no more than a reason to ask for all of the feed: their certificate may have changed, too. */
	#heardNews(of: Fingerprint, from: Person, { rev, bytes }: Extract<FeedNote, { what: "news" }>): void {
		const ours = rev > this.#revOf(of) ? this.#desk.book.signed(of) : undefined;
		if (!ours || !this.#mayJudge(from)) return;
		void this.#judging.run(async () => {
			const whole = wholeOf(ours, bytes);
			const tell: PostsRoom["tell"] = (notice) => notice.code !== "postsRefused" && this.#room.tell(notice);
			if (whole !== undefined && (await this.#desk.judge(of, whole, from, tell))) this.#given(of, rev);
			else {
				this.#needsWhole.add(of);
				this.#plan(of, "say");
			}
		});
	}

	/** Is told that somebody has given this version of a feed, which everybody here has heard. */
	#given(of: Fingerprint, rev: number): void {
		this.#askers.answered(of);
		this.#pace.happened(of, "give", rev);
	}

	#mayJudge(from: Person): boolean {
		const now = this.#desk.clock.now();
		const bucket = this.#givers.get(from.fingerprint) ?? new TokenBucket(judgedPerSecond, judgedAtOnce, now);
		this.#givers.set(from.fingerprint, bucket);
		return bucket.admits(now);
	}

	#plan(of: Fingerprint, what: "say" | "give"): void {
		const isAuthor = of === this.#desk.self();
		this.#pace.plan(of, what, this.#revOf(of), isAuthor, () => {
			if (what === "give") this.#give(of);
			else this.#sayWhatIsHere([of]);
		});
	}

	#sayWhatIsHere(of: readonly Fingerprint[]): void {
		if (!this.#room.people().some(({ isSelf }) => !isSelf)) return;
		const heads = this.#desk.book.heads();
		const notes = of.flatMap((one) => {
			const head = heads.get(one);
			const isSaid = head && !(head.role === "own" ? head.rev === 0 : head.isForgotten);
			if (!isSaid) return [];
			return this.#noteOf(one, { v: 1, what: "have", rev: head.rev, hash: head.hash });
		});
		this.#sayLasts(of);
		if (notes.length > 0) this.#room.say({ kind: "quiet-posts", notes: notes.slice(0, mostFeedNotes) });
	}

	/** Says how far the feeds are that we have. It is said before they are given, so that whoever has more knows what we lack. */
	#sayLasts(of: readonly Fingerprint[]): void {
		const notes = of.flatMap((one) => {
			const feed = this.#needsWhole.delete(one) ? undefined : this.#desk.book.signed(one)?.feed;
			const last = feed && lastPost(feed);
			return last ? this.#noteOf(one, { v: 1, what: "last", ...last }) : [];
		});
		if (notes.length > 0) this.#room.say({ kind: "quiet-posts", notes: notes.slice(0, mostFeedNotes) });
	}

	#give(of: Fingerprint): void {
		const signed = this.#desk.book.signed(of);
		if (!signed) return;
		const { bytes, feed } = signed;
		const after = this.#askers.haveUpTo(feed, of);
		const news = after === undefined ? undefined : differenceAfter(signed, after);
		if (news && news.length <= feedPartBytes) {
			this.#sayOf(of, { v: 1, what: "news", rev: feed.rev, bytes: news });
			return;
		}
		const count = Math.ceil(bytes.length / feedPartBytes);
		for (let index = 0; index < count; index += 1) {
			const part = bytes.slice(index * feedPartBytes, (index + 1) * feedPartBytes);
			const note = { v: 1, what: "part", rev: feed.rev, left: count - 1 - index, bytes: part } as const;
			this.#sayOf(of, note);
		}
	}

	#sayOf(of: Fingerprint, note: FeedNote): void {
		const notes = this.#noteOf(of, note);
		if (notes.length > 0) this.#room.say({ kind: "quiet-posts", notes });
	}

	#noteOf(of: Fingerprint, note: FeedNote): BodyOf<"quiet-posts">["notes"] {
		const inRoom = this.#inRoom(of);
		const self = this.#desk.self();
		if (!inRoom || !self) return [];
		return [{ feed: inRoom.name, sealed: sealNote(inRoom, self, encodeFeedNote(note), randomBytes) }];
	}

	/** Returns whose feed each name in this room is. */
	#names(): ReadonlyMap<string, Fingerprint> {
		const found = [...this.#desk.book.heads().keys()].flatMap((of) => {
			const inRoom = this.#inRoom(of);
			return inRoom ? [[Buffer.from(inRoom.name).toString("hex"), of] as const] : [];
		});
		return new Map(found);
	}

	#inRoom(of: Fingerprint): FeedInRoom | undefined {
		const head = this.#desk.book.heads().get(of);
		if (!head || !this.#roomId || (head.role === "reader" && head.isForgotten)) return undefined;
		const known = this.#keys.get(of);
		if (known && Buffer.compare(known.key, head.key) === 0) return known.inRoom;
		const inRoom = feedInRoom(head.key, this.#roomId);
		this.#keys.set(of, { key: head.key, inRoom });
		return inRoom;
	}

	#revOf(of: Fingerprint): number {
		return this.#desk.book.heads().get(of)?.rev ?? 0;
	}

	#isHere(of: Fingerprint): boolean {
		return this.#room.people().some(({ fingerprint, isAway }) => fingerprint === of && !isAway);
	}
}
