// The rooms that are kept on this computer, as the engine opens them with the account's key, and as views see them.

import type { Store } from "../store/db.ts";
import { type KeptRooms, keptRoomsIn } from "../store/kept-rooms.ts";
import type { Sealer } from "../store/sealer.ts";
import type { Account } from "./account/account.ts";
import type { RecentRoom, Snapshot } from "./api/api.ts";
import type { BuddyView } from "./api/room-key.ts";
import { type Found, keptRoomsOf, keptSummaries, nameOfPair, unreadableIn, visitedAs } from "./kept/kept-names.ts";
import { buddyView, pairsIn } from "./kept/pairs.ts";

interface KeptRoomsOptions {
	readonly store: Store;
	/** Seals and opens what is kept; `undefined` while the key is locked. */
	readonly sealer: () => Sealer | undefined;
	/** Is called when a room is kept no longer, so that what goes with it elsewhere is forgotten too. */
	readonly onForget: (room: string) => void;
	/** Returns what is kept, with what is known of it. */
	readonly kept: () => readonly Found[];
	/** Tells whether a room is open just now. */
	readonly isOpen: (room: string) => boolean;
}

type KeptView = Pick<Snapshot, "recentRooms" | "keptRooms" | "unreadableRooms" | "buddies">;

/** Opens them once for each sealer. Owns that opening until `close`. */
export class KeptRoomsView {
	readonly #options: KeptRoomsOptions;
	/** Holds what was read of the kept rooms; it is read again when there are others. */
	#read: { readonly keys: string; readonly found: readonly Found[]; readonly unreadable: number } | undefined;
	#opened: { readonly sealer: Sealer; readonly rooms: KeptRooms } | undefined;

	constructor(options: KeptRoomsOptions) {
		this.#options = options;
	}

	/** Returns the rooms; `undefined` while the key is locked. */
	rooms(): KeptRooms | undefined {
		const sealer = this.#options.sealer();
		if (!sealer) return undefined;
		if (this.#opened?.sealer !== sealer) {
			const rooms = keptRoomsIn(this.#options.store, sealer);
			const remove = (room: string): void => {
				rooms.remove(room);
				this.#options.onForget(room);
			};
			this.#opened = { sealer, rooms: { ...rooms, remove } };
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

	/** Is called when something that is kept is different from before. */
	changed(): void {
		this.#read = undefined;
	}

	/** Returns what views see, with those of the `recent` rooms marked that are kept. Opening what is sealed takes a while, so it is done anew only after what may change it. */
	view(recent: readonly RecentRoom[], buddiesOf: (found: readonly Found[]) => readonly BuddyView[]): KeptView {
		const keys = this.rooms()?.keys().join() ?? "";
		if (this.#read?.keys !== keys) {
			const unreadable = unreadableIn(this.rooms());
			this.#read = { keys, found: this.#options.kept(), unreadable };
		}
		const { found, unreadable } = this.#read;
		const keptRooms = keptSummaries(found);
		const buddies = buddiesOf(found);
		const isKept = ({ target }: RecentRoom): boolean => visitedAs(found, target) !== undefined;
		return {
			recentRooms: recent.map((room) => (isKept(room) ? { ...room, isKept: true } : room)),
			...(keptRooms.length === 0 ? {} : { keptRooms }),
			...(unreadable === 0 ? {} : { unreadableRooms: unreadable }),
			...(buddies.length === 0 ? {} : { buddies }),
		};
	}

	/** Lets go of the rooms. */
	close(): void {
		this.#opened?.rooms.release();
	}
}

/** Returns what views see before anything is done with an engine: none of the rooms is open, and nobody is here. */
export function keptAtRest(store: Store, account: Account): KeptView {
	const rooms = new KeptRoomsView({
		store,
		sealer: () => account.sealer(),
		onForget: () => {},
		kept: () => keptRoomsOf(rooms.rooms(), () => 0),
		isOpen: () => false,
	});
	return rooms.view(account.recentRooms(), (found) =>
		pairsIn(found).map((pair) => {
			const name = nameOfPair(pair.record.pair);
			return buddyView(pair, { name, isHere: false, trust: account.trustOf(pair.record.pair.with, name) });
		}),
	);
}
