// Says in words who is typing, and tells the others that the person here types and that they have stopped. The engine decides how often that is sent.
import { useEffect, useEffectEvent } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { TalkView } from "../../engine/api/content.ts";
import type { Person } from "../../engine/api/people.ts";
import { saysSomething } from "../slash/slash.ts";
import { fit } from "../text/width.ts";

/** A name is cut to this many columns. */
const nameWidth = 20;

/** Returns for example "Ann is typing…", never wider than `width` columns, and "" when nobody types. */
export function typingWords(people: readonly Person[], width: number): string {
	const [first, second, third] = people.map(({ name }) => fit(name, nameWidth));
	if (first === undefined) return "";
	if (second === undefined) return fit(`${first} is typing…`, width);
	if (third === undefined) return fit(`${first} and ${second} are typing…`, width);
	return fit(`${first}, ${second} and ${people.length - 2} more are typing…`, width);
}

// Others are not told while a command is typed that says nothing to them.
const isTalk = (text: string): boolean => text.trim() !== "" && saysSomething(text);

/** Returns what a change of the draft tells the others: `true` that the person types, `false` that they have stopped, `undefined` when there is nothing new. */
export function typingNews(before: string, after: string): boolean | undefined {
	if (after === before) return undefined;
	if (isTalk(after)) return true;
	return isTalk(before) ? false : undefined;
}

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
