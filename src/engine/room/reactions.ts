// Which emoji stand on a line, and of whom, after somebody has put one there or taken theirs away. Pure: every member comes to the same.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Reaction } from "../api/content.ts";
import type { Person } from "../api/people.ts";

/** Limits the emoji of one person on one line. */
export const maxReactionsOfOne = 8;
/** Limits the different emoji on one line. */
export const maxReactions = 40;

/** Says who has put an emoji on a line, or taken it away. */
interface Change {
	readonly by: Person;
	readonly emoji: string;
	readonly isOn: boolean;
}

/** Returns the reactions after a change; `undefined` when nothing changes, or one more is too many. `self` is our own key. */
export function reactionsAfter(
	before: readonly Reaction[],
	{ by: { fingerprint, name }, emoji, isOn }: Change,
	self: Fingerprint,
): readonly Reaction[] | undefined {
	const isTheirs = (one: Reaction): boolean => one.people.some((person) => person.fingerprint === fingerprint);
	const existing = before.find((one) => one.emoji === emoji);
	if ((existing !== undefined && isTheirs(existing)) === isOn) return undefined;
	const others = existing?.people.filter((person) => person.fingerprint !== fingerprint) ?? [];
	if (!isOn && others.length === 0) return before.filter((one) => one !== existing);
	if (isOn && before.filter(isTheirs).length >= maxReactionsOfOne) return undefined;
	if (isOn && existing === undefined && before.length >= maxReactions) return undefined;
	const isMine = fingerprint === self ? isOn : (existing?.isMine ?? false);
	const reaction = { emoji, people: isOn ? [...others, { fingerprint, name }] : others, isMine };
	return existing === undefined ? [...before, reaction] : before.map((one) => (one === existing ? reaction : one));
}
