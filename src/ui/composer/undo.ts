// Keeps what a text was before, to go back to and forth again. Letters typed in a row are one step. It is in memory only. Pure.

/** A Moment is a text with the cursor in it, as it was at one moment. */
interface Moment {
	readonly text: string;
	readonly cursor: number;
}

/** The kind of a change. Changes of the same kind in a row are one step; `single` is always a step of its own. */
export type ChangeKind = "typing" | "erasing" | "inserting" | "single";

/** Holds what can be undone (`past`) and done again (`future`), the nearest moment last. The last step still takes in changes of the kind `run`. */
export interface Undo {
	readonly past: readonly Moment[];
	readonly future: readonly Moment[];
	readonly run: ChangeKind | undefined;
}

/** The state of a text that nothing has changed. */
export const freshUndo: Undo = { past: [], future: [], run: undefined };

const maxSteps = 200;
/** All steps together have this many UTF-16 code units at most. */
const maxTotalLength = 400_000;

function bounded(moments: readonly Moment[]): readonly Moment[] {
	let total = 0;
	const first = moments.findLastIndex((moment) => {
		total += moment.text.length;
		return total > maxTotalLength;
	});
	return moments.slice(Math.max(first + 1, moments.length - maxSteps));
}

// Tells whether a change belongs to the last step. A run of typing ends where a new word begins, so that undo goes back by words.
function joins({ run }: Undo, before: Moment, after: Moment, kind: ChangeKind): boolean {
	if (kind === "single" || run !== kind) return false;
	if (kind !== "typing") return true;
	const isBlank = (at: number, text: string) => /\s/.test(text.charAt(at));
	return !(isBlank(before.cursor - 1, before.text) && !isBlank(before.cursor, after.text));
}

/** Remembers a change. */
export function recordChange(undo: Undo, before: Moment, after: Moment, kind: ChangeKind): Undo {
	const { text, cursor } = before;
	const past = joins(undo, before, after, kind) ? undo.past : bounded([...undo.past, { text, cursor }]);
	return { past, future: [], run: kind };
}

/** Ends the run, so that the next change is a step of its own: the cursor went elsewhere, or something else came between. */
export const endRun = (undo: Undo): Undo => (undo.run === undefined ? undo : { ...undo, run: undefined });

interface Step {
	readonly undo: Undo;
	readonly moment: Moment;
}

/** Goes a step back from the text as it is now. Returns `undefined` when nothing further back is remembered. */
export function stepBack({ past, future }: Undo, { text, cursor }: Moment): Step | undefined {
	const moment = past.at(-1);
	if (moment === undefined) return undefined;
	return { undo: { past: past.slice(0, -1), future: [...future, { text, cursor }], run: undefined }, moment };
}

/** Goes a step forth again from the text as it is now, after steps back. Returns `undefined` when there was none. */
export function stepForth({ past, future }: Undo, { text, cursor }: Moment): Step | undefined {
	const moment = future.at(-1);
	if (moment === undefined) return undefined;
	return { undo: { past: [...past, { text, cursor }], future: future.slice(0, -1), run: undefined }, moment };
}
