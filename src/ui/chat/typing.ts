// Tells the others that the person types, and that they have stopped. How often is the engine's business.
import { useEffect, useEffectEvent } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { TalkView } from "../../engine/api/content.ts";
import { typingNews } from "./typing-words.ts";

/** Returns what is to be called when the draft has changed. Nothing is told while the person does not want it. */
export function useTyping(
	talk: TalkView | undefined,
	perform: (command: Command) => Promise<unknown>,
): (before: string, after: string) => void {
	const tell = (isTyping: boolean) => {
		if (talk?.isTellingTyping === true) void perform({ kind: "typing", isTyping });
	};
	// Whoever goes to another screen or leaves does not type any more.
	const stop = useEffectEvent(() => tell(false));
	useEffect(() => () => stop(), []);
	return (before, after) => {
		const news = typingNews(before, after);
		if (news !== undefined) tell(news);
	};
}
