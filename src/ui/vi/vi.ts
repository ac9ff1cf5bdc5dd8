// Runs the message box with vi's keys as a pure machine: insert and normal mode, counts, operators, motions, objects, a register and repeating.
import { applyEdit, type Edit, type EditAction } from "../screen/edit.ts";
import { editActionOf, newLineKeys } from "../screen/edit-keys.ts";
import { keyPress, type Press } from "../terminal/key-press.ts";
import { leftOf, lineEndOf, lineStartOf, rightOf } from "../text/boundaries.ts";
import { graphemesOf } from "../text/width.ts";
import { joinLines, operateOn, overwrite, put, type Register, switchCase } from "./change.ts";
import { readViKeys, type ViCommand, type ViSimple, type ViTarget } from "./command.ts";
import { findPlace, motionPlace, settled, type ViFind } from "./motions.ts";
import { findOf, rangeOf } from "./range.ts";

/**
 * The state of vi's keys. `keys` are those of a command that is not whole yet, `last` those of the last change, which "." repeats, and `recording` those of
 * the change that is going on in insert mode. `find` is the last search within a line.
 */
export interface Vi {
	readonly mode: "insert" | "normal";
	readonly keys: readonly string[];
	readonly register: Register;
	readonly find: ViFind | undefined;
	readonly last: readonly string[] | undefined;
	readonly recording: readonly string[] | undefined;
}

/** The state at first: insert mode, with nothing to repeat. */
export const freshVi: Vi = {
	mode: "insert",
	keys: [],
	register: { text: "", isLines: false },
	find: undefined,
	last: undefined,
	recording: undefined,
};

/** Leaves any command and goes to insert mode. */
export const readyToWrite = (vi: Vi): Vi => ({ ...vi, mode: "insert", keys: [], recording: undefined });

/** Says what vi leaves to the message box: to take the press as it would without vi, to undo or redo, or to move by rows. */
export type ViWish =
	| { readonly kind: "press" | "undo" | "redo" }
	| { readonly kind: "vertical"; readonly step: -1 | 1; readonly times: number };

/** Says what a press leads to. `erased` goes into the kill ring. */
interface ViStep {
	readonly vi: Vi;
	readonly edit: Edit;
	readonly wish?: ViWish;
	readonly erased?: string;
}

/** A change with more keys than this is not recorded, and so can't be repeated. */
const maxRecording = 4_000;
/** A command has this many keys at most; more digits of a count than that are given up. */
const maxKeys = 32;

const goTo = (edit: Edit, cursor: number): Edit => applyEdit(edit, { kind: "moveTo", cursor });
const inserting = (vi: Vi): Vi => ({ ...vi, mode: "insert" });

function go({ vi, edit }: ViStep, target: ViTarget, count: number | undefined): ViStep {
	const { text, cursor } = edit;
	if (target.kind === "motion") {
		return { vi, edit: goTo(edit, settled(text, motionPlace(text, cursor, target.motion, count))) };
	}
	if (target.kind === "vertical") return { vi, edit, wish: { ...target, times: count ?? 1 } };
	const find = findOf(target, vi.find);
	if (find === undefined) return { vi, edit };
	const place = findPlace(text, cursor, find, count ?? 1, target.kind === "again");
	const known: Vi = target.kind === "find" ? { ...vi, find } : vi;
	return { vi: known, edit: place === undefined ? edit : goTo(edit, place) };
}

function operate({ vi, edit }: ViStep, command: Extract<ViCommand, { kind: "operate" }>): ViStep {
	const { operator, target, count } = command;
	const known: Vi = target.kind === "find" ? { ...vi, find: target.find } : vi;
	const range = rangeOf(edit, operator, target, count, vi.find);
	if (range === undefined) return { vi: known, edit };
	const piece = edit.text.slice(range.from, range.to);
	const isKept = piece !== "" || range.isLines;
	const next: Vi = isKept ? { ...known, register: { text: piece, isLines: range.isLines } } : known;
	const changed = operateOn(edit, operator, range);
	const step = { vi: operator === "c" ? inserting(next) : next, edit: changed };
	return operator === "y" || piece === "" ? step : { ...step, erased: piece };
}

function openLine(edit: Edit, isAbove: boolean): Edit {
	const { text, cursor } = edit;
	const at = isAbove ? lineStartOf(text, cursor) : lineEndOf(text, cursor);
	const next = applyEdit(edit, { kind: "replace", from: at, to: at, text: "\n" });
	return isAbove ? goTo(next, at) : next;
}

function doSimple(step: ViStep, name: ViSimple, count: number, limit: number): ViStep {
	const { vi, edit } = step;
	const { text, cursor } = edit;
	switch (name) {
		case "i":
			return { vi: inserting(vi), edit };
		case "I":
			return { vi: inserting(vi), edit: goTo(edit, motionPlace(text, cursor, "firstWord", undefined)) };
		case "a":
			return { vi: inserting(vi), edit: goTo(edit, Math.min(lineEndOf(text, cursor), rightOf(text, cursor))) };
		case "A":
			return { vi: inserting(vi), edit: goTo(edit, lineEndOf(text, cursor)) };
		case "o":
		case "O":
			return { vi: inserting(vi), edit: openLine(edit, name === "O") };
		case "p":
		case "P":
			return { vi, edit: put(edit, vi.register, name === "P", count, limit) };
		case "~":
			return { vi, edit: switchCase(edit, count) };
		case "J":
			return { vi, edit: joinLines(edit, count) };
		case ".":
			return repeat(vi, edit, count, limit);
		case "u":
		case "redo":
			return { vi, edit, wish: { kind: name === "u" ? "undo" : "redo" } };
	}
}

function perform(step: ViStep, command: ViCommand, limit: number): ViStep {
	switch (command.kind) {
		case "go":
			return go(step, command.target, command.count);
		case "operate":
			return operate(step, command);
		case "simple":
			return doSimple(step, command.name, command.count ?? 1, limit);
		case "replace":
			return { ...step, edit: overwrite(step.edit, command.character, command.count ?? 1) ?? step.edit };
	}
}

const isChange = (command: ViCommand): boolean => {
	if (command.kind === "go") return false;
	if (command.kind === "operate") return command.operator !== "y";
	return command.kind === "replace" || ![".", "u", "redo"].includes(command.name);
};

// Takes a key of normal mode. A change is remembered when it is whole: at once, or when insert mode is left, together with what was written in it.
function pressNormal(vi: Vi, edit: Edit, key: string, limit: number): ViStep {
	const keys = [...vi.keys, key];
	const reading = readViKeys(keys);
	if (reading.kind === "more" && keys.length < maxKeys) return { vi: { ...vi, keys }, edit };
	const calm: Vi = { ...vi, keys: [] };
	if (reading.kind !== "command") return { vi: calm, edit };
	const done = perform({ vi: calm, edit }, reading.command, limit);
	if (!isChange(reading.command)) return done;
	const isGoingOn = done.vi.mode === "insert";
	const noted: Vi = isGoingOn ? { ...done.vi, recording: keys } : { ...done.vi, last: keys };
	return { ...done, vi: noted };
}

function leaveInsert(vi: Vi, edit: Edit): ViStep {
	const last = vi.recording === undefined ? vi.last : [...vi.recording, "<escape>"];
	const cursor = Math.max(lineStartOf(edit.text, edit.cursor), leftOf(edit.text, edit.cursor));
	return { vi: { ...vi, mode: "normal", last, recording: undefined }, edit: goTo(edit, cursor) };
}

// Makes the last change once more by playing its keys. It stops when the text is longer than a message may be.
function repeat(vi: Vi, edit: Edit, count: number, limit: number): ViStep {
	let step: ViStep = { vi, edit };
	for (let times = 0; times < count && step.edit.text.length <= limit; times++) {
		for (const key of vi.last ?? []) {
			step = step.vi.mode === "insert" ? playInsert(step, key) : pressNormal(step.vi, step.edit, key, limit);
		}
	}
	return { ...step, vi: { ...step.vi, last: vi.last, recording: undefined } };
}

function playInsert({ vi, edit }: ViStep, key: string): ViStep {
	if (key === "<escape>") return leaveInsert(vi, edit);
	const action = editActionOf(pressOf(key));
	return { vi, edit: action === undefined ? edit : applyEdit(edit, action) };
}

const isNamed = (key: string): boolean => key.length > 2 && key.startsWith("<");
const pressOf = (key: string): Press => (isNamed(key) ? keyPress(key.slice(1, -1)) : { kind: "text", text: key });

/** Returns the keys of a press, one for each grapheme that was typed. The keys for a new line are recorded as the line end that they write. */
function keysOf(press: Press): readonly string[] {
	if (press.kind !== "key") return graphemesOf(press.text);
	return newLineKeys.has(press.name) ? ["\n"] : [`<${press.name}>`];
}

const isRepeatable = (action: EditAction | undefined): boolean => action !== undefined && action.kind !== "yank";

// Takes a press in insert mode. The message box does what is written; here it is only remembered for ".". A press that moves by rows or completes can't be
// repeated, so it ends the recording.
function pressInsert(vi: Vi, edit: Edit, press: Press): ViStep {
	if (press.kind === "key" && press.name === "escape") return leaveInsert(vi, edit);
	const keys = keysOf(press);
	const wish = { kind: "press" } as const;
	const isEdit = keys.every((key) => isRepeatable(editActionOf(pressOf(key))));
	if (vi.recording === undefined || !isEdit || vi.recording.length + keys.length > maxRecording) {
		return { vi: { ...vi, recording: undefined }, edit, wish };
	}
	return { vi: { ...vi, recording: [...vi.recording, ...keys] }, edit, wish };
}

/** The keys of normal mode apart from letters. All other keys keep the meaning that they have without vi. */
const normalKeys: ReadonlySet<string> = new Set([
	"left",
	"right",
	"up",
	"down",
	"home",
	"end",
	"backspace",
	"delete",
	"ctrl+r",
	"ctrl+n",
	"ctrl+p",
]);

/** Tells whether a key means something to vi just now, so that the chat must not take it for itself. */
export const isViKey = ({ mode, keys }: Vi, key: string): boolean =>
	mode === "normal" ? normalKeys.has(key) || (key === "escape" && keys.length > 0) : key === "escape";

/**
 * Takes one press; typed text must come one grapheme at a time. `limit` is how many UTF-16 code units the text may become. It may become a little longer,
 * which the message box then refuses.
 */
export function pressVi(vi: Vi, edit: Edit, press: Press, limit: number): ViStep {
	if (vi.mode === "insert") return pressInsert(vi, edit, press);
	if (press.kind === "key") {
		if (normalKeys.has(press.name)) return pressNormal(vi, edit, `<${press.name}>`, limit);
		const isTakenBack = press.name === "escape" && vi.keys.length > 0;
		const calm: Vi = { ...vi, keys: [] };
		return isTakenBack ? { vi: calm, edit } : { vi: calm, edit, wish: { kind: "press" } };
	}
	if (press.kind === "paste") return { vi: { ...vi, keys: [] }, edit, wish: { kind: "press" } };
	return pressNormal(vi, edit, press.text, limit);
}

/** Returns the word for the mode, as vi shows it. */
export const viModeWord = ({ mode }: Vi): string => (mode === "normal" ? "-- NORMAL --" : "-- INSERT --");
