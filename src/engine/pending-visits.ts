// The connections that have not proven the password yet: how many there may be, and who makes room when there are too many.
import type { TurnedAway, Visit } from "./visit.ts";

/** A visit as its keeper sees it. */
export interface Pending {
	readonly visit: Visit;
	/** Wrong guesses made. */
	readonly guesses: number;
	/** Tells the connection to go. */
	readonly dismissal: AbortController;
	/** Stops what the visit waits for, also when it simply ended. */
	readonly over: AbortController;
}

/** Visits by number, oldest first. A few dozen at most, so looking through all of them is cheap. */
export class PendingVisits {
	readonly #byNumber = new Map<number, Pending>();

	get size(): number {
		return this.#byNumber.size;
	}

	add(number: number, pending: Pending): void {
		this.#byNumber.set(number, pending);
	}

	has(number: number): boolean {
		return this.#byNumber.has(number);
	}

	/** The wrong guesses made on each of a knocker's visits. */
	guessesOf(knocker: string): ReadonlyMap<number, number> {
		return new Map(this.#of(knocker).map(([number, { guesses }]) => [number, guesses]));
	}

	/** Takes over what the gate says of a knocker's visits; those it no longer mentions are over. */
	update(knocker: string, guesses: ReadonlyMap<number, number>): void {
		for (const [number, pending] of this.#of(knocker)) {
			const made = guesses.get(number);
			if (made === undefined) this.end(number);
			else this.#byNumber.set(number, { ...pending, guesses: made });
		}
	}

	/** The connection needs its place no longer. */
	end(number: number): void {
		this.#byNumber.get(number)?.over.abort();
		this.#byNumber.delete(number);
	}

	/** The connection must go. */
	dismiss(number: number, why: TurnedAway["why"]): void {
		const pending = this.#byNumber.get(number);
		this.end(number);
		pending?.dismissal.abort(why);
	}

	dismissAll(why: TurnedAway["why"], isMeant: (visit: Visit) => boolean = () => true): void {
		for (const [number, { visit }] of [...this.#byNumber]) if (isMeant(visit)) this.dismiss(number, why);
	}

	/**
	 * Makes room for one more of `newcomer`'s: the oldest visit of whoever would then have most has to go. So a crowd of one knocker
	 * crowds out itself, and never someone who came alone.
	 */
	makeRoomFor(newcomer: string): void {
		const counts = new Map([[newcomer, 1]]);
		for (const { visit } of this.#byNumber.values()) counts.set(visit.knocker, (counts.get(visit.knocker) ?? 0) + 1);
		const most = Math.max(...counts.values());
		const oldest = [...this.#byNumber].find(([, { visit }]) => counts.get(visit.knocker) === most);
		if (oldest !== undefined) this.dismiss(oldest[0], "busy");
	}

	#of(knocker: string): readonly (readonly [number, Pending])[] {
		return [...this.#byNumber].filter(([, { visit }]) => visit.knocker === knocker);
	}
}
