// Chooses a message with the keyboard and does something with it, as a pure machine. The message is held by its id: entries come, move and go.
import type { Command, Timeline } from "../../engine/api/api.ts";
import type { LineEntry } from "../../engine/api/content.ts";
import type { FileView } from "../../engine/api/files/files.ts";
import type { Person } from "../../engine/api/people.ts";
import { actions, type ChosenAction } from "../actions/actions.ts";
import { canDo, fileCommand } from "../actions/file-meant.ts";
import { applyEdit, type Edit, emptyEdit } from "../screen/edit.ts";
import { editActionOf } from "../screen/edit-keys.ts";
import type { BarItem } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import { commonReaction, type EmojiNames, reactionOf } from "../text/emoji.ts";
import { isLong } from "./line-words.ts";
import { indexOfEntry } from "./scroll-position.ts";

/** Says what the next presses answer: whether to delete the message, or with which emoji to react. */
type Ask = { readonly kind: "delete" } | { readonly kind: "react"; readonly edit: Edit };

/** Holds the chosen message. `index` is where it was last, for when it goes; `ask` is absent while choosing; `note` says why something was not done. */
export interface Selection {
	readonly id: string;
	readonly index: number;
	readonly ask?: Ask;
	readonly note?: string;
}

/** Says what the screen is to do. `reveal`: have the message on screen; `jump`: go to it, so that there is a way back. `close` comes last. */
export type SelectOutput =
	| { readonly kind: "reply" | "edit"; readonly line: LineEntry }
	| { readonly kind: "perform"; readonly command: Command }
	| { readonly kind: "copy"; readonly text: string }
	/** With `open` a folded message is shown whole, or folded again. */
	| { readonly kind: "reveal" | "jump" | "open"; readonly id: string }
	| { readonly kind: "verify"; readonly person: Person }
	/** The system is asked to open what came. */
	| { readonly kind: "openFile"; readonly path: string }
	| { readonly kind: "close" };

/** Holds what a press needs to know. `page` is the number of lines that page keys move by; `emoji` is absent until the names are loaded. */
export interface SelectContext {
	readonly timeline: Timeline;
	readonly page: number;
	readonly emoji?: EmojiNames | undefined;
	/** The files of the room, by `LineEntry.file`. */
	readonly files?: ReadonlyMap<string, FileView>;
	/** The folder that taken files go to, if the person has set one. */
	readonly folder?: string | undefined;
}

/** A Step is the choice after a press, which is `undefined` when nothing is chosen any more, with what the screen is to do. */
type Step = readonly [Selection | undefined, readonly SelectOutput[]];

const close: SelectOutput = { kind: "close" };

function lineAt(timeline: Timeline, index: number): LineEntry | undefined {
	const entry = timeline.at(index);
	return entry?.kind === "line" ? entry : undefined;
}

/** Returns the line nearest to `index` in one direction, `index` included. */
function lineFrom(timeline: Timeline, index: number, step: 1 | -1): Selection | undefined {
	for (let at = Math.max(0, Math.min(index, timeline.length - 1)); at >= 0 && at < timeline.length; at += step) {
		const line = lineAt(timeline, at);
		if (line !== undefined) return { id: line.id, index: at };
	}
	return undefined;
}

const nearestLine = (timeline: Timeline, index: number): Selection | undefined =>
	lineFrom(timeline, index, -1) ?? lineFrom(timeline, index, 1);

/** Returns the line at `index` or the newest above it, else the first below; `undefined` when nobody has said anything. */
export const selectFrom = (timeline: Timeline, index: number): Selection | undefined => nearestLine(timeline, index);

/** Returns the selection as it is now: a message that is not here any more gives way to its neighbour, which is asked nothing. */
export function settled(selection: Selection, timeline: Timeline): Selection | undefined {
	const index = indexOfEntry(timeline, selection.id);
	if (index === undefined) return nearestLine(timeline, selection.index);
	return index === selection.index ? selection : { ...selection, index };
}

/** Returns the chosen line. */
export const selectedLine = ({ index }: Selection, timeline: Timeline): LineEntry | undefined =>
	lineAt(timeline, index);

const isThere = ({ gone, delivery }: LineEntry): boolean => gone === undefined && delivery.kind !== "failed";

/** Says with which messages an action of the table can be done. */
interface Rule {
	readonly isFor: (line: LineEntry, file: FileView | undefined) => boolean;
	/** The person is told this where it cannot be done. */
	readonly not: string;
}

// In the order of the status bar.
const rules = {
	accept: { isFor: (_, file) => file !== undefined && canDo("accept", file), not: "There is nothing here to take." },
	decline: { isFor: (_, file) => file !== undefined && canDo("decline", file), not: "There is nothing to decline." },
	reply: { isFor: isThere, not: "That message can't be answered." },
	retry: { isFor: ({ delivery }) => delivery.kind === "failed", not: "That message was sent." },
	react: { isFor: isThere, not: "That message can't be reacted to." },
	edit: {
		isFor: (line) => line.from.isSelf && isThere(line) && line.file === undefined,
		not: "Only its author can change a message.",
	},
	delete: {
		isFor: ({ from, gone }) => from.isSelf && gone === undefined,
		not: "Only its author can delete a message.",
	},
	copy: { isFor: ({ gone }) => gone === undefined, not: "There is nothing left to copy." },
	open: {
		isFor: (line, file) => file?.state.kind === "done" || (line.gone === undefined && isLong(line)),
		not: "That message is not long, and no file that is here.",
	},
	answered: { isFor: ({ reply }) => reply?.id !== undefined, not: "It answers nothing that is here." },
	verify: { isFor: ({ from }) => !from.isSelf, not: "That is you." },
} as const satisfies Readonly<Record<ChosenAction, Rule>>;

const isChosenAction = (name: string): name is ChosenAction => Object.hasOwn(rules, name);
const chosenActions = Object.keys(rules).filter(isChosenAction);

const actionOfKey: ReadonlyMap<string, ChosenAction> = new Map(
	chosenActions.flatMap((action) => actions[action].chosen.keys.map((key) => [key, action] as const)),
);

const barItemOf = (action: ChosenAction, file?: FileView): BarItem => {
	const { keys, words } = actions[action].chosen;
	const isOpening = action === "open" && file?.state.kind === "done";
	return { keys: keys[0] === "enter" ? "Enter" : keys[0], words: isOpening ? "open it" : words };
};

/** Says what the keys do with a chosen message, for the help. */
export const selectKeys: readonly BarItem[] = chosenActions.map((action) => barItemOf(action));

/** Returns the status bar while a message is chosen: the way out, then what can be done with this one. */
export function selectBar({ ask }: Selection, line: LineEntry, file?: FileView): readonly BarItem[] {
	const out: BarItem = { keys: "Esc", words: ask === undefined ? "back" : "no" };
	if (ask?.kind === "delete") return [{ keys: "Enter", words: "delete it" }, out];
	if (ask?.kind === "react") return [{ keys: "Enter", words: "react" }, out];
	const possible = chosenActions.filter((action) => rules[action].isFor(line, file));
	return [out, ...possible.map((action) => barItemOf(action, file))];
}

/** Returns the file that a line offers, as it is now. */
export const offeredBy = (line: LineEntry, files: SelectContext["files"]): FileView | undefined =>
	line.file === undefined ? undefined : files?.get(line.file);

function done(action: ChosenAction, selection: Selection, line: LineEntry, context: SelectContext): Step {
	const { id } = line;
	const file = offeredBy(line, context.files);
	switch (action) {
		case "accept":
		case "decline": {
			const to = action === "accept" ? context.folder : undefined;
			return [undefined, [{ kind: "perform", command: fileCommand(action, file?.id ?? "", to) }, close]];
		}
		case "reply":
		case "edit":
			return [undefined, [{ kind: action, line }, close]];
		case "retry":
			return [undefined, [{ kind: "perform", command: { kind: "retry", id } }, close]];
		case "react":
			return [{ ...selection, ask: { kind: "react", edit: emptyEdit } }, []];
		case "delete":
			return [{ ...selection, ask: { kind: "delete" } }, []];
		case "copy":
			return [undefined, [{ kind: "copy", text: line.text }, close]];
		case "open":
			if (file?.state.kind === "done") return [undefined, [{ kind: "openFile", path: file.state.path }, close]];
			return [selection, [{ kind: "open", id }]];
		case "answered":
			return [selection, line.reply?.id === undefined ? [] : [{ kind: "jump", id: line.reply.id }]];
		case "verify":
			return [undefined, [{ kind: "verify", person: line.from }, close]];
	}
}

function act(action: ChosenAction, selection: Selection, line: LineEntry, context: SelectContext): Step {
	const { timeline, files } = context;
	const rule = rules[action];
	if (!rule.isFor(line, offeredBy(line, files))) return [{ ...selection, note: rule.not }, []];
	const [next, outputs] = done(action, selection, line, context);
	if (action !== "answered") return [next, outputs];
	const index = indexOfEntry(timeline, line.reply?.id ?? "");
	if (index === undefined || lineAt(timeline, index) === undefined)
		return [{ ...selection, note: rules.answered.not }, []];
	return [{ id: line.reply?.id ?? "", index }, outputs];
}

const moves: Readonly<Record<string, 1 | -1>> = { up: -1, "alt+up": -1, k: -1, down: 1, "alt+down": 1, j: 1 };

function moved(selection: Selection, key: string, { timeline, page }: SelectContext): Selection | undefined {
	if (key === "home") return lineFrom(timeline, 0, 1);
	if (key === "end") return lineFrom(timeline, timeline.length - 1, -1);
	const step = moves[key] ?? (key === "pageUp" ? -1 : key === "pageDown" ? 1 : undefined);
	if (step === undefined) return undefined;
	let now = selection;
	for (let count = moves[key] === undefined ? page : 1; count > 0; count--) {
		const next = now.index + step;
		const found = next < 0 || next >= timeline.length ? undefined : lineFrom(timeline, next, step);
		if (found === undefined) break;
		now = found;
	}
	return { id: now.id, index: now.index };
}

function answerDelete(selection: Selection, key: string): Step {
	const { id, index } = selection;
	if (key === "enter" || key === "d" || key === "y") {
		return [undefined, [{ kind: "perform", command: { kind: "delete", id } }, close]];
	}
	return [{ id, index }, []];
}

/** The longest that is typed for one emoji. */
const maxTyped = 60;

function answerReact(selection: Selection, edit: Edit, press: Press, emoji: EmojiNames | undefined): Step {
	const { id, index } = selection;
	const react = (one: string): Step => [
		undefined,
		[{ kind: "perform", command: { kind: "react", id, emoji: one } }, close],
	];
	const common = press.kind === "text" && edit.text === "" ? commonReaction(press.text) : undefined;
	if (common !== undefined) return react(common);
	const key = press.kind === "key" ? press.name : "";
	if (key === "escape" || key === "ctrl+c") return [{ id, index }, []];
	if (key === "enter") {
		const meant = reactionOf(edit.text, emoji);
		if (meant !== undefined) return react(meant);
		const note = edit.text === "" ? {} : { note: `There is no emoji called ${edit.text}.` };
		return [{ id, index, ask: { kind: "react", edit }, ...note }, []];
	}
	const action = editActionOf(press);
	const next = action === undefined ? edit : applyEdit(edit, action);
	const isFit = next.text.length <= maxTyped && !next.text.includes("\n");
	return [{ id, index, ask: { kind: "react", edit: isFit ? next : edit } }, []];
}

/** Handles one press. The first output after a move is `reveal`. */
export function pressSelection(before: Selection, press: Press, context: SelectContext): Step {
	const { timeline, emoji } = context;
	const selection = settled(before, timeline);
	const line = selection && selectedLine(selection, timeline);
	if (selection === undefined || line === undefined) return [undefined, [close]];
	const { id, index, ask } = selection;
	if (ask?.kind === "react") return answerReact(selection, ask.edit, press, emoji);
	const key = press.kind === "key" ? press.name : press.kind === "text" ? press.text.toLowerCase() : "";
	if (ask?.kind === "delete") return answerDelete(selection, key);
	if (key === "escape" || key === "ctrl+c") return [undefined, [close]];
	const calm: Selection = { id, index };
	const next = moved(calm, key, context);
	if (next !== undefined) return [next, [{ kind: "reveal", id: next.id }]];
	const action = actionOfKey.get(key);
	return action === undefined ? [calm, []] : act(action, calm, line, context);
}
