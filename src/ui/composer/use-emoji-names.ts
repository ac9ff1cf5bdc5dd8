// Loads the names of emoji after the first picture, which should not wait for them: they are many, and most are never asked for.
import { useEffect, useState } from "react";
import type { EmojiNames } from "../text/emoji.ts";

/** Loads the names. It resolves to `undefined` when the program on the disk was replaced by a newer one while it ran. */
export const loadEmojiNames = (): Promise<EmojiNames | undefined> =>
	import("../text/emoji-names.ts").then(
		({ emojiNames }) => emojiNames,
		() => undefined,
	);

/** Returns the names as soon as they are loaded, and `undefined` before that. */
export function useEmojiNames(): EmojiNames | undefined {
	const [names, setNames] = useState<EmojiNames>();
	useEffect(() => {
		let isWanted = true;
		void loadEmojiNames().then((loaded) => {
			if (isWanted) setNames(loaded);
		});
		return () => {
			isWanted = false;
		};
	}, []);
	return names;
}
