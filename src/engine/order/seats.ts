// The seats of one room: in memory, and on disk as well where the room is kept. A room that leaves nothing behind leaves no seats either.
import { randomBytes } from "node:crypto";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { type KnownKeys, SEAT_BYTES, type TagKeys, tagKeys } from "../../crypto/opening/knock.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { entered, kept, noSeats, revoked, type SeatRecord, type SeatStanding, standingOf } from "./seat-record.ts";

/** The seats of at most this many people are remembered. Somebody who is forgotten, because they came longest ago, needs the password again. */
const maximumPeople = 256;

/** A ShownSeat is a seat that was shown in a knock. The host keeps the two keys that are derived from a seat, and not its secret. */
export interface ShownSeat {
	readonly guest: Fingerprint;
	readonly keys: TagKeys;
}

/** Keeps the seats of the guests. The host's server owns it and makes changes only inside the sequencer's turns. */
export class Seats {
	readonly #roomId: Uint8Array;
	readonly #host: Fingerprint;
	readonly #records = new BoundedMap<Fingerprint, SeatRecord<TagKeys>>(maximumPeople);
	#known: readonly KnownKeys<ShownSeat>[] = [];
	#keep: (guest: Fingerprint, record: SeatRecord<TagKeys> | undefined) => void = () => {};

	/** Begins with the seats that were given out before the host's program was started. */
	constructor(
		roomId: Uint8Array,
		host: Fingerprint,
		records: Iterable<readonly [Fingerprint, SeatRecord<TagKeys>]> = [],
	) {
		this.#roomId = roomId;
		this.#host = host;
		for (const [guest, record] of records) this.#records.set(guest, record);
		this.#list();
	}

	/** Tells `keep` each change before it counts, from now on, and all seats there are at once; `undefined` means that this person has no seats any more. */
	keepBy(keep: (guest: Fingerprint, record: SeatRecord<TagKeys> | undefined) => void): void {
		this.#keep = keep;
		for (const [guest, record] of this.#records) keep(guest, record);
	}

	/** Returns everything that a knock may show: of each person the next seat first, then the current one and the retired ones. */
	known(): readonly KnownKeys<ShownSeat>[] {
		return this.#known;
	}

	standingOf({ guest, keys }: ShownSeat): SeatStanding {
		return standingOf(this.#records.get(guest) ?? noSeats, keys);
	}

	/** Returns everybody who has, or had, a seat. */
	people(): readonly Fingerprint[] {
		return [...this.#records.keys()];
	}

	/** Records that somebody enters, by a good seat, or by the password when `shown` is `undefined`. It returns the seat that they are given, and its keys. */
	entered(guest: Fingerprint, shown: TagKeys | undefined): { readonly secret: Uint8Array; readonly keys: TagKeys } {
		const secret = randomBytes(SEAT_BYTES);
		const keys = tagKeys({ kind: "seat", secret, roomId: this.#roomId, guest }, this.#host);
		this.#set(guest, entered(this.#records.get(guest) ?? noSeats, shown, keys));
		return { secret, keys };
	}

	/** Records that the guest has kept the seat it was given. */
	kept(guest: Fingerprint, keys: TagKeys): void {
		const record = this.#records.get(guest);
		if (record) this.#set(guest, kept(record, keys));
	}

	/** Records that the host has removed this person. */
	revoke(guest: Fingerprint): void {
		const record = this.#records.get(guest);
		if (record) this.#set(guest, revoked(record));
	}

	/** Forgets the seats of somebody who has left for good. */
	forget(guest: Fingerprint): void {
		if (!this.#records.has(guest)) return;
		this.#keep(guest, undefined);
		this.#records.delete(guest);
		this.#list();
	}

	#set(guest: Fingerprint, record: SeatRecord<TagKeys>): void {
		this.#keep(guest, record);
		const [oldest] = this.#records.keys();
		this.#records.set(guest, record);
		if (oldest !== undefined && !this.#records.has(oldest)) this.#keep(oldest, undefined);
		this.#list();
	}

	#list(): void {
		this.#known = [...this.#records].flatMap(([guest, { current, next, retired }]) =>
			[next, current, ...retired].flatMap((keys) =>
				keys ? [{ value: { guest, keys }, keys, slots: "seat" as const }] : [],
			),
		);
	}
}
