// Who is typing, in words; and what the others are told of our own typing. Pure.
import type { Person } from "../../engine/api/people.ts";
import { saysSomething } from "../slash/slash.ts";
import { fit } from "../text/width.ts";

/** Names in the words are cut to this. */
const nameWidth = 20;

/** "Ann is typing…", never wider than `width`; "" when nobody is. */
export function typingWords(people: readonly Person[], width: number): string {
	const [first, second, third] = people.map(({ name }) => fit(name, nameWidth));
	if (first === undefined) return "";
	if (second === undefined) return fit(`${first} is typing…`, width);
	if (third === undefined) return fit(`${first} and ${second} are typing…`, width);
	return fit(`${first}, ${second} and ${people.length - 2} more are typing…`, width);
}

// A command that says nothing is nobody's business until it is given.
const isTalk = (text: string): boolean => text.trim() !== "" && saysSomething(text);

/** What a change of the draft tells the others: true = types, false = has stopped, `undefined` = nothing new. */
export function typingNews(before: string, after: string): boolean | undefined {
	if (after === before) return undefined;
	if (isTalk(after)) return true;
	return isTalk(before) ? false : undefined;
}
