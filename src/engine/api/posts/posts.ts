// Posts as views see them: what may be asked (PostCommand), what there is to read (PostsView), and what has just come (PostEvent). Part of api.ts.
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";

/**
 * Says who may read what we post. `verified`: those whose keys we compared · `known`: those, and people we have met before · `link`: those, and whoever
 * has the feed link.
 */
export type PostReaders = "nobody" | "verified" | "known" | "link";

/** These commands are about posts. */
export type PostCommand =
	/** Shows a text to those who may read our posts. The first one is refused until `understood` says that the person was told that a post is signed and can't be unsaid. */
	/** `file` is the path of a file or folder that goes with it: it is read once, stays where it is, and goes from here to whoever takes it; `text` may be empty then. */
	| { readonly kind: "post"; readonly text: string; readonly file?: string; readonly understood?: boolean }
	/** Says something about ourselves above our posts; it is signed as they are. */
	| { readonly kind: "setAbout"; readonly text: string; readonly understood?: boolean }
	| { readonly kind: "setPostReaders"; readonly who: PostReaders }
	/** Decides it for one person; with "usual" they are treated as everybody is. */
	| { readonly kind: "setPostReader"; readonly fingerprint: string; readonly may: "yes" | "no" | "usual" }
	/**
	 * Answers with `Outcome.link`: who has it can read our posts by dialling the rooms we have open now, and from anybody in a room with them who has them.
	 * `isNew`: the link there was before is good no more. With a fingerprint it is the link to that person's posts, which we give from then on, too.
	 */
	| { readonly kind: "postLink"; readonly isNew?: boolean; readonly fingerprint?: string }
	/** Reads somebody's posts by their link: dials where it says they are given (`Outcome.fetched`), and takes them from whoever has them in a room with us. */
	| { readonly kind: "followPosts"; readonly link: string }
	/** Dials where the link to somebody's posts said they are given, and asks for newer ones (`Outcome.fetched`). */
	| { readonly kind: "fetchPosts"; readonly fingerprint: string }
	/** The person has seen all of somebody's posts. */
	| { readonly kind: "readPosts"; readonly fingerprint: string }
	/** Forgets somebody's posts, and takes no more of them until `followPosts`. */
	| { readonly kind: "forgetPosts"; readonly fingerprint: string };

/**
 * Says what came of asking for somebody's posts where their link says they are given. `came`: `count` new ones did · `same`: there is nothing newer · `forked`:
 * what came excludes what we have · `refused`: what came is no feed of theirs · `none`: nothing came. `noWay`: the link names no place, or none we can dial ·
 * `unreachable`: nobody answers there · `notKnown`: whoever answers does not know the link, as when it was taken back · `busy`: too many ask · `broken`: it
 * stopped in between · `clocksDiffer`: the two clocks do · `notKept`: the disk failed · `own`: the link is to our own posts.
 */
export type FeedFetched =
	| { readonly kind: "came"; readonly count: number }
	| { readonly kind: "same" }
	| { readonly kind: "forked" }
	| { readonly kind: "refused"; readonly why: FeedRefusal }
	| {
			readonly kind: "none";
			readonly why: "noWay" | "unreachable" | "notKnown" | "busy" | "broken" | "clocksDiffer" | "notKept" | "own";
	  };

/** Says whose posts are meant. `name` is the one they came with last. */
export interface PostAuthor {
	readonly fingerprint: Fingerprint;
	readonly shortFingerprint: string;
	readonly name: string;
	readonly trust: "new" | "known" | "verified" | "changed";
}

/** A post. `seq` counts a person's posts from 1; `at` is in milliseconds since the epoch, by their clock. */
export interface PostView {
	readonly seq: number;
	readonly at: number;
	readonly text: string;
	readonly file?: PostFileView;
	/** Only a later version of the program can show it; `text` is empty. */
	readonly isNewer?: true;
	readonly isUnread: boolean;
}

/** Describes what goes with a post. `id` is that of `acceptFile`: nothing of it comes before. */
export interface PostFileView {
	readonly id: string;
	/** The name as its author gave it, cleaned for reading. */
	readonly name: string;
	readonly sizeBytes: number;
	/** It is there for a folder, with the number of files in it. */
	readonly files?: number;
	/** Nothing should be called so, and it can't be taken. */
	readonly isBadName?: true;
}

/**
 * Describes one person's posts. `trouble`: they have signed two feeds that exclude each other, of which the first is shown (`forked`), or have given one
 * that is older than what we have (`rolledBack`).
 */
export interface FeedView extends PostAuthor {
	/** The text that they say of themselves; "" where there is none. */
	readonly about: string;
	readonly posts: number;
	readonly unread: number;
	/** The newest post; absent where there is none. */
	readonly newest?: PostView;
	readonly trouble?: "forked" | "rolledBack";
	/** A link has said where they are given: they can be fetched without a room. */
	readonly canFetch?: true;
	/** We give them to whoever has the link. */
	readonly isLent?: true;
}

/** Says who may read our own posts, and how many have got the key to them. */
export interface OwnPosts {
	readonly readers: PostReaders;
	/** The people for whom it was decided otherwise. */
	readonly people: readonly { readonly fingerprint: Fingerprint; readonly name: string; readonly may: boolean }[];
	/** The people whose programs have the key. */
	readonly have: readonly { readonly fingerprint: Fingerprint; readonly name: string }[];
	/** The link was asked for and is good. */
	readonly hasLink: boolean;
	readonly feed: FeedView;
}

/** Holds everything there is of posts; `posts`, newest first, are those of the person who was asked for. */
export interface PostsView {
	readonly own?: OwnPosts;
	/** Others' feeds, the one with the newest post first. */
	readonly feeds: readonly FeedView[];
	readonly posts?: readonly PostView[];
	/** The files that go with others' posts, the newest first; absent where there are none. */
	readonly files?: readonly PostFileView[];
}

/** Says what has come of posts. */
export type PostEvent =
	/** `count` new posts of somebody are here, of whom `unread` are unread now. */
	{ readonly kind: "posts"; readonly of: PostAuthor; readonly count: number; readonly unread: number };

/**
 * Says why a feed is not taken. `tooLarge`: longer than any may be · `tooMany`: more posts than any may have · `malformed`: not the one form, or cut off ·
 * `controls`: control characters in a name or text · `brokenChain`: the posts don't follow on each other · `fromTheFuture`: it has a post that is newer than
 * now · `wrongKey`: it is not of the person whose it is said to be, or their key can't be used · `badSignature`: that person has not signed it · `newer`: only a
 * later version of the program can read it.
 */
export type FeedRefusal =
	| "tooLarge"
	| "tooMany"
	| "malformed"
	| "controls"
	| "brokenChain"
	| "fromTheFuture"
	| "wrongKey"
	| "badSignature"
	| "newer";
