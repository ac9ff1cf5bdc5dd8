// What every screen stands on: the look of the terminal, one place where keys come in, and one component that draws finished rows.
import { Box, Text, useCursor, useInput, usePaste, useStdin, useStdout, useWindowSize } from "ink";
import {
	createContext,
	memo,
	type ReactNode,
	type RefObject,
	useContext,
	useEffect,
	useEffectEvent,
	useLayoutEffect,
	useMemo,
	useReducer,
	useRef,
	useState,
} from "react";
import { type Frame, maxScroll, type Size } from "./page.ts";
import { keyPress, type Press, pressesOf } from "./press.ts";
import { freshTap, readTap } from "./terminal-tap.ts";
import type { TerminalEnvironment } from "./terminal-words.ts";
import { type Theme, themeFor } from "./theme.ts";

type PressHandler = (press: Press) => void;

/** What screens need to know of the terminal. */
export interface Look {
	readonly theme: Theme;
	readonly size: Size;
}

const LookContext = createContext<Look>({ theme: themeFor({}), size: { columns: 80, rows: 24 } });
// How many screens want the wheel, so that a pause can turn the mouse off and on again.
const WheelContext = createContext<RefObject<number>>({ current: 0 });
const KeysContext = createContext<RefObject<PressHandler | undefined>>({ current: undefined });

/** Says something to the terminal besides the picture (terminal-words.ts). Not while the program is paused or after its end: then the terminal is not ours. */
export interface TerminalVoice {
	say(words: (env: TerminalEnvironment) => string | undefined): void;
}

const VoiceContext = createContext<TerminalVoice>({ say: () => {} });

/** How to ring the bell, notify the desktop and fill the clipboard. */
export const useTerminalVoice = (): TerminalVoice => useContext(VoiceContext);

const startMouse = "\u001B[?1000h\u001B[?1006h";
const stopMouse = "\u001B[?1006l\u001B[?1000l";

/** The terminal's look and size, the size following it. */
export const useLook = (): Look => useContext(LookContext);

// The screen on show has the keyboard; there is only one at a time.
function useKeys(handler: PressHandler): void {
	const keys = useContext(KeysContext);
	useLayoutEffect(() => {
		keys.current = handler;
		return () => {
			if (keys.current === handler) keys.current = undefined;
		};
	}, [keys, handler]);
}

/** Lets the mouse wheel scroll while a screen is shown. Elsewhere the mouse selects text, as it does in a terminal. */
export function useWheel(): void {
	const { stdout } = useStdout();
	const users = useContext(WheelContext);
	useEffect(() => {
		users.current++;
		stdout.write(startMouse);
		return () => {
			users.current--;
			stdout.write(stopMouse);
		};
	}, [stdout, users]);
}

// Ink reads stdin with read(), which also emits "data": this sees every chunk and takes none away.
function useTap(handle: PressHandler): void {
	const { stdin } = useStdin();
	const tap = useRef(freshTap);
	const onData = useEffectEvent((chunk: Buffer | string) => {
		const [next, events] = readTap(tap.current, String(chunk));
		tap.current = next;
		for (const event of events) handle(keyPress(event));
	});
	useEffect(() => {
		const listener = (chunk: Buffer | string) => onData(chunk);
		stdin.on("data", listener);
		return () => {
			stdin.off("data", listener);
		};
	}, [stdin]);
}

/** Ink on Windows repaints everything when a frame is as tall as the terminal, so there it is a row less. */
const drawableSize = (columns: number, rows: number, platform: NodeJS.Platform): Size => ({
	columns,
	rows: platform === "win32" ? rows - 1 : rows,
});

// Several presses can arrive in one chunk ("hello\r", a held backspace). Each gets its turn after React has drawn the one before, because
// a screen's handler knows the state of its last drawing: the counter is drawn with what the press changed, and its effect runs after those
// of the screens. A single press is handled at once.
function useTurns(): (act: () => void) => void {
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

// Turns the mouse off for a pause, and on again for a screen that wants the wheel.
function usePause(
	wheelUsers: RefObject<number>,
	isPaused: RefObject<boolean>,
	onSuspend: () => Promise<void>,
): () => Promise<void> {
	const { stdout } = useStdout();
	return async () => {
		stdout.write(stopMouse);
		isPaused.current = true;
		await onSuspend();
		isPaused.current = false;
		if (wheelUsers.current > 0) stdout.write(startMouse);
	};
}

// By the stream the frames go through and never in the middle of one: a frame is written without a pause.
function useVoice(isPaused: RefObject<boolean>, env: TerminalEnvironment): TerminalVoice {
	const { stdout } = useStdout();
	const isShown = useRef(false);
	useEffect(() => {
		isShown.current = true;
		return () => {
			isShown.current = false;
		};
	}, []);
	return useMemo(
		() => ({
			say(words) {
				const sequence = isShown.current && !isPaused.current ? words(env) : undefined;
				if (sequence !== undefined) stdout.write(sequence);
			},
		}),
		[isPaused, env, stdout],
	);
}

/** Everything that is drawn stands inside: reads keys, pastes and the wheel, and knows the look. `onSuspend`: Ctrl-Z; resolves when the person is back. */
export function Terminal({
	theme,
	env,
	platform,
	onSuspend,
	children,
}: {
	readonly theme: Theme;
	readonly env: TerminalEnvironment;
	readonly platform: NodeJS.Platform;
	readonly onSuspend: () => Promise<void>;
	readonly children: ReactNode;
}): ReactNode {
	const { columns, rows } = useWindowSize();
	const keys = useRef<PressHandler | undefined>(undefined);
	const wheelUsers = useRef(0);
	const takeTurn = useTurns();
	const isPaused = useRef(false);
	const pause = usePause(wheelUsers, isPaused, onSuspend);
	const voice = useVoice(isPaused, env);
	const handle = (press: Press) =>
		takeTurn(() => {
			if (press.kind === "key" && press.name === "ctrl+z") void pause();
			else keys.current?.(press);
		});
	// Before the tap: with a "readable" listener in place, a "data" listener no longer makes the stream flow.
	useInput((input, key) => {
		for (const press of pressesOf(input, key)) handle(press);
	});
	usePaste((text) => handle({ kind: "paste", text }));
	useTap(handle);
	const look = useMemo(
		() => ({ theme, size: drawableSize(columns, rows, platform) }),
		[theme, columns, rows, platform],
	);
	return (
		<LookContext value={look}>
			<WheelContext value={wheelUsers}>
				<KeysContext value={keys}>
					<VoiceContext value={voice}>{children}</VoiceContext>
				</KeysContext>
			</WheelContext>
		</LookContext>
	);
}

const Row = memo(function Row({ text }: { readonly text: string }): ReactNode {
	return <Text wrap="truncate">{text === "" ? " " : text}</Text>;
});

// Never more rows than the screen has.
function Rows({ frame }: { readonly frame: Frame }): ReactNode {
	const { size } = useLook();
	const { setCursorPosition } = useCursor();
	const rows = frame.rows.slice(0, size.rows).map((text, place) => ({ place, text }));
	const { cursor } = frame;
	setCursorPosition(cursor !== undefined && cursor.y < rows.length ? { x: cursor.x, y: cursor.y } : undefined);
	return (
		<Box flexDirection="column" height={size.rows} width={size.columns}>
			{rows.map(({ place, text }) => (
				<Row key={place} text={text} />
			))}
		</Box>
	);
}

/** A finished frame that has the keyboard. */
export function Screen({
	frame,
	onPress,
}: {
	readonly frame: Frame;
	readonly onPress: (press: Press) => void;
}): ReactNode {
	useKeys(onPress);
	return <Rows frame={frame} />;
}

/** A screen to read: the frame of `lay` for how far it is scrolled. Presses that do not scroll go to `onPress`. */
export function ScrollScreen({
	lay,
	bodyRows,
	onPress,
}: {
	readonly lay: (scroll: number) => Frame;
	readonly bodyRows: number;
	readonly onPress: (press: Press) => void;
}): ReactNode {
	const { size } = useLook();
	const [wish, setWish] = useState(0);
	const most = maxScroll(size, bodyRows);
	const scroll = Math.min(wish, most);
	const onAnyPress = (press: Press) => {
		const step = press.kind === "key" ? scrollStep(press.name, size) : undefined;
		if (step === undefined) onPress(press);
		else setWish(Math.max(0, Math.min(most, scroll + step)));
	};
	return <Screen frame={lay(scroll)} onPress={onAnyPress} />;
}

/** Rows a key scrolls by, negative = up; `undefined` when it does not scroll. */
export function scrollStep(key: string, size: Size): number | undefined {
	const page = Math.max(1, size.rows - 4);
	const steps: Readonly<Record<string, number>> = {
		up: -1,
		down: 1,
		wheelUp: -3,
		wheelDown: 3,
		pageUp: -page,
		pageDown: page,
		home: Number.NEGATIVE_INFINITY,
		end: Number.POSITIVE_INFINITY,
	};
	return steps[key];
}
