// What goes with posts, in one room: asks for what our person takes, and answers who asks for what we have.
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { Person } from "../api/people.ts";
import type { OwnFailure } from "../files/own-file.ts";
import type { FileLine } from "../files/room-file.ts";
import { cleanLine } from "../text/clean.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import { type FeedNote, mostExcepted } from "../wire/feed-note.ts";
import { Lending } from "./lending.ts";
import type { PostsDesk, PostsRoom } from "./posts-desk.ts";
import { Wants } from "./wants.ts";

/** Asks for what goes with posts in one room, and gives it there. The posts of the room own it. */
export class RoomPostFiles {
	readonly #desk: PostsDesk;
	readonly #room: PostsRoom;
	readonly #sayOf: (of: Fingerprint, note: FeedNote) => void;
	readonly #wants: Wants;
	readonly #lending: Lending;

	/** `sayOf` says something of a feed in the room, sealed to who may read it. */
	constructor(desk: PostsDesk, room: PostsRoom, sayOf: (of: Fingerprint, note: FeedNote) => void) {
		this.#desk = desk;
		this.#room = room;
		this.#sayOf = sayOf;
		const { files, clock, self } = desk;
		this.#wants = new Wants(clock);
		this.#lending = new Lending({
			...{ files, clock, self },
			say: (body) => room.say(body),
			give: (...what) => room.files().give(...what),
			lost: (line, why) => this.#lost(line, why),
		});
	}

	/** Asks whoever has what goes with a post for it; not those in `except`, of whom nothing came. */
	want({ by, id }: FileLine, except: readonly Fingerprint[]): void {
		this.#sayOf(by, { v: 1, what: "want", id, except: except.slice(-mostExcepted).map(fingerprintBytes) });
	}

	/** Is told that somebody gives what goes with a post, so that we need not. */
	heardLend(from: Fingerprint, { file }: BodyOf<"quiet-lend">): void {
		if (from !== this.#desk.self()) this.#wants.answered(Buffer.from(file).toString("hex"));
	}

	/** Takes in what somebody says of what goes with the posts of `of`. */
	heard(of: Fingerprint, from: Person, note: Extract<FeedNote, { what: "want" | "lacks" }>): void {
		const id = Buffer.from(note.id).toString("hex");
		const self = this.#desk.self();
		if (note.what === "lacks") {
			if (from.fingerprint === of) this.#room.files().posted.lacks(id, note.why);
			return;
		}
		if (!self || note.except.some((one) => Buffer.compare(one, fingerprintBytes(self)) === 0)) return;
		const line = this.#desk.book.fileLine(of, id);
		if (line) this.#wants.heard(id, from.fingerprint, of === self, () => void this.#lending.lend(line));
	}

	close(): void {
		this.#wants.close();
		this.#lending.close();
	}

	/** Is told that what goes with a post is lost here. Of our own post both our person and whoever waits for it are told. */
	#lost({ by, id, body }: FileLine, why: OwnFailure): void {
		if (by !== this.#desk.self()) return;
		this.#sayOf(by, { v: 1, what: "lacks", id, why });
		this.#room.tell({ code: "postFileLost", name: cleanLine(body.name), why });
	}
}
