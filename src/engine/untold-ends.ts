// Remembers on the disk which rooms of two are over without the other person having heard it, and says so when the two are in a room together again.

import type { Fingerprint } from "../crypto/identity/fingerprint.ts";
import { SEAT_BYTES } from "../crypto/opening/knock.ts";
import type { RoomKey } from "./api/room-key.ts";
import { allRowsOf, untoldEnds } from "./kept/kept-names.ts";
import { KeptRoom } from "./kept/kept-room.ts";
import { notYetIn, type Pair, usualPolicy } from "./kept/records.ts";
import type { RoomSlot, SlotContext } from "./room-slot.ts";
import { newRoomKey } from "./wire/room-keys.ts";

/** Somebody who is not met for this many seconds is not told any more. */
const rememberedSeconds = 90 * 24 * 60 * 60;
/** The end is said again for this many seconds after it was said first. */
const repeatedSeconds = 24 * 60 * 60;
/** At most this many ends are remembered; when there are more, the oldest are forgotten. */
const mostUntold = 64;

/** Remembers which buddies are still to be told that we have ended it. Each engine has one. */
export class UntoldEnds {
	readonly #context: Pick<SlotContext, "keptRooms" | "now">;
	readonly #shown: (room: RoomKey | undefined) => RoomSlot | undefined;

	constructor(
		context: Pick<SlotContext, "keptRooms" | "now">,
		shown: (room: RoomKey | undefined) => RoomSlot | undefined,
	) {
		this.#context = context;
		this.#shown = shown;
	}

	/** Remembers that the room with this id is over, before anything of it goes: from then on it is in no list, and the other one will hear it, whenever this program ends. */
	add(pair: Pick<Pair, "kind" | "with" | "name">, room: Uint8Array): void {
		const { keptRooms, now } = this.#context;
		const rooms = keptRooms();
		if (!rooms?.claim()) return;
		const known = untoldEnds(rooms, now);
		if (known.some(({ record }) => Buffer.compare(record.room, room) === 0)) return;
		for (const { room: old } of known.slice(0, 1 - mostUntold)) rooms.remove(old.key);
		const until = this.#seconds() + rememberedSeconds;
		const nothing = { target: "-", seat: new Uint8Array(SEAT_BYTES), policy: usualPolicy };
		const who = { role: "guest", name: pair.with, host: pair.with } as const;
		KeptRoom.add(
			rooms,
			newRoomKey(),
			{ ...who, ...nothing, room, pair: { ...pair, state: "ended", until } },
			notYetIn,
			now,
		);
	}

	/**
	 * Notes that it has been said to the other one. It is said again if the two meet within a day: their program, or ours, may have been killed before it was heard, and
	 * who has heard it takes no notice. What may be left of the room itself goes.
	 */
	said(room: Uint8Array): void {
		const { keptRooms, now } = this.#context;
		const rooms = keptRooms();
		rooms?.together(() => {
			for (const { room: row, record } of allRowsOf(rooms, now)) {
				if (Buffer.compare(record.room, room) !== 0) continue;
				const { pair } = record;
				if (pair?.state !== "ended") rooms.remove(row.key);
				else
					row.setRecord({
						...record,
						pair: { ...pair, until: Math.min(pair.until, this.#seconds() + repeatedSeconds) },
					});
			}
		});
	}

	/** Tells somebody who is in this room with us what they have not heard yet, or everybody there. */
	async tell(at: RoomKey | undefined, who?: Fingerprint): Promise<void> {
		const { keptRooms, now } = this.#context;
		const slot = this.#shown(at);
		for (const { room, record } of untoldEnds(keptRooms(), now)) {
			const { pair } = record;
			if (pair === undefined) continue;
			const isMeant = who === undefined || who === pair.with;
			const isHere = isMeant && slot?.room?.person(pair.with) !== undefined;
			const sent = isHere
				? await slot?.stay?.talk.sendLetter(pair.with, { what: "withdraw", pair: record.room }, pair.kind)
				: undefined;
			if (sent?.kind === "done") this.said(record.room);
			else if (pair.until < this.#seconds()) keptRooms()?.remove(room.key);
		}
	}

	#seconds(): number {
		return Math.floor(this.#context.now() / 1000);
	}
}
