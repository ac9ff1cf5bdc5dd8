// The chat's message box as a pure machine: editing, history, the question before a big paste, and Ctrl-C that asks before it leaves.
import { type Completion, complete } from "./complete.ts";
import { applyEdit, type Edit, editOf, emptyEdit, typeable } from "./edit.ts";
import { editActionOf } from "./edit-keys.ts";
import { emptyHistory, type History, recall, remember } from "./history.ts";
import type { Press } from "./press.ts";
import { moveByRow } from "./text-field.ts";

/** The longest message, in UTF-16 code units. */
export const maxMessageLength = 16_000;

/** A paste with more lines or characters than this asks first. */
const askAboveLines = 5;
const askAboveCharacters = 2_000;

/** Something told above the message box until the next key press. */
export interface Note {
	readonly tone: "info" | "warning";
	readonly text: string;
}

/** `ask`: what the next press answers: a paste waiting for a yes, or whether to leave. `completion`: Tab was pressed last. */
export interface Composer {
	readonly edit: Edit;
	readonly history: History;
	readonly note: Note | undefined;
	readonly ask: { readonly kind: "paste"; readonly text: string } | { readonly kind: "leave" } | undefined;
	readonly completion: Completion | undefined;
}

/** What the chat screen is to do. `escape`: nothing here was in the way of it. */
export type ComposerOutput = { readonly kind: "submit"; readonly text: string } | { readonly kind: "escape" | "leave" };

/** What the machine must know of its surroundings: columns of a draft row, whose room it is, and the names Tab completes. */
interface ComposerContext {
	readonly draftWidth: number;
	readonly isHost: boolean;
	readonly names: readonly string[];
}

type Step = readonly [Composer, readonly ComposerOutput[]];

/** Nothing written yet. */
export const emptyComposer: Composer = {
	edit: emptyEdit,
	history: emptyHistory,
	note: undefined,
	ask: undefined,
	completion: undefined,
};

/** A draft from before, to go on with. */
export const composerWith = (draft: string): Composer => ({ ...emptyComposer, edit: editOf(draft) });

const counted = (count: number, one: string): string => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

const tell = (composer: Composer, tone: Note["tone"], text: string): Composer => ({
	...composer,
	note: { tone, text },
});

const isFull = "This message is full: 16,000 characters are the most. Send it, then go on in the next.";

function insert(composer: Composer, text: string): Composer {
	const clean = typeable(text);
	if (composer.edit.text.length + clean.length > maxMessageLength) return tell(composer, "warning", isFull);
	return { ...composer, edit: applyEdit(composer.edit, { kind: "insert", text: clean }) };
}

function paste(composer: Composer, pasted: string): Composer {
	const text = typeable(pasted);
	const lines = text.split("\n").length;
	if (lines <= askAboveLines && text.length <= askAboveCharacters) return insert(composer, text);
	const room = maxMessageLength - composer.edit.text.length;
	const size = `You pasted ${counted(lines, "line")}, ${counted(text.length, "character")}.`;
	if (text.length <= room) {
		const asked = tell(composer, "warning", `${size} Enter: put it in the message. Esc: don't.`);
		return { ...asked, ask: { kind: "paste", text } };
	}
	if (room <= 0) return tell(composer, "warning", isFull);
	const words = `${size} Only ${counted(room, "character")} fit. Enter: put the beginning in the message. Esc: don't.`;
	return { ...tell(composer, "warning", words), ask: { kind: "paste", text } };
}

function answerPaste(composer: Composer, text: string, press: Press): Composer {
	const name = press.kind === "key" ? press.name : "";
	const answered: Composer = { ...composer, ask: undefined, note: undefined };
	if (name === "enter")
		return insert(answered, text.slice(0, maxMessageLength - composer.edit.text.length).toWellFormed());
	if (name === "escape" || name === "ctrl+c") return tell(answered, "info", "Not pasted.");
	return composer;
}

function interrupt(composer: Composer, { isHost }: ComposerContext): Step {
	if (composer.edit.text !== "") {
		const edit: Edit = { ...emptyEdit, killed: composer.edit.text };
		return [{ ...tell(composer, "info", "Cleared. Ctrl-Y brings it back."), edit, ask: undefined }, []];
	}
	if (composer.ask?.kind === "leave") return [composer, [{ kind: "leave" }]];
	const what = isHost ? "close the room for everyone" : "leave the room";
	return [{ ...tell(composer, "warning", `Press Ctrl-C again to ${what}.`), ask: { kind: "leave" } }, []];
}

function submit(composer: Composer): Step {
	const { text } = composer.edit;
	if (text.trim() === "") return [composer, []];
	const history = remember(composer.history, text);
	return [{ ...composer, history, edit: emptyEdit }, [{ kind: "submit", text }]];
}

// Up and down move inside the draft first; past its first or last row they walk through what was sent.
function vertical(composer: Composer, step: -1 | 1, draftWidth: number): Composer {
	const moved = moveByRow(composer.edit, step, draftWidth);
	if (moved !== undefined) return { ...composer, edit: moved };
	const recalled = recall(composer.history, step, composer.edit.text);
	if (recalled === undefined) return composer;
	return { ...composer, history: recalled.history, edit: editOf(recalled.text) };
}

function completed(
	composer: Composer,
	current: Completion | undefined,
	names: readonly string[],
	step: 1 | -1,
): Composer {
	const found = complete(composer.edit, current, names, step);
	if (found === undefined || found[0].text.length > maxMessageLength) return composer;
	return { ...composer, edit: found[0], completion: found[1] };
}

function pressKey(composer: Composer, name: string, context: ComposerContext): Step | undefined {
	switch (name) {
		case "enter":
			return submit(composer);
		case "alt+enter":
		case "ctrl+j":
			return [insert(composer, "\n"), []];
		case "up":
			return [vertical(composer, -1, context.draftWidth), []];
		case "down":
			return [vertical(composer, 1, context.draftWidth), []];
		case "escape":
			return [composer, [{ kind: "escape" }]];
		default:
			return undefined;
	}
}

/** One press: the next state, and what the screen is to do. */
export function pressComposer(composer: Composer, press: Press, context: ComposerContext): Step {
	if (composer.ask?.kind === "paste") return [answerPaste(composer, composer.ask.text, press), []];
	if (press.kind === "key" && press.name === "ctrl+c") return interrupt(composer, context);
	const calm: Composer = { ...composer, ask: undefined, note: undefined, completion: undefined };
	if (press.kind === "paste") return [paste(calm, press.text), []];
	if (press.kind === "text") return [insert(calm, press.text), []];
	if (press.name === "tab" || press.name === "shift+tab") {
		return [completed(calm, composer.completion, context.names, press.name === "tab" ? 1 : -1), []];
	}
	const step = pressKey(calm, press.name, context);
	if (step !== undefined) return step;
	const action = editActionOf(press);
	const edit = action === undefined ? calm.edit : applyEdit(calm.edit, action);
	return [edit.text.length > maxMessageLength ? tell(calm, "warning", isFull) : { ...calm, edit }, []];
}

/** `text` in the box, to go on with. What stood there can be brought back by Ctrl-Y. */
export function composerOffered(composer: Composer, text: string): Composer {
	const { text: before, killed } = composer.edit;
	return { ...composer, edit: { ...editOf(text), killed: before === "" ? killed : before }, completion: undefined };
}

/** Tells something above the message box. */
export const composerTold = (composer: Composer, note: Note): Composer => ({ ...composer, note });

/** What was submitted could not be done: says why, and gives the text back if nothing else was written meanwhile. */
export function composerRefused(composer: Composer, text: string, message: string): Composer {
	const edit = composer.edit.text === "" ? editOf(text) : composer.edit;
	return { ...composer, edit, note: { tone: "warning", text: message } };
}
