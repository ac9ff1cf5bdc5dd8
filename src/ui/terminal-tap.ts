// Reads what Ink drops from the terminal's input: mouse wheel reports (SGR, mode 1006) and function keys. A pure machine fed with chunks.

/** What was found in the input. */
type TapEvent = "f1" | "f2" | "f3" | "wheelUp" | "wheelDown";

/** `isInPaste`: between the marks of a bracketed paste, where nothing counts; `tail`: the start of a sequence whose rest is still to come. */
interface Tap {
	readonly isInPaste: boolean;
	readonly tail: string;
}

/** Nothing read so far. */
export const freshTap: Tap = { isInPaste: false, tail: "" };

const sequence = /\u001B(?:O([PQR])|\[(?:<(64|65);\d{1,5};\d{1,5}M|(200|201)~|(1[123])~|\[([ABC])))/g;
const unfinished = /\u001B(?:O|\[[<\d;[]{0,16})?$/;

const functionKeys: Readonly<Record<string, TapEvent>> = {
	P: "f1",
	Q: "f2",
	R: "f3",
	"11": "f1",
	"12": "f2",
	"13": "f3",
	A: "f1",
	B: "f2",
	C: "f3",
};

function eventOf(match: RegExpMatchArray): TapEvent | undefined {
	const [, ss3, wheel, , vt, linux] = match;
	if (wheel !== undefined) return wheel === "64" ? "wheelUp" : "wheelDown";
	return functionKeys[ss3 ?? vt ?? linux ?? ""];
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
