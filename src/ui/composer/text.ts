// Changes the text of the message box. Every change is bounded and can be undone, and Ctrl-Y brings back what was erased. Pure.
import { applyEdit, type Edit, type EditAction, editOf, isKill, placeOf } from "../screen/edit.ts";
import { keepKilled, restKillRing, yank, yankOther } from "../screen/kill-ring.ts";
import type { Note } from "../screen/note.ts";
import { settledEdit } from "../vi/change.ts";
import type { Composer } from "./composer-state.ts";
import { type ChangeKind, endRun, recordChange, stepBack, stepForth } from "./undo.ts";

/** A message has this many UTF-16 code units at most. */
export const maxMessageLength = 16_000;

/** The person is told this when no more fits. */
export const isFull = "This message is full: 16,000 characters are the most. Send it, then go on in the next.";

/** Shows a note above the message box. */
export const tell = (composer: Composer, tone: Note["tone"], text: string): Composer => ({
	...composer,
	note: { tone, text },
});

/** Puts a text in at the cursor. */
export const insert = (composer: Composer, text: string): Composer => ({
	...composer,
	edit: applyEdit(composer.edit, { kind: "insert", text }),
});

/** Does what an editing key asks for. What is erased by words and lines goes into the kill ring. */
export function editBy(composer: Composer, action: EditAction): Composer {
	const { edit, kills } = composer;
	if (action.kind === "yank") return yanked(composer, yank(edit, kills));
	const next = applyEdit(edit, action);
	if (next === edit) return composer;
	if (action.kind !== "erase" || !isKill(action.motion)) return { ...composer, edit: next };
	const place = placeOf(edit, action.motion);
	const isBefore = place < edit.cursor;
	const text = isBefore ? edit.text.slice(place, edit.cursor) : edit.text.slice(edit.cursor, place);
	return { ...composer, edit: next, kills: keepKilled(kills, text, isBefore ? "before" : "behind") };
}

function yanked(composer: Composer, found: ReturnType<typeof yank>): Composer {
	return found === undefined ? composer : { ...composer, edit: found[0], kills: found[1] };
}

/** Exchanges what Ctrl-Y put in for what was erased before that, as Alt-Y does in readline. */
export const yankBefore = (composer: Composer): Composer => yanked(composer, yankOther(composer.kills));

/** Takes out everything that is written; Ctrl-Y brings it back. */
export function cleared(composer: Composer): Composer {
	const { edit, kills } = composer;
	const kept = keepKilled(restKillRing(kills), edit.text, "before");
	return { ...composer, edit: { ...edit, text: "", cursor: 0 }, kills: restKillRing(kept) };
}

/** Tells whether a text is a command with nothing behind it yet, for example "/verify ". */
export const isBegun = (text: string): boolean => /^\/\S+ $/.test(text);

/** Takes out the command that was begun, and brings back the draft that had to make room for it. */
export function uncovered(composer: Composer): Composer {
	const { covered } = composer;
	if (covered === undefined) return cleared(composer);
	return { ...composer, edit: editOf(covered), covered: undefined, ask: undefined, note: undefined };
}

/** Goes a step back through the changes, or forth again. */
export function timeTravel(composer: Composer, direction: "back" | "forth"): Composer {
	const step = (direction === "back" ? stepBack : stepForth)(composer.undo, composer.edit);
	if (step === undefined) {
		return tell(composer, "info", direction === "back" ? "Nothing to undo." : "Nothing to do again.");
	}
	return { ...composer, edit: { ...composer.edit, ...step.moment }, undo: step.undo };
}

/** Puts the cursor onto a letter, not behind the last one, where vi's normal mode asks for that. */
export const settledComposer = (composer: Composer): Composer => {
	if (composer.vi?.mode !== "normal") return composer;
	const edit = settledEdit(composer.edit);
	return edit === composer.edit ? composer : { ...composer, edit };
};

const moved = (one: Edit, other: Edit): boolean => one.text !== other.text || one.cursor !== other.cursor;

/** Ends every press, and must be called after it: it keeps the bound, remembers the change for undo, and ends runs of kills and of typing that the press did not continue. */
export function remembered(before: Composer, next: Composer, kind: ChangeKind): Composer {
	if (next.edit.text.length > maxMessageLength && next.edit.text.length > before.edit.text.length) {
		return tell(before, "warning", isFull);
	}
	const kills = next.kills === before.kills ? restKillRing(next.kills) : next.kills;
	const rested: Composer = kills === next.kills ? next : { ...next, kills };
	// Undoing and sending have already set what can be undone.
	if (next.undo !== before.undo || !moved(before.edit, next.edit)) return rested;
	const isChanged = before.edit.text !== next.edit.text;
	const undo = isChanged ? recordChange(before.undo, before.edit, next.edit, kind) : endRun(before.undo);
	return { ...rested, undo };
}
