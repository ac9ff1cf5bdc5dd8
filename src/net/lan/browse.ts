// Looks for rooms in the networks this computer is in. It asks everyone there, so it runs only while somebody looks at the list.
import type { Restriction } from "../address/interfaces.ts";
import { realClock } from "../link/clock.ts";
import type { OnContact } from "../link/contact.ts";
import type { LanNetwork } from "./networks.ts";
import { type LanMessage, lanQuestion, readLanMessage } from "./record.ts";
import { type HeardRooms, heard, looksTheSame, saidGoodbye, stillThere } from "./rooms.ts";
import { LanSockets } from "./socket.ts";

/** The first pause is at least a second, the next ones are longer (RFC 6762 §5.2). The last is repeated, well within LAN_TTL_SECONDS. */
const PAUSES_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000];
/** The list is drawn no more often than this, however much is announced. */
const TELL_AFTER_MS = 100;
const EXPIRE_EVERY_MS = 1_000;

export interface BrowseOptions {
	readonly only: Restriction;
	/** Is called when the list has changed. */
	readonly onRooms: (rooms: HeardRooms) => void;
	/** Is called when `hasNetwork` may answer something else. */
	readonly onNetworks: () => void;
	readonly onContact?: OnContact;
	/** Returns the networks in which to look; absent: all that `only` leaves. */
	readonly networks?: () => readonly LanNetwork[];
}

export interface LanBrowser {
	/** Tells whether there is any network to look in at the moment. */
	hasNetwork(): boolean;
	close(): void;
}

/** Begins to look. */
export function browse(options: BrowseOptions): LanBrowser {
	const browsing = new Browsing(options);
	return { hasNetwork: () => browsing.hasNetwork(), close: () => browsing.close() };
}

class Browsing {
	readonly #onRooms: (rooms: HeardRooms) => void;
	readonly #sockets: LanSockets;
	#rooms: HeardRooms = [];
	#told: HeardRooms = [];
	#callOffAsking = () => {};
	#callOffTelling: (() => void) | undefined;
	#callOffExpiring = () => {};
	#asked = 0;

	constructor({ only, onRooms, onNetworks, onContact, networks }: BrowseOptions) {
		this.#onRooms = onRooms;
		this.#sockets = new LanSockets({
			only,
			onMessage: (message, from) => this.#read(readLanMessage(message), from),
			onOpen: (socket) => void socket.send(lanQuestion()),
			onChange: onNetworks,
			...(onContact && { onContact }),
			...(networks && { networks }),
		});
		this.#askLater();
		this.#expireLater();
	}

	hasNetwork(): boolean {
		return this.#sockets.hasNetwork();
	}

	close(): void {
		this.#callOffAsking();
		this.#callOffExpiring();
		this.#callOffTelling?.();
		this.#sockets.close();
	}

	#askLater(): void {
		const pauseMs = PAUSES_MS[Math.min(this.#asked, PAUSES_MS.length - 1)] ?? 0;
		this.#asked += 1;
		this.#callOffAsking = realClock.after(pauseMs, () => {
			for (const socket of this.#sockets.sockets()) void socket.send(lanQuestion());
			this.#askLater();
		});
	}

	#expireLater(): void {
		this.#callOffExpiring = realClock.after(EXPIRE_EVERY_MS, () => {
			this.#rooms = stillThere(this.#rooms, realClock.now());
			this.#tellLater();
			this.#expireLater();
		});
	}

	#read(message: LanMessage | undefined, from: string): void {
		if (message?.kind !== "rooms") return;
		for (const instance of message.gone) this.#rooms = saidGoodbye(this.#rooms, instance, from);
		for (const room of message.rooms) this.#rooms = heard(this.#rooms, room, from, realClock.now());
		this.#tellLater();
	}

	#tellLater(): void {
		if (this.#callOffTelling !== undefined || looksTheSame(this.#rooms, this.#told)) return;
		this.#callOffTelling = realClock.after(TELL_AFTER_MS, () => {
			this.#callOffTelling = undefined;
			this.#told = this.#rooms;
			this.#onRooms(this.#rooms);
		});
	}
}
