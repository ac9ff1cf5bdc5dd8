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

/** Counts how many belong to each group, and in how many groups there are so many: whoever knocks in a flood is answered by these numbers alone, and leaves no garbage. */
class GroupSizes {
	readonly #sizes = new Map<string, number>();
	/** Says how many groups have the size that is the index. */
	readonly #groupsOf: number[] = [];
	/** The size of the largest. */
	most = 0;

	of(group: string): number {
		return this.#sizes.get(group) ?? 0;
	}

	change(group: string, by: 1 | -1): void {
		const before = this.of(group);
		const after = before + by;
		if (after === 0) this.#sizes.delete(group);
		else this.#sizes.set(group, after);
		this.#groupsOf[before] = (this.#groupsOf[before] ?? 0) - 1;
		this.#groupsOf[after] = (this.#groupsOf[after] ?? 0) + 1;
		if (after > this.most || (before === this.most && this.#groupsOf[before] === 0)) this.most = after;
	}
}

/** Visits by number, oldest first. A few dozen at most, so looking through all of them is cheap, but not for everybody in a flood. */
export class PendingVisits {
	readonly #byNumber = new Map<number, Pending>();
	readonly #callers = new GroupSizes();
	readonly #neighbourhoods = new GroupSizes();

	get size(): number {
		return this.#byNumber.size;
	}

	add(number: number, pending: Pending): void {
		this.#byNumber.set(number, pending);
		this.#count(pending, 1);
	}

	has(number: number): boolean {
		return this.#byNumber.has(number);
	}

	/** Returns how many visits a caller has. */
	countOf({ key }: Caller): number {
		return this.#callers.of(key);
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
		const pending = this.#byNumber.get(number);
		if (pending === undefined) return;
		this.#byNumber.delete(number);
		this.#count(pending, -1);
		// With a reason: without one an error is made, and its stack written down, for each of a thousand strangers a second.
		pending.over.abort("over");
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

	/** Tells whether the neighbourhood that would have most, with one more of `newcomer`'s, is that of `newcomer`. */
	isOfTheCrowd({ neighbourhood }: Caller): boolean {
		return this.#neighbourhoods.of(neighbourhood) + 1 >= this.#neighbourhoods.most;
	}

	/**
	 * Makes room for one more of `newcomer`'s: the neighbourhood that would then have most loses the oldest visit of whoever has most in it.
	 * So a crowd crowds out itself, also one of many addresses of one owner, and never someone who came alone.
	 */
	makeRoomFor({ neighbourhood, key }: Caller): void {
		const crowd = ofTheMost([...this.#byNumber], ([, { visit }]) => visit.caller.neighbourhood, neighbourhood);
		const [oldest] = ofTheMost(crowd, ([, { visit }]) => visit.caller.key, key);
		if (oldest !== undefined) this.dismiss(oldest[0], "busy");
	}

	#count({ visit: { caller } }: Pending, by: 1 | -1): void {
		this.#callers.change(caller.key, by);
		this.#neighbourhoods.change(caller.neighbourhood, by);
	}

	#of({ key }: Caller): readonly (readonly [number, Pending])[] {
		return [...this.#byNumber].filter(([, { visit }]) => visit.caller.key === key);
	}
}

/** Returns those in the group, or the groups, with most in them, when one more of `newcomer` is counted, in the order in which they were given. */
function ofTheMost<Item>(items: readonly Item[], groupOf: (item: Item) => string, newcomer: string): readonly Item[] {
	const counts = new Map([[newcomer, 1]]);
	for (const item of items) counts.set(groupOf(item), (counts.get(groupOf(item)) ?? 0) + 1);
	const most = Math.max(...items.map((item) => counts.get(groupOf(item)) ?? 0));
	return items.filter((item) => counts.get(groupOf(item)) === most);
}
