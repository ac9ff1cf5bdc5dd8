// What is written in the message box, and what becomes of it when it is finished: a new message, an answer, or another text for one that was sent.
import { useState } from "react";
import type { Command } from "../engine/api.ts";
import type { ChatProps } from "./chat-props.ts";
import { composerOffered, composerRefused, composerTold, composerWith } from "./composer.ts";
import { type Composing, composed, edited, editing, plainComposing, replyTo } from "./composing.ts";
import type { Line, MessageLine } from "./slash.ts";
import { messageMeaning } from "./slash-targets.ts";

const doneWords: Partial<Record<Command["kind"], string>> = {
	rename: "Done: from the next room on you have the new name.",
	kick: "Removed.",
	block: "Blocked.",
	unblock: "Unblocked: they can try again.",
	settings: "Changed.",
	verify: "Verified: they are shown so from now on.",
	delete: "Taken back.",
	setDisappearing: "Changed, for what is said from now on.",
	setTellTyping: "Changed.",
};

type SaidLine = Extract<Line, { readonly kind: "command" }>;

const isSaid = (command: Command): command is Extract<Command, { kind: "send" }> => command.kind === "send";

/** The text, and whether it is new, an answer or another text for a line. */
export function useWriting(props: ChatProps) {
	const [composer, setComposer] = useState(() => composerWith(props.draft));
	const [composing, setComposing] = useState(plainComposing);
	const tell = (text: string) => setComposer((now) => composerTold(now, { tone: "info", text }));
	const refuse = (text: string, message: string) => setComposer((now) => composerRefused(now, text, message));
	const write = (next: Composing) => {
		// What was written before the edit began waits until it is over.
		if (composing.kind === "edit") setComposer((now) => composerOffered(now, composing.before));
		if (next.kind === "edit") setComposer((now) => composerOffered(now, next.original));
		const isAnotherEdit = next.kind === "edit" && composing.kind === "edit";
		setComposing(isAnotherEdit ? { ...next, before: composing.before } : next);
	};
	const send = async (command: Command, text: string) => {
		const outcome = await props.perform(command);
		if (outcome.kind === "refused") {
			refuse(text, outcome.message);
			return false;
		}
		const words = doneWords[command.kind];
		if (words !== undefined) tell(words);
		return true;
	};
	return { composer, setComposer, composing, setComposing, write, tell, refuse, send };
}

/** As `useWriting` returns it. */
export type Writing = ReturnType<typeof useWriting>;

/** Carries a command out. What is said goes with what it answers; if it can't be said, both come back. */
export async function carryOut({ command }: SaidLine, text: string, writing: Writing): Promise<void> {
	const { composing, setComposing, send } = writing;
	if (isSaid(command)) setComposing(plainComposing);
	const isDone = await send(isSaid(command) ? composed(composing, command) : command, text);
	if (!isDone) setComposing(composing);
}

/** Ends an edit with another text. */
export async function change(
	composing: Extract<Composing, { kind: "edit" }>,
	text: string,
	writing: Writing,
): Promise<void> {
	const { setComposer, setComposing, send, tell } = writing;
	const command = edited(composing, text);
	setComposing(plainComposing);
	if (command === undefined) tell("Left as it was.");
	else if (!(await send(command, text))) {
		setComposing(composing);
		return;
	}
	if (composing.before !== "") setComposer((now) => composerOffered(now, composing.before));
}

/** Does what a line asks for with a message it does not name. */
export async function doWithMessage(
	line: MessageLine,
	text: string,
	props: ChatProps,
	writing: Writing,
): Promise<void> {
	const { write, refuse, send } = writing;
	// The names of emoji are many: they are loaded when somebody reacts.
	const names = line.kind === "react" ? { emoji: (await import("./emoji-names.ts")).emojiNames } : {};
	const meaning = messageMeaning(line, { timeline: props.timeline, people: props.people, ...names });
	if (meaning.kind === "wrong") refuse(text, meaning.message);
	else if (meaning.kind !== "commands")
		write(meaning.kind === "reply" ? replyTo(meaning.line) : editing(meaning.line, ""));
	else for (const command of meaning.commands) if (!(await send(command, text))) break;
}
