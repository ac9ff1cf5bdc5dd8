// Tells the others that the person types, and that they have stopped. The engine decides how often that is sent.
import { useEffect, useEffectEvent } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { TalkView } from "../../engine/api/content.ts";
import { typingNews } from "./typing-words.ts";

/** Returns a function to be called with the draft before and after each change. It tells nothing while the person does not want that. */
export function useTyping(
	talk: TalkView | undefined,
	perform: (command: Command) => Promise<unknown>,
): (before: string, after: string) => void {
	const tell = (isTyping: boolean) => {
		if (talk?.isTellingTyping === true) void perform({ kind: "typing", isTyping });
	};
	// A person who goes to another screen or leaves has stopped typing.
	const stop = useEffectEvent(() => tell(false));
	useEffect(() => () => stop(), []);
	return (before, after) => {
		const news = typingNews(before, after);
		if (news !== undefined) tell(news);
	};
}
