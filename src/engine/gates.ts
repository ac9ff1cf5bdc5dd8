// The gates of this home: one for each room of ours that is open, and one that answers while none is.
import type { Event } from "./api/events.ts";
import type { RoomKey } from "./api/room-key.ts";
import { GateHost, type GateHostOptions } from "./gate/gate-host.ts";
import { gateRoomOf } from "./gate-room.ts";
import type { RoomSlot } from "./room-slot.ts";
import type { RoomSlots } from "./room-slots.ts";

export interface GatesOptions extends Omit<GateHostOptions, "room" | "emit" | "onBlocks"> {
	readonly slots: () => RoomSlots;
	/** Is told what happens at a gate that is no room's. */
	readonly emit: (event: Event) => void;
}

/** Owns the gate that is no room's, until `close`. Each of the others is owned by its room's slot. */
export class Gates {
	readonly #options: GatesOptions;
	/** Answers what is asked while no room of ours is open. */
	readonly #resting: GateHost;

	constructor(options: GatesOptions) {
		this.#options = options;
		this.#resting = this.make();
	}

	/** Returns the gate of this room; without one that of any room of ours that is open. */
	of(room?: RoomKey): GateHost {
		const slots = this.#options.slots().all();
		const open = slots.findLast((slot) => slot.gate !== undefined && slot.key === (room ?? slot.key));
		return open?.gate ?? this.#resting;
	}

	/** Makes the gate of a room; what happens at it is told as the room's. Without `slot` it is no room's. */
	make(slot?: RoomSlot): GateHost {
		const { slots, emit, ...options } = this.#options;
		const gate: GateHost = new GateHost({
			...options,
			room: () => gateRoomOf(slot?.stay),
			emit: (event) => (slot ? slot.emit(event) : emit(event)),
			onBlocks: () => {
				for (const other of slots().all()) if (other.gate !== gate) other.gate?.blocksChanged();
			},
		});
		return gate;
	}

	close(): void {
		this.#resting.close();
	}
}
