// What a guest keeps while its Link is broken, so that it can take its place in the room again. What is on disk of it is guest-keeping.ts.
import { Group } from "../../crypto/group/group.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { HostAndPort } from "../../net/link/link.ts";
import type { Member } from "../member/member.ts";
import { emptyOutbox, type Outbox, stepOutbox } from "../member/outbox.ts";
import type { WaitingLines } from "../member/own-lines.ts";
import type { RouteGuest } from "../routes/route.ts";
import type { TooLate } from "../wire/entering-frames.ts";
import type { Order } from "../wire/transcript.ts";
import type { GuestKeeping } from "./guest-keeping.ts";
import type { KnownRoom } from "./known-room.ts";
import type { ReadingOn } from "./reading-on.ts";

/** Holds what we come back by, and owns the group. It never has the password, which is asked for anew where a seat does not do. */
export class ResumeState {
	/** The newest beginning of a certificate of the host's proof key, in seconds. */
	proofSeen: number | undefined;
	/** The address, or the route, by which the host was reached last. */
	by: HostAndPort | RouteGuest | undefined;
	#room: KnownRoom | undefined;
	#groupRoomId: Uint8Array | undefined;
	#group: Group | undefined;
	/** Says that our group has entered, so that the host may have a place for it. */
	#isGroupIn = false;
	/** Keeps the worker for the group that we will enter with. */
	#prepared: Promise<Group> | undefined;
	#member: Member | undefined;
	/** Tells how far our group has read since the member had its Link. */
	#order: Order | undefined;
	/** Takes what is said while we only read, after our program was started again. */
	#waiting: WaitingLines | undefined;
	#reading: ReadingOn | undefined;
	#unreadable: TooLate | undefined;
	#isEntering = false;
	readonly #isKept: boolean;

	/** Takes what we come back by, where the room was kept. */
	constructor(kept?: KnownRoom & { readonly provenFrom?: number | undefined }) {
		this.#room = kept;
		this.proofSeen = kept?.provenFrom;
		this.#isKept = kept !== undefined;
	}

	/** Tells whether we were in the room at some time. */
	get isTaken(): boolean {
		return this.#isKept || this.#member !== undefined;
	}

	/** Returns what reads on in our former place, until we enter anew. */
	get reading(): ReadingOn | undefined {
		return this.#reading;
	}

	/** Tells whether the reading hears everything up to our entry. */
	get isReading(): boolean {
		return this.#reading !== undefined && this.#unreadable === undefined;
	}

	/** Tells why what was missed can't be read, if so. */
	get unreadable(): TooLate | undefined {
		return this.#unreadable;
	}

	couldNotRead(why: TooLate): void {
		this.#unreadable = why;
	}

	/** Is called when the commit of our entry goes to the host: from now on only the host knows which of the two groups reads on. */
	entersNow(): void {
		this.#isEntering = true;
	}

	/** Takes both groups from disk where an entry was on its way, before the member reads on by another Link. */
	async readAgain(keeping: GuestKeeping): Promise<void> {
		this.#unreadable = undefined;
		if (!this.#isEntering) return;
		this.#isEntering = false;
		await this.stopReading();
		this.#reading = (await keeping.restore(this.#member?.ownLines ?? this.#waiting))?.reading;
	}

	/** Goes on after our program was started again: `reading` reads what was missed, and what is said meanwhile waits. */
	readsOn(reading: ReadingOn | undefined, waiting: WaitingLines): void {
		this.#reading = reading;
		this.#waiting = waiting;
	}

	/** Gives our group to `reading`, which reads on with it until we have entered anew. */
	giveToRead(reading: ReadingOn): void {
		this.#reading = reading;
		this.#group = undefined;
		this.#isGroupIn = false;
	}

	/** Is called when the Link broke before we heard of our entry with a new leaf: on the next Link we ask for the place of the former leaf. */
	async takesBack(): Promise<void> {
		const reading = this.#reading;
		if (!reading) return;
		await reading.settled();
		await this.#group?.close();
		this.#reading = undefined;
		this.#group = reading.group;
		this.#isGroupIn = true;
		this.#order = reading.order;
	}

	/** Returns the newest place that we have read, with the transcript there; `undefined` when we have never been in. */
	get order(): Order | undefined {
		return this.#order ?? this.#member?.order;
	}

	/** Ends the reading, because we are in or because it is of no use any more. */
	async stopReading(): Promise<void> {
		const reading = this.#reading;
		this.#reading = undefined;
		this.#unreadable = undefined;
		await reading?.close();
	}

	get room(): KnownRoom | undefined {
		return this.#room;
	}

	/** Tells whether the group we have is of this room, and was in it. */
	hasGroupOf(roomId: Uint8Array): boolean {
		return this.#isGroupIn && isSame(this.#groupRoomId, roomId);
	}

	get group(): Group | undefined {
		return this.#group;
	}

	/** Returns the member as it was when it last had a Link; it still queues what the person says. */
	get member(): Member | undefined {
		return this.#member;
	}

	/** Returns what the person said that has no place in the order yet. */
	unsaid(): Outbox {
		const [outbox] = stepOutbox((this.#member ?? this.#waiting)?.outbox ?? emptyOutbox, { kind: "linkLost" });
		return outbox;
	}

	/**
	 * Begins to start the worker of a newcomer's group, which takes a while, and has it rehearse our entry, before it is known of which room that will be and whether
	 * it will be needed.
	 */
	prepareWorker(certificate: Uint8Array): void {
		if (this.isTaken || this.#group || this.#prepared) return;
		this.#prepared = Group.open({ roomId: new Uint8Array(0) });
		void this.#prepared.then((group) => group.rehearse(certificate));
	}

	/** Gives a fresh group to enter with, in place of the one there was. */
	async newGroup(roomId: Uint8Array, isOffRecord: boolean): Promise<Group> {
		await this.#group?.close();
		this.#isGroupIn = false;
		this.#groupRoomId = roomId;
		this.#group = await Group.open({ roomId, isOffRecord });
		// The worker goes on with the new group.
		await this.#endPrepared();
		return this.#group;
	}

	async #endPrepared(): Promise<void> {
		const prepared = await this.#prepared;
		this.#prepared = undefined;
		await prepared?.close();
	}

	/** Is called when we are in and were given a seat. */
	take(host: Fingerprint, roomId: Uint8Array, seat: Uint8Array): void {
		this.#room = { host, roomId, newestSeat: seat, previousSeat: this.#room?.newestSeat };
	}

	/** Sets as whom we speak from now on. */
	speaksAs(member: Member): void {
		this.#isEntering = false;
		this.#order = undefined;
		this.#isGroupIn = true;
		this.#member = member;
	}

	async close(): Promise<void> {
		await this.#group?.close();
		await this.stopReading();
		await this.#endPrepared();
		this.#room?.newestSeat.fill(0);
		this.#room?.previousSeat?.fill(0);
		this.#room = undefined;
	}
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
	return one !== undefined && Buffer.compare(one, other) === 0;
}
