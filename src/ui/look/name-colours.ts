// Gives the people of one room colours that differ, for as long as there are enough of them. Pure.
import type { Person } from "../../engine/api/people.ts";

type Key = Person["fingerprint"];

/** Says which of the palette's colours for names belongs to which person. */
export type NameColours = ReadonlyMap<Key, number>;

/**
 * Returns `before` with a colour for each of `people`, or `before` itself when nothing is to be changed. `count` is how many colours there are, and `wish`
 * says which of them somebody would have alone: that one is taken when it is free, else the next. Those who have left keep theirs until it is needed.
 */
export function colouredNames(
	before: NameColours,
	people: readonly Key[],
	count: number,
	wish: (key: Key) => number,
): NameColours {
	const here = new Set(people);
	const next = new Map([...before].filter(([, colour]) => colour < count));
	for (const key of people) {
		if (next.has(key)) continue;
		if (next.size >= count) {
			const gone = [...next.keys()].find((one) => !here.has(one));
			// Everybody here has one, and there are no more: this person shares the one they wish for.
			if (gone === undefined) break;
			next.delete(gone);
		}
		const taken = new Set(next.values());
		const free = Array.from({ length: count }, (_, step) => (wish(key) + step) % count).find((one) => !taken.has(one));
		if (free !== undefined) next.set(key, free);
	}
	const isSame = next.size === before.size && [...next].every(([key, colour]) => before.get(key) === colour);
	return isSame ? before : next;
}
