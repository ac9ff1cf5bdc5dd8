// The rooms that the engine has, each in a slot of its own, and which of them somebody means.
import type { Outcome } from "./api/codes.ts";
import { refuse } from "./api/outcome.ts";
import type { RoomKey } from "./api/room-key.ts";
import { RoomSlot, type SlotContext } from "./room-slot.ts";
import { newRoomKey, roomKey } from "./wire/room-keys.ts";

/** Says which room a command means. */
type Meant =
	| { readonly kind: "slot"; readonly slot: RoomSlot }
	| { readonly kind: "none" }
	| { readonly kind: "refused"; readonly outcome: Outcome };

/** Owns the slots. Those that are over stay until they are put away. */
export class RoomSlots {
	readonly #context: SlotContext;
	readonly #slots = new Map<RoomKey, RoomSlot>();
	/** Holds the rooms that were opened by the way and that nobody has asked for by themselves, such as those of buddies. */
	readonly #byTheWay = new WeakSet<RoomSlot>();
	/** The room that was begun last: whoever names none sees this one, also when it is over. */
	#last: RoomSlot | undefined;

	constructor(context: SlotContext) {
		this.#context = context;
	}

	/** Returns the rooms there are, in the order in which they were begun. */
	all(): readonly RoomSlot[] {
		return [...this.#slots.values()];
	}

	/** Tells whether the room with this key is open, or about to be. */
	isLive(room: RoomKey): boolean {
		return this.#slots.get(room)?.isLive === true;
	}

	/** Returns the room that is shown to who names `room`, or no room. */
	shown(room: RoomKey | undefined): RoomSlot | undefined {
		if (room !== undefined) return this.#slots.get(room);
		return this.#last?.isLive === true ? this.#last : (this.#liveOnes().at(-1) ?? this.#last);
	}

	/** Returns the room that a command means: the one it names, or the one there is. */
	meant(room: string | undefined): Meant {
		if (room !== undefined) {
			const slot = this.#slots.get(room);
			return slot ? { kind: "slot", slot } : { kind: "refused", outcome: refuse({ code: "no_such_room" }) };
		}
		const live = this.#liveOnes();
		if (live.length > 1) return { kind: "refused", outcome: refuse({ code: "which_room" }) };
		const slot = live[0] ?? this.#last;
		return slot ? { kind: "slot", slot } : { kind: "none" };
	}

	/** Returns the rooms that are open, and those that were opened by the way only where there is no other. */
	#liveOnes(): readonly RoomSlot[] {
		const live = this.all().filter((slot) => slot.isLive);
		const chosen = live.filter((slot) => !this.#byTheWay.has(slot));
		return chosen.length > 0 ? chosen : live;
	}

	/** Returns the room in which a person is with us: the one that is named, or any that is not of us two. */
	roomWith({ room, fingerprint }: { readonly room?: RoomKey; readonly fingerprint: string }): RoomSlot | undefined {
		const live = this.all().filter(({ isLive }) => isLive);
		const isWithUs = (slot: RoomSlot): boolean =>
			slot.room?.person(fingerprint) !== undefined && slot.stay?.pair?.with !== fingerprint;
		return live.find(({ key }) => key === room) ?? live.find(isWithUs);
	}

	/** Returns the room that is over in which we were at this target last, with what was said there. */
	overAt(target: string): RoomSlot | undefined {
		return [...this.all(), ...(this.#last ? [this.#last] : [])].find((slot) => !slot.isLive && slot.wasAt(target));
	}

	/** Makes a slot. With `isByTheWay` nobody has asked for a room here, and whoever names none does not mean it. */
	add(wished: string | undefined, isByTheWay = false): RoomSlot {
		const isFree = wished !== undefined && roomKey.test(wished) && !this.#slots.has(wished);
		const slot = new RoomSlot(isFree ? wished : newRoomKey(), this.#context);
		if (isByTheWay) this.#byTheWay.add(slot);
		this.put(slot, isByTheWay);
		return slot;
	}

	/** Puts a slot among the others, also one that was put away. */
	put(slot: RoomSlot, isByTheWay: boolean): void {
		this.#slots.set(slot.key, slot);
		if (!isByTheWay) this.#last = slot;
	}

	/** Puts a slot away. */
	remove({ key }: RoomSlot): void {
		this.#slots.delete(key);
	}
}
