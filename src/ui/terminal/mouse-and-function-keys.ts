// Reads what Ink drops from the terminal's input: the mouse (SGR reports, mode 1006), function keys, and whether the window is looked at (mode 1004). A pure machine fed with chunks.
import { keyPress, type Press } from "./key-press.ts";

/** What was found in the input. `x` and `y` count from 0. */
export type TapEvent =
	| { readonly kind: "press"; readonly press: Press }
	| { readonly kind: "click"; readonly x: number; readonly y: number }
	| { readonly kind: "focus"; readonly isLookedAt: boolean };

/** `isInPaste`: between the marks of a bracketed paste, where nothing counts; `tail`: the start of a sequence whose rest is still to come; `down`: where the button went down. */
interface Tap {
	readonly isInPaste: boolean;
	readonly tail: string;
	readonly down: { readonly x: number; readonly y: number } | undefined;
}

/** Nothing read so far. */
export const freshTap: Tap = { isInPaste: false, tail: "", down: undefined };

const sequence =
	/\u001B(?:O([PQRS])|\[(?:<(\d{1,3});(\d{1,5});(\d{1,5})([Mm])|(200|201)~|(1[1-57-9]|2[0134])~|\[([ABCDE])|([IO])))/g;
const unfinished = /\u001B(?:O|\[[<\d;[]{0,20})?$/;

const functionKeys: Readonly<Record<string, string>> = {
	...{ P: "f1", Q: "f2", R: "f3", S: "f4" },
	...{ A: "f1", B: "f2", C: "f3", D: "f4", E: "f5" },
	...{ "11": "f1", "12": "f2", "13": "f3", "14": "f4", "15": "f5", "17": "f6" },
	...{ "18": "f7", "19": "f8", "20": "f9", "21": "f10", "23": "f11", "24": "f12" },
};

const wheel: Readonly<Record<number, string>> = { 64: "wheelUp", 65: "wheelDown" };
const leftButton = 0;

// A click is a press and a release of the left button at one place: whoever changes their mind moves away before letting go.
function readMouse(tap: Tap, button: number, x: number, y: number, isUp: boolean): readonly [Tap, TapEvent?] {
	const turned = wheel[button];
	if (turned !== undefined) return isUp ? [tap] : [tap, { kind: "press", press: keyPress(turned) }];
	if (!isUp) return [{ ...tap, down: button === leftButton ? { x, y } : undefined }];
	const isClick = button === leftButton && tap.down?.x === x && tap.down.y === y;
	const up: Tap = { ...tap, down: undefined };
	return isClick ? [up, { kind: "click", x, y }] : [up];
}

function readMatch(tap: Tap, match: RegExpMatchArray): readonly [Tap, TapEvent?] {
	const [, ss3, button, column, row, upOrDown, paste, vt, linux, focus] = match;
	if (paste !== undefined) return [{ ...tap, isInPaste: paste === "200" }];
	if (tap.isInPaste) return [tap];
	if (button !== undefined) {
		return readMouse(tap, Number(button), Number(column) - 1, Number(row) - 1, upOrDown === "m");
	}
	if (focus !== undefined) return [tap, { kind: "focus", isLookedAt: focus === "I" }];
	const name = functionKeys[ss3 ?? vt ?? linux ?? ""];
	return name === undefined ? [tap] : [tap, { kind: "press", press: keyPress(name) }];
}

/** Takes the next chunk of input; returns the new state and what was found, in order. */
export function readTap(tap: Tap, chunk: string): readonly [Tap, readonly TapEvent[]] {
	const text = tap.tail + chunk;
	const events: TapEvent[] = [];
	let now = tap;
	for (const match of text.matchAll(sequence)) {
		const [next, event] = readMatch(now, match);
		now = next;
		if (event !== undefined) events.push(event);
	}
	return [{ ...now, tail: unfinished.exec(text)?.[0] ?? "" }, events];
}
