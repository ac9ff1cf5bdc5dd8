// Takes the terminal's own answers out of what comes from the keyboard, however they are cut into chunks. A pure machine; the rest are keys.

/** `background`: red, green, blue from 0 to 1; `schemeChanged`: the terminal went from dark to light or back; `fence`: everything asked before is answered or never will be. */
type TerminalAnswer =
	| { readonly kind: "background"; readonly colour: Colour }
	| { readonly kind: "schemeChanged" }
	| { readonly kind: "fence" };

/** Red, green and blue, each from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Asks for the background (OSC 11), then what the terminal is (DA1): every terminal answers that and in this order, so silence is known at
 * once. BEL and not ST ends it, because old terminals know only that.
 */
export const askBackground = "\u001B]11;?\u0007\u001B[c";

/** Asks to be told when the terminal goes from dark to light (mode 2031), and no longer. */
export const watchScheme = "\u001B[?2031h";
export const unwatchScheme = "\u001B[?2031l";

/** `held`: what may be the start of an answer; its first `told` characters were taken for keys, because nothing came after them for a while. `expected`: fences still to come. */
export interface AnswerState {
	readonly held: string;
	readonly told: number;
	readonly expected: number;
}

/** Nothing asked, nothing held. */
export const freshAnswers: AnswerState = { held: "", told: 0, expected: 0 };

/** `keys`: what the person typed. `isUnsure`: what is held may as well be a key; it must be let go of soon. */
interface Reading {
	readonly state: AnswerState;
	readonly keys: string;
	readonly answers: readonly TerminalAnswer[];
	readonly isUnsure: boolean;
}

// OSC 11 with its value, the DA1 report, the report of mode 2031. Answers longer than any colour are still taken out.
const answer = /\u001B(?:\]11;([^\u0007\u001B]{0,256})(?:\u0007|\u001B\\)|\[\?(?:[\d;]{0,64}(c)|997;[12](n)))/g;
// What no key begins like, and what may as well be Escape, Alt-] or Alt-[.
const startOfReport = /\u001B\[\?[\d;]{0,64}$/;
const startOfColour = /\u001B\]11;[^\u0007\u001B]{0,256}\u001B?$/;
const startOrKey = /\u001B(?:\]1{0,2}|\[)?$/;

const colourShape = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?$/i;

/** Reads "rgb:ffff/ffff/ffff" with one to four digits each (XParseColor). */
function readColour(value: string): Colour | undefined {
	const [, ...parts] = colourShape.exec(value) ?? [];
	const [red, green, blue] = parts.map((digits) =>
		digits === undefined ? 0 : Number.parseInt(digits, 16) / (16 ** digits.length - 1),
	);
	return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue];
}

function answerOf([, value, fence, scheme]: RegExpMatchArray): TerminalAnswer | undefined {
	if (fence !== undefined) return { kind: "fence" };
	if (scheme !== undefined) return { kind: "schemeChanged" };
	const colour = readColour(value ?? "");
	return colour === undefined ? undefined : { kind: "background", colour };
}

/** Something was asked: a fence will come. */
export const expectAnswer = (state: AnswerState): AnswerState => ({ ...state, expected: state.expected + 1 });

/** Takes the next chunk of input. */
export function readAnswers(state: AnswerState, chunk: string): Reading {
	const text = state.held + chunk;
	const found = [...text.matchAll(answer)];
	const answers = found.map(answerOf).filter((one) => one !== undefined);
	const rest = text.replace(answer, "");
	const told = found[0]?.index === 0 ? 0 : state.told;
	const expected = Math.max(0, state.expected - answers.filter(({ kind }) => kind === "fence").length);
	const find = (start: RegExp) => start.exec(rest)?.[0];
	const sure = find(startOfReport) ?? (expected > 0 ? find(startOfColour) : undefined);
	const unsure = sure === undefined && expected > 0 ? find(startOrKey) : undefined;
	const held = sure ?? unsure ?? "";
	const end = rest.length - held.length;
	return {
		state: { held, told: end === 0 ? Math.min(told, held.length) : 0, expected },
		keys: rest.slice(told, Math.max(told, end)),
		answers,
		isUnsure: unsure !== undefined,
	};
}

/** What was held for long enough was a key after all. */
export function letGo(state: AnswerState): { readonly state: AnswerState; readonly keys: string } {
	return { state: { ...state, told: state.held.length }, keys: state.held.slice(state.told) };
}
