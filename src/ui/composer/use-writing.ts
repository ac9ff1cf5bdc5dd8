// Keeps what is being written: the message box, and whether its text is a new message, an answer, or another text for one that was sent.
import { useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import { stillKnowPassword } from "../words/gate-words.ts";
import { askingWords, fetchedWords, linkWords } from "../words/posts/post-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { composerOffered, composerRefused, composerTold } from "./composer.ts";
import { composerWith } from "./composer-state.ts";
import { type Composing, plainComposing } from "./reply-or-edit.ts";
import { withholdTyped } from "./typed-ahead.ts";

const doneWords: Partial<Record<Command["kind"], string>> = {
	rename: "Done: from the next room on you have the new name.",
	kick: "Removed.",
	block: `Blocked. ${stillKnowPassword}`,
	unblock: "Unblocked: they can try again.",
	settings: "Changed.",
	setRoute: "Changed: /ways says how friends find you now.",
	verify: "Verified: they are shown so from now on.",
	delete: "Deleted.",
	setDisappearing: "Changed, for what is said from now on.",
	setTellTyping: "Changed.",
};

/** Tells whether somebody is dialled, for which the person waits. */
const isAsking = ({ kind }: Command): boolean => kind === "followPosts" || kind === "fetchPosts";

/** Returns the message box and what its text is, with the functions that change them. */
export function useWriting(props: {
	/** The draft from when the same room ended before, "" when there is none. */
	readonly draft: string;
	/** The text that was typed while the password of the room was checked; "" when there was none. */
	readonly typedAhead: string;
	readonly perform: (command: Command) => Promise<Outcome>;
}) {
	const [composer, setComposer] = useState(() => withholdTyped(composerWith(props.draft), props.typedAhead));
	const [composing, setComposing] = useState(plainComposing);
	const tell = (text: string) => setComposer((now) => composerTold(now, { tone: "info", text }));
	const refuse = (text: string, message: string) => setComposer((now) => composerRefused(now, text, message));
	const write = (next: Composing) => {
		// The draft from before the edit waits until the edit is over.
		if (composing.kind === "edit") setComposer((now) => composerOffered(now, composing.before));
		if (next.kind === "edit") setComposer((now) => composerOffered(now, next.original));
		const isAnotherEdit = next.kind === "edit" && composing.kind === "edit";
		setComposing(isAnotherEdit ? { ...next, before: composing.before } : next);
	};
	const send = async (command: Command, text: string) => {
		if (isAsking(command)) tell(askingWords);
		const outcome = await props.perform(command);
		if (outcome.kind === "refused") {
			refuse(text, refusalWords(outcome));
			return false;
		}
		const words = doneWords[command.kind];
		if (words !== undefined) tell(words);
		if (outcome.link !== undefined) tell(linkWords(outcome));
		if (outcome.fetched !== undefined) tell(fetchedWords(outcome.fetched));
		return true;
	};
	return { composer, setComposer, composing, setComposing, write, tell, refuse, send };
}

/** A Writing is what `useWriting` returns. */
export type Writing = ReturnType<typeof useWriting>;
