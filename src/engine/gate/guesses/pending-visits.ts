// The connections that have not proven the password yet: how many there may be, and who makes room when there are too many.
import type { Caller } from "../../../net/address/caller.ts";
import type { TurnedAway, Visit } from "./visit.ts";

/** Holds a visit as its keeper sees it. */
export interface Pending {
	readonly visit: Visit;
	/** Counts the wrong guesses made. */
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

	/** Returns the wrong guesses made on each of a caller's visits. */
	guessesOf(caller: Caller): ReadonlyMap<number, number> {
		return new Map(this.#of(caller).map(([number, { guesses }]) => [number, guesses]));
	}

	/** Takes over what the gate says of a caller's visits; those it no longer mentions are over. */
	update(caller: Caller, guesses: ReadonlyMap<number, number>): void {
		for (const [number, pending] of this.#of(caller)) {
			const made = guesses.get(number);
			if (made === undefined) this.end(number);
			else this.#byNumber.set(number, { ...pending, guesses: made });
		}
	}

	/** Is called when the connection needs its place no longer. */
	end(number: number): void {
		// With a reason: without one an error is made, and its stack written down, for each of a thousand strangers a second.
		this.#byNumber.get(number)?.over.abort("over");
		this.#byNumber.delete(number);
	}

	/** Sends the connection away. */
	dismiss(number: number, why: TurnedAway["why"]): void {
		const pending = this.#byNumber.get(number);
		this.end(number);
		pending?.dismissal.abort(why);
	}

	dismissAll(why: TurnedAway["why"], isMeant: (visit: Visit) => boolean = () => true): void {
		for (const [number, { visit }] of [...this.#byNumber]) if (isMeant(visit)) this.dismiss(number, why);
	}

	/**
	 * Makes room for one more of `newcomer`'s: the neighbourhood that would then have most loses the oldest visit of whoever has most in it.
	 * So a crowd crowds out itself, also one of many addresses of one owner, and never someone who came alone. `mayCrowdOut` is asked where the newcomer
	 * is of that crowd; when it says no, nobody goes, there is no room, and the answer is `false`.
	 */
	makeRoomFor(newcomer: Caller, mayCrowdOut: () => boolean): boolean {
		const all = [...this.#byNumber];
		const crowd = ofTheMost(all, ([, { visit }]) => visit.caller.neighbourhood, newcomer.neighbourhood);
		if (crowd.hasNewcomer && !mayCrowdOut()) return false;
		const { items } = ofTheMost(crowd.items, ([, { visit }]) => visit.caller.key, newcomer.key);
		const [oldest] = items;
		if (oldest !== undefined) this.dismiss(oldest[0], "busy");
		return true;
	}

	#of({ key }: Caller): readonly (readonly [number, Pending])[] {
		return [...this.#byNumber].filter(([, { visit }]) => visit.caller.key === key);
	}
}

interface Crowd<Item> {
	/** Holds who is in it, in the order in which they were given. */
	readonly items: readonly Item[];
	readonly hasNewcomer: boolean;
}

/** Returns the group, or the groups, with most in them, when one more of `newcomer` is counted. */
function ofTheMost<Item>(items: readonly Item[], groupOf: (item: Item) => string, newcomer: string): Crowd<Item> {
	const counts = new Map([[newcomer, 1]]);
	for (const item of items) counts.set(groupOf(item), (counts.get(groupOf(item)) ?? 0) + 1);
	const most = Math.max(...items.map((item) => counts.get(groupOf(item)) ?? 0));
	return {
		items: items.filter((item) => counts.get(groupOf(item)) === most),
		hasNewcomer: counts.get(newcomer) === most,
	};
}
