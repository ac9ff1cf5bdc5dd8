// Finds emoji by what is typed of their names: ":thu" offers 👍, and a whole ":smile:" becomes one. Pure.

/** Finds the emoji by its name without colons. */
export type EmojiNames = ReadonlyMap<string, string>;

const maxFound = 30;
// Two letters at least: smileys such as ":D" or ":p" are not names to complete.
const begun = /(?:^|[^\p{L}\p{N}:/])(:[a-z0-9_+-]{2,40})$/iu;
const whole = /(?:^|[^\p{L}\p{N}:/])(:([a-z0-9_+-]{1,40}):)$/iu;

/** A Found is a piece of a text that an emoji stands for. */
interface Found {
	readonly from: number;
	readonly name: string;
}

/** Returns the name begun before the cursor, with its colon; `undefined` when there is none. */
export function begunName(before: string): Found | undefined {
	const typed = begun.exec(before)?.[1];
	return typed === undefined ? undefined : { from: before.length - typed.length, name: typed.slice(1).toLowerCase() };
}

/** Returns the emoji whose names begin with `start`, and then those that have a later word beginning with it. */
export function emojiNamed(start: string, names: EmojiNames): readonly (readonly [name: string, emoji: string])[] {
	const all = [...names];
	const first = all.filter(([name]) => name.startsWith(start));
	const later = all.filter(([name]) => !name.startsWith(start) && name.includes(`_${start}`));
	const seen = new Set<string>();
	const isNew = (emoji: string) => !seen.has(emoji) && seen.add(emoji) !== undefined;
	// The shortest name is the likeliest; the data has its own order for the rest.
	const byLength = first.toSorted(([one], [other]) => one.length - other.length);
	return [...byLength, ...later].filter(([, emoji]) => isNew(emoji)).slice(0, maxFound);
}

/** Returns the emoji that a name just closed by a colon stands for. In code, which stands between backticks, there is none. */
export function closedName(
	before: string,
	names: EmojiNames,
): { readonly from: number; readonly emoji: string } | undefined {
	const [, typed, name = ""] = whole.exec(before) ?? [];
	const emoji = names.get(name.toLowerCase());
	if (typed === undefined || emoji === undefined || before.split("`").length % 2 === 0) return undefined;
	return { from: before.length - typed.length, emoji };
}

/** These are offered under 1 to 6. */
export const commonReactions = ["👍", "❤️", "😂", "🎉", "😮", "😢"] as const;

/** Returns the common reaction under a digit. */
export const commonReaction = (digit: string): string | undefined =>
	/^[1-6]$/.test(digit) ? commonReactions[Number(digit) - 1] : undefined;

/** Returns what was typed as an emoji: ":tada:", the beginning of a name, ":tad", or the emoji as it is. It returns `undefined` for a name nobody knows. */
export function reactionOf(typed: string, names: EmojiNames | undefined): string | undefined {
	const text = typed.trim();
	const name = /^:([a-z0-9_+-]{1,40}):?$/i.exec(text)?.[1]?.toLowerCase();
	if (name === undefined) return text === "" ? undefined : text;
	if (names === undefined) return undefined;
	return names.get(name) ?? emojiNamed(name, names)[0]?.[1];
}
