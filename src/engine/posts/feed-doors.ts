// Which feeds are given to whoever dials us with a feed link to them: our own while we choose so, and those of others whose link we have passed on.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { type TagKeys, tagKeys } from "../../crypto/opening/knock.ts";
import { feedLinkSecret } from "../../crypto/posts/reading-key.ts";
import type { FeedBook } from "./feed-book.ts";
import type { FeedHead } from "./records.ts";

/** At most this many readers are served at once, by all rooms of the program, because what each has not taken yet waits in memory. */
export const mostReadersAtOnce = 8;
/** At most this many of these readers come from one caller. */
export const mostOfOneCaller = 2;
/** At most this many of these readers have no address, as through Tor: nothing tells them apart, and places are left for those who have one. */
const mostWithoutAddress = 6;

/** A FeedDoor is one feed that is given to those who have the link to it. */
export interface FeedDoor {
	/** Shows that somebody has the link; made for our own key, since it is we who are asked. */
	readonly keys: TagKeys;
	/** The secret of the link: by it we are found, and by nobody who does not have it. */
	readonly secret: Uint8Array;
	/** Begins to give to somebody, whom the gate counts by this name, if by any; what is returned is called when that is over. `undefined`: as many as may be are being given to. */
	begin(caller?: string): (() => void) | undefined;
	/** Returns the version that is here, and the feed with all that proves it; `undefined` where the link is good no more. */
	read(): { readonly rev: number; readonly hash: Uint8Array; readonly bytes: Uint8Array } | undefined;
}

export interface FeedDoorsOptions {
	readonly book: Pick<FeedBook, "heads" | "signed">;
	/** Returns our own key. */
	readonly self: () => Fingerprint | undefined;
	/** Tells whether a room of ours hides where its people are. */
	readonly isHiding: () => boolean;
}

interface KnownDoor {
	readonly key: Uint8Array;
	readonly door: FeedDoor;
}

/** Knows which feeds are given by their links, and limits how many ask at a time. Each engine has one. */
export class FeedDoors {
	readonly #options: FeedDoorsOptions;
	readonly #known = new Map<string, KnownDoor>();
	readonly #listeners = new Set<() => void>();
	/** Holds the callers of those to whom something is being given. */
	readonly #giving: string[] = [];
	#told = "|";

	constructor(options: FeedDoorsOptions) {
		this.#options = options;
	}

	/** Returns the doors that are open now in a room; `isHidden` says that the room hides where its people are. While there is such a room the others have none. */
	all(isHidden: boolean): readonly FeedDoor[] {
		const { book, self, isHiding } = this.#options;
		const own = self();
		if (!own || (!isHidden && isHiding())) return [];
		return [...book.heads().values()].filter(isGiven).map((head) => this.#doorTo(head, own));
	}

	/** Calls back whenever others may be found by other secrets than before, until what is returned is called. */
	watch(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Is told that it may have changed who may read something. */
	changed(): void {
		const open = [...this.all(true), undefined, ...this.all(false)];
		const now = open.map((door) => (door ? Buffer.from(door.secret).toString("hex") : "|")).join(" ");
		if (now === this.#told) return;
		this.#told = now;
		for (const listener of this.#listeners) listener();
	}

	#doorTo({ of, key }: FeedHead, self: Fingerprint): FeedDoor {
		const name = `${self} ${of}`;
		const known = this.#known.get(name);
		if (known && Buffer.compare(known.key, key) === 0) return known.door;
		const secret = feedLinkSecret(key);
		const door: FeedDoor = {
			keys: tagKeys({ kind: "feed", secret }, self),
			secret,
			begin: (caller) => this.#begin(caller),
			read: () => {
				const head = this.#options.book.heads().get(of);
				if (!head || !isGiven(head) || Buffer.compare(head.key, key) !== 0) return undefined;
				const bytes = this.#options.book.signed(of)?.bytes;
				return bytes && { rev: head.rev, hash: head.hash, bytes };
			},
		};
		this.#known.set(name, { key, door });
		return door;
	}

	#begin(caller = ""): (() => void) | undefined {
		const giving = this.#giving;
		const most = caller === "" ? mostWithoutAddress : mostOfOneCaller;
		const isMany = giving.filter((one) => one === caller).length >= most;
		if (isMany || giving.length >= mostReadersAtOnce) return undefined;
		giving.push(caller);
		return () => void giving.splice(giving.indexOf(caller), 1);
	}
}

/** Tells whether whoever has the link is given a feed. */
function isGiven(head: FeedHead): boolean {
	if (head.rev === 0) return false;
	return head.role === "own" ? head.readers === "link" && head.hasLink : head.isLent === true && !head.isForgotten;
}
