// The one reader of what the terminal sends: takes bytes and gives keys, pastes, the mouse, whether the window has the focus, and the terminal's
// own answers. A pure machine; input.ts feeds it and keeps its time.
import { type Answer, answerOfCsi, colourAnswer } from "./answers.ts";
import { controlKey, csiKey, linuxKey, rxvtKey, ss3Key } from "./key-names.ts";
import { keyPress, type Press } from "./key-press.ts";

/** Something that came in. `x` and `y` count cells from 0 at the top left. A `click` is the left button pressed and released at one place. */
export type InputEvent =
	| Press
	| Answer
	| { readonly kind: "click"; readonly x: number; readonly y: number }
	| { readonly kind: "focus"; readonly hasFocus: boolean };

interface Point {
	readonly x: number;
	readonly y: number;
}

/**
 * Says what is being read. `keys` holds the start of a sequence whose rest may still come; its first `told` characters were already given out as keys, because
 * nothing came after them in time. `paste` holds what has come of a bracketed paste, and `tail`, which may be the start of its end mark.
 */
type Reading =
	| { readonly kind: "keys"; readonly held: string; readonly told: number }
	| { readonly kind: "paste"; readonly text: string; readonly tail: string };

/** The state of the machine. `partial` holds the first bytes of a character whose rest is still to come, `expected` counts the answers that were asked for and are on their way, and `down` is where the left button was pressed. */
export interface InputState {
	readonly partial: Uint8Array;
	readonly reading: Reading;
	readonly expected: number;
	readonly down: Point | undefined;
}

/** Holds what a step of the machine gives. When nothing comes for `waitMs`, `inputSilent` is to be called. */
export interface InputStep {
	readonly state: InputState;
	readonly events: readonly InputEvent[];
	readonly waitMs: number | undefined;
}

const noKeys: Reading = { kind: "keys", held: "", told: 0 };

/** The state in which nothing was read or asked for. */
export const freshInput: InputState = { partial: new Uint8Array(), reading: noKeys, expected: 0, down: undefined };

/** Counts one more answer on its way: until its fence has come, a start of an answer is waited for a little longer. */
export const expectAnswer = (state: InputState): InputState => ({ ...state, expected: state.expected + 1 });

/** An Escape that nothing follows for this long was the key. */
const escapeWaitMs = 20;
/** While an answer is on its way, its parts may come further apart on a slow line. */
const answerWaitMs = 50;
/** A sequence that has begun beyond doubt is given up when its rest does not come for this long. */
const sequenceWaitMs = 1_000;
/** A paste whose end mark does not come is over when nothing comes for this long. */
const pasteWaitMs = 1_000;
/** No more characters of one paste are kept. It is far more than any field takes, so that a longer paste is told of by the field. */
const maxPasteLength = 1_000_000;

const pasteEnd = "\u001B[201~";
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Returns how many of the bytes are whole characters of UTF-8: the first bytes of an unfinished one at the end are left out. */
function wholeLength(bytes: Uint8Array): number {
	for (let back = 1; back <= Math.min(3, bytes.length); back++) {
		const byte = bytes[bytes.length - back] ?? 0;
		if ((byte & 0xc0) === 0x80) continue;
		const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
		return length > back ? bytes.length - back : bytes.length;
	}
	return bytes.length;
}

const wheelKeys: Readonly<Record<number, string>> = { 64: "wheelUp", 65: "wheelDown" };
const leftButton = 0;

type Found = readonly [InputState, ...InputEvent[]];

// Whoever changes their mind about a click moves away before they let go of the button.
function readMouse(state: InputState, button: number, { x, y }: Point, isRelease: boolean): Found {
	const wheel = wheelKeys[button];
	if (wheel !== undefined) return isRelease ? [state] : [state, keyPress(wheel)];
	if (!isRelease) return [{ ...state, down: button === leftButton ? { x, y } : undefined }];
	const isClick = button === leftButton && state.down?.x === x && state.down.y === y;
	const up = { ...state, down: undefined };
	return isClick ? [up, { kind: "click", x, y }] : [up];
}

const mouseShape = /^<(\d{1,3});(\d{1,5});(\d{1,5})$/;

function readCsi(state: InputState, parameters: string, final: string, isAlt: boolean): Found {
	if (parameters === "200" && final === "~") return [{ ...state, reading: { kind: "paste", text: "", tail: "" } }];
	const [, button, column, row] = /[Mm]/.test(final) ? (mouseShape.exec(parameters) ?? []) : [];
	if (button !== undefined) {
		return readMouse(state, Number(button), { x: Number(column) - 1, y: Number(row) - 1 }, final === "m");
	}
	if (parameters === "" && (final === "I" || final === "O")) return [state, { kind: "focus", hasFocus: final === "I" }];
	const found = answerOfCsi(parameters, final) ?? csiKey(parameters, final, isAlt);
	const expected = found?.kind === "fence" ? Math.max(0, state.expected - 1) : state.expected;
	return found === undefined ? [state] : [{ ...state, expected }, found];
}

/** A Sequence is one kind of sequence: its shape, matched where an Escape stands, and what it means. */
type Sequence = readonly [shape: RegExp, read: (state: InputState, match: RegExpExecArray) => Found];

const told = (state: InputState, press: Press | undefined): Found => (press === undefined ? [state] : [state, press]);

// The first that fits counts. What is no key and no report, such as an answer that nobody asked for, is dropped whole.
const sequences: readonly Sequence[] = [
	[/\u001B\[\[([A-E])/y, (state, [, letter = ""]) => told(state, linuxKey(letter))],
	// The mouse of terminals that know no SGR reports: three characters that must not be taken for typed ones.
	[/\u001B\[M[^\u001B]{3}/y, (state) => [state]],
	[/\u001B\[([235678])([$^@])/y, (state, [, number = "", final = ""]) => told(state, rxvtKey(number, final))],
	[/\u001B\[()([a-d])/y, (state, [, number = "", final = ""]) => told(state, rxvtKey(number, final))],
	[
		/\u001B(\u001B?)\[([0-?]{0,128})[ -/]{0,4}([@-Z\\-~])/y,
		(state, [, alt, parameters = "", final = ""]) => readCsi(state, parameters, final, alt !== ""),
	],
	[
		/\u001B(\u001B?)O([\d;]{0,16})([@-~])/y,
		(state, [, alt, parameters = "", final = ""]) => told(state, ss3Key(parameters, final, alt !== "")),
	],
	[
		/\u001B\]11;([ -~]{0,256})(?:\u0007|\u001B\\)/y,
		(state, [, value = ""]) => {
			const found = colourAnswer(value);
			return found === undefined ? [state] : [state, found];
		},
	],
	// Cut off by a control character, which is read next: Ctrl-C is always heard.
	[/\u001B\u001B?(?:\[[0-?]{1,128}[ -/]{0,4}|O[\d;]{1,16}|\]11;[ -~]{0,256})(?![ -~])/y, (state) => [state]],
	[/\u001B\u001B/y, (state) => [state, keyPress("escape")]],
	[/\u001B([\u0000-\u001F\u007F])/y, (state, [, character = ""]) => [state, controlKey(character, true)]],
	[/\u001B([^\u0000-\u001F\u007F])/uy, (state, [, character = ""]) => [state, keyPress(`alt+${character}`)]],
];

// The start of a sequence at the end of what has come. `key`: what may as well be Escape, Alt-[ or Alt-O alone. `answer`: the same for Alt-].
const startOfKey = /\u001B\u001B?(?:\[|O)?$/y;
const startOfSequence =
	/\u001B\u001B?(?!\[[235678]\$)(?:\[(?:\[|M[^\u001B]{0,2}|[0-?]{1,128}[ -/]{0,4})|O[\d;]{1,16})$/y;
const startOfAnswerOrKey = /\u001B\]1{0,2}$/y;
const startOfAnswer = /\u001B(?:\]11;[ -~]{0,256}\u001B?|\[\?[\d;]{0,64})$/y;

const startOfLateAnswer = /\u001B(?:\[?|\]1{0,2}|\]11;[ -~]{0,256}\u001B?|\[\?[\d;]{0,64})$/y;
const wholeAnswer = /\u001B(?:\]11;[ -~]{0,256}(?:\u0007|\u001B\\)|\[\?[\d;]{0,64}[cn])/y;

const isAt = (shape: RegExp, text: string, at: number): boolean => {
	shape.lastIndex = at;
	return shape.test(text);
};

/** Returns how long to wait for the rest of what begins at `at`: `undefined` when it is whole, Infinity when it is surely an answer on its way. */
function waitFor(text: string, at: number, isExpecting: boolean): number | undefined {
	if (isExpecting && isAt(startOfAnswer, text, at)) return Number.POSITIVE_INFINITY;
	if (isAt(startOfSequence, text, at) || isAt(startOfAnswer, text, at)) return sequenceWaitMs;
	if (isAt(startOfKey, text, at)) return isExpecting ? answerWaitMs : escapeWaitMs;
	return isExpecting && isAt(startOfAnswerOrKey, text, at) ? answerWaitMs : undefined;
}

// A slow connection delivers several keys at once ("hello\r"). More than one line end, or text behind one, is a paste
// into a terminal without bracketed paste: its lines must not be sent one by one.
function readRun(run: string): readonly Press[] {
	if (/[\r\n][\s\S]/.test(run)) return [{ kind: "paste", text: run }];
	const parts = run.match(/[\u0000-\u001F]|[^\u0000-\u001F]+/g) ?? [];
	return parts.map((part) => (/^[\u0000-\u001F]$/.test(part) ? controlKey(part, false) : { kind: "text", text: part }));
}

// Up to the next Escape, Backspace or Ctrl-C, which stand for themselves wherever they come.
const runShape = /[^\u001B\u007F\b\u0003]+/y;

interface Cursor {
	readonly text: string;
	readonly at: number;
	readonly state: InputState;
}

/** Reads the next piece. Returns `undefined` when it is the start of something whose rest has not come. */
function readPiece({
	text,
	at,
	state,
}: Cursor): { readonly next: Cursor; readonly events: readonly InputEvent[] } | undefined {
	runShape.lastIndex = at;
	const run = runShape.exec(text)?.[0];
	if (run !== undefined) return { next: { text, at: at + run.length, state }, events: readRun(run) };
	if (text[at] !== "\u001B") {
		return { next: { text, at: at + 1, state }, events: [controlKey(text[at] ?? "", false)] };
	}
	if (waitFor(text, at, state.expected > 0) !== undefined) return undefined;
	for (const [shape, read] of sequences) {
		shape.lastIndex = at;
		const match = shape.exec(text);
		if (match === null) continue;
		const [after, ...events] = read(state, match);
		return { next: { text, at: at + match[0].length, state: after }, events };
	}
	return { next: { text, at: at + 1, state }, events: [keyPress("escape")] };
}

function finish(state: InputState, events: readonly InputEvent[]): InputStep {
	const { reading, expected } = state;
	if (reading.kind === "paste") return { state, events, waitMs: pasteWaitMs };
	const waitMs = reading.held === "" ? undefined : waitFor(reading.held, 0, expected > 0);
	const isOver = waitMs === undefined || waitMs === Number.POSITIVE_INFINITY || reading.told === reading.held.length;
	return { state, events, waitMs: isOver ? undefined : waitMs };
}

function readText(from: InputState, text: string, before: readonly InputEvent[] = []): InputStep {
	const events = [...before];
	let cursor: Cursor = { text, at: 0, state: from };
	while (cursor.at < text.length) {
		const piece = readPiece(cursor);
		if (piece === undefined) break;
		events.push(...piece.events);
		cursor = piece.next;
		if (cursor.state.reading.kind === "paste") return readPaste(cursor.state, text.slice(cursor.at), events);
	}
	return finish({ ...cursor.state, reading: { kind: "keys", held: text.slice(cursor.at), told: 0 } }, events);
}

// What nothing followed in time was told as keys; it may be the start of a late answer all the same.
function readAfterSilence(state: InputState, held: string, toldLength: number, text: string): InputStep {
	const whole = held + text;
	if (isAt(wholeAnswer, whole, 0)) return readText({ ...state, reading: noKeys }, whole);
	if (isAt(startOfLateAnswer, whole, 0))
		return finish({ ...state, reading: { kind: "keys", held: whole, told: toldLength } }, []);
	return readText({ ...state, reading: noKeys }, text);
}

function readPaste(state: InputState, chunk: string, before: readonly InputEvent[] = []): InputStep {
	const { reading } = state;
	if (reading.kind !== "paste") return readText(state, chunk, before);
	const text = reading.tail + chunk;
	const end = text.indexOf(pasteEnd);
	const whole = end < 0 ? text : text.slice(0, end);
	const tail = end < 0 ? (/\u001B(?:\[(?:2(?:0(?:1)?)?)?)?$/.exec(whole)?.[0] ?? "") : "";
	const kept = (reading.text + whole.slice(0, whole.length - tail.length)).slice(0, maxPasteLength);
	if (end < 0) return finish({ ...state, reading: { kind: "paste", text: kept, tail } }, before);
	const events: readonly InputEvent[] = [...before, { kind: "paste", text: kept }];
	return readText({ ...state, reading: noKeys }, text.slice(end + pasteEnd.length), events);
}

// Ctrl-C that comes alone is no part of a paste, so that no paste can shut the keyboard. It takes back what has come so far.
function interruptPaste(state: InputState, text: string): InputStep {
	const presses = Array.from(text, (character) => controlKey(character, false));
	return finish({ ...state, reading: { kind: "paste", text: "", tail: "" } }, presses);
}

/** Takes the next bytes from the terminal. It never throws, whatever they are. */
export function readInput(before: InputState, bytes: Uint8Array): InputStep {
	const all = before.partial.length === 0 ? bytes : Uint8Array.from([...before.partial, ...bytes]);
	const length = wholeLength(all);
	const text = decoder.decode(all.subarray(0, length));
	const state = { ...before, partial: all.slice(length) };
	const { reading } = state;
	if (reading.kind === "paste") return /^\u0003+$/.test(text) ? interruptPaste(state, text) : readPaste(state, text);
	if (reading.told > 0) return readAfterSilence(state, reading.held, reading.told, text);
	return readText({ ...state, reading: noKeys }, reading.held + text);
}

/** Says that nothing came for as long as the last step asked to wait: what was held is a key after all, a sequence without its end is dropped, and a paste without its end mark is over. */
export function inputSilent(state: InputState): InputStep {
	const { reading, expected } = state;
	if (reading.kind === "paste") {
		const text = reading.text + reading.tail;
		const events: readonly InputEvent[] = text === "" ? [] : [{ kind: "paste", text }];
		return { state: { ...state, reading: noKeys }, events, waitMs: undefined };
	}
	const { held, told: toldLength } = reading;
	const isKey = isAt(startOfKey, held, 0) || isAt(startOfAnswerOrKey, held, 0);
	const events = isKey ? keysOf(held.slice(toldLength), toldLength > 0) : [];
	const isKept = expected > 0 && isKey;
	const next: Reading = isKept ? { kind: "keys", held, told: held.length } : noKeys;
	return { state: { ...state, reading: next }, events, waitMs: undefined };
}

// "ESC" is Escape and "ESC [" is Alt-[; behind an Escape that was told, "[" is typed text.
function keysOf(held: string, isBehindTold: boolean): readonly Press[] {
	if (held === "") return [];
	if (isBehindTold) return [{ kind: "text", text: held }];
	const rest = held.replace(/^\u001B+/, "");
	if (rest === "") return [keyPress("escape")];
	const [first = "", ...typed] = rest;
	return [keyPress(`alt+${first}`), ...(typed.length > 0 ? [{ kind: "text", text: typed.join("") } as const] : [])];
}
