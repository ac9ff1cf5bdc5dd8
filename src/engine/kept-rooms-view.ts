// The rooms that are kept on this computer, as the engine opens them with the account's key, and as views see them.

import type { Store } from "../store/db.ts";
import { type KeptRooms, keptRoomsIn } from "../store/kept-rooms.ts";
import type { Sealer } from "../store/sealer.ts";
import type { Snapshot } from "./api/api.ts";
import type { KeptSummary } from "./api/room-key.ts";
import { type Found, keptSummaries } from "./kept/kept-names.ts";

interface KeptRoomsOptions {
	readonly store: Store;
	/** Seals and opens what is kept; `undefined` while the key is locked. */
	readonly sealer: () => Sealer | undefined;
	/** Returns what is kept, with what is known of it. */
	readonly kept: () => readonly Found[];
	/** Tells whether a room is open just now. */
	readonly isOpen: (room: string) => boolean;
}

/** Opens them once for each sealer. Owns that opening until `close`. */
export class KeptRoomsView {
	readonly #options: KeptRoomsOptions;
	/** What is kept, as it was when there were these rooms. */
	#drawn: { readonly keys: string; readonly rooms: readonly KeptSummary[] } | undefined;
	#opened: { readonly sealer: Sealer; readonly rooms: KeptRooms } | undefined;

	constructor(options: KeptRoomsOptions) {
		this.#options = options;
	}

	/** Returns the rooms; `undefined` while the key is locked. */
	rooms(): KeptRooms | undefined {
		const sealer = this.#options.sealer();
		if (!sealer) return undefined;
		if (this.#opened?.sealer !== sealer) {
			this.#opened = { sealer, rooms: keptRoomsIn(this.#options.store, sealer) };
		}
		return this.#opened.rooms;
	}

	/** Forgets a room that is kept and not open. `false`: it is open, or there is none. */
	forgetsClosed(room: string | undefined): boolean {
		const rooms = this.rooms();
		if (room === undefined || !rooms?.keys().includes(room) || this.#options.isOpen(room)) return false;
		rooms.remove(room);
		return true;
	}

	/** Returns what views see. Opening what is sealed takes a while, so it is done anew only after what may change it. */
	view(): Pick<Snapshot, "keptRooms"> {
		const keys = this.rooms()?.keys().join() ?? "";
		if (this.#drawn?.keys !== keys) this.#drawn = { keys, rooms: keptSummaries(this.#options.kept()) };
		return this.#drawn.rooms.length === 0 ? {} : { keptRooms: this.#drawn.rooms };
	}

	/** Lets go of the rooms. */
	close(): void {
		this.#opened?.rooms.release();
	}
}
