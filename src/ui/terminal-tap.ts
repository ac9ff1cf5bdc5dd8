// Reads what Ink drops from the terminal's input: mouse wheel reports (SGR, mode 1006) and function keys. A pure machine fed with chunks.

/** What was found in the input. */
type TapEvent = "f1" | "f2" | "wheelUp" | "wheelDown";

/** `isInPaste`: between the marks of a bracketed paste, where nothing counts; `tail`: the start of a sequence whose rest is still to come. */
interface Tap {
	readonly isInPaste: boolean;
	readonly tail: string;
}

/** Nothing read so far. */
export const freshTap: Tap = { isInPaste: false, tail: "" };

const sequence = /\u001B(?:O([PQ])|\[(?:<(64|65);\d{1,5};\d{1,5}M|(200|201)~|(11|12)~|\[([AB])))/g;
const unfinished = /\u001B(?:O|\[[<\d;[]{0,16})?$/;

function eventOf(match: RegExpMatchArray): TapEvent | undefined {
	const [, ss3, wheel, , vt, linux] = match;
	if (wheel !== undefined) return wheel === "64" ? "wheelUp" : "wheelDown";
	if (ss3 === "P" || vt === "11" || linux === "A") return "f1";
	return ss3 === "Q" || vt === "12" || linux === "B" ? "f2" : undefined;
}

/** Takes the next chunk of input; returns the new state and what was found, in order. */
export function readTap(tap: Tap, chunk: string): readonly [Tap, readonly TapEvent[]] {
	const text = tap.tail + chunk;
	const events: TapEvent[] = [];
	let isInPaste = tap.isInPaste;
	for (const match of text.matchAll(sequence)) {
		if (match[3] !== undefined) isInPaste = match[3] === "200";
		else if (!isInPaste) {
			const event = eventOf(match);
			if (event !== undefined) events.push(event);
		}
	}
	return [{ isInPaste, tail: unfinished.exec(text)?.[0] ?? "" }, events];
}
