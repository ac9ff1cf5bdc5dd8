// The names of emoji. They are many and most are never asked for: they are loaded behind the first picture, which should not wait for them.
import { useEffect, useState } from "react";
import type { EmojiNames } from "../text/emoji.ts";

/** `undefined`: the program was replaced by a newer one while it ran; then there are none. */
export const loadEmojiNames = (): Promise<EmojiNames | undefined> =>
	import("../text/emoji-names.ts").then(
		({ emojiNames }) => emojiNames,
		() => undefined,
	);

/** The names, as soon as they are here. */
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
