// What the whole view has of the terminal beside the picture: presses one at a time, the mouse, pauses, the bell and the clipboard. Hooks of <Terminal>.
import { useStdin, useStdout } from "ink";
import {
	type RefObject,
	useEffect,
	useEffectEvent,
	useLayoutEffect,
	useMemo,
	useReducer,
	useRef,
	useState,
} from "react";
import { freshTap, readTap, type TapEvent } from "./mouse-and-function-keys.ts";
import { Painter } from "./painter.ts";
import { clipboardOf, copiedWords, type TerminalEnvironment } from "./words.ts";

/** Says something to the terminal besides the picture (terminal-words.ts). Not while the program is paused or after its end: then the terminal is not ours. */
export interface TerminalVoice {
	say(words: (env: TerminalEnvironment) => string | undefined): void;
	/** Fills the clipboard; returns in words what became of it. `what`: "the message". */
	copy(what: string, text: string): string;
}

/** Asks for the wheel and clicks. */
export const startMouse = "\u001B[?1000h\u001B[?1006h";
/** Asks to be told when the person turns to another window. */
export const startFocus = "\u001B[?1004h";
/**
 * Where a terminal takes an emoji for wider than we do, the row is cut at its edge and does not flow into the next (DECAWM off).
 */
const cutRows = "\u001B[?7l";
const flowRows = "\u001B[?7h";
/** Wants no reports. */
export const stopReports = "\u001B[?1006l\u001B[?1000l\u001B[?1004l";

/** Hands over what Ink does not tell. Ink reads stdin with read(), which also emits "data": this sees every chunk and takes none away. */
export function useTap(handle: (event: TapEvent) => void): void {
	const { stdin } = useStdin();
	const tap = useRef(freshTap);
	const onData = useEffectEvent((chunk: Buffer | string) => {
		const [next, events] = readTap(tap.current, String(chunk));
		tap.current = next;
		for (const event of events) handle(event);
	});
	useEffect(() => {
		const listener = (chunk: Buffer | string) => onData(chunk);
		stdin.on("data", listener);
		return () => {
			stdin.off("data", listener);
		};
	}, [stdin]);
}

// Several presses can arrive in one chunk ("hello\r", a held backspace). Each gets its turn after React has drawn the one before, because
// a screen's handler knows the state of its last drawing: the counter is drawn with what the press changed, and its effect runs after those
// of the screens. A single press is handled at once.
/** One thing after the other. */
export function useTurns(): (act: () => void) => void {
	const waiting = useRef<(() => void)[]>([]);
	const isBusy = useRef(false);
	const [turn, endTurn] = useReducer((count: number) => count + 1, 0);
	const next = () => {
		const act = waiting.current.shift();
		isBusy.current = act !== undefined;
		if (act === undefined) return;
		act();
		endTurn();
	};
	// Not within the drawing itself: React takes a chain of those for an endless loop.
	const onDrawn = useEffectEvent(() => void setImmediate(next));
	useLayoutEffect(() => {
		if (turn > 0) onDrawn();
	}, [turn]);
	return (act) => {
		waiting.current.push(act);
		if (!isBusy.current) next();
	};
}

/** Keeps rows from flowing over. For a pause it lets them, and turns the reports off; afterwards on again for a screen that wants them. */
export function usePause(
	reports: RefObject<string>,
	isPaused: RefObject<boolean>,
	painter: Painter,
): (suspend: () => Promise<void>) => Promise<void> {
	const { stdout } = useStdout();
	useLayoutEffect(() => {
		stdout.write(cutRows);
		return () => void stdout.write(flowRows);
	}, [stdout]);
	return async (suspend) => {
		if (isPaused.current) return;
		stdout.write(stopReports + flowRows);
		isPaused.current = true;
		painter.pause();
		try {
			await suspend();
		} finally {
			isPaused.current = false;
			stdout.write(cutRows + reports.current);
			painter.resume();
		}
	};
}

/** How to ring and copy. By the stream the frames go through and never in the middle of one: a frame is written without a pause. */
export function useVoice(isPaused: RefObject<boolean>, env: TerminalEnvironment): TerminalVoice {
	const { stdout } = useStdout();
	const isShown = useRef(false);
	useEffect(() => {
		isShown.current = true;
		return () => {
			isShown.current = false;
		};
	}, []);
	return useMemo(() => {
		const say: TerminalVoice["say"] = (words) => {
			const sequence = isShown.current && !isPaused.current ? words(env) : undefined;
			if (sequence !== undefined) stdout.write(sequence);
		};
		const copy: TerminalVoice["copy"] = (what, text) => {
			say(() => clipboardOf(text, env));
			return copiedWords(what, text, env);
		};
		return { say, copy };
	}, [isPaused, env, stdout]);
}

/** A new size is drawn as soon as React knows it. When a window has come back to the size it had, React has nothing to draw. */
const restoreMs = 50;

/** For as long as something is drawn. */
export function usePainter(): Painter {
	const { stdout } = useStdout();
	const [painter] = useState(() => new Painter((text) => void stdout.write(text)));
	useEffect(() => {
		let timer: NodeJS.Timeout | undefined;
		const onResize = () => {
			painter.forget();
			clearTimeout(timer);
			timer = setTimeout(() => painter.restore(), restoreMs);
		};
		// Before React hears of it and draws.
		stdout.prependListener("resize", onResize);
		return () => {
			clearTimeout(timer);
			stdout.off("resize", onResize);
		};
	}, [stdout, painter]);
	return painter;
}
