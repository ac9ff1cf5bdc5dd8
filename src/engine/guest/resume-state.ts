// What a guest keeps while its Link is broken, so that it can take its place in the room again: kept in memory only.
import { Group } from "../../crypto/group/group.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Member } from "../member/member.ts";
import { emptyOutbox, type Outbox, stepOutbox } from "../member/outbox.ts";

/** Owns the group. */
export class Seat {
	/** The password that was right. */
	password: string | undefined;
	#salt: Uint8Array | undefined;
	#host: Fingerprint | undefined;
	#roomId: Uint8Array | undefined;
	#group: Group | undefined;
	#member: Member | undefined;

	/** A host who changes the password changes the salt: then the one we know would only cost us a strike. */
	sawSalt(salt: Uint8Array): void {
		if (this.#salt && Buffer.compare(this.#salt, salt) !== 0) this.password = undefined;
		this.#salt = salt;
	}

	/** Whether we were in the room at some time. */
	get isTaken(): boolean {
		return this.#member !== undefined;
	}

	/** Whom we were with. */
	get host(): Fingerprint | undefined {
		return this.#host;
	}

	/** Whether the group we have is of this room: a host who starts anew opens another. */
	hasGroupOf(roomId: Uint8Array): boolean {
		return this.#group !== undefined && this.#roomId !== undefined && Buffer.compare(this.#roomId, roomId) === 0;
	}

	get group(): Group | undefined {
		return this.#group;
	}

	/** The member as it was when it last had a Link; it still queues what the person says. */
	get member(): Member | undefined {
		return this.#member;
	}

	/** What the person said that has no place in the order yet. */
	unsaid(): Outbox {
		const [outbox] = stepOutbox(this.#member?.outbox ?? emptyOutbox, { kind: "linkLost" });
		return outbox;
	}

	/** A fresh group to enter with, in place of the one there was. */
	async newGroup(roomId: Uint8Array): Promise<Group> {
		await this.#group?.close();
		this.#roomId = roomId;
		this.#group = await Group.open({ roomId });
		return this.#group;
	}

	/** We are in. */
	take(host: Fingerprint, member: Member): void {
		this.#host = host;
		this.#member = member;
	}

	async close(): Promise<void> {
		await this.#group?.close();
		this.password = undefined;
	}
}
