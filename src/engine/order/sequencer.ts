// Gives every message of the room its place and passes it on. Sees only ciphertext; who may come in is judged by the Authority.
import { messageKind } from "../../crypto/group/header.ts";
import type { RemovalReason } from "../../crypto/group/messages.ts";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { Turns } from "../bounds/turns.ts";
import type { LoggedMessage } from "../kept/kept-room.ts";
import { encodeEntered, encodePage, encodeResumed } from "../wire/entering-frames.ts";
import { encodeFrame, frameType } from "../wire/frame.ts";
import type { Refusal } from "../wire/handshake.ts";
import { firstHead, nextHead } from "../wire/transcript.ts";
import { Audience, type Recipient } from "./audience.ts";
import type { Authority, Judgement, OffEntrance, Placeable } from "./authority.ts";
import { Backlog, type BacklogItem, frameOf } from "./backlog.ts";
import { type Entries, entersAt } from "./entries.ts";

/** Says that this person may not enter. It was asked again in the turn in which they would have, and nothing was done. */
export interface NotAllowed {
	readonly kind: "notAllowed";
	readonly why: Refusal;
}

/** Says who comes in or goes with a commit. */
export interface MembershipChange {
	readonly entered?: { readonly certificate: Certificate; readonly name: string };
	readonly left?: Fingerprint;
}

/** Keeps the room on disk. */
export interface Keeper {
	/** Has the message with its place on disk, and with a commit the group it makes, when it resolves. `head`: the transcript after it; `change`: there for commits. Rejects when that is not possible. */
	keep(message: LoggedMessage, head: Uint8Array, change?: MembershipChange): Promise<void>;
	/** Returns a page of what was said after a place; `undefined` when that is not kept any more, or was never the same. */
	pageAfter(seq: number, head: Uint8Array): readonly LoggedMessage[] | "gone" | "otherHistory";
}

/** Says where a room begins: at its founding, or where it was when its host's program ended. */
export interface SequencerStart {
	readonly seq: number;
	readonly head: Uint8Array;
	readonly epoch: number;
	/** The members who have a leaf in the group and are not here, with the places of their entries. */
	readonly away: ReadonlyMap<Fingerprint, Entries>;
	/** The newest messages, oldest first. */
	readonly newest: Iterable<LoggedMessage>;
}

/** Returns the start of a room that nobody has been in. */
export const newStart = (roomId: Uint8Array, epoch: number): SequencerStart => ({
	seq: 0,
	head: firstHead(roomId),
	epoch,
	away: new Map(),
	newest: [],
});

/** An Entrant is somebody who enters or comes back. */
export interface Entrant extends Recipient {
	/** Returns why they must not, as things are now. */
	judge(): Promise<Refusal | undefined>;
	/** Gives the seat by which they can come back the next time; called once they are in. */
	giveSeat(): Uint8Array;
}

/** Says what a member has read: the newest place, and the transcript there. */
export interface Position {
	readonly seq: number;
	readonly head: Uint8Array;
}

/** Says what comes of the wish to read on. */
export type ReadingOn =
	| NotAllowed
	| { readonly kind: "page"; readonly replaced?: Recipient }
	/** The member can't read on. `gone` says that the messages are not kept any more, and `otherHistory` that the member has read messages that this room has never had, as after a backup of the host's disk. */
	| { readonly kind: "tooLate"; readonly why: "gone" | "otherHistory" }
	| { readonly kind: "kicked" };

type Unplaced = Omit<LoggedMessage, "seq" | "before">;

interface Placing {
	readonly message: LoggedMessage;
	readonly head: Uint8Array;
}

/** Gives everything that is said in a room its place. There is one for each room, on its host's computer. Everything is done in turns, so that "the current epoch" has one meaning. */
export class Sequencer {
	readonly #authority: Authority;
	readonly #audience = new Audience();
	/** The places at which members came in, because nobody is given what was said before. */
	readonly #entries = new Map<Fingerprint, Entries>();
	/** Members whose Link is gone for the moment. */
	readonly #away = new Set<Fingerprint>();
	/** Holds those who have not heard yet that they were removed. */
	readonly #kickedWhileAway = new Set<Fingerprint>();
	readonly #backlog = new Backlog();
	readonly #turns = new Turns();
	/** Counts those that are under way or wait. */
	#turnsUnderWay = 0;
	#keeper: Keeper | undefined;
	#onFailure: (error: unknown) => void = () => {};
	#seq: number;
	#head: Uint8Array;
	#epoch: number;
	/** It is true once something could not be kept: nothing gets a place any more. */
	#isBroken = false;

	constructor(start: SequencerStart, authority: Authority) {
		this.#seq = start.seq;
		this.#head = start.head;
		this.#epoch = start.epoch;
		this.#authority = authority;
		for (const [fingerprint, entries] of start.away) {
			this.#away.add(fingerprint);
			this.#entries.set(fingerprint, entries);
		}
		for (const message of start.newest) this.#backlog.add(message);
	}

	get seq(): number {
		return this.#seq;
	}

	/** Returns the hash of the transcript at the newest place. */
	get head(): Uint8Array {
		return this.#head;
	}

	/** Says where somebody came in; 0 for whoever founded the room. */
	entriesOf(fingerprint: Fingerprint): Entries {
		return this.#entries.get(fingerprint) ?? { entry: 0 };
	}

	has(recipient: Recipient): boolean {
		return this.#audience.at(recipient.fingerprint) === recipient;
	}

	/** Tells whether this person is in the room, or away for the moment. */
	isMember(fingerprint: Fingerprint): boolean {
		return this.#audience.at(fingerprint) !== undefined || this.#away.has(fingerprint);
	}

	/** Returns how many people are in the room or away for the moment, the host included. */
	get memberCount(): number {
		return this.#audience.size + this.#away.size;
	}

	/** Does work that must not overlap with anybody's entering. */
	inTurn(work: () => void): Promise<void> {
		return this.#turn(async () => void (await this.safely(work)));
	}

	/** Does work that takes a while, and during which nothing is placed. */
	inLongTurn<T>(work: () => Promise<T>): Promise<T> {
		return this.#turn(work);
	}

	/** Adds the founder, who needs no judgement: the group was made by them. */
	addFounder(recipient: Recipient): void {
		this.#audience.add(recipient);
	}

	/** Has everything that gets a place on disk before anybody hears of it, from now on. It is called inside a turn. */
	keepBy(keeper: Keeper, onFailure: (error: unknown) => void): void {
		this.#keeper = keeper;
		this.#onFailure = onFailure;
	}

	/**
	 * Places a line. One of another epoch than the current is dropped: its sender sees the commit that made it stale before
	 * anything else, and sends it again (outbox.ts).
	 */
	line(from: Recipient, number: number, message: Uint8Array): void | Promise<void> {
		const what = { message, line: { from: from.fingerprint, number } };
		// A room that is not kept waits for nothing here, and a dozen promises for a line would cost as much as all else.
		if (this.#turnsUnderWay === 0 && !this.#keeper) {
			if (this.#takes(from, message)) this.#audience.tellSoon(this.#settle(this.#next(what)));
			return;
		}
		return this.#turn(async () => {
			const item = this.#takes(from, message) ? await this.#place(what) : undefined;
			if (item) this.#audience.tellSoon(item);
		});
	}

	/** Judges the commit by which a guest enters. Somebody who was there before with the same key is replaced: their Link is returned. */
	entry(
		guest: Entrant,
		certificate: Certificate,
		commit: Uint8Array,
		off?: OffEntrance & { readonly tag: Uint8Array },
	): Promise<NotAllowed | (Judgement & { readonly replaced?: Recipient })> {
		return this.#turn(async () => {
			const why = await guest.judge();
			if (why !== undefined) return { kind: "notAllowed", why };
			const header = messageKind(commit);
			if (header?.kind !== "enter") return { kind: "refused", detail: "not a commit to enter by" };
			if (header.epoch !== this.#epoch) return { kind: "stale" };
			const judgement = await this.#authority.judge(commit, certificate, this.#seq, off);
			if (judgement.kind === "refused" && judgement.repair) await this.#advance(judgement.repair, {});
			if (judgement.kind !== "accepted") return judgement;
			const { epoch, name } = judgement;
			const head = this.#head;
			const seat = await this.safely(() => guest.giveSeat());
			const entered = { certificate, name };
			const item = await this.#place({ message: commit, certificate: certificate.bytes }, epoch, { entered });
			if (!item || !seat) return { kind: "refused", detail: "the room could not be kept" };
			const { fingerprint } = guest;
			const replaced = this.#audience.at(fingerprint);
			this.#audience.remove(fingerprint);
			this.#away.delete(fingerprint);
			this.#kickedWhileAway.delete(fingerprint);
			this.#audience.tellSoon(item);
			this.#audience.add(guest);
			this.#entries.set(fingerprint, entersAt(item.seq, this.#entries.get(fingerprint)));
			this.#audience.tellOne(guest, encodeFrame(frameType.entered, encodeEntered({ seq: item.seq, head, seat })));
			return replaced && replaced !== guest ? { ...judgement, replaced } : judgement;
		});
	}

	/** Takes a member out of the group and tells everybody, the removed one too. Not if the person is back on another Link. */
	removal(recipient: Pick<Recipient, "fingerprint">, reason: RemovalReason): Promise<void> {
		return this.#turn(async () => {
			const { fingerprint } = recipient;
			const current = this.#audience.at(fingerprint);
			if (current && current !== recipient) return;
			if (reason === "kicked" && this.#away.has(fingerprint)) this.#kickedWhileAway.add(fingerprint);
			const removed = await this.#authority.remove(fingerprint, reason, this.#seq);
			if (removed) await this.#advance(removed, { left: fingerprint });
			this.#audience.remove(fingerprint);
			this.#entries.delete(fingerprint);
			this.#away.delete(fingerprint);
		});
	}

	/** Gives the host's own leaf new keys. `false`: that was not possible. */
	renewal(): Promise<boolean> {
		return this.#turn(async () => {
			const renewed = await this.#authority.renew(this.#seq);
			if (renewed) await this.#advance(renewed, {});
			return renewed !== undefined && !this.#isBroken;
		});
	}

	/** Keeps the place in the group of a member whose Link is gone. `false`: it has none, or is back on another Link. */
	leaveOpen(recipient: Recipient): Promise<boolean> {
		return this.#turn(async () => {
			const { fingerprint } = recipient;
			if (this.has(recipient)) {
				this.#audience.remove(fingerprint);
				this.#away.add(fingerprint);
			}
			return this.#away.has(fingerprint);
		});
	}

	/**
	 * Takes a member back, on another Link, that has everything up to `seq`: it gets the rest and then what comes. `tooLate`: it has no
	 * place any more, the rest is not kept any more, or it begins before the member's own entry; it must enter again. The Link it was on, if it still stood, is returned.
	 */
	resume(
		recipient: Entrant,
		{ seq, head }: Position,
	): Promise<
		| NotAllowed
		| { readonly kind: "resumed"; readonly replaced?: Recipient }
		| { readonly kind: "tooLate" }
		/** It was removed while it was away. */
		| { readonly kind: "kicked" }
	> {
		return this.#turn(async () => {
			const { fingerprint } = recipient;
			if (this.#kickedWhileAway.delete(fingerprint)) return { kind: "kicked" };
			const replaced = this.#audience.at(fingerprint);
			const entry = this.#entries.get(fingerprint)?.entry;
			const isSame = entry !== undefined && seq >= entry && this.#isAt(seq, head);
			const missed = isSame ? this.#backlog.since(seq, fingerprint) : undefined;
			const why = await recipient.judge();
			if (why !== undefined) return { kind: "notAllowed", why };
			if (!missed || !(replaced || this.#away.has(fingerprint))) return { kind: "tooLate" };
			const seat = await this.safely(() => recipient.giveSeat());
			if (!seat) return { kind: "tooLate" };
			this.#away.delete(fingerprint);
			this.#audience.tellOne(recipient, encodeFrame(frameType.resumed, encodeResumed({ seq: this.#seq, seat })));
			for (const frame of missed) this.#audience.tellOne(recipient, frame);
			this.#audience.add(recipient);
			return replaced && replaced !== recipient ? { kind: "resumed", replaced } : { kind: "resumed" };
		});
	}

	/**
	 * Lets a member whose program was ended read on where it was, with the group of its former leaf: a page at a time, and with the last page it hears what
	 * comes, until it enters anew. `lastPage`: the newest place there is.
	 */
	readOn(recipient: Entrant, { seq, head }: Position): Promise<ReadingOn> {
		return this.#turn(async () => {
			const { fingerprint } = recipient;
			if (this.#kickedWhileAway.delete(fingerprint)) return { kind: "kicked" };
			const why = await recipient.judge();
			if (why !== undefined) return { kind: "notAllowed", why };
			const entries = this.#entries.get(fingerprint);
			const current = this.#audience.at(fingerprint);
			// Somebody who was killed before they heard of their newest entry goes on before it: their program has both groups.
			if (!entries || seq < (entries.since ?? entries.entry) || !(current || this.#away.has(fingerprint))) {
				return { kind: "tooLate", why: seq > this.#seq ? "otherHistory" : "gone" };
			}
			const page = this.#pageAfter({ seq, head });
			if (typeof page === "string") return { kind: "tooLate", why: page };
			const upTo = seq + page.length;
			this.#audience.tellOne(recipient, encodeFrame(frameType.page, encodePage({ upTo, newest: this.#seq })));
			for (const message of page) this.#audience.tellOne(recipient, frameOf(message));
			if (upTo === this.#seq) {
				this.#away.delete(fingerprint);
				this.#audience.add(recipient);
			}
			return { kind: "page", ...(current && current !== recipient ? { replaced: current } : {}) };
		});
	}

	#pageAfter({ seq, head }: Position): readonly LoggedMessage[] | "gone" | "otherHistory" {
		if (seq === this.#seq) return Buffer.compare(head, this.#head) === 0 ? [] : "otherHistory";
		if (seq > this.#seq) return "otherHistory";
		return this.#keeper?.pageAfter(seq, head) ?? "gone";
	}

	#isAt(seq: number, head: Uint8Array): boolean {
		const own = seq === this.#seq ? this.#head : this.#backlog.headAt(seq);
		return own !== undefined && Buffer.compare(own, head) === 0;
	}

	async #turn<T>(work: () => Promise<T>): Promise<T> {
		this.#turnsUnderWay += 1;
		try {
			return await this.#turns.run(work);
		} finally {
			this.#turnsUnderWay -= 1;
		}
	}

	/** Tells whether this line may have a place now. */
	#takes(from: Recipient, message: Uint8Array): boolean {
		if (this.#isBroken || !this.has(from)) return false;
		const header = messageKind(message);
		return header?.kind === "line" && header.epoch === this.#epoch;
	}

	/** Gives a message its place, on disk first where the room is kept. `undefined`: that was not possible, and nobody hears of it. */
	async #place(what: Unplaced, epoch = this.#epoch, change?: MembershipChange): Promise<BacklogItem | undefined> {
		if (this.#isBroken) return undefined;
		const next = this.#next(what);
		const isKept = await this.safely(async () => {
			await this.#keeper?.keep(next.message, next.head, change);
			return true;
		});
		return isKept ? this.#settle(next, epoch) : undefined;
	}

	/** Returns a message with the next place, and the transcript after it. */
	#next(what: Unplaced): Placing {
		const message = { seq: this.#seq + 1, before: this.#head, ...what };
		return { message, head: nextHead(this.#head, message.seq, message.message) };
	}

	#settle({ message, head }: Placing, epoch = this.#epoch): BacklogItem {
		this.#seq = message.seq;
		this.#head = head;
		this.#epoch = epoch;
		return this.#backlog.add(message);
	}

	/** Does what writes to the disk, inside a turn; `undefined`: the disk failed, and nobody may hear of what could not be kept. */
	async safely<T>(work: () => T | Promise<T>): Promise<T | undefined> {
		try {
			return await work();
		} catch (error) {
			this.#breaks(error);
			return undefined;
		}
	}

	#breaks(error: unknown): void {
		this.#isBroken = true;
		this.#onFailure(error);
	}

	async #advance({ commit, epoch }: Placeable, change: MembershipChange): Promise<void> {
		const item = await this.#place({ message: commit }, epoch, change);
		if (item) this.#audience.tellSoon(item);
	}
}
