// The rooms of two on this computer: which there are, what is changed of them on the disk, and how views see them.
import type { Fingerprint } from "../crypto/identity/fingerprint.ts";
import type { BuddyView } from "./api/room-key.ts";
import { type Found, nameOfPair } from "./kept/kept-names.ts";
import { buddyView, type FoundPair, pairsIn, type SeenPair } from "./kept/pairs.ts";
import type { Pair } from "./kept/records.ts";
import type { SlotContext } from "./room-slot.ts";
import type { Stays } from "./stays.ts";

export interface PairRoomsOptions {
	readonly stays: () => Stays;
	readonly context: Pick<SlotContext, "account" | "keptRooms" | "now" | "changed">;
}

/** Knows the rooms of two of one engine. */
export class PairRooms {
	readonly #options: PairRoomsOptions;

	constructor(options: PairRoomsOptions) {
		this.#options = options;
	}

	/** Returns the time in seconds since the epoch. */
	seconds(): number {
		return Math.floor(this.#options.context.now() / 1000);
	}

	all(): readonly FoundPair[] {
		return pairsIn(this.#options.stays().kept());
	}

	/** Returns those with this person: there may be several while a proposal waits for an answer. */
	with(fingerprint: Fingerprint): readonly FoundPair[] {
		return this.all().filter(({ record }) => record.pair.with === fingerprint);
	}

	/** Ends a room of two, open or not: nothing of it stays. */
	async forget(pair: FoundPair): Promise<void> {
		const slot = this.#options.stays().slots.shown(pair.room.key);
		if (slot?.stay) await this.#options.stays().forget(slot);
		if (this.#options.context.keptRooms()?.keys().includes(pair.room.key)) this.remove(pair);
	}

	/** Takes a room of two that is not open off the disk. */
	remove({ room }: FoundPair): void {
		this.#options.context.keptRooms()?.remove(room.key);
		this.#options.context.changed();
	}

	/** Changes on the disk what is known of a room of two, and returns how it is seen now. */
	set({ room, record }: FoundPair, change: Partial<Pair>): BuddyView {
		const changed = { ...(room.record() ?? record), pair: { ...record.pair, ...change } };
		room.setRecord(changed);
		this.#options.context.changed();
		return this.viewOf({ room, record: changed });
	}

	/** Returns how views see all of them. `found` are the rooms that are kept, as they were read last. */
	views(found: readonly Found[]): readonly BuddyView[] {
		return pairsIn(found).map((pair) => this.viewOf(pair));
	}

	viewOf(pair: SeenPair): BuddyView {
		const { stays, context } = this.#options;
		const { with: fingerprint } = pair.record.pair;
		const slot = stays().slots.shown(pair.room.key);
		const person = slot?.room?.person(fingerprint);
		const isConnected = slot?.phase.kind === "inRoom" && slot.phase.isReconnecting !== true;
		const name = person?.name ?? nameOfPair(pair.record.pair);
		const isHere = isConnected && person !== undefined && person.isAway !== true;
		return buddyView(pair, { name, isHere, trust: context.account.trustOf(fingerprint, name) });
	}
}
