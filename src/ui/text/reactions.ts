// Which emoji a person means who reacts: a number of the common ones, a name, or the emoji itself. Pure.
import { type EmojiNames, emojiNamed } from "./emoji.ts";

/** Offered under 1 to 6. */
export const commonReactions = ["👍", "❤️", "😂", "🎉", "😮", "😢"] as const;

/** The common one under a digit. */
export const commonReaction = (digit: string): string | undefined =>
	/^[1-6]$/.test(digit) ? commonReactions[Number(digit) - 1] : undefined;

/** What was typed as an emoji: ":tada:", the beginning of a name, ":tad", or as it is. `undefined` for a name nobody knows. */
export function reactionOf(typed: string, names: EmojiNames | undefined): string | undefined {
	const text = typed.trim();
	const name = /^:([a-z0-9_+-]{1,40}):?$/i.exec(text)?.[1]?.toLowerCase();
	if (name === undefined) return text === "" ? undefined : text;
	if (names === undefined) return undefined;
	return names.get(name) ?? emojiNamed(name, names)[0]?.[1];
}
