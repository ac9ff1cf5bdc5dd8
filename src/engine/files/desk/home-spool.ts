// Where a host keeps ciphertext for the members of its rooms: one place in the home for all of them, opened when it is first needed.
import { dirname } from "node:path";
import type { Store } from "../../../store/db.ts";
import { keepsFor, Spool } from "../../../store/files/spool.ts";
import type { DeskSpool } from "./desk-file.ts";

/** What is kept of a passing room goes with it; this only bounds what a program that never ends would keep. */
const passingDays = 30;
const dayMs = 24 * 60 * 60_000;

/** Owns the spool of a home, from its first use on. */
export class HomeSpool {
	readonly #store: Store;
	readonly #now: () => number;
	#opened: Promise<Spool | undefined> | undefined;

	/** Takes as `now` milliseconds since the epoch. The spool lies beside the database; for one in memory nothing is kept. */
	constructor(store: Store, now: () => number) {
		this.#store = store;
		this.#now = now;
	}

	/** Returns the part of one room. `keptDays`: for so many days the room itself keeps what waits; `undefined`: it passes. */
	of(room: string, keptDays: () => number | undefined): DeskSpool {
		return {
			keep: async (id, sizes) => {
				const spool = await this.#open();
				const days = keptDays();
				const keepUntil = this.#now() + (days ?? passingDays) * dayMs;
				const outcome = await spool?.keep({ id, room, ...sizes, isStanding: days !== undefined, keepUntil });
				return outcome?.kind === "open" ? outcome.file : undefined;
			},
			forget: async (id) => (await this.#open())?.forget(id),
			stands: async () => {
				const days = keptDays();
				const isThere = days !== undefined && keepsFor(this.#store, room);
				if (isThere) (await this.#open())?.stand(room, this.#now() + days * dayMs);
			},
			over: async () => {
				if (keepsFor(this.#store, room)) await (await this.#open())?.forgetRoom(room);
			},
		};
	}

	/** Closes all that is open there. It comes before the database is closed. */
	async close(): Promise<void> {
		await (await this.#opened)?.close();
		this.#opened = undefined;
	}

	/** Opens the spool. Where it can't be opened nothing is kept, and files go straight from their senders. */
	#open(): Promise<Spool | undefined> {
		const { memory, name } = this.#store.database;
		if (memory) return Promise.resolve(undefined);
		this.#opened ??= Spool.open(this.#store, dirname(name), { now: this.#now() }).catch(() => undefined);
		return this.#opened;
	}
}
