// Rooms of two that are over while the other one has not heard it: remembered on the disk, and said when the two are in a room together again.

import { SEAT_BYTES } from "../crypto/opening/knock.ts";
import type { RoomKey } from "./api/room-key.ts";
import { untoldEnds } from "./kept/kept-names.ts";
import { KeptRoom } from "./kept/kept-room.ts";
import { notYetIn, type Pair, usualPolicy } from "./kept/records.ts";
import type { RoomSlot, SlotContext } from "./room-slot.ts";
import { newRoomKey } from "./wire/room-keys.ts";

/** Whoever is not met for so long is not told any more. */
const rememberedSeconds = 90 * 24 * 60 * 60;
/** The oldest are let go beyond so many. */
const mostUntold = 64;

/** One an engine. */
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

	/** Remembers that the room with this id is over. */
	add(pair: Pick<Pair, "kind" | "with" | "name">, room: Uint8Array): void {
		const { keptRooms, now } = this.#context;
		const rooms = keptRooms();
		if (!rooms?.claim()) return;
		for (const { room: old } of untoldEnds(rooms, now).slice(0, 1 - mostUntold)) rooms.remove(old.key);
		const until = Math.floor(now() / 1000) + rememberedSeconds;
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

	/** Tells those who are in this room with us what they have not heard yet. */
	async tell(at: RoomKey | undefined): Promise<void> {
		const { keptRooms, now } = this.#context;
		const slot = this.#shown(at);
		for (const { room, record } of untoldEnds(keptRooms(), now)) {
			const { pair } = record;
			if (pair === undefined) continue;
			const isHere = slot?.room?.person(pair.with) !== undefined;
			const sent = isHere
				? await slot?.stay?.sendLetter(pair.with, { what: "withdraw", pair: record.room }, pair.kind)
				: undefined;
			if (sent?.kind === "done" || pair.until * 1000 < now()) keptRooms()?.remove(room.key);
		}
	}
}
