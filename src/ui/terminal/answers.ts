// What Real Talk asks the terminal, and how the answers read. Pure; input-machine.ts finds them among the keys.

/** An answer of the terminal. `background` tells its background colour; `schemeChanged` says that it went from dark to light or back; `fence` says that everything asked before it is answered or never will be. */
export type Answer =
	| { readonly kind: "background"; readonly colour: Colour }
	| { readonly kind: "schemeChanged" }
	| { readonly kind: "fence" };

/** Holds red, green and blue, each from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Asks for the background (OSC 11), then what the terminal is (DA1): every terminal answers that and in this order, so that silence is known at
 * once. BEL and not ST ends the question, because old terminals know only that.
 */
export const askBackground = "\u001B]11;?\u0007\u001B[c";

const colourShape = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?$/i;

/** Reads the value of an OSC 11 answer, "rgb:ffff/ffff/ffff" with one to four digits each (XParseColor); `undefined` when it is no colour. */
export function colourAnswer(value: string): Answer | undefined {
	const [, ...parts] = colourShape.exec(value) ?? [];
	const [red, green, blue] = parts.map((digits) =>
		digits === undefined ? 0 : Number.parseInt(digits, 16) / (16 ** digits.length - 1),
	);
	if (red === undefined || green === undefined || blue === undefined) return undefined;
	return { kind: "background", colour: [red, green, blue] };
}

/** Reads a control sequence as an answer: the DA1 report or the report of mode 2031; `undefined` when it is neither. */
export function answerOfCsi(parameters: string, final: string): Answer | undefined {
	if (final === "c" && /^\?[\d;]{0,64}$/.test(parameters)) return { kind: "fence" };
	return final === "n" && /^\?997;[12]$/.test(parameters) ? { kind: "schemeChanged" } : undefined;
}
