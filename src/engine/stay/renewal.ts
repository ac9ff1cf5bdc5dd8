// New keys in a room for a person who stays: what they are told, and what a guest waits for.
import type { Outcome } from "../api/codes.ts";
import { done, refuse } from "../api/outcome.ts";
import type { Member } from "../member/member.ts";
import type { Room } from "../room/room.ts";

/** Tells the person in the room that their leaf is new, and answers whoever asked for it. */
export function outcomeOfRenewal(room: Room | undefined, isNew: boolean): Outcome {
	if (!isNew) return refuse({ code: "not_renewed" });
	room?.notice("info", { code: "keysRenewed" });
	return done;
}

/** A Renewal is a guest's wish for a new leaf: one at a time, and over when its entry is in or the connection breaks. */
export class Renewal {
	#member: Member | undefined;
	#waiting: PromiseWithResolvers<boolean> | undefined;

	/** Asks for a new leaf; `false`: it is not to be had now. */
	async ask(): Promise<boolean> {
		if (!this.#member) return false;
		this.#waiting ??= Promise.withResolvers<boolean>();
		this.#member.renew();
		return this.#waiting.promise;
	}

	/** Is called when we are in the room; `isNew` says that it is with a new leaf. */
	isIn(member: Member, isNew: boolean): void {
		this.#member = member;
		this.#settle(isNew);
	}

	/** Is called when we are not in the room at the moment. */
	isOut(): void {
		this.#member = undefined;
		this.#settle(false);
	}

	#settle(isNew: boolean): void {
		this.#waiting?.resolve(isNew);
		this.#waiting = undefined;
	}
}
