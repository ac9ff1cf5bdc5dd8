// What a guest keeps while its Link is broken, so that it can take its place in the room again: kept in memory only.
import { Group } from "../../crypto/group/group.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Member } from "../member/member.ts";
import { emptyOutbox, type Outbox, stepOutbox } from "../member/outbox.ts";

/** The host and the room that a guest was in, and what it can come back by. */
export interface KnownRoom {
	readonly host: Fingerprint;
	readonly roomId: Uint8Array;
	readonly newestSeat: Uint8Array;
	/** The host may not know yet that the newest one has arrived. */
	readonly previousSeat?: Uint8Array | undefined;
}

/** Owns the group. Never the password: that is asked for anew where a seat does not do. */
export class ResumeState {
	/** The newest beginning of a certificate of the host's proof key, in seconds. */
	proofSeen: number | undefined;
	#room: KnownRoom | undefined;
	#groupRoomId: Uint8Array | undefined;
	#group: Group | undefined;
	#prepared: { readonly roomId: Uint8Array; readonly group: Promise<Group> } | undefined;
	#member: Member | undefined;

	/** Tells whether we were in the room at some time. */
	get isTaken(): boolean {
		return this.#member !== undefined;
	}

	get room(): KnownRoom | undefined {
		return this.#room;
	}

	/** Tells whether the group we have is of this room. */
	hasGroupOf(roomId: Uint8Array): boolean {
		return this.#group !== undefined && isSame(this.#groupRoomId, roomId);
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
		const [outbox] = stepOutbox(this.#member?.outbox ?? emptyOutbox, { kind: "linkLost" });
		return outbox;
	}

	/** Begins to start a group's worker, which takes a while, before it is known whether it will be needed. */
	prepareGroup(roomId: Uint8Array): void {
		if (this.#group !== undefined || isSame(this.#prepared?.roomId, roomId)) return;
		void this.#prepared?.group.then((group) => group.close());
		this.#prepared = { roomId, group: Group.open({ roomId }) };
	}

	/** Gives a fresh group to enter with, in place of the one there was. */
	async newGroup(roomId: Uint8Array): Promise<Group> {
		await this.#group?.close();
		this.#groupRoomId = roomId;
		const prepared = this.#prepared;
		this.#prepared = undefined;
		if (prepared && !isSame(prepared.roomId, roomId)) void prepared.group.then((group) => group.close());
		this.#group = await (prepared && isSame(prepared.roomId, roomId) ? prepared.group : Group.open({ roomId }));
		return this.#group;
	}

	/** We are in, and were given a seat. */
	take(host: Fingerprint, roomId: Uint8Array, seat: Uint8Array): void {
		this.#room = { host, roomId, newestSeat: seat, previousSeat: this.#room?.newestSeat };
	}

	/** Sets as whom we speak from now on. */
	speaksAs(member: Member): void {
		this.#member = member;
	}

	async close(): Promise<void> {
		await this.#group?.close();
		await this.#prepared?.group.then((group) => group.close());
		this.#room?.newestSeat.fill(0);
		this.#room?.previousSeat?.fill(0);
		this.#room = undefined;
	}
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
	return one !== undefined && Buffer.compare(one, other) === 0;
}
