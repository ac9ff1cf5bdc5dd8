// What the posts of one room need of the posts of all rooms, and of the room.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";
import type { Outcome } from "../api/codes.ts";
import type { FeedNotice } from "../api/notices.ts";
import type { Person } from "../api/people.ts";
import type { OwnFailure } from "../files/own-file.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import type { LetterOf } from "../wire/letter.ts";
import type { FeedBook } from "./feed-book.ts";
import type { LendingOptions } from "./lending.ts";
import type { PostedFiles } from "./posted-files.ts";

/** A PostsDesk is what a room's posts need of the desk for all rooms. */
export interface PostsDesk {
	readonly book: FeedBook;
	/** Returns the key that somebody is to have and has not shown to have. */
	readonly keyFor: (person: Person) => LetterOf<"posts"> | undefined;
	/** Somebody is given the key to our posts, or has shown that they have it (`isSure`). */
	readonly hasKey: (person: Person, isSure: boolean) => void;
	/** Judges what somebody gave as the feed of `of`, takes it in, and tells of it. Resolves with whether it is what we have now. */
	readonly judge: (of: Fingerprint, bytes: Uint8Array, from: Person, tell: PostsRoom["tell"]) => Promise<boolean>;
	readonly self: () => Fingerprint | undefined;
	readonly files: PostedFiles;
	readonly clock: Clock;
}

/** A PostsRoom is what a room's posts know of the room. */
export interface PostsRoom {
	readonly people: () => readonly Person[];
	readonly say: (body: BodyOf<"quiet-posts" | "quiet-lend" | "quiet-file">) => Outcome;
	readonly sendKey: (to: Fingerprint, letter: LetterOf<"posts">) => Promise<Outcome>;
	/** Is what the room has for files. */
	readonly files: () => FilesOfPosts;
	/** Tells our person about a feed that was refused, or that is not what it should be. */
	readonly tell: (notice: FeedNotice) => unknown;
}

/** Gives and takes what goes with posts in a room. */
export interface FilesOfPosts {
	readonly give: LendingOptions["give"];
	readonly posted: {
		/** The author of a post says that what goes with it is lost; `id` in hex. */
		readonly lacks: (id: string, why: OwnFailure) => void;
	};
}
