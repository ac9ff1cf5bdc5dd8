// Runs the message box as a pure machine: editing, undo, history, completion, vi, and Ctrl-C that asks before it leaves.
import { editOf, typeable } from "../screen/edit.ts";
import { editActionOf, newLineKeys } from "../screen/edit-keys.ts";
import { keepKilled } from "../screen/kill-ring.ts";
import type { Note } from "../screen/note.ts";
import { moveByRow } from "../screen/text-field.ts";
import type { Press } from "../terminal/key-press.ts";
import { graphemesOf } from "../text/width.ts";
import { freshVi, isViKey, pressVi, readyToWrite, type Vi, type ViWish } from "../vi/vi.ts";
import type { Composer, ComposerContext, ComposerOutput, ComposerStep } from "./composer-state.ts";
import { recall, remember } from "./history.ts";
import { answerPaste, paste, typeText } from "./insert.ts";
import { pressTab } from "./tab.ts";
import {
	cleared,
	editBy,
	insert,
	isBegun,
	maxMessageLength,
	remembered,
	settledComposer,
	tell,
	timeTravel,
	uncovered,
	yankBefore,
} from "./text.ts";
import { answerTyped } from "./typed-ahead.ts";
import { type ChangeKind, endRun, freshUndo } from "./undo.ts";

function interrupt(composer: Composer, { isHost, isKept }: ComposerContext): ComposerStep {
	if (composer.covered !== undefined) return [remembered(composer, uncovered(composer), "single"), []];
	if (composer.edit.text !== "") {
		const empty = { ...cleared(composer), ask: undefined, completion: undefined, listing: undefined };
		return [tell(remembered(composer, empty, "single"), "info", "Cleared. Ctrl-Y brings it back."), []];
	}
	if (composer.ask?.kind === "leave") return [composer, [{ kind: "leave" }]];
	const what = isHost ? "close the room for everyone." : "leave the room.";
	const words = isKept ? "leave. The room stays." : what;
	return [{ ...tell(composer, "warning", `Press Ctrl-C again to ${words}`), ask: { kind: "leave" } }, []];
}

// Submits the text. The next message begins with nothing to undo, and with vi's keys in insert mode.
function submit(composer: Composer): ComposerStep {
	const { text } = composer.edit;
	if (text.trim() === "") return [composer, []];
	const fresh = { vi: composer.vi && readyToWrite(composer.vi), undo: freshUndo, covered: undefined };
	const history = remember(composer.history, text);
	return [{ ...composer, ...fresh, history, edit: editOf(composer.covered ?? "") }, [{ kind: "submit", text }]];
}

// Moves up or down inside the draft. Beyond its first or last row it goes through what was sent before.
function vertical(composer: Composer, step: -1 | 1, draftWidth: number): Composer {
	const moved = moveByRow(composer.edit, step, draftWidth);
	if (moved !== undefined) return { ...composer, edit: moved };
	const recalled = recall(composer.history, step, composer.edit.text);
	if (recalled === undefined) return composer;
	return { ...composer, history: recalled.history, edit: editOf(recalled.text) };
}

function pressKey(composer: Composer, press: Press & { kind: "key" }, context: ComposerContext): ComposerStep {
	if (newLineKeys.has(press.name)) return [insert(composer, "\n"), []];
	switch (press.name) {
		case "enter":
			return submit(composer);
		case "up":
		case "ctrl+p":
			return [vertical(composer, -1, context.draftWidth), []];
		case "down":
		case "ctrl+n":
			return [vertical(composer, 1, context.draftWidth), []];
		case "ctrl+_":
		case "alt+u":
			return [timeTravel(composer, "back"), []];
		case "alt+_":
		case "alt+r":
		case "ctrl+alt+_":
		case "ctrl+alt+z":
			return [timeTravel(composer, "forth"), []];
		case "alt+y":
			return [yankBefore(composer), []];
		case "ctrl+x":
			return [{ ...composer, isPaired: true }, []];
		case "escape":
			// A command that a key or the palette began is taken out again, like whatever else Escape leads out of.
			if (composer.covered !== undefined || isBegun(composer.edit.text)) return [uncovered(composer), []];
			return [composer, [{ kind: "escape" }]];
		default: {
			const action = editActionOf(press);
			return [action === undefined ? composer : editBy(composer, action), []];
		}
	}
}

// Takes the second key of a pair that begins with Ctrl-X, as readline does.
function pressPair(composer: Composer, name: string): ComposerStep | undefined {
	if (name === "ctrl+e") return [composer, [{ kind: "editor" }]];
	if (name === "ctrl+u") return [timeTravel(composer, "back"), []];
	return undefined;
}

function pressPlain(before: Composer, calm: Composer, press: Press, context: ComposerContext): ComposerStep {
	if (press.kind === "paste") return [paste(calm, press.text), []];
	if (press.kind === "text") return [typeText(calm, press.text, context.emoji), []];
	if (press.name === "tab" || press.name === "shift+tab") {
		return pressTab(before, calm, context, press.name === "tab" ? 1 : -1);
	}
	// Escape takes out again what Tab put in.
	if (press.name === "escape" && before.completion !== undefined) {
		return [{ ...calm, edit: before.completion.before }, []];
	}
	const pair = before.isPaired ? pressPair(calm, press.name) : undefined;
	return pair ?? pressKey(calm, press, context);
}

function grant(before: Composer, calm: Composer, wish: ViWish, press: Press, context: ComposerContext): ComposerStep {
	switch (wish.kind) {
		case "press":
			return pressPlain(before, calm, press, context);
		case "undo":
		case "redo":
			return [timeTravel(calm, wish.kind === "undo" ? "back" : "forth"), []];
		case "vertical": {
			let composer = calm;
			for (let times = 0; times < Math.min(wish.times, maxMessageLength); times++) {
				const next = vertical(composer, wish.step, context.draftWidth);
				if (next === composer) break;
				composer = next;
			}
			return [composer, []];
		}
	}
}

function pressInVi(before: Composer, calm: Composer, vi: Vi, press: Press, context: ComposerContext): ComposerStep {
	const step = pressVi(vi, calm.edit, press, maxMessageLength);
	const kills = step.erased === undefined ? calm.kills : keepKilled(calm.kills, step.erased, "behind");
	const composer: Composer = { ...calm, vi: step.vi, edit: step.edit, kills };
	if (step.wish === undefined) return [composer, []];
	const [next, outputs] = grant(before, composer, step.wish, press, context);
	return [settledComposer(next), outputs];
}

function kindOf(before: Composer, next: Composer, press: Press): ChangeKind {
	if (before.vi !== undefined) return next.vi?.mode === "insert" ? "inserting" : "single";
	if (press.kind === "text") return "typing";
	return press.kind === "key" && (press.name === "backspace" || press.name === "delete") ? "erasing" : "single";
}

/** Returns the message box with the keys that the person has chosen, vi's or the usual ones, and the same text. */
export function withEditing(composer: Composer, editing: ComposerContext["editing"]): Composer {
	if ((composer.vi !== undefined) === (editing === "vi")) return composer;
	return { ...composer, vi: editing === "vi" ? freshVi : undefined };
}

// Ends what only holds until the next press: questions, notes, completion. In vi one step of undo takes back what was written in insert mode together with the
// command that began it, and nothing that was before.
function calmed(composer: Composer, { editing }: ComposerContext): Composer {
	const { vi } = withEditing(composer, editing);
	const undo = vi?.mode === "normal" ? endRun(composer.undo) : composer.undo;
	return {
		...composer,
		vi,
		undo,
		ask: undefined,
		note: undefined,
		completion: undefined,
		listing: undefined,
		isPaired: false,
	};
}

function pressOne(composer: Composer, press: Press, context: ComposerContext): ComposerStep {
	const calm = calmed(composer, context);
	const [next, outputs] =
		calm.vi === undefined || composer.isPaired
			? pressPlain(composer, calm, press, context)
			: pressInVi(composer, calm, calm.vi, press, context);
	return [remembered(calm, next, kindOf(calm, next, press)), outputs];
}

// Takes letters that came together as one press each, for in vi's normal mode each of them is a command.
function pressEach(composer: Composer, text: string, context: ComposerContext): ComposerStep {
	let now = composer;
	const all: ComposerOutput[] = [];
	for (const one of graphemesOf(text)) {
		const [next, outputs] = pressOne(now, { kind: "text", text: one }, context);
		now = next;
		all.push(...outputs);
	}
	return [now, all];
}

/** Takes one press. Returns the next state, and what the screen is to do. */
export function pressComposer(composer: Composer, press: Press, context: ComposerContext): ComposerStep {
	if (composer.ask?.kind === "paste" || composer.ask?.kind === "typedAhead") {
		const answer = composer.ask.kind === "paste" ? answerPaste : answerTyped;
		return [remembered(composer, answer(composer, composer.ask.text, press), "single"), []];
	}
	if (press.kind === "key" && press.name === "ctrl+c") return interrupt(composer, context);
	const isNormal = context.editing === "vi" && composer.vi?.mode === "normal";
	if (press.kind === "text" && isNormal) return pressEach(composer, press.text, context);
	return pressOne(composer, press, context);
}

/** Tells whether the message box needs a key that the chat has bound to something else. */
export function isForComposer(composer: Composer, key: string): boolean {
	const { edit, vi, ask, isPaired } = composer;
	if (ask?.kind === "paste" || ask?.kind === "typedAhead" || isPaired) return true;
	// In readline Ctrl-K erases to the end of the line, so it does that here when something stands behind the cursor.
	// In vi's normal mode something always does, and D erases it there, so Ctrl-K keeps what it is bound to.
	if (key === "ctrl+k") return vi?.mode !== "normal" && edit.cursor < edit.text.length;
	return vi !== undefined && isViKey(vi, key);
}

/** Puts `text` into the box to go on with. Ctrl-Y brings back what stood there; where `text` begins a command, that comes back by itself once it is given. */
export function composerOffered(composer: Composer, text: string): Composer {
	const { edit, vi } = composer;
	const draft = edit.text === "" || isBegun(edit.text) ? composer.covered : edit.text;
	const before = edit.text === "" ? composer : cleared(composer);
	const begun = { edit: editOf(text), covered: isBegun(text) ? draft : undefined, vi: vi && readyToWrite(vi) };
	return remembered(composer, { ...before, ...begun, completion: undefined, listing: undefined }, "single");
}

/** Shows a note above the message box. */
export const composerTold = (composer: Composer, note: Note): Composer => ({ ...composer, note });

/** Says why what was submitted could not be done, and gives the text back if nothing else was written meanwhile. */
export function composerRefused(composer: Composer, text: string, message: string): Composer {
	const edit = composer.edit.text === "" ? editOf(text) : composer.edit;
	return { ...composer, edit, note: { tone: "warning", text: message } };
}

/** Puts in the text as it came back from the person's own editor, without the line end that editors put behind the last line. */
export function composerEdited(composer: Composer, written: string): Composer {
	const text = typeable(written).replace(/\n$/, "");
	const kept = text.slice(0, maxMessageLength).toWellFormed();
	const next = remembered(composer, settledComposer({ ...composer, edit: editOf(kept) }), "single");
	const isCut = kept.length < text.length;
	const words = `What you wrote has ${text.length.toLocaleString("en")} characters. Only the first 16,000 are kept.`;
	return isCut ? tell(next, "warning", words) : next;
}
