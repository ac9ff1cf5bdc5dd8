// What a text was before, to go back to and forth again. Letters typed in a row are one step. In memory only. Pure.

/** A text and the cursor in it. */
interface Moment {
	readonly text: string;
	readonly cursor: number;
}

/** What kind of change it is: those of a run are one step; `single` is always a step of its own. */
export type ChangeKind = "typing" | "erasing" | "inserting" | "single";

/** `past` and `future`: nearest last. `run`: the kind of change the last step still takes in. */
export interface Undo {
	readonly past: readonly Moment[];
	readonly future: readonly Moment[];
	readonly run: ChangeKind | undefined;
}

/** Nothing changed yet. */
export const freshUndo: Undo = { past: [], future: [], run: undefined };

const maxSteps = 200;
/** Of all steps together, in UTF-16 code units. */
const maxTotalLength = 400_000;

function bounded(moments: readonly Moment[]): readonly Moment[] {
	let total = 0;
	const first = moments.findLastIndex((moment) => {
		total += moment.text.length;
		return total > maxTotalLength;
	});
	return moments.slice(Math.max(first + 1, moments.length - maxSteps));
}

// A run of typing ends where a new word begins, so that going back goes by words.
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

/** The cursor went elsewhere, or something else came between: the next change is a step of its own. */
export const endRun = (undo: Undo): Undo => (undo.run === undefined ? undo : { ...undo, run: undefined });

interface Step {
	readonly undo: Undo;
	readonly moment: Moment;
}

/** A step back from `now`; `undefined` at the start of what is remembered. */
export function stepBack({ past, future }: Undo, { text, cursor }: Moment): Step | undefined {
	const moment = past.at(-1);
	if (moment === undefined) return undefined;
	return { undo: { past: past.slice(0, -1), future: [...future, { text, cursor }], run: undefined }, moment };
}

/** A step forth from `now`, after steps back; `undefined` when there is none. */
export function stepForth({ past, future }: Undo, { text, cursor }: Moment): Step | undefined {
	const moment = future.at(-1);
	if (moment === undefined) return undefined;
	return { undo: { past: [...past, { text, cursor }], future: future.slice(0, -1), run: undefined }, moment };
}
