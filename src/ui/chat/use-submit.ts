// Does what a finished line asks for: it is said, carried out by the engine, or done by the screen itself.

import { useRef } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { FileLine, Meaning, MessageLine, PostsLine } from "../actions/action.ts";
import { callWords } from "../actions/calls.ts";
import { fileMeant, postFileMeant } from "../actions/file-meant.ts";
import type { ThemeWish } from "../actions/theme-wish.ts";
import { composerOffered } from "../composer/composer.ts";
import { type Composing, composed, edited, editing, plainComposing, replyTo } from "../composer/reply-or-edit.ts";
import { loadEmojiNames } from "../composer/use-emoji-names.ts";
import type { Writing } from "../composer/use-writing.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { doneWords } from "../slash/done-words.ts";
import { messageMeaning } from "../slash/message-target.ts";
import { postsMeant, signCommand } from "../slash/posts-meant.ts";
import { type Line, parseLine } from "../slash/slash.ts";
import { buddyCommandOf, findPerson, withBlockedKey } from "../slash/who-is-meant.ts";
import { commandName } from "../text/command-name.ts";
import { readingForPost } from "../words/posts/post-words.ts";
import { refusalWords } from "../words/refusals.ts";
import type { ChatActions, ChatProps, RoomProps } from "./props.ts";

type SaidLine = Extract<Line, { readonly kind: "command" }>;

const isSaid = (command: Command): command is Extract<Command, { kind: "send" }> => command.kind === "send";

// Carries a command out. What is said goes together with what it answers; if it can't be said, both come back into the message box.
async function carryOut({ command }: SaidLine, text: string, writing: Writing): Promise<void> {
	const { composing, setComposing, send, tell } = writing;
	if (isSaid(command)) setComposing(plainComposing);
	const isDone = await send(isSaid(command) ? composed(composing, command) : command, text);
	const words = doneWords(command);
	if (!isDone) setComposing(composing);
	else if (words !== undefined) tell(words);
}

// Ends an edit with another text for the message.
async function change(composing: Extract<Composing, { kind: "edit" }>, text: string, writing: Writing): Promise<void> {
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

// Does what a line asks for with a message that it does not name.
async function doWithMessage(line: MessageLine, text: string, props: ChatProps, writing: Writing): Promise<void> {
	const { write, refuse, send } = writing;
	const emoji = line.kind === "react" ? await loadEmojiNames() : undefined;
	const meaning = messageMeaning(line, { timeline: props.timeline, people: props.people, emoji });
	if (meaning.kind === "wrong") refuse(text, meaning.message);
	else if (meaning.kind !== "commands")
		write(meaning.kind === "reply" ? replyTo(meaning.line) : editing(meaning.line, ""));
	else for (const command of meaning.commands) if (!(await send(command, text))) break;
}

type PersonLine = "kick" | "verified" | "verifyWith" | "secretWith";

function personLines({ people, verifying, writing: { refuse, send } }: RoomProps) {
	return (kind: PersonLine, who: string, text: string) => {
		const found = findPerson(people, who);
		if (found.kind === "wrong") return refuse(text, found.message);
		if (kind === "verifyWith") return verifying.open(found.person);
		if (kind === "secretWith") return verifying.askSecret(found.person);
		const { fingerprint } = found.person;
		return void send({ kind: kind === "kick" ? "kick" : "verify", fingerprint }, text);
	};
}

function commandLine(typed: Command, text: string, props: ChatProps, writing: Writing): void {
	const meant = withBlockedKey(typed, props.people);
	if (meant.kind === "wrong") writing.refuse(text, meant.message);
	else void carryOut(meant, text, writing);
}

function buddyLine(line: Parameters<typeof buddyCommandOf>[0], text: string, props: RoomProps, writing: Writing): void {
	const meant = buddyCommandOf(line, props);
	if (meant.kind === "wrong") writing.refuse(text, meant.message);
	else void carryOut(meant, text, writing);
}

/** Does what a line asks for with a file of the room. */
async function doWithFile(line: FileLine, text: string, props: RoomProps, folder: string | undefined): Promise<void> {
	const { files, writing, readPosts } = props;
	const meant = fileMeant(line, files, folder);
	if (meant.kind === "wrong") {
		const posted = postFileMeant(line, (await readPosts()).files ?? [], folder);
		if (posted === undefined) return writing.refuse(text, meant.message);
		return carryOut({ kind: "command", command: posted }, text, writing);
	}
	for (const command of meant.commands) if (!(await writing.send(command, text))) return;
}

/** Does what a line asks for with posts. */
async function doWithPosts(line: PostsLine, text: string, props: RoomProps): Promise<void> {
	const { writing, open, people, readPosts } = props;
	if (line.what === "read" && line.who === "") return open({ kind: "posts" });
	const meant = postsMeant(line, await readPosts(), people);
	if (meant.kind === "wrong") writing.refuse(text, meant.message);
	else if (meant.kind === "read") open({ kind: "posts", author: meant.fingerprint });
	else await carryOut(meant, text, writing);
}

/** Returns what signs and shows a text. Before the first one the person is told what that means, and the line comes back: Enter goes on. */
function useSigning({ perform, writing }: RoomProps) {
	const wasTold = useRef(false);
	return async (meant: Extract<Meaning, { kind: "sign" }>, text: string): Promise<void> => {
		const command = { ...signCommand(meant), ...(wasTold.current ? { understood: true } : {}) };
		if (meant.file !== undefined && wasTold.current) writing.tell(readingForPost);
		const outcome = await perform(command);
		if (outcome.kind === "done") return writing.tell(doneWords(command) ?? "");
		const isFirst = outcome.code === "posts_refused" && outcome.why === "notTold";
		wasTold.current ||= isFirst;
		writing.refuse(text, isFirst ? `${refusalWords(outcome)} Enter posts it.` : refusalWords(outcome));
	};
}

/** Returns what takes a finished line. `actions` are those that the screen does itself, and `askToSend` asks before files are sent. */
export function useSubmit(
	props: RoomProps,
	actions: ChatActions,
	askToSend: (paths: readonly string[], text: string) => void,
): (text: string) => void {
	const { writing } = props;
	const { settings, change: changeSettings } = useSettings();
	const { composing, tell, refuse } = writing;
	const doWithPerson = personLines(props);
	const sign = useSigning(props);
	return (text) => {
		// The new text of a message is taken as it is: a slash at its beginning is no command.
		if (composing.kind === "edit") return void change(composing, text, writing);
		const line = parseLine(text);
		switch (line.kind) {
			case "wrong":
				return refuse(text, line.message);
			case "local":
				return actions[line.action]();
			case "command":
				return commandLine(line.command, text, props, writing);
			case "kick":
			case "verified":
			case "verifyWith":
			case "secretWith":
				return doWithPerson(line.kind, line.who, text);
			case "buddy":
			case "unbuddy":
			case "later":
				return buddyLine(line, text, props, writing);
			case "sendFiles":
				return askToSend(line.paths, text);
			case "file":
				return void doWithFile(line, text, props, settings.files.folder);
			case "posts":
				return void doWithPosts(line, text, props);
			case "sign":
				return void sign(line, text);
			case "search":
				return line.isEverywhere ? actions.searchAllFor(line.text) : actions.searchFor(line.text);
			case "date":
				return actions.goTo(line.at);
			case "switch":
				changeSettings({ [line.what]: line.isOn });
				return tell(switchWords[line.what][line.isOn ? "on" : "off"]);
			case "allCalls":
				return props.open({ kind: "calls" });
			case "calls":
				changeSettings({ calls: { ...settings.calls, [line.cause]: line.way } });
				return tell(callWords(line.cause, line.way));
			case "editing":
				changeSettings({ editing: line.wish });
				return tell(editingWords[line.wish]);
			case "theme":
				changeSettings({ theme: line.wish });
				return tell(themeWords(line.wish));
			default:
				return void doWithMessage(line, text, props, writing);
		}
	};
}

const editingWords = {
	vi: 'vi\'s keys in the message box, until you leave. To keep them, write editing = "vi" into config.toml.',
	emacs: "The usual keys in the message box.",
} as const;

const themeWords = (wish: ThemeWish): string =>
	wish === "auto"
		? "The colours go by the terminal's background."
		: `Theme ${wish}, until you leave Real Talk. To keep it: ${commandName} help settings`;

const switchWords = {
	bell: { on: "The bell rings from now on.", off: "The bell is silent from now on." },
	mouse: { on: "The mouse scrolls and clicks here.", off: "The mouse selects text now, as elsewhere in the terminal." },
	motion: { on: "Things may move again.", off: "Nothing moves by itself any more." },
} as const;
