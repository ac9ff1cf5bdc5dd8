// What counts as one emoji: that is all a reaction can be.
import { maxEmojiBytes } from "../wire/content-kinds.ts";
import { cleanLine } from "./clean.ts";
import { graphemesIn } from "./graphemes.ts";

const hasEmoji = /\p{Extended_Pictographic}|\p{Emoji_Presentation}|\p{Regional_Indicator}|^[0-9#*]\ufe0f?\u20e3$/u;

/** Tells whether the text is one grapheme that is an emoji, fit to be shown as it is. */
export function isOneEmoji(text: string): boolean {
	if (text === "" || Buffer.byteLength(text) > maxEmojiBytes || cleanLine(text) !== text) return false;
	const [first] = graphemesIn(text);
	return first?.segment === text && hasEmoji.test(text);
}
